"""The directory as people meet it: through the real router."""

from dataclasses import replace

import pytest

from peerbot.chat.actions import Action, action
from peerbot.chat.addresses import Reply
from peerbot.chat.cards import Button, Card, Row, Select
from peerbot.chat.plain import plain
from peerbot.db import Database
from peerbot.resources.model import Status
from peerbot.testing import ROBIN, SAM, a_command, a_press, a_submission, an_actor, typing
from tests.resources.conftest import House
from tests.resources.pressing import (
    NEW,
    STAFF,
    an_added,
    button_on,
    filled_in,
    names_on,
    pager_of,
    press,
    section_of,
    submit,
)

OTHER = an_actor(ROBIN, "staff")


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """One real database: `test_service` looks at both."""
    return sqlite_database


# -- Members -------------------------------------------------------------------------------------


async def test_the_list_is_private_and_says_the_next_step_and_when_it_was_read(
    house: House,
) -> None:
    await house.router.dispatch(a_command("resources"))
    (sent,) = house.gateway.sent
    assert isinstance(sent.to, Reply)
    assert "Samaritans, by phone\nCall 116 123 at any time.\n" in house.text()
    assert "Source read 2026-06; not checked by staff yet" in house.text()
    assert len(names_on(sent.card)) == 5


async def test_leafing_shows_everything_once(house: House) -> None:
    card = await press(house, action("resources", "browse"))
    names = names_on(card)
    pager = pager_of(card)
    assert pager is not None
    for page in range(2, pager.pages + 1):
        turned = Action("resources", "list", (*pager.action.args, str(page)))
        names += names_on(await press(house, turned))
    assert len(names) == len(set(names)) == 31


async def test_a_page_after_the_last_is_the_last(house: House) -> None:
    card = await press(house, action("resources", "list", "a000", "-", "999"))
    pager = pager_of(card)
    assert pager is not None
    assert pager.page == pager.pages == 7


async def test_a_search_can_be_leafed_through_without_its_words_being_kept(
    house: House, other_process: House
) -> None:
    await house.router.dispatch(a_command("resources", search="chat"))
    card = house.gateway.cards_to(SAM)[-1]
    pager = pager_of(card)
    assert pager is not None
    assert "chat" not in pager.action.encoded
    turned = Action("resources", "list", (*pager.action.args, "2"))
    # Another process, as after a restart.
    second = await press(other_process, turned)
    assert set(names_on(second)).isdisjoint(names_on(card))
    assert house.screen.heard_words == ["chat"]


async def test_filters_of_a_search_can_be_taken_off_again(house: House) -> None:
    await house.router.dispatch(a_command("resources", search="veterans", kind="tangible"))
    nothing = house.gateway.cards_to(SAM)[-1]
    assert nothing.key == "resources.nothing"
    wider = button_on(nothing, "Every kind of support")
    assert names_on(await press(house, wider.action)) == ["Veterans Crisis Line"]


async def test_a_kind_is_chosen_from_the_list(house: House) -> None:
    card = await press(house, action("resources", "browse"))
    select = next(node for node in card.children if isinstance(node, Select))
    chosen = await press(house, select.action, values=("company",))
    assert len(names_on(chosen)) == 3
    back = await press(house, select.action, values=("any",))
    assert len(names_on(back)) == 5


async def test_open_now_leaves_out_what_is_closed_and_what_is_unknown(house: House) -> None:
    card = await press(house, action("resources", "browse"))
    now_open = button_on(card, "Only open now")
    card = await press(house, now_open.action)
    assert "Closed now" not in house.text()
    assert "Hours not known" not in house.text()
    assert "24 fit" in house.text()


async def test_the_search_form_takes_words_and_filters(house: House) -> None:
    values = {"words": "écouter", "kind": "company", "online": True, "open_now": True}
    card = await submit(house, action("resources", "search"), values)
    assert len(names_on(card)) == 3
    empty = await submit(house, action("resources", "search"), {"words": "", "kind": ""})
    assert len(names_on(empty)) == 5


async def test_a_search_that_finds_nothing_helps_on(house: House) -> None:
    for words in ("xyzzyq", "(", "🙂", "*", "x" * 40_000, "\u202e"):
        await house.router.dispatch(a_command("resources", search=words))
        card = house.gateway.cards_to(SAM)[-1]
        assert card.key == "resources.nothing"
        assert button_on(card, "I need help now")
    assert not house.failures


async def test_one_service_shows_everything_as_it_dials(house: House) -> None:
    await house.router.dispatch(a_command("resources", search="kids help phone"))
    row = next(
        node
        for node in house.gateway.cards_to(SAM)[-1].children
        if isinstance(node, Row) and "by phone and text" in plain(node.words)
    )
    assert isinstance(row.button, Button)
    await press(house, row.button.action)
    text = house.text()
    assert "Call 1-800-668-6868" in text
    assert "Text CONNECT to 686868" in text
    assert "Open now: day and night" in text
    assert "English, French" in text
    assert "Canada" in text


