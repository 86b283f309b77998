"""Every word that members read about resources; names and texts of services are verbatim."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from peerbot.chat.actions import action
from peerbot.chat.cards import (
    Actions,
    Button,
    Card,
    Fields,
    Heading,
    LinkButton,
    Node,
    Note,
    Option,
    Pager,
    Row,
    Select,
    Style,
    Text,
    Tone,
    buttons,
    card,
)
from peerbot.chat.commands import Command, Parameter, Pick
from peerbot.chat.forms import Choice, Form, Surface, TextIn, Toggle
from peerbot.chat.suggestions import Suggestion
from peerbot.chat.text import Bold, Code, Moment, When, Words, joined
from peerbot.i18n import Msg, _, n_
from peerbot.resources.model import PhoneType, Schedule, Service, Support, said
from peerbot.resources.place import MOST_FOUND, Place
from peerbot.resources.search import MAX_QUERY, Filters

if TYPE_CHECKING:
    from babel import Locale

PER_PAGE = 5

KINDS: dict[Support, Msg] = {
    Support.EMOTIONAL: _("Someone who listens"),
    Support.TANGIBLE: _("Practical help"),
    Support.INFORMATIONAL: _("Information"),
    Support.COMPANY: _("Company"),
}
SHORT_DAYS: tuple[Msg, ...] = (
    _("Mon"),
    _("Tue"),
    _("Wed"),
    _("Thu"),
    _("Fri"),
    _("Sat"),
    _("Sun"),
)
ANY_KIND = "any"
OTHER_COUNTRIES = _("Other countries too")

ASK = Command(
    name="resources",
    summary=_("Find people, places and services that help; only you see it"),
    parameters=(
        Parameter(
            name="search",
            summary=_("Words to look for; only you see them"),
            suggested=True,
            surface=Surface.PRIVATE,
            most=MAX_QUERY,
        ),
        Parameter(
            name="kind",
            summary=_("What kind of support"),
            picks=tuple(Pick(kind.value, words) for kind, words in KINDS.items()),
        ),
    ),
)


def results(
    shown: Sequence[Service],
    place: Place,
    language: str,
    now: datetime,
    zone: ZoneInfo,
    *,
    page: int,
    pages: int,
    total: int,
    country: str,
) -> Card:
    """Return one page of a list, or of what a search found."""
    if not shown:
        return nothing(place, country)
    return card(
        "resources.results",
        Heading(_("Resources that fit your words") if place.found is not None else _("Resources")),
        Text(_narrowed(place.filters, country, language, total)),
        *(offer(one, language, now, zone) for one in shown),
        Pager(page, pages, place.action("list")) if pages > 1 else None,
        _kinds(place),
        _switches(place, country),
        Note(_foot(now, zone, place, total)),
        summary=n_("{n} resource", "{n} resources", total),
    )


def offer(service: Service, language: str, now: datetime, zone: ZoneInfo) -> Row:
    """Return one service as a few lines, the next step first, with a button for the rest."""
    facts: list[Words] = [_open(service, now)]
    if cost := said(service.cost_option, language):
        facts += [" · ", cost]
    if service.languages:
        facts += [" · ", languages(service.languages, language)]
    step = said(service.application_process, language)
    lines: list[Words] = [Bold(service.name), "\n", step]
    for phone in service.phones[:2]:
        if phone.number not in step:
            lines += ["\n", _phone(phone.number, phone.type, phone.description)]
    lines += ["\n", *facts, "\n", checked(service, zone)]
    return Row(joined(*lines), Button(action("resources", "show", service.number), _("More")))


def named(service: Service) -> Suggestion:
    """Return a service as what may be typed: its name."""
    organization = service.organization.name
    same = organization.casefold() in service.name.casefold()
    label = service.name if same else f"{service.name} ({organization})"
    return Suggestion(service.name, label)


def one(service: Service, language: str, now: datetime, zone: ZoneInfo) -> Card:
    """Return everything about one service, the next step first."""
    links = [LinkButton(service.url, _("Their website"))] if service.url else []
    return card(
        "resources.one",
        Heading(service.name),
        Text(Bold(said(service.application_process, language))),
        Fields(facts(service, language, now)),
        _about(service, language),
        Note(joined(checked(service, zone), "\n", _source(service), "\n", _as_of(now, zone))),
        buttons(
            *links,
            Button(action("resources", "browse"), _("All resources")),
            Button(action("resources", "search"), _("Search by words")),
        ),
        summary=_("{name}: how to reach it", name=service.name),
    )


def nothing(place: Place, country: str) -> Card:
    """Return what to try when nothing fits: never an empty page."""
    filters = place.filters
    wider = (
        (filters.open_now, place.open_now(on=False), _("At any hour")),
        (filters.online, place.online(on=False), _("Online or in person")),
        (filters.kind is not None, place.only(None), _("Every kind of support")),
        (bool(country) and not filters.everywhere, place.everywhere(on=True), OTHER_COUNTRIES),
    )
    ways = tuple(Button(there.action("list"), words) for helps, there, words in wider if helps)
    return card(
        "resources.nothing",
        Text(
            _(
                "Nothing fits that yet. It is not you: this list is young. Other words may find "
                "something, and staff can add what is missing."
            )
        ),
        Actions(ways) if ways and place.found != () else None,
        buttons(
            Button(action("resources", "search"), _("Search by words"), Style.PRIMARY),
            Button(action("resources", "browse"), _("All resources")),
            Button(action("crisis", "help"), _("I need help now")),
        ),
        summary=_("Nothing fits that yet; here is what you can try."),
        tone=Tone.CARE,
    )


def search_form() -> Form:
    kinds = tuple(Option(kind.value, words) for kind, words in KINDS.items())
    return Form(
        title=_("Find a resource"),
        fields=(
            TextIn(
                key="words",
                label=_("What are you looking for?"),
                hint=_("A few words, in English or French. Only you see them."),
                surface=Surface.PRIVATE,
                most=MAX_QUERY,
                required=False,
            ),
            Choice(
                key="kind",
                label=_("What kind of support?"),
                options=(Option(ANY_KIND, _("Every kind of support")), *kinds),
                required=False,
            ),
            Toggle(key="open_now", label=_("Open now")),
            Toggle(key="online", label=_("Online or by phone")),
            Toggle(key="everywhere", label=OTHER_COUNTRIES),
        ),
        submit=_("Search"),
    )


# -- Parts -------------------------------------------------------------------------------------


def checked(service: Service, zone: ZoneInfo) -> Msg:
    """Return who looked at it last, and on which day in the community's `zone`."""
    if service.verified_at is not None:
        day = Moment(service.verified_at, zone, When.DAY)
        return _("Checked on {day} by counselling staff", day=day)
    if service.source_read:
        return _("Source read {month}; not checked by staff yet", month=service.source_read)
    return _("Not checked by staff yet")


