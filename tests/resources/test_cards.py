"""Every card and form of resources fits every platform, in both languages."""

import pytest

from peerbot.chat.budget import form_over_budget, over_budget
from peerbot.i18n import LANGUAGES
from tests.resources.samples import cards, forms


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_card_fits_every_platform(language: str) -> None:
    assert [problem for card in cards() for problem in over_budget(card, language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_fits_every_platform(language: str) -> None:
    assert [problem for form in forms() for problem in form_over_budget(form, language)] == []