async def test_the_reader_gets_their_own_language(house: House) -> None:
    house.communities.met(an_actor(SAM, locale="fr"), None)
    await house.router.dispatch(a_command("resources", search="jeunesse écoute clavardage"))
    assert "anglais, français" in house.text()


@pytest.mark.parametrize(
    ("pressed", "answer"),
    [
        (action("resources", "show", "999999999"), "chat.gone"),
        (action("resources", "show", "forged"), "chat.gone"),
        (action("resources", "show"), "chat.gone"),
        (action("resources", "list"), "chat.gone"),
        (action("resources", "list", "zzzz", "-"), "chat.gone"),
        (action("resources", "list", "a000", "..."), "chat.gone"),
        (action("resources", "list", "a000", "zzz"), "resources.nothing"),
        (action("resources", "list", "a000", "-", "x"), "chat.gone"),
        (action("resources", "kind", "a000"), "chat.gone"),
        (action("resources", "staff-show", "999"), "chat.gone"),
        (action("resources", "verify", "1"), "chat.gone"),
        (action("resources", "retire", "no"), "chat.gone"),
        (action("resources", "no-such-verb"), "chat.unknown"),
    ],
)
async def test_a_forged_button_has_a_clear_answer(
    house: House, pressed: Action, answer: str
) -> None:
    assert (await press(house, pressed, by=STAFF)).key == answer


# -- Staff ---------------------------------------------------------------------------------------


async def test_staff_add_an_entry_and_members_see_it_once_it_is_checked(house: House) -> None:
    service = await an_added(house)
    assert service.status is Status.INACTIVE
    await house.router.dispatch(a_command("resources", search="soup"))
    assert house.key() == "resources.nothing"
    card = await press(house, action("resources", "staff-show", service.number), by=STAFF)
    await press(house, button_on(card, "All is right: show it").action, by=STAFF)
    await house.router.dispatch(a_command("resources", search="soup"))
    assert "Checked on 2026-03-02 by counselling staff" in house.text()
    assert "Come to the side door at noon." in house.text()


async def test_an_entry_sent_twice_is_added_once(house: House) -> None:
    await an_added(house)
    await an_added(house)
    assert len(await house.resources.kept_with(house.home.id, "soup")) == 1


async def test_another_entry_from_the_same_card_does_not_overwrite_the_first(house: House) -> None:
    await an_added(house)
    await an_added(house, name="Soup by bike")
    found = await house.resources.kept_with(house.home.id, "soup")
    assert {one.name for one in found} == {"Soup kitchen", "Soup by bike"}
    assert len({one.organization.id for one in found}) == 1


async def test_every_section_is_stored_as_typed(house: House) -> None:
    service = await an_added(house)
    for section in ("words", "contact", "hours", "who", "place"):
        await submit(house, section_of(service, section), filled_in(house, service, section))
        service = await house.resources.entry(house.home.id, service.number)
    text = house.text()
    assert service.url == "https://soup.example.org"
    assert service.languages == ("en", "fr")
    assert service.country == "CA"
    assert service.pinned
    assert "Text SOUP to 55501" in text
    assert "Mon, Tue: 09:00 to 24:00 (Europe/Paris)" in text
    assert "1 Main Street · Canada" in text


async def test_hours_can_have_several_lines_and_lose_one_again(house: House) -> None:
    service = await an_added(house)
    for line, days in ((0, ("0",)), (1, ("5",)), (0, ())):
        values = filled_in(house, service, "hours", days=days)
        await submit(house, section_of(service, "hours", line), values)
        service = await house.resources.entry(house.home.id, service.number)
    assert [one.byday for one in service.schedules] == [frozenset({5})]


@pytest.mark.parametrize(
    ("section", "field", "value"),
    [
        ("contact", "phone", "call us"),
        ("contact", "sms", "🙂"),
        ("contact", "url", "javascript:alert(1)"),
        ("contact", "email", "nobody"),
        ("hours", "opens_at", "noonish"),
        ("hours", "closes_at", "9:00"),
        ("hours", "timezone", "Nowhere/Land"),
        ("hours", "days", ("9",)),
        ("who", "languages", "English"),
        ("who", "minimum_age", "x"),
        ("who", "maximum_age", "-3"),
        ("place", "country", "1x"),
        ("place", "location_type", "moon"),
        ("place", "support", ()),
        ("words", "name", ""),
        ("words", "description", "x" * 40_000),
    ],
)
async def test_what_cannot_be_is_refused_beside_its_field(
    house: House, section: str, field: str, value: object
) -> None:
    service = await an_added(house)
    values = filled_in(house, service, section, **{field: value})
    event = a_submission(section_of(service, section), values, by=STAFF)
    assert set(await house.router.dispatch(event)) == {field}
    assert (await house.resources.entry(house.home.id, service.number)) == service


