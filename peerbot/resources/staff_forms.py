"""The forms that staff fill in about a service, and why something cannot be taken."""

from peerbot.chat.cards import Option
from peerbot.chat.forms import Choice, Field, Form, MultiChoice, Surface, TextIn, Toggle
from peerbot.chat.text import Words
from peerbot.i18n import Msg, _
from peerbot.resources.cards import KINDS, SHORT_DAYS
from peerbot.resources.model import (
    MAX_ADDRESS,
    MAX_COST,
    MAX_DESCRIPTION,
    MAX_ELIGIBILITY,
    MAX_EMAIL,
    MAX_NAME,
    MAX_NEXT_STEP,
    MAX_NUMBER,
    MAX_PHONE_NOTE,
    MAX_URL,
    LocationType,
    PhoneType,
    Schedule,
    Service,
    said,
)

LOCATIONS: dict[LocationType, Msg] = {
    LocationType.VIRTUAL: _("Online or by phone"),
    LocationType.PHYSICAL: _("In person"),
    LocationType.POSTAL: _("By post"),
}


def add_form() -> Form:
    return Form(
        title=_("Add an entry"),
        intro=_("Members see it once you have filled it in and pressed that it is checked."),
        fields=(
            _words("name", _("What is it called?"), MAX_NAME),
            _words("organization", _("Who offers it?"), MAX_NAME),
            _kinds(None),
            _next_step(""),
            _words("phone", _("Phone, as it dials"), MAX_NUMBER, required=False),
        ),
        submit=_("Save"),
    )


def words_form(service: Service, language: str) -> Form:
    return Form(
        title=_("What it is"),
        intro=_("You change the text in your language; other languages keep theirs."),
        fields=(
            _words("name", _("What is it called?"), MAX_NAME, service.name),
            _words("organization", _("Who offers it?"), MAX_NAME, service.organization.name),
            TextIn(
                key="description",
                label=_("What is it, in a few sentences?"),
                surface=Surface.SAMPLE,
                long=True,
                most=MAX_DESCRIPTION,
                required=False,
                initial=said(service.description, language),
            ),
            _next_step(said(service.application_process, language)),
        ),
        submit=_("Save"),
    )


def contact_form(service: Service, voice: str, sms: str, sms_word: str) -> Form:
    return Form(
        title=_("Phone and links"),
        fields=(
            _words("phone", _("Phone, as it dials"), MAX_NUMBER, voice, required=False),
            _words("sms", _("Number to text"), MAX_NUMBER, sms, required=False),
            _words("sms_word", _("Word to text first"), MAX_PHONE_NOTE, sms_word, required=False),
            _words("url", _("Website"), MAX_URL, service.url, required=False),
            _words("email", _("Email"), MAX_EMAIL, service.email, required=False),
        ),
        submit=_("Save"),
    )


def hours_form(service: Service, line: int, zone: str) -> Form:
    there = service.schedules[line] if line < len(service.schedules) else None
    closes = f"{there.closes_at:%H:%M}" if there else "17:00"
    return Form(
        title=_("Hours"),
        intro=_("Leave the days empty to take these hours out."),
        fields=(
            Toggle(key="always_open", label=_("Day and night"), initial=service.always_open),
            _days(there),
            _words("opens_at", _("Opens at"), 8, f"{there.opens_at:%H:%M}" if there else "09:00"),
            _words("closes_at", _("Closes at"), 8, "24:00" if closes == "00:00" else closes),
            _words("timezone", _("By the clock of"), 40, there.timezone.key if there else zone),
        ),
        submit=_("Save"),
    )