def languages(codes: Sequence[str], language: str) -> str:
    """Return the names of languages in `language`; codes that nobody knows as they are."""
    names = _locale(language).languages
    return ", ".join(str(names.get(code, code)) for code in codes)


def country_name(code: str, language: str) -> str:
    return str(_locale(language).territories.get(code, code))


def hours(service: Service) -> Words:
    if service.always_open:
        return _("Day and night")
    if not service.schedules:
        return _("Not known to us: please look at their site")
    lines: list[Words] = []
    for schedule in service.schedules:
        lines += ["\n", schedule_words(schedule)]
    return joined(*lines[1:])


def schedule_words(schedule: Schedule) -> Msg:
    days: list[Words] = []
    for day in sorted(schedule.byday):
        days += [", ", SHORT_DAYS[day]]
    return _(
        "{days}: {opens} to {closes} ({zone})",
        days=_("every day") if len(schedule.byday) == 7 else joined(*days[1:]),
        opens=f"{schedule.opens_at:%H:%M}",
        closes=_clock(schedule.closes_at),
        zone=schedule.timezone.key,
    )


def phones(service: Service) -> Msg:
    lines: list[Words] = []
    for phone in service.phones:
        lines += ["\n", _phone(phone.number, phone.type, phone.description)]
    return joined(*lines[1:])


def ages(service: Service) -> Msg | None:
    match service.minimum_age, service.maximum_age:
        case None, None:
            return None
        case int(least), None:
            return _("From {least} years", least=least)
        case None, int(most):
            return _("Up to {most} years", most=most)
        case least, most:
            return _("{least} to {most} years", least=least, most=most)


