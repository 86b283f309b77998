"""Words about changes: earlier settings with the way back, and who changed what."""

import json
from collections.abc import Sequence

from peerbot.chat.actions import Action, action
from peerbot.chat.cards import Button, Card, Confirm, Heading, Node, Row, Text, buttons, card
from peerbot.chat.text import Mention, Moment, Words
from peerbot.community.cards import FEATURE_NAMES
from peerbot.community.model import OURSELVES, AuditEntry, Feature, Settings, Version
from peerbot.i18n import Msg, _

DEEDS: dict[str, Msg] = {
    "settings.draft": _("changed the draft"),
    "settings.publish": _("published the settings"),
    "settings.revert": _("went back to earlier settings"),
    "settings.timers": _("changed timers or days"),
    "settings.first-answer": _("changed the first private answer"),
    "settings.private-emergencies": _("changed who hears of private emergencies"),
    "settings.follow-up": _("changed when responders are reminded"),
    "duty.add": _("planned duty times"),
    "duty.remove": _("removed duty times"),
    "notice.posted": _("posted the notice to members"),
    "lab.room": _("chose what is looked at in a room"),
    "lab.silent-start": _("began to listen silently"),
    "lab.silent-end": _("let me act on what I find"),
    "lab.phrase-add": _("added a phrase of your own"),
    "lab.phrase-change": _("changed a phrase of your own"),
    "lab.phrase-remove": _("took out a phrase of your own"),
    "checkin.make": _("made a check-in"),
    "checkin.words": _("reworded a check-in"),
    "checkin.days": _("moved a check-in"),
    "checkin.span": _("changed how long a check-in is open"),
    "checkin.publish": _("published a check-in"),
    "checkin.pause": _("paused or resumed a check-in"),
    "checkin.delete": _("deleted a check-in"),
    "checkin.undo": _("brought a check-in back"),
    "checkin.answers-read": _("read answers shared with staff"),
    "resources.add": _("added a resource"),
    "resources.edit": _("edited a resource"),
    "resources.verify": _("verified a resource"),
    "resources.retire": _("retired a resource"),
    "resources.bring-back": _("brought a resource back"),
    "tips.plan": _("planned a tip"),
    "helplines.works": _("found that a help line works"),
    "helplines.wrong": _("reported a help line as wrong"),
    "worry.words-read": _("read the words of a worry"),
    "about-team.add": _("chose who hears of worries about the team"),
    "about-team.remove": _("took somebody off worries about the team"),
}
"""What stands in the audit trail, in words; by the name under which it is stored."""


def versions(several: Sequence[Version], settings: Settings) -> Card:
    """Return the published versions, newest first, each but the newest with a way back to it."""
    published = [one for one in several if one.published_at is not None][:6]
    rows: list[Node] = [
        Row(
            _(
                "Version {number}, {when}",
                number=one.number,
                when=Moment(one.published_at, settings.zone_info) if one.published_at else "",
            ),
            None
            if place == 0
            else Button(
                action("community", "revert", one.number),
                _("Go back to this"),
                confirm=_go_back(one.number),
            ),
        )
        for place, one in enumerate(published)
    ]
    return card(
        "community.versions",
        Heading(_("Earlier settings")),
        *(rows or [Text(_("Nothing has been published yet."))]),
        buttons(Button(action("community", "panel"), _("Back to the panel"))),
        summary=_("Earlier settings"),
    )


def reverting(wanted: Action) -> Confirm | None:
    """Return what is asked before earlier settings are taken up again."""
    number = wanted.arg()
    return _go_back(int(number)) if number.isascii() and number.isdigit() else None


def _go_back(number: int) -> Confirm:
    return Confirm(
        question=_("Go back to version {number}?", number=number), yes=_("Go back"), no=_("Stay")
    )


def trail(entries: Sequence[AuditEntry], settings: Settings) -> Card:
    """Return who changed what, newest first."""
    lines = [
        Text(
            _(
                "{when}: {who} {deed} {change}",
                when=Moment(one.at, settings.zone_info),
                who=Mention(one.who) if one.who != OURSELVES else _("peerbot itself"),
                deed=_deed(one.what),
                change=_change(one),
            )
        )
        for one in entries[:15]
    ]
    return card(
        "community.trail",
        Heading(_("Who changed what")),
        *(lines or [Text(_("Nothing has been changed yet."))]),
        buttons(Button(action("community", "panel"), _("Back to the panel"))),
        summary=_("Who changed what"),
    )


def _deed(what: str) -> Words:
    feature = what.removeprefix("feature.")
    if feature in set(Feature):
        return _("switched {feature}", feature=FEATURE_NAMES[Feature(feature)])
    return DEEDS.get(what, what)


def _change(entry: AuditEntry) -> str:
    """Return before and after in a line of at most 160 characters."""
    if not entry.before and not entry.after:
        return entry.subject[:160]
    try:
        before, after = json.loads(entry.before or "{}"), json.loads(entry.after or "{}")
    except ValueError:
        return entry.after[:160]
    parts = [f"{key}: {_short(before.get(key))} -> {_short(after.get(key))}" for key in after]
    return "; ".join(parts)[:160]


def _short(value: object) -> str:
    return json.dumps(value)[:40]
