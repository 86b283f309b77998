"""Small help behind the first answer's buttons: something for right now, and words to copy.

Nothing about it is kept: each step knows from its button which one comes next.
"""

from peerbot.chat.actions import Action, action
from peerbot.chat.cards import (
    Button,
    Card,
    Heading,
    Note,
    Quote,
    Style,
    Text,
    Tone,
    buttons,
    card,
)
from peerbot.crisis.detection.finding import Category
from peerbot.i18n import Msg, _

LOOK, BREATHE = "look", "breathe"
"""The two ways of grounding that are led step by step."""

_FIRST: dict[Category, tuple[Msg, ...]] = {
    Category.SELF_HARM: (
        _("An urge rises like a wave, and it falls again. You only have to get through this one."),
        _("Move away from what you could hurt yourself with, or give it to someone for tonight."),
        _("If you are hurt already, rinse it, cover it, and let someone look at it."),
    ),
    Category.OVERDOSE: (
        _("Please call first: the emergency number, or a poison line if one is shown to you."),
        _("Have what was taken at hand. They will ask what, how much and when; nobody scolds."),
        _("Stay where someone can reach you, with the door unlocked. Do not wait to feel worse."),
    ),
    Category.ABUSE: (
        _("You decide how fast this goes. If they are near you now, your safety comes first."),
        _(
            "Could somebody look at your phone? Close this card when you have read it, and delete "
            "our conversation. Calls stay in the call list, pages in the browser: another phone or "
            "a private window is safer."
        ),
        _("Is there a place you could go to, and someone who would let you in at any hour?"),
    ),
    Category.THREAT_RECEIVED: (
        _("Go where other people are, or lock the door. If they are near, call for help first."),
        _("Tell one person now where you are. You need not be sure that it is serious."),
        _("Keep the messages: they help if you want to report this later."),
    ),
    Category.THREAT_MADE: (
        _("Being this angry or hurt is allowed. What you do next is still yours to decide."),
        _("Put a door and some minutes between you and them, and leave behind what could hurt."),
        _("Walk fast, run cold water over your hands, or call someone until it has passed."),
    ),
    Category.EATING: (
        _("Sit or lie down somewhere warm. Nothing has to be put right in this minute."),
        _("Faint, chest pain, a racing heart or blood? Please get medical help today."),
        _("Ask someone to sit with you. You need not talk about food."),
    ),
    Category.BEREAVEMENT: (
        _("Grief has no right way and no timetable. You need not do anything with it now."),
        _("Something warm to drink, a blanket, a voice you know: small things count today."),
        _("If you wish you were dead too, tell someone today. Many who grieve know that thought."),
    ),
}
_FOR_ANYONE: tuple[Msg, ...] = (
    _("Feel what holds you: the floor, the chair, the bed. You are here."),
    _("You do not have to solve anything in this minute."),
    _("If you can, move to where another person is. You need not explain anything."),
)

_STEPS: dict[str, tuple[Msg, ...]] = {
    LOOK: (
        _("Look around you. Find five things you can see. Take your time with each."),
        _("Now four things you can touch. How do they feel?"),
        _("Three things you can hear, near or far."),
        _("Two things you can smell, or would like to."),
        _("One thing you can taste. A sip of water is enough."),
    ),
    BREATHE: (
        _("Let the air out slowly, as if through a straw. Let your shoulders sink."),
        _("Breathe in through your nose: one, two, three, four."),
        _("And out, longer: one, two, three, four, five, six."),
        _("Once more. In: one, two, three, four."),
        _("Out: one, two, three, four, five, six. As often as you like."),
    ),
}

