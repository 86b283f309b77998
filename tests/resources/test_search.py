"""Search finds what people mean, in either language, and nothing in it can be misused."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerbot.clock import Chance
from peerbot.content import read
from peerbot.resources.model import Location, LocationType, Organization, Service, Status, Support
from peerbot.resources.search import DirectoryIndex, Filters, Found
from tests.resources.samples import NOW, a_service, hours

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)

GOLDEN = [
    ("samaritans", "gb-samaritans-email"),
    ("samaritains", "gb-samaritans"),
    ("young people", "fr-fil-sante-jeunes"),
    ("jeunes", "fr-fil-sante-jeunes-chat"),
    ("veterans", "us-veterans-crisis-line"),
    ("veteranz", "us-veterans-crisis-line"),
    ("Vétérans", "us-veterans-crisis-line"),
    ("domestic abuse", "gb-refuge"),
    ("domestik abuze", "gb-refuge"),
    ("violence conjugale", "gb-refuge"),
    ("student", "ca-good2talk-on"),
    ("étudiants", "ca-good2talk-on"),
    ("etudiante", "ca-good2talk-on"),
    ("muslim", "ca-naseeha"),
    ("musulmane", "ca-naseeha"),
    ("residential schools", "ca-residential-school"),
    ("pensionnat", "ca-residential-school"),
    ("men", "au-mensline"),
    ("hommes", "au-mensline"),
    ("indigenous", "ca-residential-school"),
    ("autochtone", "ca-hope-for-wellness"),
    ("aborigines", "au-13yarn"),
    ("text line", "us-crisis-text-line"),
    ("write an email", "gb-samaritans-email"),
    ("suicide in Canada", "ca-988"),
    ("low mood and worry", "au-beyond-blue"),
    ("de l'inquiétude", "au-beyond-blue"),
    ("someone bereaved", "au-suicide-call-back-service"),
    ("kids help fone", "au-kids-helpline"),
    ("lifelin", "au-lifeline"),
    ("3114", "fr-3114"),
    ("prévention du suicide", "fr-3114"),
    ("jo@samaritans.ie", "ie-samaritans-email"),
    ("1-800-668-6868", "ca-kids-help-phone"),
    ("PAPYRUS", "gb-papyrus"),
    ("papirus", "gb-papyrus"),
    ("search for helplines", "find-a-helpline"),
    ("compagnie", "ie-samaritans"),
]


def _numbered(services: list[Service], first: int = 1) -> list[Service]:
    return [replace(one, number=first + at) for at, one in enumerate(services)]


@pytest.fixture(scope="module")
def national() -> DirectoryIndex:
    return DirectoryIndex(_numbered(list(read().directory.services)), 1)


def _find(
    index: DirectoryIndex,
    words: str,
    community: str | None = None,
    country: str = "",
    now: datetime = MORNING,
    **filters: object,
) -> Found:
    return index.find(words, community, country, Filters(**filters), now)  # type: ignore[arg-type]


def _ids(found: Found) -> list[str]:
    return [one.id for one in found.services]


@pytest.mark.parametrize(("words", "first"), GOLDEN)
def test_the_first_hit_is_what_was_meant(national: DirectoryIndex, words: str, first: str) -> None:
    assert _ids(_find(national, words))[:1] == [first]


def test_two_indexes_with_different_histories_give_the_same_pages(
    national: DirectoryIndex,
) -> None:
    shuffled = Chance(3).shuffled(list(read().directory.services))
    retired = [a_service(f"retired-{n}", status=Status.DEFUNCT) for n in range(9)]
    other = DirectoryIndex(_numbered([*retired, *shuffled], first=500), 42)
    for words, _first in GOLDEN:
        assert _ids(_find(national, words)) == _ids(_find(other, words)), words


@pytest.mark.parametrize(
    "words", ["(", "*", ")(", '"', "AND", "+", "-", "🙂🙂🙂", "", "   ", "\u202e\u200f", "\x00"]
)
def test_what_holds_no_word_finds_nothing_and_lists_nothing(
    national: DirectoryIndex, words: str
) -> None:
    assert _find(national, words).total in {0, _find(national, "and").total}


def test_field_names_are_only_words(national: DirectoryIndex) -> None:
    for words in ("number:1", "owner:us", "kind:emotional", "id:1 OR id:2"):
        plain = words.replace(":", " ")
        assert _ids(_find(national, words)) == _ids(_find(national, plain))


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_words_are_answered(words: str) -> None:
    found = _find(_SMALL, words)
    assert set(_ids(found)) <= {"one", "two"}
    assert found.total == len(_ids(found))


_SMALL = DirectoryIndex(_numbered([a_service("one"), a_service("two")]), 1)


def test_forty_thousand_characters_are_answered(national: DirectoryIndex) -> None:
    assert _ids(_find(national, "samaritans " * 4_000))
    assert _find(national, "x" * 40_000).total == 0


def test_right_to_left_words_are_found() -> None:
    service = a_service("arabic", name="خط الدعم", number=1)
    assert _ids(_find(DirectoryIndex([service], 1), "\u202bالدعم\u202c")) == ["arabic"]


def test_another_communitys_services_are_never_found() -> None:
    services = _numbered(
        [
            a_service("ours", community_id="us"),
            a_service("theirs", community_id="them"),
            a_service("shared"),
        ]
    )
    index = DirectoryIndex(services, 1)
    assert set(_ids(_find(index, "warm line", "us"))) == {"ours", "shared"}
    assert _ids(_find(index, "warm line")) == ["shared"]
    assert [one.id for one in index.of("them")] == ["shared", "theirs"]


def test_a_copy_hides_the_shipped_service_even_when_retired() -> None:
    copy = a_service("copy", community_id="us", copy_of="line", status=Status.DEFUNCT)
    index = DirectoryIndex(_numbered([a_service("line"), copy]), 1)
    assert _find(index, "warm line", "us").total == 0
    assert _ids(_find(index, "warm line", "them")) == ["line"]


def test_what_is_not_active_is_not_found() -> None:
    for status in set(Status) - {Status.ACTIVE}:
        index = DirectoryIndex([a_service(status=status, number=1)], 1)
        assert _find(index, "warm line").total == 0
        assert index.of(None) == ()


def test_open_now_is_asked_of_every_hit_and_not_of_the_first_page_alone() -> None:
    closed = [
        a_service(f"closed-{n}", always_open=False, schedules=(hours("01:00", "02:00"),))
        for n in range(300)
    ]
    unknown = [a_service(f"unknown-{n}", always_open=False) for n in range(50)]
    open_one = a_service("zz-open", name="line", always_open=True, source_read="2020-01")
    index = DirectoryIndex(_numbered([*closed, *unknown, open_one]), 1)
    assert _ids(_find(index, "warm line", open_now=True)) == ["zz-open"]
    assert _ids(_find(index, "line", open_now=True)) == ["zz-open"]
    assert _find(index, "line", open_now=True).total == 1
    assert index.listed(None, "", Filters(open_now=True), NOW).total == 1


def test_filters_narrow_by_kind_place_and_country() -> None:
    room = Location(LocationType.PHYSICAL, "1 Main Street")
    services = _numbered(
        [
            a_service("food", support=(Support.TANGIBLE,), location=room),
            a_service("talk", country="FR"),
            a_service("anywhere", country=""),
        ]
    )
    index = DirectoryIndex(services, 1)
    assert _ids(_find(index, "line", kind=Support.TANGIBLE)) == ["food"]
    assert set(_ids(_find(index, "line", online=True))) == {"talk", "anywhere"}
    assert set(_ids(_find(index, "line", country="FR"))) == {"talk", "anywhere"}
    assert _find(index, "line", country="FR", everywhere=True).total == 3
    assert index.listed(None, "FR", Filters(), NOW).total == 2


def test_with_equal_words_the_pinned_and_then_the_freshest_come_first() -> None:
    services = [
        a_service("a", source_read="2024-01"),
        a_service("b", source_read="2026-01"),
        a_service("c", source_read="2020-01", pinned=True),
        a_service("d", source_read="2026-01"),
    ]
    index = DirectoryIndex(_numbered(services), 1)
    assert _ids(_find(index, "warm line")) == ["c", "b", "d", "a"]


def test_all_of_the_words_go_before_some_of_them() -> None:
    def named(service_id: str, name: str) -> Service:
        house = Organization(id=service_id, community_id=None, name=name, description={})
        return a_service(service_id, name=name, organization=house)

    index = DirectoryIndex(
        _numbered([named("food", "Food bank"), named("ride", "Ride board"), named("b", "Bank")]), 1
    )
    assert _ids(_find(index, "food bank")) == ["food"]
    assert set(_ids(_find(index, "bank ride"))) == {"food", "ride", "b"}


def test_words_in_a_language_without_a_stemmer_are_found_as_they_are() -> None:
    service = a_service("es", description={"es": "apoyo vecinal"}, number=1)
    assert _ids(_find(DirectoryIndex([service], 1), "vecinal")) == ["es"]


def test_the_beginning_of_a_word_is_enough() -> None:
    service = a_service("p", name="Psychologists of the town", number=1)
    assert _ids(_find(DirectoryIndex([service], 1), "psych")) == ["p"]