def _phone(number: str, kind: PhoneType, description: str) -> Msg:
    if kind is PhoneType.SMS and description:
        return _("Text {word} to {number}", word=Code(description), number=Code(number))
    if kind is PhoneType.SMS:
        return _("Text {number}", number=Code(number))
    if description:
        return _("Call {number} ({note})", number=Code(number), note=description)
    return _("Call {number}", number=Code(number))


def _open(service: Service, now: datetime) -> Msg:
    if service.always_open:
        return _("Open now: day and night")
    if not service.hours_known:
        return _("Hours not known to us")
    closing = service.closing(now)
    if closing is None:
        return _("Closed now")
    at, zone = closing
    return _("Open now, until {time} ({zone})", time=_clock(at), zone=zone.key)


def _clock(at: time) -> str:
    return "24:00" if at == time(0) else f"{at:%H:%M}"


def facts(service: Service, language: str, now: datetime) -> tuple[tuple[Words, Words], ...]:
    where: Words = _("Online or by phone") if service.is_online else service.location.address
    country = country_name(service.country, language) if service.country else _("Anywhere")
    who: list[Words] = [said(service.eligibility_description, language)]
    if years := ages(service):
        who += [" · ", years] if who[0] else [years]
    pairs: list[tuple[Words, Words | None]] = [
        (_("Phone"), phones(service) if service.phones else None),
        (_("Email"), service.email or None),
        (_("Now"), _open(service, now)),
        (_("Hours"), hours(service)),
        (_("Cost"), said(service.cost_option, language) or None),
        (_("Languages"), languages(service.languages, language) or None),
        (_("For whom"), joined(*who) if any(who) else None),
        (_("Where"), joined(where, " · ", country) if where else country),
        (_("Kind of support"), kinds_of(service)),
    ]
    return tuple((name, value) for name, value in pairs if value is not None)


def kinds_of(service: Service) -> Msg:
    several: list[Words] = []
    for kind in service.support:
        several += [", ", KINDS[kind]]
    return joined(*several[1:])


def _about(service: Service, language: str) -> Node | None:
    parts = (said(service.description, language), service.organization.name)
    return Text("\n".join(part for part in parts if part))


def _source(service: Service) -> Msg:
    if not service.source:
        return _("Added by the staff of this community")
    return _("Source: {source}", source=service.source)


def _as_of(now: datetime, zone: ZoneInfo) -> Msg:
    return _("Open or closed as of {time}", time=Moment(now, zone, When.TIME))


def _foot(now: datetime, zone: ZoneInfo, place: Place, total: int) -> Msg:
    more = total - MOST_FOUND
    if place.found is None or more <= 0:
        return _as_of(now, zone)
    hidden = n_(
        "{n} more fits less well: another word brings it up.",
        "{n} more fit less well: another word brings them up.",
        more,
    )
    return joined(_as_of(now, zone), "\n", hidden)


def _narrowed(filters: Filters, country: str, language: str, total: int) -> Msg:
    parts: list[Words] = [n_("{n} fits", "{n} fit", total)]
    if filters.kind is not None:
        parts += [" · ", KINDS[filters.kind]]
    if filters.open_now:
        parts += [" · ", _("Open now")]
    if filters.online:
        parts += [" · ", _("Online or by phone")]
    if country and not filters.everywhere:
        parts += [" · ", country_name(country, language)]
    return joined(*parts)


def _kinds(place: Place) -> Select:
    chosen = place.filters.kind
    several = tuple(
        Option(kind.value, words, chosen=kind is chosen) for kind, words in KINDS.items()
    )
    anything = Option(ANY_KIND, _("Every kind of support"), chosen=chosen is None)
    return Select(
        action=place.action("kind"), label=_("Kind of support"), options=(anything, *several)
    )


def _switches(place: Place, country: str) -> Actions:
    now, online, wide = (
        place.filters.open_now,
        place.filters.online,
        place.filters.everywhere,
    )
    return buttons(
        Button(
            place.open_now(on=not now).action("list"),
            _("At any hour") if now else _("Only open now"),
        ),
        Button(
            place.online(on=not online).action("list"),
            _("Online or in person") if online else _("Only online or by phone"),
        ),
        Button(
            place.everywhere(on=not wide).action("list"),
            _("Only this country") if wide else OTHER_COUNTRIES,
        )
        if country
        else None,
        Button(action("resources", "search"), _("Search by words")),
    )


def _locale(language: str) -> "Locale":
    # Only when a card is drawn: importing Babel costs start-up time.
    from babel import Locale

    return Locale.parse(language)
