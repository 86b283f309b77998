"""What members read while they answer, in private, and right after."""

from collections.abc import Sequence

from peerbot.chat.actions import action
from peerbot.chat.addresses import Room
from peerbot.chat.cards import (
    Button,
    Card,
    Divider,
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
from peerbot.chat.forms import Form, Surface, TextIn
from peerbot.chat.text import Mention, Moment, Words, joined
from peerbot.checkins.cards import AUDIENCES, HELP, STEPS, a_person, help_now, question_of
from peerbot.checkins.model import (
    MAX_WORDS,
    Answer,
    Audience,
    Help,
    Reminder,
    Round,
    Step,
)
from peerbot.i18n import Msg, _


def answering(asked: Round, given: Answer | None) -> Card:
    """Return the answer as far as it has come; every choice in it is kept at once."""
    step = given.step if given and not given.skipped else None
    return card(
        "checkins.answer",
        Heading(question_of(asked)),
        Text(_("You chose: {step}. It is kept.", step=STEPS[step]))
        if step
        else Text(_("Pick what fits best. Nothing is right or wrong here.")),
        buttons(
            *(
                Button(
                    action("checkins", "step", asked.id, int(one)),
                    STEPS[one],
                    Style.PRIMARY if one is step else Style.PLAIN,
                )
                for one in Step
            )
        ),
        *(_more(asked, given) if given and step else ()),
        Note(
            _(
                "You can change it until {moment}.",
                moment=Moment(asked.closes_at, asked.zone),
            )
        ),
        summary=_("Your private answer to the check-in"),
        tone=Tone.CARE if step and step.is_low else Tone.CALM,
    )


def _more(asked: Round, given: Answer) -> tuple[Node, ...]:
    low = given.step is not None and given.step.is_low
    nodes: list[Node] = []
    if low:
        nodes.append(
            Text(_("Thank you for saying so. You do not have to carry this alone.")),
        )
    nodes += [
        Select(
            action("checkins", "help", asked.id),
            _("What would help? Pick any"),
            tuple(Option(kind, HELP[kind], chosen=kind in given.help) for kind in Help),
            most=len(Help),
        ),
        Select(
            action("checkins", "see", asked.id),
            _("Who may see this answer?"),
            tuple(Option(one, AUDIENCES[one], chosen=one is given.audience) for one in Audience),
        ),
        Text(_who_sees(given, asked.room)),
        buttons(
            Button(
                action("checkins", "words", asked.id, given.audience),
                _words_button(given),
            ),
            Button(action("checkins", "done", asked.id), _("Done"), Style.PRIMARY),
            a_person() if low else None,
            help_now() if low else None,
        ),
    ]
    return tuple(nodes)


def _words_button(given: Answer) -> Msg:
    if given.words_wait:
        return _("Look at my words again")
    return _("Change my words") if given.sealed else _("Add words")


def _who_sees(given: Answer, room: Room) -> Words:
    """Return who sees what, as it is now; said before anything is shared."""
    if given.words_wait:
        return _("Your words stay with whom you wrote them for, until you look at them again.")
    match given.audience:
        case Audience.ME:
            return _("Only you can see this answer. It counts in the summary, without your name.")
        case Audience.STAFF:
            return _("Counselling staff can see this answer with your name.")
        case Audience.BY_NAME if given.sealed:
            return _("Your words are posted in {room}, with your name.", room=Mention(room))
        case Audience.BY_NAME:
            return _(
                "If you add words, they are posted in {room} at once, with your name. "
                "What you picked above is not.",
                room=Mention(room),
            )
        case Audience.ANONYMOUS:
            return _(
                "If you add words, they appear in {room} when the check-in closes, mixed with "
                "others and without your name. With fewer than three such texts, none is shown.",
                room=Mention(room),
            )


_INTRO: dict[Audience, Msg] = {
    Audience.ME: _("Only you will see this."),
    Audience.STAFF: _("Counselling staff will see this, with your name."),
    Audience.BY_NAME: _("This is posted in the channel at once, with your name."),
    Audience.ANONYMOUS: _(
        "This appears in the channel when the check-in closes, mixed with others and without "
        "your name."
    ),
}
_HINTS: dict[Audience, Msg] = {
    Audience.ME: _("Only you see this. Leave it empty to take your words out."),
    Audience.STAFF: _("Staff see this with your name. If it sounds like danger, responders hear."),
    Audience.BY_NAME: _(
        "Posted at once with your name. If it sounds like danger, responders hear."
    ),
    Audience.ANONYMOUS: _("Shown later, no name. If it sounds like danger, responders hear of it."),
}
_EMERGENCY_HINT: Msg = _("Only you see this. In an emergency, responders hear of it.")
_RESPONDERS: Msg = _(
    "If your words sound as if you were in danger, responders are told, so that somebody can "
    "reach you."
)
_EMERGENCIES: Msg = _(
    "If they sound like an emergency, responders are told, so that somebody can reach you."
)


def words_form(audience: Audience, words: str, *, emergencies_told: bool) -> Form:
    """Return the form for words to `audience`; it says who sees them before anybody types.

    `emergencies_told`: whether this community alerts responders of emergencies in private words.
    """
    said = _INTRO[audience]
    private = audience.surface is Surface.PRIVATE
    told_in_private = private and emergencies_told
    warning = _EMERGENCIES if told_in_private else None if private else _RESPONDERS
    return Form(
        title=_("In your own words"),
        intro=joined(said, " ", warning) if warning else said,
        fields=(
            TextIn(
                key="words",
                label=_("What would you like to say?"),
                hint=_EMERGENCY_HINT if told_in_private else _HINTS[audience],
                surface=audience.surface,
                long=True,
                most=MAX_WORDS,
                required=False,
                initial=words,
            ),
        ),
        submit=_("Post it") if audience is Audience.BY_NAME else _("Keep it"),
    )


def thanks(asked: Round, given: Answer, reminder: Reminder | None) -> Card:
    return card(
        "checkins.thanks",
        Text(_("Thank you. It is good that you are here.")),
        Note(_who_sees(given, asked.room)),
        buttons(
            Button(action("checkins", "begin", asked.id), _("Change my answer")),
            remind_button(reminder),
        ),
        summary=_("Thank you. It is good that you are here."),
        tone=Tone.GOOD,
    )


def low(asked: Round, given: Answer, tips: Sequence[Row], resources: Sequence[Row]) -> Card:
    """Return something that may help somebody who feels alone, or somebody to talk to."""
    return card(
        "checkins.low",
        Heading(_("Thank you for telling")),
        Text(
            _(
                "Feeling alone is hard, and saying it is a step. You do not have to do anything "
                "now; here is what may help, when you like."
            )
        ),
        buttons(a_person(), help_now()),
        *_offers(_("Something small to try"), tips),
        *_offers(_("Places that help"), resources),
        Divider(),
        Note(_who_sees(given, asked.room)),
        buttons(Button(action("checkins", "begin", asked.id), _("Change my answer"))),
        summary=_("Thank you for telling. Here is what may help, when you like."),
        tone=Tone.CARE,
    )


def _offers(title: Msg, several: Sequence[Row]) -> tuple[Node, ...]:
    return (Text(title), *several) if several else ()


def skipped(asked: Round | None) -> Card:
    """Return that skipping is fine; `asked` where one may still come back to it."""
    return card(
        "checkins.skipped",
        Text(_("That is fine. You are welcome with or without an answer.")),
        buttons(Button(action("checkins", "begin", asked.id), _("Answer after all")))
        if asked
        else None,
        summary=_("That is fine. You are welcome with or without an answer."),
        tone=Tone.GOOD,
    )


def remind_button(reminder: Reminder | None) -> Button | None:
    return Button(action("checkins", "remind-on"), _("Remind me")) if reminder is None else None
