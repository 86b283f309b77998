"""Words about a community itself: the panel, what is switched, and who may do what."""

from collections.abc import Sequence

from peerbot.chat.actions import Action, action
from peerbot.chat.cards import (
    Button,
    Card,
    Confirm,
    Divider,
    Heading,
    Node,
    Note,
    Row,
    Style,
    Text,
    Tone,
    buttons,
    card,
)
from peerbot.chat.commands import Role
from peerbot.chat.text import Words, joined
from peerbot.community.model import Feature, Settings
from peerbot.community.readiness import Standing
from peerbot.i18n import Msg, _, n_

FEATURE_NAMES: dict[Feature, Msg] = {
    Feature.CHECKINS: _("Check-ins"),
    Feature.TIPS: _("Tips"),
    Feature.RESOURCES: _("Resources"),
    Feature.READING: _("Noticing danger in messages"),
    Feature.WORD_FILTER: _("Noticing danger with the platform's word filter"),
}
ROLE_NAMES: dict[Role, Msg] = {
    Role.MEMBER: _("members"),
    Role.MODERATOR: _("moderators"),
    Role.STAFF: _("counselling staff"),
    Role.ADMIN: _("whoever runs this space"),
}


def no_community() -> Card:
    return card(
        "community.none",
        Text(
            _(
                "I do not know yet which community you are from. Please try this in its own "
                "rooms once."
            )
        ),
        Text(_("If you need help now, use /help-now: it works everywhere.")),
        summary=_("Please try this in your community's own rooms once."),
    )


def needs_role(role: Role) -> Card:
    return card(
        "community.needs-role",
        Text(_("This one is for {who}. Nothing was changed.", who=ROLE_NAMES[role])),
        summary=_("This one is for {who}.", who=ROLE_NAMES[role]),
    )


def where_roles_are_known() -> Card:
    """Return why something for the team is not possible in a direct message."""
    return card(
        "community.only-there",
        Text(
            _(
                "Here I cannot see what you are in your community, so nothing was changed. Please "
                "do this in one of its rooms."
            )
        ),
        Text(_("Help works here too: /help-now.")),
        summary=_("Please do this in one of your community's rooms."),
    )


def switched_off() -> Card:
    return card(
        "community.switched-off",
        Text(
            _("The moderators have switched this off for now. Help in danger stays on: /help-now.")
        ),
        summary=_("This is switched off for now."),
    )


def panel(
    name: str,
    settings: Settings,
    standing: Standing,
    undelivered: int,
    in_draft: int,
    *,
    duty: Sequence[Words] = (),
    word_filter: Row | None = None,
    notice_gone: bool = False,
) -> Card:
    """Return what is on, what is off and whether help would arrive.

    `duty` says who is on duty, and when nobody is. `word_filter` is the platform's own, where there
    is one. `notice_gone` says that somebody deleted the notice although messages are looked at.
    """
    return card(
        "community.panel",
        Heading(_("peerbot in {name}", name=name)),
        *_readiness(standing),
        Row(joined(*_spaced(duty)[:-1]), Button(action("crisis", "duty"), _("Duty times")))
        if duty
        else None,
        *(_switch_row(one, settings) for one in Feature if one is not Feature.WORD_FILTER),
        word_filter,
        Row(
            _("I listen silently: what I find is counted, and only emergencies are acted on.")
            if settings.is_silent and settings.reads_messages
            else _("What I notice, and phrases of your own"),
            Button(action("lab", "home"), _("Rule lab")),
        ),
        Row(
            _("The notice to members is no longer there, so newcomers cannot know of this."),
            Button(action("community", "post-notice", "again"), _("Post it again"), Style.PRIMARY),
        )
        if notice_gone
        else None,
        *_left_over(undelivered, in_draft),
        Divider(),
        buttons(
            Button(action("community", "setup", "here"), _("Setup")),
            Button(action("community", "settings"), _("Timers and privacy")),
            Button(action("community", "versions"), _("Undo a change")),
            Button(action("community", "trail"), _("Who changed what")),
            Button(action("community", "panel"), _("Check again"))
            if standing.in_the_way or standing.beside
            else None,
        ),
        summary=_("What is on, what is off, and whether help would arrive"),
        tone=Tone.CARE if standing.in_the_way else Tone.GOOD,
    )


def _readiness(standing: Standing) -> tuple[Node, ...]:
    """Return whether help would arrive, what is in its way, and what is amiss beside."""
    ready = (
        Text(joined(_("Not ready yet: "), *_spaced(standing.in_the_way)))
        if standing.in_the_way
        else Text(_("Ready: help would reach your responders."))
    )
    beside = Text(joined(_("Also to be mended: "), *_spaced(standing.beside)))
    return (ready, beside) if standing.beside else (ready,)


def _left_over(undelivered: int, in_draft: int) -> tuple[Node, ...]:
    """Return how much did not arrive, and how much is not published; nothing where it is none."""
    lost = n_(
        "{n} message could not be delivered in the last seven days.",
        "{n} messages could not be delivered in the last seven days.",
        undelivered,
    )
    unpublished = n_(
        "{n} setting is changed but not published yet.",
        "{n} settings are changed but not published yet.",
        in_draft,
    )
    return tuple(
        Note(words) for words, count in ((lost, undelivered), (unpublished, in_draft)) if count
    )


SWITCH_OFF = Confirm(
    question=_("Switch this off for everyone? /help-now stays."),
    yes=_("Switch off"),
    no=_("Keep it on"),
)


def switching(wanted: Action) -> Confirm | None:
    """Return what is asked before something is switched; nothing before it is switched on."""
    return SWITCH_OFF if wanted.args[1:] == ("off",) else None


def _switch_row(feature: Feature, settings: Settings) -> Row:
    on = settings.reads_messages if feature is Feature.READING else settings.has(feature)
    state = _("on") if on else _("off")
    press = Button(
        action("community", "switch", feature, "off" if on else "on"),
        _("Switch off") if on else _("Switch on"),
        confirm=SWITCH_OFF if on else None,
    )
    return Row(_("{feature}: {state}", feature=FEATURE_NAMES[feature], state=state), press)


def _spaced(words: Sequence[Words]) -> tuple[Words, ...]:
    return tuple(part for one in words for part in (one, " "))


def switched(feature: Feature, *, on: bool, note: Words | None = None) -> Card:
    state = _("on") if on else _("off")
    return card(
        "community.switched",
        Text(
            _("{feature}: {state}, from this moment.", feature=FEATURE_NAMES[feature], state=state)
        ),
        Note(note) if note is not None else None,
        buttons(Button(action("community", "panel"), _("Back to the panel"))),
        summary=_("{feature}: {state}.", feature=FEATURE_NAMES[feature], state=state),
    )
