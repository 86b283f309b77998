"""`/what-happens`: what is read, what follows, who sees it and how long it stays.

Generated from the live settings, so that it cannot say what is not so. A test changes every
setting in turn and sees this text change.
"""

from dataclasses import replace
from datetime import timedelta

from peerbot.chat.actions import action
from peerbot.chat.cards import Button, Card, Heading, Node, Note, Text, buttons, card
from peerbot.chat.text import Mention, Words, joined, minutes
from peerbot.community.model import HEAR_ABOUT_TEAM, Feature, Level, Settings
from peerbot.i18n import Msg, _, n_

_MOST_ROOMS = 10
_LEVELS: dict[Level, Msg] = {
    Level.OFF: _("I look at no message in {rooms}."),
    Level.EMERGENCY: _("I act in emergencies alone in {rooms}."),
    Level.URGENT: _("I act only on what sounds urgent in {rooms}."),
}


def what_happens(settings: Settings) -> Card:
    """Return the whole explanation for one community."""
    return card(
        "privacy.happens",
        Heading(_("What happens with what you write")),
        *_read(settings),
        *_danger(settings),
        *_checkins(settings),
        *_others(settings),
        Heading(_("How long it stays")),
        *_kept(settings),
        Note(
            _(
                "Whoever runs this server, its database and its key could in the end see more "
                "than the bot shows. "
                "Discord and Slack have their own rules for messages."
            )
        ),
        buttons(
            Button(action("privacy", "mine"), _("What is kept about me")),
            Button(action("crisis", "help"), _("I need help now")),
        ),
        summary=_("What is read, who sees it, and how long it stays"),
    )


def _read(settings: Settings) -> tuple[Node, ...]:
    if settings.reads_messages:
        rooms = _(
            "I look at messages in the rooms that I can read, by rules, for signs that "
            "someone may be in danger. No message is stored."
        )
    elif settings.notice_posted:
        rooms = _(
            "I do not look at ordinary messages at the moment; the moderators have paused that."
        )
    else:
        rooms = _("I do not look at ordinary messages in rooms.")
    return (
        Heading(_("What is read")),
        Text(rooms),
        *(Text(one) for one in _filtered(settings)),
        *(Text(one) for one in _less_in_rooms(settings)),
        Text(
            joined(
                _(
                    "What you write to me, in a form, a command or a direct message, is looked at "
                    "in the same way. Pictures, voice and names are not."
                ),
                " ",
                _(
                    "While you type after a command I may offer what fits so far; of that nothing "
                    "is kept, and only what you send is looked at."
                ),
            )
        ),
    )


def _filtered(settings: Settings) -> tuple[Words, ...]:
    """Return what the platform's own word filter passes on, and to whom."""
    if not settings.filters_words:
        return ()
    return (
        _(
            "The platform's own word filter (on Discord: AutoMod) looks for phrases that can mean "
            "danger. It tells me who wrote one, which it was and where, and shows the message "
            "itself to the responders in their private room. It blocks nothing."
        ),
    )


def _less_in_rooms(settings: Settings) -> tuple[Words, ...]:
    """Return what is looked at or acted on less than everywhere else, as moderators chose."""
    if not settings.listens:
        return ()
    found: list[Words] = []
    if settings.is_silent:
        found.append(
            _(
                "At the moment I only count what I find in rooms, without words or names, and act "
                "in emergencies alone."
            )
        )
    for level, said in _LEVELS.items():
        rooms = [Mention(one.room) for one in settings.room_levels if one.level is level]
        if rooms:
            several = [part for one in rooms[:_MOST_ROOMS] for part in (", ", one)][1:]
            if len(rooms) > _MOST_ROOMS:
                several.append(" ...")
            found.append(replace(said, args=(("rooms", joined(*several)),)))
    return tuple(found)


def _danger(settings: Settings) -> tuple[Node, ...]:
    helped = (
        _("You get help, privately and first. I never repeat to anyone what you wrote.")
        if settings.filters_words
        else _("You get help, privately and first. What you wrote is never repeated to anyone.")
    )
    alerted: tuple[Words, ...] = (
        (_("Nobody else is told: this community has no place for that yet."),)
        if settings.alert_room is None
        else (*_who_is_told(settings), *_alerts(settings))
    )
    after = settings.follow_up_after
    reminded: tuple[Words, ...] = () if after is None else (_reminded(after),)
    opened = (
        _("In danger I may open a private conversation with you, even if you never wrote to me.")
        if settings.first_private_answer
        else _("I never open a private conversation that you did not ask for.")
    )
    where: Words = settings.country or _("not chosen, so I ask you")
    lines = _("Help lines come from: {country}.", country=where)
    said = (helped, *alerted, *reminded, opened, lines)
    return (Heading(_("If it sounds like danger")), *map(Text, said))


