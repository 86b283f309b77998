"""Every card and form of resources fits every platform, in both languages."""

from datetime import UTC, datetime

import pytest

from peerbot.chat.budget import form_over_budget, over_budget
from peerbot.chat.plain import plain, plain_card
from peerbot.i18n import LANGUAGES
from peerbot.resources import cards as words
from peerbot.resources.model import Phone, PhoneType
from tests.resources.samples import ZONE, a_service, cards, forms


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_card_fits_every_platform(language: str) -> None:
    assert [problem for card in cards() for problem in over_budget(card, language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_fits_every_platform(language: str) -> None:
    assert [problem for form in forms() for problem in form_over_budget(form, language)] == []


def test_open_now_and_checked_on_are_said_in_the_communitys_own_time() -> None:
    evening_in_toronto = datetime(2026, 3, 10, 1, 30, tzinfo=UTC)
    service = a_service(verified_at=evening_in_toronto)
    shown = plain_card(words.one(service, "en", evening_in_toronto, ZONE))
    assert "as of 21:30" in shown
    assert "2026-03-09" in shown


def test_a_number_that_the_next_step_names_is_not_said_twice() -> None:
    named = a_service(application_process={"en": "Call 555 0100."})
    unnamed = a_service(
        application_process={"en": "Call them."}, phones=(Phone("555 0100", PhoneType.VOICE),)
    )
    now = datetime(2026, 3, 10, tzinfo=UTC)
    for service in (named, unnamed):
        assert plain(words.offer(service, "en", now, ZONE).words).count("555 0100") == 1
