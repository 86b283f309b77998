"""Every word that people read about tips; the tips themselves come from the content packs."""

from collections.abc import Sequence
from datetime import datetime

from peerbot.chat.actions import Action, action
from peerbot.chat.cards import (
    Actions,
    Button,
    Card,
    Confirm,
    Heading,
    Node,
    Note,
    Option,
    Quote,
    Row,
    Select,
    Style,
    Text,
    buttons,
    card,
)
from peerbot.chat.commands import Command, Parameter, Role
from peerbot.chat.forms import ChannelPick, Choice, Form, MultiChoice, Surface, TextIn
from peerbot.chat.suggestions import Suggestion
from peerbot.chat.text import WEEKDAYS, Bold, Link, Mention, Moment, Words, joined
from peerbot.community.model import EDIT_TIPS
from peerbot.i18n import LANGUAGES, Msg, _, translate
from peerbot.tips.model import MAX_SCHEDULES, TOPICS, Basis, Schedule, Tip
from peerbot.tips.search import MAX_QUERY, folded, named

TOPIC_NAMES: dict[str, Msg] = {
    "needs": _("Saying what you need"),
    "listening": _("Listening"),
    "conflict": _("Disagreements"),
    "boundaries": _("Boundaries"),
    "asking": _("Asking for help"),
    "connection": _("Feeling connected"),
}
RHYTHMS: dict[int, Msg] = {1: _("every week"), 2: _("every two weeks"), 4: _("every four weeks")}

FOUND_AT_ONCE = 5

ASK = Command(
    name="tip",
    summary=_("A small thing to try: at random, on a topic, or by words"),
    parameters=(
        Parameter(
            name="topic",
            summary=_("What it should be about"),
            suggested=True,
            surface=Surface.PRIVATE,
            most=MAX_QUERY,
        ),
        Parameter(
            name="search",
            summary=_("Words to look for; only you see them"),
            suggested=True,
            surface=Surface.PRIVATE,
            most=MAX_QUERY,
        ),
    ),
)
MANAGE = Command(
    name="peerbot tips",
    summary=_("Post a tip to a channel every week"),
    role=Role.MODERATOR,
    grant=EDIT_TIPS,
)


ANY_TOPIC = "any"

# -- For members -------------------------------------------------------------------------------


def one(tip: Tip, language: str, topics: Sequence[str], topic: str = "") -> Card:
    """Return a tip for one person, with ways to others. `topic` is what they asked for, "" any."""
    return card(
        "tips.one",
        *_tip(tip, language),
        _ways_on(another_than(tip, topic)),
        _topics(topics, topic),
        summary=tip.text_in(language).title,
    )


def scheduled(tip: Tip, language: str) -> Card:
    """Return a tip for a channel."""
    return card(
        "tips.scheduled",
        *_tip(tip, language),
        Actions((Button(another_than(tip), _("Another one, for me alone")),)),
        summary=_("A tip: {title}", title=tip.text_in(language).title),
    )


def found(tips: Sequence[Tip], language: str, topics: Sequence[str]) -> Card:
    """Return what a search found, the best five."""
    if not tips:
        return nothing_found(topics)
    return card(
        "tips.found",
        Heading(_("Tips that fit your words")),
        *(offer(tip, language) for tip in tips[:FOUND_AT_ONCE]),
        _ways_on(action("tips", "another")),
        _topics(topics, ""),
        summary=_("Tips that fit your words"),
    )


def offer(tip: Tip, language: str) -> Row:
    """Return one tip as a line with a button that shows it."""
    text = tip.text_in(language)
    return Row(
        joined(Bold(text.title), "\n", TOPIC_NAMES[tip.topic]),
        Button(action("tips", "show", tip.id), _("Show this tip")),
    )


def nothing_found(topics: Sequence[str]) -> Card:
    return card(
        "tips.nothing-found",
        Text(_("No tip has these words. Another word may find one, or choose a topic below.")),
        Text(_("If you would rather talk to someone, /resources lists people who listen.")),
        _ways_on(action("tips", "another")),
        _topics(topics, ""),
        summary=_("No tip has these words."),
    )


def none_at_all() -> Card:
    return card(
        "tips.none",
        Text(_("There is no tip to show just now: all of them wait for a fresh look.")),
        summary=_("There is no tip to show just now."),
    )


