"""When a service is open, who sees it, and what can be typed about it."""

from datetime import date, datetime, time, timedelta

import pytest

from peerbot.chat.actions import Action, action
from peerbot.errors import Gone
from peerbot.resources.model import (
    Status,
    Support,
    in_order,
    is_email,
    is_phone,
    needs_a_look,
    oldest_first,
    said,
    seen_by,
    time_of_day,
    web_address,
)
from peerbot.resources.place import MOST_FOUND, Place, number_in, page_in, place_in
from peerbot.resources.search import Filters
from tests.resources.samples import NOW, a_service, hours


def at(day: int, clock: str) -> datetime:
    """A moment of the first week of June 2026 (1 is a Monday), in UTC; Paris is two hours ahead."""
    return datetime.fromisoformat(f"2026-06-{day:02d}T{clock}:00+00:00")


@pytest.mark.parametrize(
    ("opens", "closes", "days", "now", "is_open"),
    [
        ("09:00", "17:00", "01234", at(1, "07:00"), True),
        ("09:00", "17:00", "01234", at(1, "06:59"), False),
        ("09:00", "17:00", "01234", at(1, "15:00"), False),
        ("09:00", "17:00", "01234", at(6, "10:00"), False),
        ("19:00", "00:00", "0", at(1, "21:59"), True),
        ("19:00", "00:00", "0", at(1, "22:00"), False),
        ("22:00", "02:00", "0", at(1, "23:30"), True),
        ("22:00", "02:00", "0", at(2, "00:00"), False),
        ("22:00", "02:00", "0", at(1, "00:30"), False),
        ("22:00", "02:00", "6", at(8, "00:00"), False),
        ("22:00", "02:00", "6", at(7, "23:59"), True),
    ],
)
def test_hours_go_by_the_clock_of_the_service(
    opens: str, closes: str, days: str, now: datetime, is_open: bool
) -> None:
    service = a_service(always_open=False, schedules=(hours(opens, closes, days=days),))
    assert service.is_open(now) is is_open


def test_unknown_hours_are_never_open() -> None:
    service = a_service(always_open=False)
    assert not service.is_open(NOW)
    assert not service.hours_known
    assert service.closing(NOW) is None


def test_when_it_closes_is_said_with_its_zone() -> None:
    service = a_service(always_open=False, schedules=(hours("09:00", "17:00"),))
    closing = service.closing(at(1, "10:00"))
    assert closing is not None
    assert (closing[0], closing[1].key) == (time(17), "Europe/Paris")


def test_a_community_sees_its_own_copy_instead_of_the_shipped_one() -> None:
    ours = a_service("copy", community_id="us", copy_of="line")
    theirs = a_service("secret", community_id="them")
    line = a_service("line")
    assert seen_by((line, ours, theirs), "us") == (ours,)
    assert seen_by((line, ours, theirs), "them") == (line, theirs)
    assert seen_by((line, ours, theirs), None) == (line,)


def test_pinned_ones_come_first_then_the_freshest() -> None:
    old = a_service("old", source_read="2020-12")
    new = a_service("new", source_read="2026-03")
    checked = a_service("checked", source_read="2020-12", verified_at=NOW)
    pinned = a_service("pinned", source_read="", pinned=True)
    assert [one.id for one in in_order((old, new, pinned, checked))] == [
        "pinned",
        "checked",
        "new",
        "old",
    ]
    waiting = a_service("waiting", status=Status.INACTIVE)
    assert [one.id for one in oldest_first((checked, new, waiting, old))] == [
        "waiting",
        "old",
        "new",
        "checked",
    ]


def test_what_was_checked_needs_a_fresh_look_in_time() -> None:
    checked = a_service(verified_at=NOW)
    assert not needs_a_look(checked, NOW + timedelta(days=180))
    assert needs_a_look(checked, NOW + timedelta(days=181))
    assert needs_a_look(a_service(), NOW)
    assert a_service(source_read="").freshness == date.min


def test_a_text_is_said_in_the_next_best_language() -> None:
    assert said({"fr": "oui"}, "en") == "oui"
    assert said({"fr": "oui", "en": "yes"}, "de") == "yes"
    assert said({}, "en") == ""


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://988.ca", "https://988.ca"),
        ("http://example.org/a?b=c#d", "http://example.org/a?b=c#d"),
        ("988.ca", "https://988.ca"),
        ("javascript:alert(1)", None),
        ("ftp://example.org", None),
        ("https://user:pass@example.org", None),
        ("https://exa mple.org", None),
        ("https://localhost", None),
        ("https://[::1", None),
        ("https://" + "a" * 300 + ".org", None),
        ("", None),
    ],
)
def test_only_plain_web_addresses_are_taken(typed: str, address: str | None) -> None:
    assert web_address(typed) == address


@pytest.mark.parametrize("number", ["988", "*4141", "1-800-668-6868", "+33 1 23", "116 123"])
def test_numbers_stay_as_they_dial(number: str) -> None:
    assert is_phone(number)


@pytest.mark.parametrize("number", ["", "call", "9", "988\n911", "9" * 31, "<988>", "٩٨٨"])
def test_what_cannot_be_dialled_is_no_number(number: str) -> None:
    assert not is_phone(number)


def test_an_email_address_has_a_name_and_a_house() -> None:
    assert is_email("help@example.org")
    assert not any(is_email(one) for one in ("help", "help@", "a b@c.d", "a@b@c.d", "<a@b.c>"))


def test_midnight_can_be_written() -> None:
    assert time_of_day("24:00") == time(0)
    assert time_of_day("9 h 5") is None


# -- Places ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place",
    [
        Place(Filters()),
        Place(Filters(), ()),
        Place(Filters(kind=Support.TANGIBLE, open_now=True), (1, 61, 62, 238_327)),
        Place(Filters(online=True, everywhere=True), tuple(range(MOST_FOUND))),
    ],
)
def test_a_place_survives_the_way_through_a_button(place: Place) -> None:
    pressed = place.action("list")
    back = place_in(pressed)
    assert (back.filters, back.found or None) == (place.filters, place.found or None)
    with_page = Action(pressed.feature, pressed.verb, (*pressed.args, "12"))
    assert page_in(with_page) == 12
    assert len(with_page.encoded) <= 100


@pytest.mark.parametrize(
    "args",
    [(), ("a000",), ("zzzz", "-"), ("a002", "-"), ("a000", "ab"), ("a000", "a.b"), ("a000", "")],
)
def test_a_forged_place_is_gone(args: tuple[str, ...]) -> None:
    with pytest.raises(Gone):
        place_in(Action("resources", "list", args) if "" not in args else _hollow(args))


def _hollow(args: tuple[str, ...]) -> Action:
    # What `decode` would refuse already; the second lock is tried all the same.
    forged = object.__new__(Action)
    for name, value in (("feature", "resources"), ("verb", "list"), ("args", args)):
        object.__setattr__(forged, name, value)
    return forged


@pytest.mark.parametrize("given", ["x", "-1", "1.5", "1" * 10])
def test_a_forged_number_is_gone(given: str) -> None:
    with pytest.raises(Gone):
        number_in(action("resources", "show", given), 0)


def test_a_found_empty_search_stays_a_search() -> None:
    assert place_in(Place(Filters(), ()).action("list")).found == ()
