"""The normaliser: many spellings, one line of plain words, and where each word stood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbot.crisis.detection.normalise import Normaliser

PLAIN = "i want to die"


@pytest.fixture(scope="module")
def normaliser() -> Normaliser:
    return Normaliser(
        respelled={"wanna": "want to", "dont": "do not", "u": "you", "he'll": "he will"},
        vocabulary=[
            "i",
            "want",
            "to",
            "die",
            "not",
            "do",
            "kill",
            "myself",
            "suicide",
            "self",
            "harm",
            "so",
            "you",
        ],
        misspelt=["suicidal", "myself"],
        never_misspelt=["itself"],
        masked=["suicide", "kill", "die", "harm"],
    )


@pytest.mark.parametrize(
    "written",
    [
        "i want to die",
        "I WANT TO DIE",
        "i wanna die",
        "i want to dieeeeee",
        "i want to... die",
        "i. want. to. die",
        "i, want, to (die)",
        "i\nwant\nto\ndie",
        "i w4nt t0 d1e",
        "i want to d1e",
        "i want to d*e",
        "i want to d i e",
        "i want to d.i.e",
        "i want to d-i-e",
        "i w a n t t o d i e",
        "i   want\u00a0to\tdie",
        "i want to dïé",
        "і wаnt tо dіе",  # Cyrillic
        "𝓲 𝔀𝓪𝓷𝓽 𝓽𝓸 𝓭𝓲𝓮",
        "ｉ ｗａｎｔ ｔｏ ｄｉｅ",
        "i want to d\u200bi\u200ce",
        "i want to d\x00i\x1be\x7f",
        "i wa\u00adnt to die",
        "i want to 🅳🅸🅴",
        "i want to ᴅɪᴇ",
        "**i want to die**",
        "||i want to die||",
    ],
)
def test_every_spelling_is_read_as_the_same_words(normaliser: Normaliser, written: str) -> None:
    assert normaliser.line(written).strip(" |") == PLAIN
    assert normaliser.read(written).line.strip(" |") == PLAIN


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("don't", "do not"),
        ("don’t", "do not"),
        ("he'll", "he will"),
        ("hell", "hell"),
        ("my flatmate's bed", "my flatmate bed"),
        ("self-harm", "self harm"),
        ("self-h@rm", "self harm"),
        ("suicdal", "suicidal"),
        ("msyelf", "myself"),
        ("itself", "itself"),
        ("f**king", "f king"),
        ("2nd place", "2nd place"),
        ("a b c", "a b c"),
        ("stop. die!", "stop | die |"),
        ("💊💊💊 💀", "💊 💀"),
        ("", ""),
    ],
)
def test_words_are_read_for_what_they_stand_for(
    normaliser: Normaliser, written: str, read: str
) -> None:
    assert normaliser.read(written).line.strip() == read


def test_an_elided_word_is_left_off_where_the_rules_know_only_what_follows() -> None:
    french = Normaliser(respelled={}, vocabulary=["hopital", "jai", "etrangle", "mal"])
    assert french.line("à l'hôpital") == " a hopital "
    assert french.line("il m'étrangle") == " il m etrangle "
    assert french.line("j'ai mal") == " jai mal "
    assert french.line("d'accord") == " daccord "


def test_one_word_sentences_are_one_sentence_and_longer_ones_are_not(
    normaliser: Normaliser,
) -> None:
    assert normaliser.line("Yes. No. I want to die.") == " yes | no | i want to die | "
    assert normaliser.line("So. Do. You. Want? Yes") == " so do you want yes "


def test_words_know_their_places_in_the_original(normaliser: Normaliser) -> None:
    text = "ok… i don't wanna d\u200bi\u200be, d i e!"
    reading = normaliser.read(text)
    places = {
        word: text[start:end]
        for word, start, end in zip(reading.words, reading.starts, reading.ends, strict=True)
    }
    assert places["not"] == "don't"
    assert places["want"] == "wanna"
    assert places["die"] == "d i e"
    assert reading.words.index("die") in {6, 7}


def test_the_cache_does_not_change_what_is_read(normaliser: Normaliser) -> None:
    first = normaliser.line("I w4nt to dieee!!")
    assert normaliser.line("I w4nt to dieee!!") == first


@given(st.text(max_size=200))
def test_places_are_in_order_and_inside_the_text(text: str) -> None:
    reading = Normaliser(respelled={"u": "you"}, vocabulary=["die", "i", "a"]).read(text)
    assert len(reading.words) == len(reading.starts) == len(reading.ends)
    assert all(0 <= a < b <= len(text) for a, b in zip(reading.starts, reading.ends, strict=True))
    assert list(reading.starts) == sorted(reading.starts)
    for number, word in enumerate(reading.words):
        assert reading.word_at(reading.line.index(word)) <= number
