"""Every card and form, in every language: short enough for each platform, whole, and warm."""

import re
from collections.abc import Callable
from functools import cache

import pytest
from babel.messages.catalog import Catalog

from peerbot import catalogue
from peerbot.catalogue import Found
from peerbot.chat import replies
from peerbot.chat.budget import form_over_budget, over_budget
from peerbot.chat.cards import Card, Heading, Text, card
from peerbot.chat.forms import Form, Surface, TextIn
from peerbot.chat.plain import plain_card
from peerbot.i18n import LANGUAGES, Msg, _, placeholders
from tests.checkins import samples as checkins
from tests.community import samples as community
from tests.crisis import samples as crisis
from tests.privacy import samples as privacy
from tests.resources import samples as resources
from tests.tips import samples as tips

SLICES = (community, crisis, checkins, tips, resources, privacy)


def general() -> tuple[Card, ...]:
    return (
        replies.unknown(),
        replies.not_yours(),
        replies.gone(),
        replies.refused({"field": replies.not_saved()}),
        replies.refused({"field": replies.gone_before_your_words()}),
        replies.refused({"field": replies.broken_but_kept()}),
        replies.storage_away(),
        replies.our_fault(),
    )


CARDS: dict[str, Callable[[], tuple[Card, ...]]] = {
    "chat": general,
    **{one.__name__.split(".")[1]: one.cards for one in SLICES},
}
FORMS: dict[str, Callable[[], tuple[Form, ...]]] = {
    one.__name__.split(".")[1]: one.forms for one in SLICES
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slice_", CARDS)
def test_every_card_keeps_the_limits_of_every_platform(slice_: str, language: str) -> None:
    found = [problem for one in CARDS[slice_]() for problem in over_budget(one, language)]
    assert sorted(set(found)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slice_", FORMS)
def test_every_form_keeps_the_limits_of_every_platform(slice_: str, language: str) -> None:
    found = [problem for one in FORMS[slice_]() for problem in form_over_budget(one, language)]
    assert sorted(set(found)) == []


def test_a_card_that_is_too_much_is_found() -> None:
    long = card(
        "x.y", Heading("h" * 200), *(Text("t" * 200) for _n in range(45)), summary="s" * 200
    )
    said = " ".join(over_budget(long, "en"))
    for what in ("components", "characters", "heading", "summary"):
        assert what in said
    field = TextIn(key="k", label="l" * 60, surface=Surface.PRIVATE)
    form = Form(title="t" * 40, fields=(field,), submit="ok")
    assert len(form_over_budget(form, "en")) == 2


@cache
def read(language: str) -> tuple[tuple[str, str], ...]:
    """Return (key, all that one reads) of every card."""
    return tuple(
        (one.key, plain_card(one, language)) for several in CARDS.values() for one in several()
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_placeholder_is_left_open(language: str) -> None:
    left = {key: sorted(found) for key, text in read(language) if (found := placeholders(text))}
    assert left == {}


# Words that blame, count or command. https://www.samaritans.org, #chatsafe; product.md "not be".
COLD = {
    "en": (r"\bstreak\b", r"\byou (must|should)\b", r"\binvalid\b", r"\bfailed to\b", r"\buser\b"),
    "fr": (r"\bvous devez\b", r"\binvalide\b", r"\butilisateur\b", r"\béchec\b"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_card_is_cold(language: str) -> None:
    found = {
        key: rule
        for key, text in read(language)
        for rule in COLD[language]
        if re.search(rule, text, re.IGNORECASE)
    }
    assert found == {}


def test_every_language_is_whole() -> None:
    assert catalogue.problems() == ()


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (None, "not translated"),
        ("", "not translated"),
        ("Hello {name}", "the same as English"),
        ("Bonjour", "placeholders differ"),
        ("Bonjour {nom}", "placeholders differ"),
    ],
)
def test_each_kind_of_neglect_is_found(said: str | None, problem: str) -> None:
    texts = (Found("Hello {name}", None, (("peerbot/x.py", 1),)),)
    french = Catalog(locale="fr")
    if said is not None:
        french.add("Hello {name}", string=said)
    assert any(problem in one for one in catalogue.problems_of("fr", texts, french))


def test_a_text_that_is_no_longer_used_is_found() -> None:
    french = Catalog(locale="fr")
    french.add("Long gone", string="Parti")
    assert any("no longer used" in one for one in catalogue.problems_of("fr", (), french))


def test_words_can_be_compared_and_kept() -> None:
    import pickle

    words = _("Hello {name}", name=_("you"))
    assert pickle.loads(pickle.dumps(words)) == words
    assert hash(words) == hash(Msg("Hello {name}", (("name", Msg("you")),)))