def topics_named(typed: str, topics: Sequence[str], language: str) -> tuple[Suggestion, ...]:
    """Return those of `topics` that may be meant by what is typed so far, in their order.

    What is like it is offered only if nothing begins so.
    """
    fits = {one: named(typed, translate(TOPIC_NAMES[one], language)) for one in topics}
    best = max(fits.values(), default=0)
    return tuple(Suggestion(one, TOPIC_NAMES[one]) for one in topics if best and fits[one] == best)


def topic_meant(typed: str, topics: Sequence[str]) -> str:
    """Return the topic of that name, in any language; "" if it is none of `topics`."""
    wanted = folded(typed)
    return next((one for one in topics if wanted in _names_of(one)), "")


def _names_of(topic: str) -> set[tuple[str, ...]]:
    names = {folded(translate(TOPIC_NAMES[topic], language)) for language in LANGUAGES}
    return {folded(topic), *names}


def titles(tips: Sequence[Tip], language: str) -> tuple[Suggestion, ...]:
    """Return tips as what may be typed: their titles."""
    called = (tip.text_in(language).title for tip in tips)
    return tuple(Suggestion(title, title) for title in called)


def search_form() -> Form:
    return Form(
        title=_("Find a tip"),
        fields=(
            TextIn(
                key="words",
                label=_("What is it about?"),
                hint=_("A few words, such as: saying no. Only you see them."),
                surface=Surface.PRIVATE,
                most=MAX_QUERY,
            ),
        ),
        submit=_("Search"),
    )


def _tip(tip: Tip, language: str) -> tuple[Node, ...]:
    text = tip.text_in(language)
    return (
        Heading(text.title),
        Text(text.text),
        Quote(text.words),
        Note(joined(_source(tip), "\n", _reviewed(tip))),
    )


def _source(tip: Tip) -> Msg:
    source: Words = Link(tip.source, tip.url) if tip.url else tip.source
    match tip.basis:
        case Basis.READ:
            return _("Source (read {month}): {source}", month=tip.source_read, source=source)
        case Basis.REPORTED:
            return _("Source (as others report it): {source}", source=source)
        case Basis.TITLE:
            return _("Source (not read by us yet): {source}", source=source)


def _reviewed(tip: Tip) -> Msg:
    if not tip.reviewed_by:
        return _("Written by the peerbot project, not yet reviewed by a counsellor.")
    if tip.reviewed_on is None:
        return _("Reviewed by {name}.", name=tip.reviewed_by)
    return _("Reviewed by {name} on {day}.", name=tip.reviewed_by, day=tip.reviewed_on.isoformat())


def another_than(tip: Tip, topic: str = "") -> Action:
    """Return the wish for another tip, which knows what is seen: a restart has forgotten it."""
    return action("tips", "another", topic or ANY_TOPIC, tip.id)


def _ways_on(another: Action) -> Actions:
    return buttons(
        Button(another, _("Another one"), Style.PRIMARY),
        Button(action("tips", "search"), _("Search by words")),
    )


def _topics(topics: Sequence[str], chosen: str) -> Select | None:
    if not topics:
        return None
    return Select(
        action=action("tips", "topic"),
        label=_("By topic"),
        options=tuple(
            Option(topic, TOPIC_NAMES[topic], chosen=topic == chosen) for topic in topics
        ),
    )


# -- For moderators ----------------------------------------------------------------------------


def panel(schedules: Sequence[Schedule]) -> Card:
    """Return where tips are posted, with a way to add one."""
    nothing: Node = Text(
        _("No channel gets tips yet. Members can ask for one at any time with /tip.")
    )
    rows: list[Node] = [
        Row(
            joined(Mention(each.room), "\n", _when(each)),
            Button(action("tips", "plan-show", each.id), _("Open")),
        )
        for each in schedules[:MAX_SCHEDULES]
    ]
    return card(
        "tips.panel",
        Heading(_("Tips on a schedule")),
        *(rows or [nothing]),
        Actions((Button(action("tips", "plan"), _("Choose a channel and days"), Style.PRIMARY),)),
        Note(
            _(
                "Tips that speak of danger are never posted to a channel. Each tip says whether "
                "a counsellor has reviewed it."
            )
        ),
        summary=_("Tips on a schedule"),
    )