def _alerts(settings: Settings) -> tuple[Words, ...]:
    """Return what becomes of an alert, and what raises none."""
    return (
        _(
            'Words marked "only me", searches and exercises: nobody is told unless you '
            "ask, except in an emergency."
        )
        if settings.private_emergencies
        else _('Words marked "only me", searches and exercises: nobody is told unless you ask.'),
        _(
            "An alert that nobody takes goes to the backup after {emergency} "
            "(emergency) or {urgent} (urgent), and after twice that time you are told "
            "honestly that nobody was free.",
            emergency=_minutes(settings.claim_emergency),
            urgent=_minutes(settings.claim_urgent),
        ),
        _(
            "While an alert about you is open, I only count further messages on it for "
            "{time}, unless it gets worse.",
            time=_minutes(settings.quiet_for),
        ),
        _(
            "If you wrote in a room and I cannot reach you in private, a note for nobody "
            "in particular may appear there a little later."
        ),
    )


def _reminded(after: timedelta) -> Msg:
    return n_(
        "Whoever looked after you is reminded once, from {n} hour later on, that a short hello "
        "may be welcome. The reminder names nobody.",
        "Whoever looked after you is reminded once, from {n} hours later on, that a short hello "
        "may be welcome. The reminder names nobody.",
        after // timedelta(hours=1),
    )


def _who_is_told(settings: Settings) -> tuple[Words, ...]:
    who = _responders(settings)
    if settings.reads_messages:
        told = _(
            "Responders ({who}) are told about messages in rooms; about direct messages to me and "
            "words to staff that sound urgent; and when you ask for somebody.",
            who=who,
        )
    elif settings.filters_words:
        told = _(
            "Responders ({who}) are told about what that filter finds in rooms; about direct "
            "messages to me and words to staff that sound urgent; and when you ask for somebody.",
            who=who,
        )
    else:
        told = _(
            "Responders ({who}) are told about direct messages to me and words to staff that "
            "sound urgent, and when you ask for somebody.",
            who=who,
        )
    return (
        told,
        _("From me they read who, where and how serious, and a link to the message, no quote.")
        if settings.filters_words
        else _("They read who, where and how serious, and a link to the message; never a quote."),
        _(
            "Anybody can flag a message for them. They look at it and do not tell who flagged it; "
            "if it sounds like danger, you get help too."
        ),
        _(
            "Anybody can tell them of a worry about somebody else. They read who worries and about "
            "whom, and words only if their writer allows it; the one it is about hears nothing "
            "from me. Worries about a moderator or responder go to {who} instead.",
            who=_about_team(settings),
        ),
    )


def _checkins(settings: Settings) -> tuple[Node, ...]:
    if not settings.has(Feature.CHECKINS):
        return (Text(_("Check-ins are switched off.")),)
    where: Words = Mention(settings.checkin_room) if settings.checkin_room else _("no room yet")
    return (
        Heading(_("Check-ins")),
        Text(
            _(
                "Asked in: {room}. From {age} years on. For each answer you choose: only me, "
                "staff, or the channel. Nobody sees who did not answer.",
                room=where,
                age=settings.minimum_age,
            )
        ),
        Text(
            _(
                "Results are shown only when at least five people answered, never so that one "
                "person could be recognised."
            )
        ),
    )


def _others(settings: Settings) -> tuple[Node, ...]:
    names: dict[Feature, Msg] = {Feature.TIPS: _("Tips"), Feature.RESOURCES: _("Resources")}
    states = [
        _("{feature}: {state}.", feature=name, state=_("on") if settings.has(one) else _("off"))
        for one, name in names.items()
    ]
    return (
        Text(joined(states[0], " ", states[1])),
        Text(_("Which tips you read and what you search for is not stored.")),
    )


def _kept(settings: Settings) -> tuple[Node, ...]:
    return (
        Text(
            n_(
                "Check-in answers: {n} day, your words encrypted with a key of your own; then "
                "only counts, unless you keep your own history.",
                "Check-in answers: {n} days, your words encrypted with a key of your own; then "
                "only counts, unless you keep your own history.",
                settings.answers_kept.days,
            )
        ),
        Text(
            _(
                "Alerts: who and where for 30 days at most, never your words; what you let others "
                "read about a worry, encrypted until that is closed. Settings' changes: who made "
                "them."
            )
        ),
        Text(
            _(
                "How often each rule was right or misread, and what was found while I only "
                "listened: counts, without words or names."
            )
        ),
        Text(_("/privacy shows, exports or erases all that is kept about you.")),
    )


def _responders(settings: Settings) -> Words:
    roles = sorted(settings.moderator_roles | settings.staff_roles)
    extra = sum(1 for one in settings.grants if one.name == "crisis.respond")
    words: list[Words] = []
    for role in roles:
        words.extend([", ", Mention(role)] if words else [Mention(role)])
    if extra:
        more = n_("{n} more person or role", "{n} more people or roles", extra)
        words.extend([", ", more] if words else [more])
    return joined(*words) if words else _("whoever runs this space")


def _about_team(settings: Settings) -> Words:
    words: list[Words] = []
    for person in settings.people_with(HEAR_ABOUT_TEAM):
        words.extend([", ", Mention(person)] if words else [Mention(person)])
    return joined(*words) if words else _("whoever runs this space")


def _minutes(length: timedelta) -> Words:
    return n_("{n} minute", "{n} minutes", minutes(length))
