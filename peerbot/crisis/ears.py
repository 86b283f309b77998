"""What danger is noticed with, and the sentences that show whether it still is."""

from dataclasses import dataclass
from typing import Protocol

from peerbot.crisis.detection.finding import Category, Finding, Tier, Whose
from peerbot.crisis.detection.own import OwnRules

AS_IF_FOUND = Finding(
    tier=Tier.URGENT, category=Category.SUICIDE, whose=Whose.AUTHOR, evidence=(), modifiers=()
)
"""What a test goes on with where nothing was found: the steps after it may work all the same."""


class Detector(Protocol):
    """Finds danger in words; `detection.Detector` does."""

    def find(self, text: str, own: OwnRules | None = None) -> Finding | None: ...


SENTENCES_A_TURN = 16
"""Tried each hour: rules do not change while a process runs, and there are many files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """An example out of a rule file, to be said to oneself."""

    file: str
    """The rule file, such as "en/suicide.toml"."""
    tier: Tier
    """It has to be found at this tier or above."""
    text: str

    @property
    def language(self) -> str:
        return self.file.partition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """A detector as it was built, with what it had to go without."""

    detector: Detector
    sentences: tuple[Sentence, ...]
    broken: tuple[str, ...] = ()
    """Files that could not be used."""

    def lost(self, turn: int | None = None) -> tuple[str, ...]:
        """Return the rule files that notice nothing: broken, or their sentence is not found.

        With a `turn` a part of the sentences is tried, another one each turn, and all of them only
        if one of that part is not found. Raises whatever the detector raises.
        """
        if turn is not None and not self.broken:
            turns = -(-len(self.sentences) // SENTENCES_A_TURN)
            if turns and all(map(self._hears, self.sentences[turn % turns :: turns])):
                return ()
        unheard = (one.file for one in self.sentences if not self._hears(one))
        return tuple(sorted({*self.broken, *unheard}))

    @property
    def files(self) -> frozenset[str]:
        """Every rule file that a sentence was taken from."""
        return frozenset(one.file for one in self.sentences)

    def sentence_in(self, language: str) -> Sentence | None:
        """Return the first urgent sentence in `language`, else in any: it goes the whole way.

        None if there is none.
        """
        serious = [one for one in self.sentences if one.tier is Tier.URGENT]
        return next((one for one in serious if one.language == language), next(iter(serious), None))

    def _hears(self, sentence: Sentence) -> bool:
        found = self.detector.find(sentence.text)
        return found is not None and found.tier >= sentence.tier
