"""Forms as plain data: one to five fields, checked here when they come back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from unicodedata import category

from peerbot.chat.cards import Option
from peerbot.chat.text import Words, resolve
from peerbot.i18n import _

MAX_FIELDS = 5
"""https://discord.com/developers/docs/components/reference#component-object-component-types"""
MAX_TEXT = 3000
"""https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element"""

Values = Mapping[str, str | tuple[str, ...] | bool]
"""What was filled in, by field: words, a tuple of chosen values, or yes and no."""


class Surface(StrEnum):
    """Where words were written, which decides who may hear of them: the table of `safety.md`."""

    PUBLIC = "public"
    """A message in a channel that the bot may read."""
    FLAGGED = "flagged"
    """A message that somebody flagged for moderators."""
    TO_STAFF = "to-staff"
    """A direct message to the bot, or words for staff: responders hear from urgent on."""
    PRIVATE = "private"
    """For the writer alone: help is offered above the result, nobody is told unless they ask."""
    REPORT = "report"
    """A worry about somebody else: whom it goes to is decided with the whole report."""
    SAMPLE = "sample"
    """Pasted to try the rules (the rule lab): nobody's own words, so nothing follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextIn:
    """Free words. Screened before any feature sees them."""

    key: str
    label: Words
    surface: Surface
    hint: Words | None = None
    long: bool = False
    most: int = 200
    """Characters at most."""
    required: bool = True
    initial: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Exactly one of the options (none, if not required)."""

    key: str
    label: Words
    options: tuple[Option, ...]
    hint: Words | None = None
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiChoice:
    """Any of the options; at least one if required."""

    key: str
    label: Words
    options: tuple[Option, ...]
    hint: Words | None = None
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Toggle:
    """Yes or no."""

    key: str
    label: Words
    hint: Words | None = None
    initial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPick:
    """A room of the space, by the platform's own picker; its id comes back."""

    key: str
    label: Words
    hint: Words | None = None
    required: bool = True
    initial: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPick:
    """A member of the space, by the platform's own picker; their id comes back."""

    key: str
    label: Words
    hint: Words | None = None
    required: bool = True
    initial: str = ""


Field = TextIn | Choice | MultiChoice | Toggle | ChannelPick | MemberPick


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A few questions asked at once."""

    title: Words
    fields: tuple[Field, ...]
    submit: Words
    intro: Words | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.fields) <= MAX_FIELDS:
            raise ValueError(f"a form has 1 to {MAX_FIELDS} fields, not {len(self.fields)}")

    def keeping(self, values: Values) -> "Form":
        """Return the form filled in as the person left it, so that nothing is typed twice."""
        return replace(self, fields=tuple(_keeping(field, values) for field in self.fields))

    def read(
        self, values: Values
    ) -> tuple[dict[str, str | tuple[str, ...] | bool], dict[str, Words]]:
        """Return what was filled in, and the reasons, by field, why some of it cannot be taken.

        What comes back from a platform is untrusted: unknown fields are dropped, options that were
        not offered are refused, control characters are taken out.
        """
        taken: dict[str, str | tuple[str, ...] | bool] = {}
        refused: dict[str, Words] = {}
        for field in self.fields:
            value, reason = _read(field, values.get(field.key))
            if reason is None:
                taken[field.key] = value
            else:
                refused[field.key] = reason
        return taken, refused


_MEMBER_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
"""An id of any platform; nothing that would be more than an id in a mention."""


def clean(text: str) -> str:
    """Return `text` without control characters (line breaks stay) and outer blanks.

    Lone surrogates go too: JSON can carry them, but no database and no terminal takes them.
    """
    return "".join(c for c in text if c in "\n\t" or category(c) not in {"Cc", "Cs"}).strip()


def form_in_language(form: Form, language: str) -> Form:
    """Return the form with every `Words` in it resolved to one language."""

    def rich(words: Words | None) -> Words | None:
        return None if words is None else resolve(words, language)

    def option(one: Option) -> Option:
        return replace(one, label=resolve(one.label, language), hint=rich(one.hint))

    def field(one: Field) -> Field:
        shown = replace(one, label=resolve(one.label, language), hint=rich(one.hint))
        if isinstance(shown, Choice | MultiChoice):
            return replace(shown, options=tuple(option(each) for each in shown.options))
        return shown

    return replace(
        form,
        title=resolve(form.title, language),
        submit=resolve(form.submit, language),
        intro=rich(form.intro),
        fields=tuple(field(one) for one in form.fields),
    )


def _read(field: Field, value: object) -> tuple[str | tuple[str, ...] | bool, Words | None]:
    match field:
        case TextIn():
            words = clean(value) if isinstance(value, str) else ""
            if not words:
                return "", _("Please write something here.") if field.required else None
            if len(words) > field.most:
                too_many = len(words) - field.most
                return words, _(
                    "That is {n} characters too long (at most {most}). Nothing is lost: please "
                    "shorten it.",
                    n=too_many,
                    most=field.most,
                )
            return words, None
        case Choice() | MultiChoice():
            offered = [option.value for option in field.options]
            given = (value,) if isinstance(value, str) and value else value
            chosen = tuple(str(each) for each in given) if isinstance(given, tuple | list) else ()
            if any(each not in offered for each in chosen):
                return (), _("That choice is not offered here. Please pick one of the list.")
            if field.required and not chosen:
                return (), _("Please choose one.")
            if isinstance(field, MultiChoice):
                return tuple(each for each in offered if each in chosen), None
            return (chosen[0] if chosen else ""), None
        case Toggle():
            return value is True or value == "yes", None
        case ChannelPick():
            room = value if isinstance(value, str) else ""
            return room, _("Please choose a channel.") if field.required and not room else None
        case MemberPick():
            member = value if isinstance(value, str) else ""
            if member and _MEMBER_ID.fullmatch(member) is None:
                return "", _("I do not know this member. Please pick one of the list.")
            return member, _("Please choose a member.") if field.required and not member else None


def _keeping(field: Field, values: Values) -> Field:
    if field.key not in values:
        return field
    value = values[field.key]
    match field:
        case TextIn() | ChannelPick() | MemberPick():
            return replace(field, initial=str(value))
        case Toggle():
            return replace(field, initial=value is True)
        case Choice() | MultiChoice():
            chosen = (
                (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
            )
            return replace(
                field,
                options=tuple(replace(one, chosen=one.value in chosen) for one in field.options),
            )
