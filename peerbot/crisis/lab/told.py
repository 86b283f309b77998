"""Tells what the rules made of a sentence: which words, which rule, what around them moved it."""

from collections.abc import Iterator

from peerbot.chat.actions import action
from peerbot.chat.cards import (
    Button,
    Card,
    Fields,
    Heading,
    Node,
    Note,
    Style,
    Text,
    buttons,
    card,
)
from peerbot.chat.text import Words, joined
from peerbot.community.model import Settings
from peerbot.crisis.detection import DENIED, Finding, Matched, Step, Tier, Whose
from peerbot.crisis.lab.cards import misread_so_often, rule_name
from peerbot.crisis.lab.service import Tried
from peerbot.crisis.responder_cards import CATEGORIES, TIERS
from peerbot.i18n import Msg, _

_MOST_MATCHES = 5
_READ_SHOWN = 300
_WORDS_SHOWN = 80

_SMALL_CAUSE = _("the cause is small")
_PAST = _("it is told of a time long past")
_OVERCOME = _("it is told as overcome")
_GAME = _("it is about a game")
_STORY = _("it is about a story, film or song")
_NEWS = _("it is news, study or help text")
_COMPUTERS = _("it speaks of computers")
_LAUGHTER = _("it is said laughing")
_TIME = _("a time is said")
_MEANS = _("a means is said")
_PLACE = _("a place is said")
_AT_ANOTHER = _("it is thrown at somebody else, which is for moderators")
_ANIMAL = _("it is about an animal")
_EVERYDAY = _("it is about something everyday")
_SAYS_NO = _("asked about it, they say no")
_SPORT = _("it is about sport")
_GOODBYE = _("it is a goodbye to a job, a home, a group or for a while")
_TO_ALL = _("it is an offer to everybody")

STEPS: dict[str, Msg] = {
    "subject": _("it is about somebody else"),
    "fixed expression": _("it is a fixed expression"),
    DENIED: _("your community says that it means nothing"),
    "unless": _("words stand beside it that the rule leaves out"),
    "needs": _("words are missing that the rule needs beside it"),
    "negation": _("it is denied"),
    "generic": _("it speaks of people in general"),
    "you": _("it is said to somebody else, not of oneself"),
    "quote": _("it is quoted from something that is in no danger"),
    "quoted lines": _("the lines are quoted"),
    "past": _PAST,
    "passé": _PAST,
    "recovered": _OVERCOME,
    "game": _GAME,
    "jeu": _GAME,
    "media": _STORY,
    "fiction": _STORY,
    "news": _NEWS,
    "info": _NEWS,
    "code": _COMPUTERS,
    "code_fr": _COMPUTERS,
    "joke": _LAUGHTER,
    "rire": _LAUGHTER,
    "trivial": _SMALL_CAUSE,
    "trivial cause": _SMALL_CAUSE,
    "petite cause": _SMALL_CAUSE,
    "time": _TIME,
    "moment": _TIME,
    "jour dit": _TIME,
    "means": _MEANS,
    "moyen": _MEANS,
    "place": _PLACE,
    "endroit": _PLACE,
    "hyperbolic threat": _SMALL_CAUSE,
    "over a trifle": _SMALL_CAUSE,
    "small woe": _SMALL_CAUSE,
    "a niggle": _SMALL_CAUSE,
    "a comfort": _SMALL_CAUSE,
    "a treat is gone": _SMALL_CAUSE,
    "petty crime": _SMALL_CAUSE,
    "officialdom": _SMALL_CAUSE,
    "petty_anger": _SMALL_CAUSE,
    "relative_annoyed": _SMALL_CAUSE,
    "hyperbole": _SMALL_CAUSE,
    "trivial_condition": _SMALL_CAUSE,
    "laughter": _LAUGHTER,
    "dead of laughing": _LAUGHTER,
    "shame_told": _LAUGHTER,
    "insult": _AT_ANOTHER,
    "thrown at a member": _AT_ANOTHER,
    "set_or_troll": _AT_ANOTHER,
    "to the moderators": _AT_ANOTHER,
    "help text": _NEWS,
    "words of help": _NEWS,
    "news report": _NEWS,
    "where to ring": _NEWS,
    "school work": _NEWS,
    "training talk": _NEWS,
    "study_talk": _NEWS,
    "words_asked": _NEWS,
    "traduction": _NEWS,
    "règle ou étude": _NEWS,
    "pet": _ANIMAL,
    "small fry": _ANIMAL,
    "creatures": _EVERYDAY,
    "creatures that bite": _ANIMAL,
    "cosy": _EVERYDAY,
    "plain food": _EVERYDAY,
    "all clear": _EVERYDAY,
    "out and about": _EVERYDAY,
    "view": _EVERYDAY,
    "fancy dress": _EVERYDAY,
    "good mood": _EVERYDAY,
    "long behind": _OVERCOME,
    "years ago": _OVERCOME,
    "story": _OVERCOME,
    "anniversary": _OVERCOME,
    "relato": _OVERCOME,
    "récit": _OVERCOME,
    "geschichte": _OVERCOME,
    "rétabli": _OVERCOME,
    "sorti des violences": _OVERCOME,
    "asked and denied": _SAYS_NO,
    "ticked no": _SAYS_NO,
    "répondu non": _SAYS_NO,
    "clarified": _SAYS_NO,
    "written or sung": _STORY,
    "craft": _STORY,
    "machines": _COMPUTERS,
    "surely a game": _GAME,
    "juego": _GAME,
    "play_fight": _GAME,
    "sport": _SPORT,
    "leaving a place": _GOODBYE,
    "handover": _GOODBYE,
    "ordinary_farewell": _GOODBYE,
    "back_soon": _GOODBYE,
    "said to everybody": _TO_ALL,
    "open door": _TO_ALL,
    "i would": _("it says what one would do, not what one will do"),
}
"""What each look at a match says, by the name of its step; contexts by their ids."""