def plan(schedule: Schedule, coming: Sequence[datetime]) -> Card:
    """Return one schedule with its next runs and what can be done with it."""
    zone = schedule.recurrence.zone
    runs: list[Words] = [part for moment in coming for part in ("\n", Moment(moment, zone))]
    if schedule.paused:
        go_on = Button(action("tips", "go-on", schedule.id), _("Go on"), Style.PRIMARY)
    else:
        go_on = Button(action("tips", "pause", schedule.id), _("Pause"))
    return card(
        "tips.plan",
        Heading(_("A tip for this channel")),
        Text(joined(Mention(schedule.room), "\n", _when(schedule))),
        Text(_("It is paused: nothing is posted until you let it go on."))
        if schedule.paused
        else Text(joined(_("The next five:"), *runs))
        if runs
        else Text(_("It has come to its end.")),
        buttons(
            go_on,
            Button(action("tips", "plan", schedule.id), _("Change")),
            Button(action("tips", "sample", schedule.id), _("Show me one")),
            Button(
                action("tips", "remove", schedule.id),
                _("Remove"),
                Style.DANGER,
                REMOVING,
            ),
        ),
        Actions((Button(action("tips", "panel"), _("Back to all channels")),)),
        summary=_("A tip for a channel, and when"),
    )


REMOVING = Confirm(
    question=_("Shall no more tips be posted there?"),
    yes=_("Remove"),
    no=_("Keep"),
)


def plan_form(schedule: Schedule | None) -> Form:
    """Return the form for a room and its days, filled in from `schedule` if there is one."""
    recurrence = schedule.recurrence if schedule else None
    weekdays = recurrence.weekdays if recurrence else frozenset({0})
    weeks = recurrence.interval if recurrence else 1
    topic = schedule.topic if schedule else ""
    return Form(
        title=_("A tip for a channel"),
        fields=(
            ChannelPick(
                key="room", label=_("Channel"), initial=schedule.room.id if schedule else ""
            ),
            Choice(
                key="weeks",
                label=_("How often"),
                options=tuple(
                    Option(str(number), words, chosen=number == weeks)
                    for number, words in RHYTHMS.items()
                ),
            ),
            MultiChoice(
                key="weekdays",
                label=_("On which days"),
                required=True,
                options=tuple(
                    Option(str(number), words, chosen=number in weekdays)
                    for number, words in enumerate(WEEKDAYS)
                ),
            ),
            TextIn(
                key="at",
                label=_("At what time"),
                hint=_("By the community's clock, such as 09:00"),
                surface=Surface.SAMPLE,
                most=8,
                initial=f"{recurrence.at:%H:%M}" if recurrence else "09:00",
            ),
            Choice(
                key="topic",
                label=_("About what"),
                options=(
                    Option(ANY_TOPIC, _("Everything in turn"), chosen=not topic),
                    *(Option(each, TOPIC_NAMES[each], chosen=each == topic) for each in TOPICS),
                ),
            ),
        ),
        submit=_("Save"),
    )


def _when(schedule: Schedule) -> Msg:
    recurrence = schedule.recurrence
    days: list[Words] = []
    for number in sorted(recurrence.weekdays):
        days += [", ", WEEKDAYS[number]]
    about = TOPIC_NAMES.get(schedule.topic, _("everything in turn"))
    when = _(
        "{rhythm}: {days}, at {time} ({zone}); {topic}",
        rhythm=RHYTHMS.get(recurrence.interval, RHYTHMS[1]),
        days=joined(*days[1:]),
        time=f"{recurrence.at:%H:%M}",
        zone=recurrence.zone.key,
        topic=about,
    )
    return joined(when, " · ", _("paused")) if schedule.paused else when


# -- Why not -----------------------------------------------------------------------------------


def no_time() -> Msg:
    return _("That is no time of day. Please write it like 09:00.")


def no_weekday() -> Msg:
    return _("Please choose at least one day.")


def no_such_room() -> Msg:
    return _("peerbot does not see this channel here. Please choose another, or let peerbot in.")


def only_in_the_space() -> Msg:
    return _("Please do this in your community, where its channels can be seen.")


def rooms_unknown_now() -> Msg:
    return _("The channels cannot be looked up just now. Please try again in a moment.")


def too_many_schedules() -> Msg:
    return _("{n} channels have tips already; please remove one first.", n=MAX_SCHEDULES)
