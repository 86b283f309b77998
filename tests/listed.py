"""A list of what may go wrong, each item of which some test of a file has to try."""

from collections.abc import Callable


class Listed:
    """Knows which of its items are tried, in the order in which the tests stand."""

    def __init__(self, *items: str) -> None:
        self.items = items
        self._tried: dict[str, None] = {}

    @property
    def tried(self) -> tuple[str, ...]:
        return tuple(self._tried)

    def tries(self, item: str) -> Callable[[Callable[..., object]], Callable[..., object]]:
        """Say which item of the list a test tries."""

        def noted(test: Callable[..., object]) -> Callable[..., object]:
            self._tried[item] = None
            return test

        return noted
