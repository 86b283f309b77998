"""Finds tips by words in either language, forgiving typos, endings and accents; pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from peerbot.tips.model import Tip, TipText

MAX_QUERY = 200
"""Characters looked at; nobody searches with more."""
MOST_WORDS = 8

_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset(
    word
    for line in (
        "a an and are at be can do for how i in is it me my of on or so that the to with you your",
        "au aux avec ce ces comment d dans de des du en est et il j je l la le les ma mes mon ne",
        "ou pas pour qu que qui sa se ses son sur un une vos votre vous",
    )
    for word in line.split()
)
"""Words that say nothing of what is looked for."""
_TITLE, _TEXT = 3.0, 1.0


def folded(text: str) -> tuple[str, ...]:
    """Return the words of `text`, lower case and without accents."""
    spread = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return tuple(_WORD.findall("".join(c for c in spread if not unicodedata.combining(c))))


def wanted_words(query: str) -> tuple[str, ...]:
    """Return the words of a query that say what is looked for; all of them if all are small."""
    words = folded(query[:MAX_QUERY])
    return tuple(dict.fromkeys(w for w in words if w not in _SMALL) or dict.fromkeys(words))[
        :MOST_WORDS
    ]


def named(typed: str, name: str) -> int:
    """Return how well what is typed so far fits a name: 2 if its words begin so, 1 if it is like.

    0 if it does not fit. Nothing typed fits everything.
    """
    words = folded(name)
    wanted = folded(typed[:MAX_QUERY])[:MOST_WORDS]
    if all(any(word.startswith(one) for word in words) for one in wanted):
        return 2
    return int(all(any(likeness(one, word) for word in words) for one in wanted))


class TipIndex:
    """The words of every tip. Small enough to be looked through at each search."""

    def __init__(self, tips: Iterable[Tip]) -> None:
        self._words = {
            tip.id: tuple(_words_of(tip.topic, text) for text in tip.texts.values()) for tip in tips
        }

    def find(self, query: str, among: Sequence[Tip]) -> tuple[Tip, ...]:
        """Return the tips of `among` that fit, best first.

        What fits all the words goes alone; only if nothing does, what fits some of them.
        """
        wanted = wanted_words(query)
        scored = [(self._score(wanted, tip.id), tip) for tip in among]
        fitting = [(score, tip) for score, tip in scored if score[0]]
        all_fit = [(score, tip) for score, tip in fitting if score[0] == len(wanted)]
        ordered = sorted(
            all_fit or fitting, key=lambda one: (-one[0][0], -round(one[0][1], 2), one[1].id)
        )
        return tuple(tip for _score, tip in ordered)

    def begun(self, typed: str, among: Sequence[Tip], language: str) -> tuple[Tip, ...]:
        """Return the tips of `among` that may be meant while somebody types, best first.

        Those whose title in `language` begins so come first, then what a search would find.
        """
        scored = [(named(typed, tip.text_in(language).title), tip) for tip in among]
        titled = [tip for _fits, tip in sorted(scored, key=lambda one: -one[0]) if _fits]
        return tuple({tip.id: tip for tip in (*titled, *self.find(typed, among))}.values())

    def _score(self, wanted: tuple[str, ...], tip_id: str) -> tuple[int, float]:
        """Return how many of the words fit, and how well, in the language that fits best."""
        return max((_fit(wanted, words) for words in self._words.get(tip_id, ())), default=(0, 0.0))


def _words_of(topic: str, text: TipText) -> dict[str, float]:
    weights = dict.fromkeys(folded(f"{text.text} {text.words}"), _TEXT)
    return weights | dict.fromkeys(folded(f"{topic} {text.title}"), _TITLE)


def _fit(wanted: tuple[str, ...], words: dict[str, float]) -> tuple[int, float]:
    best = [max(likeness(one, word) * weight for word, weight in words.items()) for one in wanted]
    return sum(score > 0 for score in best), sum(best)


def likeness(wanted: str, word: str) -> float:
    """Return 1 for the same word, less for another ending or a typo, 0 for another word."""
    if wanted == word:
        return 1.0
    if min(len(wanted), len(word)) < 4:
        return 0.0
    if _same_stem(wanted, word):
        return 0.7
    return 0.4 if _one_slip(wanted, word) else 0.0


def _same_stem(one: str, other: str) -> bool:
    """Whether two words begin alike and differ in a short ending only."""
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    return shared >= 4 and max(len(one), len(other)) - shared <= 3


def _one_slip(one: str, other: str) -> bool:
    """Whether one letter is missing, added, wrong, or two neighbours are swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) != len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return swapped or short[at + 1 :] == long[at + 1 :]