async def test_who_comes_second_gets_their_words_back(house: House) -> None:
    service = await an_added(house)
    await submit(house, section_of(service, "words"), filled_in(house, service, "words", name="A"))
    values = filled_in(house, service, "words", description="What only Robin knows.")
    card = await submit(house, section_of(service, "words"), values, by=OTHER)
    assert card.key == "resources.changed-meanwhile"
    assert "What only Robin knows." in house.text(ROBIN)
    again = button_on(card, "Open the form again")
    card = await submit(house, again.action, values, by=OTHER)
    assert card.key == "resources.entry"


async def test_forms_open_filled_in(house: House) -> None:
    service = await an_added(house)
    for section in ("words", "contact", "hours", "who", "place"):
        press = a_press(section_of(service, section), by=STAFF)
        form = await house.router.open_form(press)
        assert not isinstance(form, Card)
    await house.router.dispatch(a_press(action("resources", "staff-list"), by=STAFF))
    assert house.key() == "resources.panel"


async def test_retired_and_brought_back_by_buttons(house: House) -> None:
    service = await an_added(house)
    card = await press(house, action("resources", "retire", service.number), by=STAFF)
    back = button_on(card, "Bring it back")
    card = await press(house, back.action, by=STAFF)
    assert "Members do not see it yet" in house.text()
    trail = await house.communities.trail(house.home.id)
    assert [one.what for one in trail] == [
        "resources.bring-back",
        "resources.retire",
        "resources.add",
    ]


async def test_the_panel_lists_what_waits_first_and_finds_by_name(house: House) -> None:
    await an_added(house)
    await house.router.dispatch(a_command("peerbot resources", by=STAFF))
    card = house.gateway.cards_to(SAM)[-1]
    assert names_on(card)[0] == "Soup kitchen"
    assert "32 entries; 32 wait" in house.text()
    found = await submit(house, action("resources", "staff-find"), {"name": "samarit"})
    assert len(names_on(found)) == 4


async def test_what_staff_write_about_a_service_is_nobodys_own_words(house: House) -> None:
    await an_added(house, next_step="Call if you think of suicide.")
    assert {heard.surface.value for heard in house.screen.all_heard} == {"sample"}


async def test_another_communitys_staff_reach_nothing(house: House) -> None:
    service = await an_added(house)
    press = a_press(action("resources", "staff-show", service.number), by=OTHER)
    assert press.space is not None
    elsewhere = replace(press, space=replace(press.space, id="elsewhere"))
    await house.router.dispatch(elsewhere)
    assert house.key(ROBIN) == "chat.gone"


# -- while somebody types --------------------------------------------------------------------------


async def _offered(house: House, typed: str, **others: str) -> list[str]:
    event = typing("resources", "search", typed, **others)
    return [one.value for one in await house.router.suggestions(event)]


async def test_names_are_offered_by_any_word_that_begins_so(house: House) -> None:
    await _added_and_shown(house, name="Late night tea", organization="The Corner")
    assert "Late night tea" in await _offered(house, "la")
    assert "Late night tea" in await _offered(house, "tea nig")
    assert "Late night tea" in await _offered(house, "corner")
    assert len(await _offered(house, "")) == 25


async def test_a_slip_in_a_name_is_forgiven_as_in_the_search(house: House) -> None:
    await _added_and_shown(house, name="Xylophone circle")
    assert await _offered(house, "xylofone") == ["Xylophone circle"]


async def test_only_what_members_see_here_is_offered(house: House) -> None:
    await an_added(house, name="Xylophone circle")
    assert await _offered(house, "xylophone") == []
    await _added_and_shown(house, "new2", name="Xylophone choir")
    assert await _offered(house, "xylophone", kind="tangible") == ["Xylophone choir"]
    assert await _offered(house, "xylophone", kind="informational") == []


async def test_a_picked_name_shows_its_entry_at_once(house: House) -> None:
    await _added_and_shown(house, name="Xylophone circle")
    await house.router.dispatch(a_command("resources", search="xylophone CIRCLE"))
    assert house.key() == "resources.one"
    assert house.text().startswith("XYLOPHONE CIRCLE")


async def test_a_name_that_two_have_lists_both(house: House) -> None:
    await _added_and_shown(house, name="Xylophone circle", organization="North")
    await _added_and_shown(house, "new2", name="Xylophone circle", organization="South")
    assert await _offered(house, "xylophone") == ["Xylophone circle"]
    await house.router.dispatch(a_command("resources", search="Xylophone circle"))
    assert names_on(house.gateway.cards_to(SAM)[-1]) == ["Xylophone circle"] * 2


async def test_what_was_not_offered_is_looked_for(house: House) -> None:
    await _added_and_shown(house, name="Xylophone circle")
    await house.router.dispatch(a_command("resources", search="a xylophone somewhere"))
    assert house.key() == "resources.results"


async def _added_and_shown(house: House, new_id: str = "new1", **changed: object) -> None:
    await an_added(house, new_id, **changed)
    told = NEW | changed
    both = f"{told['name']} {told['organization']}"
    (found,) = await house.resources.kept_with(house.home.id, both)
    await press(house, action("resources", "verify", found.number, found.version), by=STAFF)
