"""Words for moderators about a platform's own word filter; its notice to members is in `cards`."""

from peerbot.chat.actions import action
from peerbot.chat.cards import (
    Button,
    Card,
    Confirm,
    Heading,
    Note,
    Row,
    Style,
    Text,
    Tone,
    buttons,
    card,
)
from peerbot.chat.text import Mention, Words, joined
from peerbot.chat.word_filter import Watching
from peerbot.community.cards import FEATURE_NAMES
from peerbot.community.model import Feature, Settings
from peerbot.i18n import Msg, _, n_

WHY: dict[Watching, Msg] = {
    Watching.NONE: _("Somebody deleted my rule in its settings."),
    Watching.PAUSED: _("Somebody switched off my rule in its settings."),
}
"""Why nothing is heard of it, where it is not on."""

_BACK = Button(action("community", "panel"), _("Back to the panel"))


def row(settings: Settings, standing: Watching | Words | None) -> Row:
    """Return the line on the panel; `standing` is how our rule stands, None while it is off."""
    name = FEATURE_NAMES[Feature.WORD_FILTER]
    if not settings.filters_words:
        state: Words = _("{feature}: {state}", feature=name, state=_("off"))
        return Row(state, Button(action("community", "filter"), _("More about it")))
    off = Button(
        action("community", "filter-off"),
        _("Switch off"),
        confirm=Confirm(
            question=_("Switch this off for everyone? /help-now stays."),
            yes=_("Switch off"),
            no=_("Keep it on"),
        ),
    )
    if standing is None or standing is Watching.ON:
        return Row(_("{feature}: {state}", feature=name, state=_("on")), off)
    why = WHY[standing] if isinstance(standing, Watching) else standing
    return Row(joined(_("{feature}: nothing is heard of it.", feature=name), " ", why), off)


def offer(settings: Settings, phrases: int) -> Card:
    """Return what a filter for that many phrases does and shows, before it is switched on."""
    ready = settings.alert_room is not None and settings.checkin_room is not None
    return card(
        "community.filter",
        Heading(FEATURE_NAMES[Feature.WORD_FILTER]),
        Text(
            _(
                "I do not see what is written in rooms here. The platform's own word filter (on "
                "Discord: AutoMod) can look for phrases that can mean danger, and tell me who "
                "wrote one, and where. Then I help that person, and call responders, as for a "
                "message that somebody flags."
            )
        ),
        Text(
            n_(
                "It knows {n} phrase, word for word, and no other way of saying it. So it misses "
                "nearly all that people write when they are in danger.",
                "It knows {n} phrases, word for word, and no other way of saying it. So it misses "
                "nearly all that people write when they are in danger.",
                phrases,
            )
        ),
        Text(
            _(
                "It only tells: it blocks and deletes nothing. But the platform itself shows each "
                "such message, with its words, in {room}. Whoever reads that room reads them.",
                room=Mention(settings.alert_room),
            )
        )
        if settings.alert_room is not None
        else None,
        Text(
            _(
                "Members are told first, in a notice that is posted and pinned in {room}.",
                room=Mention(settings.checkin_room),
            )
        )
        if settings.checkin_room is not None
        else None,
        None
        if ready
        else Text(
            _("First choose a private room for alerts and a room for check-ins in the setup.")
        ),
        buttons(
            Button(action("community", "filter-on"), _("Tell members, switch on"), Style.PRIMARY)
            if ready
            else Button(action("community", "setup", "here"), _("Setup")),
            _BACK,
        ),
        summary=_("What the platform's word filter would tell, and to whom"),
    )


def begun(stands: Words | None) -> Card:
    """Return that it is on; `stands` says where members read of it, None if they had been told."""
    return card(
        "community.filter-begun",
        Text(_("The word filter tells me of those phrases from this moment. Nothing is blocked.")),
        Note(stands) if stands is not None else None,
        Note(
            _(
                "My rule stands in the platform's settings as well. Please switch it off here and "
                "not there, so that members are told the truth."
            )
        ),
        buttons(_BACK),
        summary=_("The word filter is on."),
        tone=Tone.GOOD,
    )


def refused(why: Words, *, told: bool) -> Card:
    """Return why it was not switched on; `told` whether members have read of it already."""
    return card(
        "community.filter-refused",
        Text(_("The word filter could not be switched on, so I hear of nothing from it.")),
        Text(why),
        Text(
            _(
                "Members have read in the notice that it is on. Please try again soon, or delete "
                "that notice."
            )
        )
        if told
        else None,
        buttons(Button(action("community", "filter-on"), _("Try again"), Style.PRIMARY), _BACK),
        summary=_("The word filter could not be switched on."),
        tone=Tone.CARE,
    )


def ended(*, gone: bool) -> Card:
    """Return that it is off; `gone` whether our rule was taken out of the platform's settings."""
    return card(
        "community.filter-ended",
        Text(_("I hear of nothing more from the word filter, from this moment."))
        if gone
        else Text(
            _(
                "I act on nothing more that the word filter finds. But my rule could not be taken "
                "out of the platform's settings, where it goes on showing messages to the room "
                "for alerts. Please delete it there (on Discord: Server Settings, AutoMod)."
            )
        ),
        buttons(_BACK),
        summary=_("The word filter is off."),
    )


def lost(why: Words, *, left: bool) -> Card:
    """Return, for the room for alerts, that nothing is heard of the filter any more.

    `left` says that our rule may still stand there.
    """
    return card(
        "community.filter-lost",
        Heading(_("I hear of nothing more from the word filter")),
        Text(why),
        Text(
            _(
                "So I have switched it off here too. If that was not meant, an admin can switch "
                "it on again in the panel. Help with /help-now and flags goes on as before."
            )
        ),
        Text(
            _(
                "My rule may still stand in its settings, and go on showing messages here. Then "
                "please delete it there."
            )
        )
        if left
        else None,
        buttons(Button(action("community", "panel"), _("Panel"))),
        summary=_("I hear of nothing more from the word filter. It is switched off."),
        tone=Tone.CARE,
    )
