"""Words about the notice: members are told before any message is looked at."""

from peerbot.chat.actions import action
from peerbot.chat.cards import Button, Card, Heading, Note, Style, Text, buttons, card
from peerbot.chat.text import Mention, Words
from peerbot.community.model import Feature, Settings
from peerbot.i18n import _


def needs_notice(settings: Settings) -> Card:
    """Return why messages are not looked at yet, and what members would be told."""
    ready = settings.alert_room is not None and settings.checkin_room is not None
    return card(
        "community.needs-notice",
        Heading(_("Noticing danger in messages")),
        Text(
            _(
                "Members are told first: a notice is posted and pinned in your check-in room for "
                "all to read. From then on messages are looked at by rules, never by people, and "
                "none is stored."
            )
        ),
        None
        if ready
        else Text(
            _("First choose a private room for alerts and a room for check-ins in the setup.")
        ),
        buttons(
            Button(
                action("community", "post-notice"), _("Post the notice, switch on"), Style.PRIMARY
            )
            if ready
            else Button(action("community", "setup", "here"), _("Setup")),
            Button(action("lab", "silent-start"), _("Post it, listen silently first"))
            if ready
            else None,
        ),
        Note(
            _(
                "We recommend to listen silently for a week first: what I find is only counted, "
                "without words or names. Emergencies are acted on all the same."
            )
        )
        if ready
        else None,
        summary=_("Members are told before any message is looked at."),
    )


def notice(settings: Settings) -> Card:
    """Return the notice to members, posted before any message is looked at."""
    filters = settings.has(Feature.WORD_FILTER)
    return card(
        "community.notice",
        Heading(_("How peerbot looks out for you here")),
        Text(
            _(
                "From today peerbot looks at messages in the rooms it can read for signs that "
                "someone may be in danger. "
                "If it finds some, it writes to that person privately with help, and asks the "
                "responders of this community to look after them."
            )
        )
        if settings.has(Feature.READING) or not filters
        else None,
        *(Text(one) for one in _filter_told(settings) if filters),
        Text(
            _(
                "At first I only count what I find, without words or names, and act in "
                "emergencies alone. The moderators switch on the rest later."
            )
        )
        if settings.is_silent
        else None,
        Text(
            _(
                "It may open a private conversation for that first answer, even if you never "
                "wrote to it."
            )
        )
        if settings.first_private_answer
        else None,
        Text(
            _(
                'In an emergency it also tells the responders of words that somebody marked "only '
                'me".'
            )
        )
        if settings.private_emergencies
        else None,
        Text(
            _(
                "It is a program. It makes mistakes and misses things. It never replies to anyone "
                "in public; if it cannot reach someone, a note for nobody in particular may appear "
                "in the room. It stores no message and keeps no score about anyone."
            )
        ),
        Note(_("Details at any time: /what-happens. If you need help now: /help-now.")),
        buttons(Button(action("crisis", "help"), _("I need help now"))),
        summary=_("peerbot now looks out for signs of danger in messages. /what-happens says how."),
        pinned=True,
    )


def _filter_told(settings: Settings) -> tuple[Words, ...]:
    """Return what members are told of the platform's own word filter."""
    passed_on = _(
        "The platform's own word filter (on Discord: AutoMod) looks for phrases that can mean "
        "danger. When somebody writes one, it shows that message, word for word, to the "
        "responders in their private room, and tells peerbot who wrote which phrase, and where. "
        "Nothing is blocked or deleted."
    )
    if settings.has(Feature.READING):
        return (passed_on,)
    follows = _(
        "peerbot then writes to that person privately with help, and asks the responders of this "
        "community to look after them. It looks at no other message in rooms."
    )
    return passed_on, follows


def notice_stands(settings: Settings, *, pinned: bool) -> Words:
    """Return where the notice can be read now, and what is left to do if it was not pinned."""
    room = Mention(settings.checkin_room) if settings.checkin_room else ""
    if pinned:
        return _("The notice to members is pinned in {room}.", room=room)
    return _(
        "The notice to members stands in {room}, but I could not pin it. Please pin it, so that "
        "people who come later read it.",
        room=room,
    )


def notice_again(stands: Words) -> Card:
    return card(
        "community.notice-again",
        Text(stands),
        buttons(Button(action("community", "panel"), _("Back to the panel"))),
        summary=_("The notice to members is there again."),
    )


def cannot_read() -> Card:
    """Return why messages in rooms cannot be looked at here, and what is noticed all the same."""
    return card(
        "community.cannot-read",
        Text(
            _(
                "Here I do not get to see what is written in rooms, so nothing was changed. "
                "Whoever runs peerbot has to allow it first (message content, in its settings)."
            )
        ),
        Text(
            _(
                "I notice danger all the same in what people write to me, in forms, and in what "
                "members flag; /help-now works everywhere."
            )
        ),
        summary=_("Messages in rooms cannot be looked at here yet."),
    )


def notice_refused(settings: Settings) -> Card:
    return card(
        "community.notice-refused",
        Text(
            _(
                "The notice to members could not be posted in {room}, so nothing was changed. "
                "Please check that I may write there.",
                room=Mention(settings.checkin_room),
            )
            if settings.checkin_room is not None
            else _(
                "The notice to members has no room yet, so nothing was changed. Please choose "
                "one for check-ins in the setup."
            )
        ),
        summary=_("The notice could not be posted, so nothing was changed."),
    )
