"""What a component means, in its custom id: the action, whether we ask first, and which twin it is.

`pb1|feature|verb|args` is the core's own id. Two letters of its prefix carry more, so that no id
grows: the third is `c` where the adapter asks before the press counts, and the second tells twins
apart, since Discord refuses a message in which an id stands twice ("p21|..." is the second one).
https://discord.com/developers/docs/components/reference#anatomy-of-a-component-custom-ids
"""

import re
from collections import Counter
from string import ascii_lowercase, ascii_uppercase, digits

from peerbot.chat.actions import Action, BadAction, decode

_CORE = "pb1|"
_TWINS = "b" + digits[2:] + ascii_uppercase + ascii_lowercase.replace("b", "")
_OURS = re.compile(r"p[2-9A-Za-z]([1c])\|")


class Ids:
    """Gives every component of one message an id of its own."""

    def __init__(self) -> None:
        self._given: Counter[tuple[str, bool]] = Counter()

    def of(self, action: Action, *, asks_first: bool = False) -> str:
        """Return the next id for `action`. A message has room for 40, and 60 twins have ids."""
        meant = (action.encoded.removeprefix(_CORE), asks_first)
        twin = _TWINS[self._given[meant] % len(_TWINS)]
        self._given[meant] += 1
        return f"p{twin}{'c' if asks_first else '1'}|{meant[0]}"


def decoded(custom_id: str) -> tuple[Action, bool]:
    """Return the action in a component's id, and whether its question is to be asked first.

    Raises `BadAction` for whatever `Ids` cannot have made.
    """
    found = _OURS.match(custom_id)
    if found is None:
        raise BadAction("not one of our ids")
    return decode(_CORE + custom_id[found.end() :]), found.group(1) == "c"
