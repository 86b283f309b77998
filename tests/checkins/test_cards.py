"""Every card and form of check-ins fits every platform, in both languages, and shames nobody."""

import re

import pytest

from peerbot.chat.budget import form_over_budget, over_budget
from peerbot.chat.plain import plain_card
from peerbot.checkins.model import MAX_NAME
from peerbot.i18n import LANGUAGES
from tests.checkins.samples import cards, forms


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_card_fits_every_platform(language: str) -> None:
    assert sorted({problem for card in cards() for problem in over_budget(card, language)}) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_fits_every_platform(language: str) -> None:
    assert sorted({one for form in forms() for one in form_over_budget(form, language)}) == []


def test_nobody_is_shamed() -> None:
    shaming = re.compile(r"\b(missed|streak|failed|forgot|overdue)\b", re.IGNORECASE)
    assert [card.key for card in cards() if shaming.search(plain_card(card))] == []


def test_what_moderators_name_a_check_in_for_themselves_no_member_reads() -> None:
    only_for_moderators = {"checkins.plan", "checkins.plans", "checkins.deleted"}
    named = {card.key for card in cards() if "N" * MAX_NAME in plain_card(card)}
    assert named == only_for_moderators


def test_every_card_has_a_name_of_its_own() -> None:
    assert {card.key.split(".")[0] for card in cards()} == {"checkins"}
