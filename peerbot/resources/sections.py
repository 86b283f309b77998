"""What staff may fill in about a service, in parts of at most five fields; pure."""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from peerbot.chat.forms import Values
from peerbot.delivery.recurrence import RecurrenceError, zone_named
from peerbot.errors import Refused
from peerbot.resources import staff_forms as words
from peerbot.resources.model import (
    MAX_LANGUAGES,
    MAX_SCHEDULES,
    Location,
    LocationType,
    Phone,
    PhoneType,
    Schedule,
    Service,
    Support,
    Texts,
    is_country,
    is_email,
    is_language,
    is_phone,
    time_of_day,
    web_address,
)


class Section(StrEnum):
    """One form's worth of a service."""

    WORDS = "words"
    CONTACT = "contact"
    HOURS = "hours"
    WHO = "who"
    PLACE = "place"


def started(values: Values, language: str) -> Callable[[Service], Service]:
    """Return the change that turns a blank into what the first form says. Raises `Refused`."""
    phone = str(values["phone"])
    if phone and not is_phone(phone):
        raise Refused(phone=words.not_a_phone())

    def change(service: Service) -> Service:
        return replace(
            _named(service, values, language),
            support=_kinds(values),
            phones=(Phone(phone, PhoneType.VOICE),) if phone else (),
            languages=(language,),
        )

    return change


def changed(
    section: Section, values: Values, language: str, line: int = 0
) -> Callable[[Service], Service]:
    """Return the change that a section's form asks for. Raises `Refused`, by field.

    Texts are changed in `language` alone; `line` is which of the lines of hours it is about.
    """
    match section:
        case Section.WORDS:
            return lambda service: replace(
                _named(service, values, language),
                description=_put(service.description, language, str(values["description"])),
            )
        case Section.CONTACT:
            return _contact(values)
        case Section.HOURS:
            return _hours(values, line)
        case Section.WHO:
            return _who(values, language)
        case Section.PLACE:
            return _place(values)


def phone_of(service: Service, kind: PhoneType) -> Phone | None:
    """Return the first phone of that type: the one that the form is about."""
    return next((one for one in service.phones if one.type is kind), None)


def _named(service: Service, values: Values, language: str) -> Service:
    step = str(values["next_step"])
    return replace(
        service,
        name=_line(values, "name"),
        organization=replace(service.organization, name=_line(values, "organization")),
        application_process=_put(service.application_process, language, step),
    )


def _contact(values: Values) -> Callable[[Service], Service]:
    voice, sms, word = (_line(values, key) for key in ("phone", "sms", "sms_word"))
    email = _line(values, "email")
    typed = _line(values, "url")
    url = web_address(typed) if typed else ""
    wrong: dict[str, object] = {}
    if voice and not is_phone(voice):
        wrong["phone"] = words.not_a_phone()
    if sms and not is_phone(sms):
        wrong["sms"] = words.not_a_phone()
    if url is None:
        wrong["url"] = words.not_a_web_address()
    if email and not is_email(email):
        wrong["email"] = words.not_an_email()
    if wrong:
        raise Refused(**wrong)

    def change(service: Service) -> Service:
        phones = _with_phone(service, PhoneType.VOICE, voice, None)
        service = replace(service, phones=phones)
        phones = _with_phone(service, PhoneType.SMS, sms, word)
        return replace(service, phones=phones, url=url or "", email=email)

    return change


def _with_phone(
    service: Service, kind: PhoneType, number: str, note: str | None
) -> tuple[Phone, ...]:
    """Return the phones with the first one of a type changed, added or taken out; others stay.

    `note` None keeps what the number had beside it.
    """
    there = phone_of(service, kind)
    if not number:
        return tuple(one for one in service.phones if one is not there)
    kept = there.description if there and there.number == number else ""
    new = Phone(number, kind, kept if note is None else note)
    if there is None:
        return (*service.phones, new)
    return tuple(new if one is there else one for one in service.phones)


def _hours(values: Values, line: int) -> Callable[[Service], Service]:
    always = values["always_open"] is True
    days = values["days"]
    byday = frozenset(int(day) for day in days) if isinstance(days, tuple) else frozenset()
    schedule = None if always or not byday else _schedule(values, byday)

    def change(service: Service) -> Service:
        if always:
            return replace(service, always_open=True, schedules=())
        lines = list(service.schedules)
        lines[line : line + 1] = [] if schedule is None else [schedule]
        return replace(service, always_open=False, schedules=tuple(lines[:MAX_SCHEDULES]))

    return change


def _schedule(values: Values, byday: frozenset[int]) -> Schedule:
    opens, closes = (time_of_day(str(values[key])) for key in ("opens_at", "closes_at"))
    wrong: dict[str, object] = {}
    if opens is None:
        wrong["opens_at"] = words.not_a_time()
    if closes is None or closes == opens:
        wrong["closes_at"] = words.not_a_time()
    try:
        zone = zone_named(_line(values, "timezone"))
    except RecurrenceError:
        raise Refused(timezone=words.not_a_zone(), **wrong) from None
    if opens is None or closes is None or wrong:
        raise Refused(**wrong)
    return Schedule(byday, opens, closes, zone)


def _who(values: Values, language: str) -> Callable[[Service], Service]:
    typed = _line(values, "languages").replace(";", ",").replace(" ", ",").lower()
    codes = tuple(dict.fromkeys(code for code in typed.split(",") if code))
    ages = {key: _age(values, key) for key in ("minimum_age", "maximum_age")}
    wrong: dict[str, object] = {
        key: words.not_an_age() for key, age in ages.items() if isinstance(age, str)
    }
    if not all(is_language(code) for code in codes) or len(codes) > MAX_LANGUAGES:
        wrong["languages"] = words.not_languages()
    least, most = ages["minimum_age"], ages["maximum_age"]
    if isinstance(least, int) and isinstance(most, int) and least > most:
        wrong["maximum_age"] = words.not_an_age()
    if wrong:
        raise Refused(**wrong)

    def change(service: Service) -> Service:
        eligibility = _put(service.eligibility_description, language, str(values["eligibility"]))
        return replace(
            service,
            eligibility_description=eligibility,
            languages=codes,
            cost_option=_put(service.cost_option, language, _line(values, "cost")),
            minimum_age=least if isinstance(least, int) else None,
            maximum_age=most if isinstance(most, int) else None,
        )

    return change


def _age(values: Values, key: str) -> int | str | None:
    """Return an age, None if there is none, and what was typed if it is no age."""
    typed = _line(values, key)
    if not typed:
        return None
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else typed


def _place(values: Values) -> Callable[[Service], Service]:
    country = _line(values, "country").upper()
    if not is_country(country):
        raise Refused(country=words.not_a_country())
    location = Location(LocationType(str(values["location_type"])), str(values["address"]))

    def change(service: Service) -> Service:
        return replace(
            service,
            location=location,
            country=country,
            support=_kinds(values),
            pinned=values["pinned"] is True,
        )

    return change


def _kinds(values: Values) -> tuple[Support, ...]:
    chosen = values["support"]
    return tuple(kind for kind in Support if isinstance(chosen, tuple) and kind.value in chosen)


def _put(texts: Texts, language: str, text: str) -> Texts:
    others = {key: value for key, value in texts.items() if key != language}
    return others | ({language: text} if text else {})


def _line(values: Values, key: str) -> str:
    """Return what was typed on one line."""
    return " ".join(str(values[key]).split())