def tried(one: Tried, settings: Settings) -> Card:
    """Return what the rules make of words, for a moderator who pasted them."""
    finding = one.explanation.finding
    read = " ".join(window.normalised.strip() for window in one.explanation.windows)
    return card(
        "lab.tried",
        Heading(_("What I make of it")),
        _result(finding),
        Note(_("I read it as: {words}", words=_cut(read, _READ_SHOWN))) if read else None,
        *(node for match in _worth_telling(one) for node in _match(match, one)),
        Text(_follows(one, settings)),
        buttons(
            Button(action("lab", "try"), _("Try another"), Style.PRIMARY),
            Button(action("lab", "phrases"), _("Own phrases")),
            Button(action("lab", "home"), _("Back to the lab")),
        ),
        summary=_summary(finding),
    )


def _result(finding: Finding | None) -> Node:
    if finding is None:
        return Text(_("I find nothing in it."))
    whose = _("of somebody else") if finding.whose is Whose.OTHER else _("of the person who writes")
    return Fields(
        (
            (_("Tier"), TIERS[finding.tier]),
            (_("What"), CATEGORIES[finding.category]),
            (_("Whose risk"), whose),
        )
    )


def _summary(finding: Finding | None) -> Msg:
    if finding is None:
        return _("I find nothing in it.")
    return _("{tier}, {what}", tier=TIERS[finding.tier], what=CATEGORIES[finding.category])


def _worth_telling(one: Tried) -> list[Matched]:
    """Return the matches that decide, then those that something around them took away.

    A rule that never had its conditions is no news to anybody.
    """
    every = [match for window in one.explanation.windows for match in window.matched]
    conditions = {"unless", "needs"}
    told = [each for each in every if conditions.isdisjoint(step.name for step in each.steps)]
    told.sort(key=lambda each: (-each.tier, -len(each.words)))
    of_each_rule: dict[str, Matched] = {}
    for each in told:
        of_each_rule.setdefault(each.rule, each)
    return list(of_each_rule.values())[:_MOST_MATCHES]


def _match(match: Matched, one: Tried) -> Iterator[Node]:
    name = rule_name(match.rule, one.own)
    yield Text(_('"{words}": {rule}', words=_cut(match.words, _WORDS_SHOWN), rule=name))
    said: list[Words] = []
    for step in match.steps:
        said += [" ", _step(step)]
    score = one.scores.get(match.rule)
    if score is not None and score.false_alarms is not None:
        said += [" ", _("Here it was {so_often}", so_often=misread_so_often(score))]
    yield Note(joined(*said[1:]))


def _step(step: Step) -> Msg:
    if step.name == "rule":
        return _("By itself: {tier}.", tier=TIERS[step.before])
    why: Words = STEPS.get(step.name, _("the words around it move it"))
    if step.words:
        why = _('{why} ("{words}")', why=why, words=_cut(step.words, _WORDS_SHOWN))
    if step.before is step.after:
        return _("But {why}.", why=why)
    if step.after is Tier.NONE:
        return _("But {why}, so it counts for nothing.", why=why)
    return _("But {why}, so it becomes: {tier}.", why=why, tier=TIERS[step.after])


def _follows(one: Tried, settings: Settings) -> Msg:
    """Return what would happen if somebody wrote this in a room here."""
    finding, decision = one.explanation.finding, one.decision
    if finding is None:
        return _("In a room here nothing would follow.")
    if not settings.reads_messages:
        return _("Messages in rooms are not looked at here. Written to me, it leads to help.")
    if decision.counts and not decision.alert:
        return _("In a room here it would only be counted, since I listen silently.")
    if not decision.answer:
        return _("In a room here responders would be told; I would not write to the person.")
    if finding.tier is Tier.CONCERN:
        return _("In a room here the person would be offered help, and responders get a note.")
    return _("In a room here the person would be helped at once, and responders called.")


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"
