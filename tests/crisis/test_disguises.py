"""Danger is found however it is spelled, and a disguise makes nothing harmless alarming."""

from collections.abc import Callable, Sequence

import pytest

from peerbot.content.crisis import crisis_detector, crisis_voices
from peerbot.crisis.detection import (
    Example,
    Tier,
)

DETECTOR = crisis_detector()[0]
VOICES = crisis_voices()

POSITIVES = {
    "i want to die": Tier.URGENT,
    "i am going to kill myself": Tier.URGENT,
    "thinking about suicide every day": Tier.URGENT,
    "i wish i was dead": Tier.CONCERN,
    "i started self harming again": Tier.URGENT,
    "i swallowed all my tablets": Tier.EMERGENCY,
    "my husband hits me": Tier.URGENT,
    "my brother wants to kill himself": Tier.URGENT,
    "i feel completely worthless": Tier.CONCERN,
}
TRAPS = [
    "watching suicide squad tonight",
    "kill the process with kill -9",
    "this meeting is killing me",
    "i am dying of laughter",
    "my phone is about to die",
    "he beat me at chess",
    "i cut myself shaving",
    "let's hang out after work",
    "i do not want to die",
    "two years clean from self harm",
    "i could murder a pizza",
    "the deadline is tomorrow",
]


def _tier(text: str) -> Tier:
    finding = DETECTOR.find(text)
    return finding.tier if finding else Tier.NONE


def _each_letter(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "".join(map(change, text))


_CYRILLIC = str.maketrans("aeopcxyi", "аеорсхуі")
_LEET = str.maketrans("eaio", "3410")
_BOLD = {chr(97 + n): chr(0x1D41A + n) for n in range(26)}


DISGUISES: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "title case": str.title,
    "full width": _each_letter(lambda c: chr(ord(c) + 0xFEE0) if "a" <= c <= "z" else c),
    "zero-width": "\u200b".join,
    "soft hyphens": _each_letter(lambda c: c + "\u00ad"),
    "look-alikes": lambda text: text.translate(_CYRILLIC),
    "bold letters": _each_letter(lambda c: _BOLD.get(c, c)),
    "accents": _each_letter(lambda c: c + "\u0301" if c in "aeiou" else c),
    "spoiler": lambda text: f"||{text}||",
    "bold markup": lambda text: f"**{text}**",
    "double spaces": lambda text: text.replace(" ", "   "),
    "one word a line": lambda text: text.replace(" ", "\n"),
    "struck and hidden": lambda text: f"~~hm~~ ||{text}||",
    "trailing clause": lambda text: f"{text}, hmm",
    "leading clause": lambda text: f"hmm, {text}",
    "next sentence": lambda text: f"{text}. anyway how is everyone",
    "trailing dots": lambda text: f"{text}...",
}


EACH_MEETS = pytest.mark.parametrize("in_how_many", [6, pytest.param(1, marks=pytest.mark.long)])
"""Every sixth example, others for each disguise; `make restarts` lets each meet all of them."""


def _share(examples: Sequence[Example], disguise: str, in_how_many: int) -> Sequence[Example]:
    return examples[list(DISGUISES).index(disguise) % in_how_many :: in_how_many]


@EACH_MEETS
@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_disguise_does_not_hide_danger(disguise: str, in_how_many: int) -> None:
    """Of the plain ways to say it, and of voices in all five languages."""
    said = _share([one for voice in VOICES for one in voice.examples], disguise, in_how_many)
    wanted = POSITIVES | {one.text: one.tier for one in said}
    change = DISGUISES[disguise]
    hidden = {text: tier for text, tier in wanted.items() if _tier(change(text)) is not tier}
    assert hidden == {}


@EACH_MEETS
@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_disguise_does_not_make_ordinary_talk_alarming(disguise: str, in_how_many: int) -> None:
    counter_examples = [one for voice in VOICES for one in voice.counter_examples]
    said = _share(counter_examples, disguise, in_how_many)
    traps = [*TRAPS, *(one.text for one in said)]
    assert [text for text in traps if _tier(DISGUISES[disguise](text))] == []


CANONICAL = {
    "suicide": ["thinking about suicide every day", "watching suicide squad tonight"],
    "kill": ["i am going to kill myself", "kill the process with kill -9"],
    "myself": ["i am going to kill myself", "i cut myself shaving"],
    "harming": ["i started self harming again"],
    "suicidal": ["i feel suicidal", "he was suicidal years ago, he is fine now"],
}


HIDDEN: dict[str, Callable[[str], str]] = {
    "leet": lambda word: word.translate(_LEET),
    "spaced letters": " ".join,
    "dotted letters": ".".join,
    "a masked letter": lambda word: f"{word[0]}*{word[2:]}",
    "drawn out": lambda word: word[:-1] + 4 * word[-1],
    "two letters swapped": lambda word: f"{word[:2]}{word[3]}{word[2]}{word[4:]}",
    "a letter left out": lambda word: word[:3] + word[4:],
}


_SHORT = {"two letters swapped", "a letter left out", "a masked letter"}
"""What makes another word of a short one, and may be read as that."""


@pytest.mark.parametrize("way", HIDDEN)
def test_a_hidden_word_is_read_as_the_word_in_danger_and_in_jest(way: str) -> None:
    for word, texts in CANONICAL.items():
        if way in _SHORT and len(word) < 7:
            continue
        for text in texts:
            assert _tier(text.replace(word, HIDDEN[way](word))) is _tier(text), (word, text)


@pytest.mark.parametrize(
    "text",
    [
        "i w4nt t0 d1e",
        "k1ll mys3lf",
        "i am going to k*ll myself",
        "thinking about s*icide",
        "thinking about su!c!de",
        "i want to d i e",
        "i want to d.i.e",
        "i w a n t  t o  d i e",
        "i want to kill my self",
        "thinkin about sucide",
        "i want to kill msyelf",
        "feeling suicdal",
        "I wAnT tO dIe",
        "i want to dieeeee",
    ],
)
def test_masks_spaces_digits_and_slips_do_not_hide_a_wish_to_die(text: str) -> None:
    assert _tier(text) is Tier.URGENT
