"""How the first private answer begins: by what it is about, how serious, and whose risk it is."""

from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.i18n import Msg, _

_OPENERS: dict[Category, Msg] = {
    Category.SUICIDE: _(
        "Something you wrote makes me think you may be in real pain. I am glad you "
        "wrote it. You do not have to go through this hour alone."
    ),
    Category.SELF_HARM: _(
        "It sounds as if the pull to hurt yourself is strong, or you have hurt "
        "yourself. You deserve care, not blame. If you are hurt, please let someone "
        "look after it."
    ),
    Category.OVERDOSE: _(
        "If someone has taken too much of something, please call for medical help now, "
        "even if it feels all right. They are there to help, not to blame."
    ),
    Category.ABUSE: _(
        "What you describe should not happen to anyone, and it is not your fault. You "
        "decide what comes next; there are people who help with exactly this. If somebody "
        "may look at your phone, use another one, and close this when you have read it."
    ),
    Category.THREAT_RECEIVED: _(
        "Being threatened is frightening, and nobody should face it alone. If "
        "they are near you, go where other people are if you can."
    ),
    Category.THREAT_MADE: _(
        "It sounds as if you are close to hurting someone, and it is good that you say so. "
        "Please take some distance first, a door or a walk between you. Then talk to "
        "somebody until it has passed."
    ),
    Category.EATING: _(
        "It sounds as if your body is having a hard time. If you feel faint, have "
        "chest pain or see blood, please get medical help today. You deserve to be "
        "looked after."
    ),
    Category.BEREAVEMENT: _(
        "I am so sorry about the person who died. Grief after a suicide can be heavy "
        "and tangled, and nothing you feel is wrong. There are people who know it from "
        "the inside."
    ),
    Category.NONE: _(
        "That sounds like a lot to carry. You do not have to sort it out alone, and "
        "you do not have to be in danger to ask for company."
    ),
}
_NOW: dict[Category, Msg] = {
    Category.SUICIDE: _(
        "I am really glad you wrote this. Please let someone be with you now: call the number "
        "below, or go to whoever is nearest. You need not explain anything first."
    ),
    Category.SELF_HARM: _(
        "You deserve help this minute, and nobody should blame you. If you are bleeding, press "
        "a clean cloth on it and keep it there. Call the number below, and let someone come to "
        "you."
    ),
    Category.ABUSE: _(
        "You may be in danger, and it is not your fault. If you can, get to where other people "
        "are, or behind a locked door, and call the number below. If somebody may look at your "
        "phone, close this when you have read it."
    ),
    Category.THREAT_RECEIVED: _(
        "This is frightening, and nobody should face it alone. If you can, get to where other "
        "people are, or behind a locked door, and call the number below. You need not be sure "
        "that it is serious."
    ),
    Category.THREAT_MADE: _(
        "It is good that you say so. Please go away from them now, and leave behind whatever "
        "could hurt someone. Call the number below or a person you trust, and stay on the phone "
        "until it has passed."
    ),
    Category.EATING: _(
        "Your body may need help now, and you deserve it. Please call the number below, or ask "
        "someone to take you to a doctor. You need not wait until it gets worse."
    ),
}
"""Openers for whoever is in danger this minute: the emergency number stands right below."""
_OTHERS: dict[Category, Msg] = {
    Category.OVERDOSE: _OPENERS[Category.OVERDOSE],
    Category.ABUSE: _(
        "What is being done to them should not happen to anyone. Ask them when they are "
        "alone, believe them, and let them choose what comes next. Please do not confront "
        "the other person: that can make it worse."
    ),
    Category.THREAT_RECEIVED: _(
        "Someone you know is being threatened, and it is good that you take it seriously. "
        "Help them get to where other people are, and keep what was written."
    ),
    Category.EATING: _(
        "You are worried about someone whose body may be having a hard time. If they faint, "
        "have chest pain or lose blood, please get medical help today. Talk with them about "
        "how they are, rather than about food."
    ),
    Category.BEREAVEMENT: _(
        "Somebody near you has lost a person to suicide. You need no right words: be there, "
        "say the name of the one who died, and ask again in a few weeks."
    ),
}
"""Openers for whoever worries about somebody else."""
_OTHER = _(
    "You are worried about someone, and that care matters. Ask them calmly and "
    "directly how bad it is, and listen. You do not have to carry this alone "
    "either."
)
OTHER_NOW = _(
    "If someone is in danger this minute, please call for help for them first. "
    "Stay with them, or on the line, if that is safe for you."
)
_ASKED = _(
    "I am glad you asked. Take one breath with me. Below are people who are there "
    "for this, and small things for this minute."
)


def opener(category: Category, tier: Tier, whose: Whose, *, asked: bool) -> Msg:
    """Return the first sentences; `asked` if they came for help by themselves."""
    if asked:
        return _ASKED
    if is_about_another(category, whose):
        now = tier is Tier.EMERGENCY and category is not Category.OVERDOSE
        return OTHER_NOW if now else _OTHERS.get(category, _OTHER)
    calm = _OPENERS.get(category, _OPENERS[Category.NONE])
    return _NOW.get(category, calm) if tier is Tier.EMERGENCY else calm


def is_about_another(category: Category, whose: Whose) -> bool:
    """Whether to speak to one who worries; a threat is answered to the one who makes it."""
    return whose is Whose.OTHER and category is not Category.THREAT_MADE
