"""Words about timers and privacy choices."""

from datetime import timedelta

from peerbot.chat.actions import action
from peerbot.chat.cards import (
    Button,
    Card,
    Divider,
    Fields,
    Heading,
    Note,
    Option,
    Row,
    Select,
    Style,
    buttons,
    card,
)
from peerbot.chat.forms import Form, Surface, TextIn
from peerbot.chat.text import Words, minutes
from peerbot.community.model import Settings
from peerbot.i18n import Msg, _, n_

FOLLOW_UP_HOURS = (24, 36, 48)
"""By day it may become half a day more, so within 24 to 72 hours: safety.md."""


def settings_card(settings: Settings, note: Words | None = None) -> Card:
    """Return the timers and privacy choices in force. `note` says what just happened."""

    def toggle(name: str, words: Msg, *, on: bool) -> Row:
        label = _("Switch off") if on else _("Switch on")
        state = _("on") if on else _("off")
        return Row(
            _("{what}: {state}", what=words, state=state),
            Button(action("community", "toggle", name, "off" if on else "on"), label),
        )

    return card(
        "community.settings",
        Heading(_("Timers and privacy")),
        Fields(
            (
                (_("An emergency is passed on after"), _minutes(settings.claim_emergency)),
                (_("An urgent alert is passed on after"), _minutes(settings.claim_urgent)),
                (_("Quiet time after an alert"), _minutes(settings.quiet_for)),
                (_("Check-in answers kept for"), _days(settings.answers_kept.days)),
                (_("Youngest age for check-ins"), str(settings.minimum_age)),
            )
        ),
        buttons(Button(action("community", "timers"), _("Change these"), Style.PRIMARY)),
        Divider(),
        toggle(
            "first-answer",
            _("Write first, in private, to someone in danger"),
            on=settings.first_private_answer,
        ),
        toggle(
            "private-emergencies",
            _('Tell responders of emergencies in "only me" words too'),
            on=settings.private_emergencies,
        ),
        Select(
            action("community", "follow-up"),
            _("Remind whoever took an alert, after it is closed"),
            (
                Option("off", _("Never"), chosen=settings.follow_up_after is None),
                *(
                    Option(
                        str(hours),
                        n_("After {n} hour", "After {n} hours", hours),
                        chosen=settings.follow_up_after == timedelta(hours=hours),
                    )
                    for hours in FOLLOW_UP_HOURS
                ),
            ),
        ),
        Row(
            _("Worries about the team go to chosen people"),
            Button(action("community", "about-team"), _("Who?")),
        ),
        Note(note) if note is not None else None,
        buttons(Button(action("community", "panel"), _("Back to the panel"))),
        summary=_("Timers and privacy"),
    )


def timers_form(settings: Settings) -> Form:
    def number(key: str, label: Msg, value: int) -> TextIn:
        return TextIn(key=key, label=label, surface=Surface.PRIVATE, most=4, initial=str(value))

    return Form(
        title=_("Timers and privacy"),
        fields=(
            number(
                "emergency",
                _("Emergency: pass on after (minutes)"),
                minutes(settings.claim_emergency),
            ),
            number("urgent", _("Urgent: pass on after (minutes)"), minutes(settings.claim_urgent)),
            number("quiet", _("Quiet time after an alert (minutes)"), minutes(settings.quiet_for)),
            number("days", _("Check-in answers kept (days)"), settings.answers_kept.days),
            number("age", _("Youngest age for check-ins"), settings.minimum_age),
        ),
        submit=_("Save"),
    )


def not_between(low: int, high: int) -> Msg:
    return _("Please write a whole number from {low} to {high}.", low=low, high=high)


def _minutes(length: timedelta) -> Words:
    return n_("{n} minute", "{n} minutes", minutes(length))


def _days(days: int) -> Words:
    return n_("{n} day", "{n} days", days)
