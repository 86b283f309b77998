"""What a community's own phrases are tried against: all that ships as harmless.

A phrase that means nothing is tried against the opposite: what ships as a sign of danger.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from peerbot.crisis.detection import Detector, Example, OwnPhrase, OwnRules, Rule, Tier, Voice


@dataclass(frozen=True, slots=True)
class Trap:
    """A shipped sentence: harmless, or a sign of danger."""

    text: str
    tier: Tier
    line: str
    """The sentence in plain words."""


class Traps:
    """Every counter-example and example of the rules and the voices, made plain once."""

    def __init__(self, detector: Detector, voices: Callable[[], Sequence[Voice]]) -> None:
        self._detector = detector
        self._voices = voices

    def tripped_by(self, phrase: OwnPhrase) -> tuple[str, ...]:
        """Return the harmless sentences in which a phrase finds danger.

        For a phrase that means nothing: the signs of danger that it would hide. Raises
        `OwnPhraseError` for one that cannot be looked for.
        """
        own = self._detector.own_rules([phrase])
        if phrase.tier is Tier.NONE:
            return tuple(
                one.text
                for one in self._danger
                if own.are_in(one.line) and self._detector.find(one.text, own) is None
            )
        return tuple(
            one.text
            for one in self._harmless
            if own.are_in(one.line) and self._is_found(phrase, one, own)
        )

    def _is_found(self, phrase: OwnPhrase, trap: Trap, own: OwnRules) -> bool:
        windows = self._detector.explain(trap.text, own).windows
        return any(
            match.rule == phrase.rule_id and match.tier > trap.tier
            for window in windows
            for match in window.matched
        )

    @cached_property
    def _harmless(self) -> tuple[Trap, ...]:
        return self._made_plain(one for each in self._shipped for one in each.counter_examples)

    @cached_property
    def _danger(self) -> tuple[Trap, ...]:
        return self._made_plain(one for each in self._shipped for one in each.examples)

    @property
    def _shipped(self) -> tuple[Rule | Voice, ...]:
        return (*self._detector.rules, *self._voices())

    def _made_plain(self, examples: Iterable[Example]) -> tuple[Trap, ...]:
        tiers = {one.text: one.tier for one in examples}
        return tuple(Trap(text, tier, self._detector.line(text)) for text, tier in tiers.items())