_WORDS: dict[Category, tuple[Msg, ...]] = {
    Category.SELF_HARM: (
        _(
            "I have a strong urge to hurt myself and I don't want to be alone with it. Can you "
            "stay with me until it passes?"
        ),
        _("Could you keep a few things for me tonight? You don't have to ask why."),
    ),
    Category.OVERDOSE: (
        _("I've taken too much of something. Please call for medical help and stay with me."),
        _("Something is wrong and I need a doctor now. Can you come, or call for me?"),
    ),
    Category.ABUSE: (
        _("I'm not safe where I am. Can I come to you? Please don't answer in writing, call me."),
        _("Let's agree on a word. If I send it, please call for help to where I am."),
        _("Something is happening to me that isn't right. Could you listen, without acting yet?"),
    ),
    Category.THREAT_RECEIVED: (
        _("Someone is threatening me and I'm scared. Can I stay with you tonight?"),
        _("Please keep this message. This is where I am and who is threatening me:"),
    ),
    Category.THREAT_MADE: (
        _("I'm so angry that I'm afraid of what I might do. Can you come and get me out of here?"),
        _("Please stay on the phone with me until this has passed."),
    ),
    Category.EATING: (
        _("My body isn't doing well and I'm scared. Could you come to a doctor with me?"),
        _("Please don't say anything about food. It would help if you sat with me."),
    ),
    Category.BEREAVEMENT: (
        _("Someone close to me died by suicide. I don't need answers. Can you sit with me?"),
        _("I'd like to tell you about them. Do you have time tonight?"),
    ),
    Category.THIRD_PARTY: (
        _("I'm worried that someone isn't safe. Can you help me think what to do now?"),
        _("I'm supporting someone in a hard time. Could you be there for me a little as well?"),
    ),
}
_WORDS_FOR_ANYONE: tuple[Msg, ...] = (
    _(
        "I'm having a really hard time and I don't want to be alone with it. Can you "
        "call me or come by?"
    ),
    _("I'm not safe by myself tonight. Could you stay with me, or stay on the phone?"),
    _("You don't have to fix anything. It would help if you just listened."),
)


def right_now(category: Category = Category.NONE) -> Card:
    """Return something for this minute, with two exercises that are led step by step."""
    return card(
        "crisis.now",
        Heading(_("For this minute")),
        *(Text(words) for words in _FIRST.get(category, _FOR_ANYONE)),
        buttons(
            Button(_step(BREATHE, 0, category), _("Breathe with me"), Style.PRIMARY),
            Button(_step(LOOK, 0, category), _("Look around with me")),
            Button(action("crisis", "words", category), _("Words to send someone")),
            Button(action("crisis", "help", category), _("Show me who I can call")),
        ),
        summary=_("Something for this minute; nothing of it is kept."),
        tone=Tone.CARE,
    )


def step(way: str, number: int, category: Category) -> Card | None:
    """Return one step of an exercise, counted from 0; None if there is none of this number."""
    steps = _STEPS.get(way, ())
    if not 0 <= number < len(steps):
        return None
    is_last = number == len(steps) - 1
    other, label = (
        (BREATHE, _("Breathe with me")) if way == LOOK else (LOOK, _("Look around with me"))
    )
    return card(
        "crisis.step",
        Text(steps[number]),
        Note(_("You did this. It is all right to do it again.")) if is_last else None,
        buttons(
            Button(_step(way, 0, category), _("Once more"), Style.PRIMARY)
            if is_last
            else Button(_step(way, number + 1, category), _("Next"), Style.PRIMARY),
            Button(_step(other, 0, category), label) if is_last else None,
            Button(action("crisis", "words", category), _("Words to send someone"))
            if is_last
            else None,
            Button(action("crisis", "help", category), _("Show me who I can call")),
        ),
        summary=steps[number],
        tone=Tone.CARE,
    )


def _step(way: str, number: int, category: Category) -> Action:
    return action("crisis", "step", way, number, category)


def words_to_send(category: Category = Category.NONE) -> Card:
    """Return words to copy to someone trusted, for what it is about."""
    return card(
        "crisis.words",
        Heading(_("Words you can copy")),
        Text(_("To someone you trust, as it is or in your own way:")),
        *(Quote(words) for words in _WORDS.get(category, _WORDS_FOR_ANYONE)),
        buttons(Button(action("crisis", "help", category), _("Show me who I can call"))),
        summary=_("Words to send to someone you trust"),
        tone=Tone.CARE,
    )