def who_form(service: Service, language: str) -> Form:
    least, most = service.minimum_age, service.maximum_age
    return Form(
        title=_("For whom, and cost"),
        fields=(
            _words(
                "eligibility",
                _("For whom is it?"),
                MAX_ELIGIBILITY,
                said(service.eligibility_description, language),
                required=False,
            ),
            _words("minimum_age", _("From which age"), 3, _number(least), required=False),
            _words("maximum_age", _("Up to which age"), 3, _number(most), required=False),
            _words(
                "cost",
                _("What does it cost?"),
                MAX_COST,
                said(service.cost_option, language),
                required=False,
            ),
            TextIn(
                key="languages",
                label=_("Languages"),
                hint=_("Codes with commas, such as: en, fr"),
                surface=Surface.SAMPLE,
                most=60,
                required=False,
                initial=", ".join(service.languages),
            ),
        ),
        submit=_("Save"),
    )


def place_form(service: Service) -> Form:
    place = service.location
    return Form(
        title=_("Where, and what kind"),
        fields=(
            Choice(
                key="location_type",
                label=_("How do people reach it?"),
                options=tuple(
                    Option(kind.value, words, chosen=kind is place.location_type)
                    for kind, words in LOCATIONS.items()
                ),
            ),
            _words("address", _("Address"), MAX_ADDRESS, place.address, required=False),
            TextIn(
                key="country",
                label=_("Country that it serves"),
                hint=_("Two letters, such as CA; empty for anywhere"),
                surface=Surface.SAMPLE,
                most=2,
                required=False,
                initial=service.country,
            ),
            _kinds(service),
            Toggle(key="pinned", label=_("Show it first"), initial=service.pinned),
        ),
        submit=_("Save"),
    )


def find_form() -> Form:
    return Form(
        title=_("Find an entry"),
        fields=(_words("name", _("A part of its name"), MAX_NAME),),
        submit=_("Search"),
    )


# -- Why not -----------------------------------------------------------------------------------


def not_a_phone() -> Msg:
    return _("That is no number to dial. Please write it as it is dialled there, such as 988.")


def not_a_web_address() -> Msg:
    return _("That is no web address. Please write one such as https://example.org.")


def not_an_email() -> Msg:
    return _("That is no email address. Please write one such as help@example.org.")


def not_a_time() -> Msg:
    return _("Please write a time such as 09:00; the end of the day is 24:00.")


def not_a_zone() -> Msg:
    return _("That time zone is not known. Please write one such as Europe/Paris.")


def not_languages() -> Msg:
    return _("Please write language codes with commas, such as: en, fr.")


def not_an_age() -> Msg:
    return _("Please write whole years, the lower age first.")


def not_a_country() -> Msg:
    return _("Please write the country's two letters, such as CA, or leave it empty.")


# -- Parts ------------------------------------------------------------------------------------


def _words(
    key: str, label: Words, most: int, initial: str = "", *, required: bool = True
) -> TextIn:
    # What staff write here describes a service and is nobody's own words: nothing follows from it.
    return TextIn(
        key=key,
        label=label,
        surface=Surface.SAMPLE,
        most=most,
        required=required,
        initial=initial,
    )


def _next_step(initial: str) -> TextIn:
    return TextIn(
        key="next_step",
        label=_("What is the next step?"),
        hint=_("One sentence, such as: Call 988 at any time."),
        surface=Surface.SAMPLE,
        most=MAX_NEXT_STEP,
        initial=initial,
    )


def _kinds(service: Service | None) -> Field:
    return MultiChoice(
        key="support",
        label=_("Kinds of support"),
        required=True,
        options=tuple(
            Option(kind.value, words, chosen=service is not None and kind in service.support)
            for kind, words in KINDS.items()
        ),
    )


def _days(schedule: Schedule | None) -> Field:
    return MultiChoice(
        key="days",
        label=_("On which days"),
        options=tuple(
            Option(str(day), words, chosen=schedule is not None and day in schedule.byday)
            for day, words in enumerate(SHORT_DAYS)
        ),
    )


def _number(age: int | None) -> str:
    return "" if age is None else str(age)


def first(service: Service, kind: PhoneType) -> tuple[str, str]:
    """Return number and note of the first phone of a type; two empty texts if there is none."""
    for phone in service.phones:
        if phone.type is kind:
            return phone.number, phone.description
    return "", ""
