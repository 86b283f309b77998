"""Words about a member's own data."""

from peerbot.chat.actions import action
from peerbot.chat.cards import (
    Attachment,
    Button,
    Card,
    Confirm,
    Heading,
    Node,
    Note,
    Option,
    Row,
    Select,
    Style,
    Text,
    Tone,
    buttons,
    card,
)
from peerbot.chat.text import Words
from peerbot.community.model import Purpose
from peerbot.i18n import Msg, _, n_
from peerbot.privacy.model import Kept

LANGUAGES: dict[str, Words] = {"auto": _("As my app is set"), "en": "English", "fr": "Français"}
PURPOSES: dict[Purpose, Msg] = {
    Purpose.CHECKINS: _("Keep my check-in answers"),
    Purpose.HISTORY: _("Keep my own history, for me alone"),
    Purpose.DIRECT_MESSAGES: _("Send me reminders privately"),
    Purpose.COUNTRY: _("Remember my country's help lines"),
}
PARTS: dict[str, Msg] = {
    "checkins": _("check-in answers"),
    "crisis": _("alerts about you"),
    "worries": _("words about someone you worried about"),
    "taken": _("alerts that you took"),
    "resources": _("resources you checked"),
    "messages": _("messages sent to you, without their words"),
}


def mine(kept: Kept) -> Card:
    """Return what is kept, and what one can do about it."""
    nodes: list[Node] = [Heading(_("What is kept about you"))]
    if not kept.is_anything:
        nodes.append(Text(_("Nothing at all.")))
    elif kept.member is not None and not kept.parts and not kept.consents:
        nodes.append(Text(_("Only that you are a member: a number, none of your words.")))
    for name, count in kept.parts:
        nodes.append(Text(_("{what}: {n}", what=PARTS.get(name, name), n=count)))
    given = {purpose for purpose, _at in kept.consents}
    offered = [one for one in Purpose if one in given or one is Purpose.HISTORY]
    for purpose in offered if kept.member is not None else ():
        on = purpose in given
        nodes.append(
            Row(
                _("{what}: {state}", what=PURPOSES[purpose], state=_("yes") if on else _("no")),
                Button(
                    action("privacy", "withdraw" if on else "agree", purpose),
                    _("Take it back") if on else _("Yes, please"),
                ),
            )
        )
    chosen = kept.member.language if kept.member and kept.member.language else "auto"
    nodes.append(
        Select(
            action("privacy", "language"),
            _("Language of private messages"),
            tuple(Option(code, name, chosen=code == chosen) for code, name in LANGUAGES.items()),
        )
    )
    nodes.append(
        buttons(
            Button(action("privacy", "export"), _("Export everything")),
            Button(
                action("privacy", "erase"),
                _("Erase everything"),
                Style.DANGER,
                ERASING,
            )
            if kept.is_anything
            else None,
            Button(action("privacy", "happens"), _("What happens with my words?")),
        )
    )
    return card("privacy.mine", *nodes, summary=_("What is kept about you, and your say in it"))


ERASING = Confirm(
    question=_("Erase everything kept about you? This cannot be undone."),
    yes=_("Erase everything"),
    no=_("Keep it"),
)


def export(data: bytes) -> Card:
    """Return the export as a file."""
    kilobytes = max(1, round(len(data) / 1024))
    return card(
        "privacy.export",
        Text(_("Here is everything that is kept about you. Only you see this.")),
        Attachment(
            "peerbot-export.json",
            data,
            n_("{n} kilobyte of JSON", "{n} kilobytes of JSON", kilobytes),
        ),
        Note(
            _(
                "It holds your own words in clear: keep it somewhere safe, or delete it after "
                "reading."
            )
        ),
        summary=_("Everything that is kept about you, as a file"),
    )


def erased(*, anything: bool, alert_left: bool = False) -> Card:
    """Return what was erased. `alert_left` says that an open alert about them is not gone yet."""
    gone = _("Everything about you is erased, here and in backups that are restored later.")
    rest = _("Everything else about you is erased, here and in backups that are restored later.")
    return card(
        "privacy.erased",
        Text(_("An alert about you is still open. It is erased once it is closed."))
        if alert_left
        else None,
        Text((rest if alert_left else gone) if anything else _("There was nothing to erase.")),
        Text(_("You are as welcome here as before. Help stays open to you: /help-now.")),
        summary=_("Everything about you is erased.")
        if anything
        else _("There was nothing to erase."),
        tone=Tone.GOOD,
    )
