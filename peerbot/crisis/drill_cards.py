"""Every word of a drill: the marked answer, and the report of what arrived where."""

from dataclasses import dataclass, replace

from peerbot.chat.actions import action
from peerbot.chat.cards import (
    Button,
    Card,
    Divider,
    Fields,
    Heading,
    Style,
    Text,
    Tone,
    buttons,
    card,
)
from peerbot.chat.text import Moment, When, Words
from peerbot.community.model import Settings
from peerbot.crisis.detection.finding import Finding
from peerbot.crisis.model import Alert, Way
from peerbot.crisis.responder_cards import CATEGORIES, TIERS
from peerbot.i18n import Msg, _

_WAYS: dict[Way, Msg] = {
    Way.INBOX: _("the answer reached you in your inbox"),
    Way.NEW_INBOX: _("the answer reached you in a new private conversation"),
    Way.THREAD: _("the answer reached you in a private thread"),
    Way.NOT_TRIED: _("the answer did not reach you: the platform is busy"),
}
_NOT_REACHED = _("the answer did not reach you: no private way to you is open")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """What a drill showed."""

    alert: Alert
    found: Finding | None
    """What the rules made of the test sentence."""
    way: Way
    """How whoever drills was reached, as a member would be."""
    is_written: bool
    backup_arrived: bool

    @property
    def card_arrived(self) -> bool:
        return self.alert.card is not None

    @property
    def is_whole(self) -> bool:
        """Whether every step worked."""
        return (
            self.found is not None
            and _is_answered(self)
            and self.is_written
            and self.card_arrived
            and self.backup_arrived
        )


def _is_answered(drilled: Drilled) -> bool:
    return drilled.way in {Way.INBOX, Way.NEW_INBOX, Way.THREAD}


def answer(first: Card) -> Card:
    """Return a first answer, marked as a test."""
    marked = first.below(
        card(
            "crisis.drill-answer",
            Text(_("This is a drill, and nobody is in danger. A member would read this:")),
            summary="",
        )
    )
    summary = _("A drill: this is what a member in danger would read.")
    return replace(marked, key="crisis.drill-answer", summary=summary)


def report(drilled: Drilled, settings: Settings) -> Card:
    """Return what arrived where and what did not, in the order of the way."""
    return card(
        "crisis.drill",
        Heading(_("The drill")),
        Fields(
            (
                (_("Noticing"), _noticed(drilled)),
                (_("Private answer"), _WAYS.get(drilled.way, _NOT_REACHED)),
                (_("Record"), _record(drilled, settings)),
                (
                    _("Responders' room"),
                    _("the card arrived") if drilled.card_arrived else _("the card did not arrive"),
                ),
                (_("Backup"), _backup(drilled, settings)),
            )
        ),
        Divider(),
        *(Text(one) for one in _next_steps(drilled)),
        summary=_("What the drill showed: everything arrived")
        if drilled.is_whole
        else _("What the drill showed: something did not arrive"),
        tone=Tone.GOOD if drilled.is_whole else Tone.CARE,
    )


def _noticed(drilled: Drilled) -> Words:
    if drilled.found is None:
        return _("the rules found nothing in the test sentence")
    return _(
        "the rules found the test sentence: {tier}, {what}",
        tier=TIERS[drilled.found.tier],
        what=CATEGORIES[drilled.found.category],
    )


def _record(drilled: Drilled, settings: Settings) -> Words:
    if not drilled.is_written:
        return _("not written: the database does not answer")
    at = Moment(drilled.alert.raised_at, settings.zone_info, When.TIME)
    return _("written at {time}", time=at)


def _backup(drilled: Drilled, settings: Settings) -> Words:
    if not drilled.backup_arrived:
        return _("the call did not arrive")
    if len(settings.alert_pings) > 1:
        return _("the call arrived")
    if settings.alert_pings:
        return _("the call arrived, for the same people: no second role is chosen")
    return _("the call arrived, and notifies nobody: no role is chosen")


def _next_steps(drilled: Drilled) -> tuple[Words, ...]:
    """Return what to do now: mend what did not arrive, or answer the card as a responder would."""
    found = []
    if drilled.found is None:
        found.append(
            _('Please tell whoever runs the server: "peerbot check" says what the rules lack.')
        )
    if not _is_answered(drilled):
        found.append(
            _(
                "A member whom I cannot reach in private finds a card in the room instead, with a "
                "button for help. The responders' card says so."
            )
        )
    found.append(
        _("Now press \"I've got this\" on the card in the responders' room, as one of them would.")
        if drilled.card_arrived
        else _("Please choose a private room where I may write, then try again.")
    )
    return tuple(found)


def leads_to_nothing() -> Card:
    """Return that what is noticed would become no alert here: a defect."""
    return card(
        "crisis.drill",
        Heading(_("The drill")),
        Text(
            _(
                "What the rules find would not become an alert here. Please tell whoever runs the "
                "server."
            )
        ),
        summary=_("What the drill showed: something did not arrive"),
        tone=Tone.CARE,
    )


def no_alert_room() -> Card:
    return card(
        "crisis.no-room",
        Text(
            _("There is no private room for alerts yet. Please choose one in step 3 of the setup.")
        ),
        buttons(Button(action("community", "setup", 2), _("Choose a room"), Style.PRIMARY)),
        summary=_("There is no private room for alerts yet."),
    )
