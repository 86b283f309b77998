"""Words and forms about a community's own phrases, and why one cannot be taken."""

from collections.abc import Sequence

from peerbot.chat.actions import action
from peerbot.chat.cards import (
    Button,
    Card,
    Confirm,
    Fields,
    Heading,
    Note,
    Option,
    Pager,
    Row,
    Style,
    Text,
    Tone,
    buttons,
    card,
    page_of,
)
from peerbot.chat.forms import Choice, Field, Form, Surface, TextIn, Toggle
from peerbot.chat.text import Words
from peerbot.crisis.detection import LONGEST, MOST_WORDS, Category, OwnPhrase, Tier, Wrong
from peerbot.crisis.lab.model import MOST_PHRASES
from peerbot.crisis.responder_cards import CATEGORIES, TIERS
from peerbot.i18n import Msg, _, n_

PER_PAGE = 8
_MOST_TRAPS = 3
_TRAP_SHOWN = 90

WRONG: dict[Wrong, Msg] = {
    Wrong.EMPTY: _("Please write something here."),
    Wrong.ONE_LETTER: _("One letter stands in every message. Please write at least a word."),
    Wrong.ONLY_GAPS: _("There is no word in it that I could look for. Please add one."),
    Wrong.TOO_LONG: _(
        "That is too long for a phrase: at most {n} words. Please take its heart.", n=MOST_WORDS
    ),
    Wrong.TOO_COMMON: _(
        "These words stand in very many messages. Please add one that makes the difference."
    ),
    Wrong.SIGN_IN_A_WORD: _(
        "* stands alone, for words left out; ~ stands before a word, for all its forms. Inside a "
        "word they mean nothing."
    ),
    Wrong.NO_SUCH_FAMILY: _(
        "I do not know other forms of the word after ~, and it is too short for me to take every "
        "word that begins with it. Please write the forms as phrases of their own."
    ),
}


def phrases(several: Sequence[OwnPhrase], page: int) -> Card:
    """Return a page of a community's own phrases."""
    page, pages = page_of(len(several), page, PER_PAGE)
    return card(
        "lab.phrases",
        Heading(_("Phrases of your own")),
        Text(
            _(
                "Words that mean danger in your community and nowhere else; or words that sound "
                "like danger and mean nothing here. They count in every language."
            )
        ),
        *(
            Row(_in_short(one), Button(action("lab", "phrase-show", one.id), _("Open")))
            for one in several[(page - 1) * PER_PAGE : page * PER_PAGE]
        ),
        None if several else Text(_("There is none yet.")),
        Pager(page, pages, action("lab", "phrases")) if pages > 1 else None,
        buttons(
            Button(action("lab", "phrase"), _("What I should notice"), Style.PRIMARY),
            Button(action("lab", "harmless"), _("What means nothing here")),
            Button(action("lab", "home"), _("Back to the lab")),
        ),
        summary=_("Phrases of your own"),
    )


def phrase(one: OwnPhrase, tripped: int | None = None) -> Card:
    """Return one phrase. `tripped` is given when it was just saved."""
    harmless = one.tier is Tier.NONE
    return card(
        "lab.phrase",
        Text(_("Saved. It counts from the next message on.")) if tripped is not None else None,
        Fields(
            (
                (_("Phrase"), one.text),
                (_("Means"), _("nothing here")) if harmless else (_("Tier"), TIERS[one.tier]),
                *(() if harmless else ((_("What"), CATEGORIES[one.category]),)),
            )
        ),
        Note(_tripped_all_the_same(one, tripped)) if tripped else None,
        Note(
            _(
                "An emergency is never silenced by it: responders are told, and I do not write to "
                "the person by myself."
            )
        )
        if harmless
        else None,
        buttons(
            Button(action("lab", "harmless" if harmless else "phrase", one.id), _("Change")),
            Button(
                action("lab", "phrase-remove", one.id),
                _("Take out"),
                Style.DANGER,
                TAKING_OUT,
            ),
            Button(action("lab", "try"), _("Try a sentence")),
            Button(action("lab", "phrases"), _("Own phrases")),
        ),
        summary=_("A phrase of your own"),
        tone=Tone.CALM if tripped is None else Tone.GOOD,
    )


TAKING_OUT = Confirm(question=_("Take this phrase out?"), yes=_("Take out"), no=_("Keep it"))


def _tripped_all_the_same(one: OwnPhrase, tripped: int | None) -> Msg:
    n = tripped or 0
    if one.tier is Tier.NONE:
        return n_(
            "It hides {n} of the signs of danger that I know. That stands in the trail.",
            "It hides {n} of the signs of danger that I know. That stands in the trail.",
            n,
        )
    return n_(
        "It also finds {n} harmless sentence that I know. That stands in the trail.",
        "It also finds {n} harmless sentences that I know. That stands in the trail.",
        n,
    )


def _in_short(one: OwnPhrase) -> Msg:
    if one.tier is Tier.NONE:
        return _('"{phrase}": means nothing here', phrase=one.text)
    return _(
        '"{phrase}": {tier}, {what}',
        phrase=one.text,
        tier=TIERS[one.tier],
        what=CATEGORIES[one.category],
    )


# -- forms -----------------------------------------------------------------------------------


def try_form() -> Form:
    return Form(
        title=_("Try a sentence"),
        intro=_("Write it yourself; please paste no member's words. Nothing is kept."),
        fields=(
            TextIn(
                key="words",
                label=_("What somebody might write"),
                surface=Surface.SAMPLE,
                long=True,
                most=2000,
            ),
        ),
        submit=_("See"),
    )


def phrase_form(one: OwnPhrase | None, *, may_save: bool) -> Form:
    """Return the form for what is to be noticed; `may_save` adds the admins' own choice."""
    return Form(
        title=_("What I should notice"),
        fields=(
            _words(one),
            Choice(
                key="tier",
                label=_("How serious is it?"),
                options=tuple(
                    Option(tier.label, words, chosen=one is not None and one.tier is tier)
                    for tier, words in _SERIOUS.items()
                ),
            ),
            Choice(
                key="category",
                label=_("What is it about?"),
                options=tuple(
                    Option(each, CATEGORIES[each], chosen=one is not None and one.category is each)
                    for each in Category
                ),
            ),
            *_anyway(_("Save it even if it finds harmless words"), may_save=may_save),
        ),
        submit=_("Save"),
    )


def harmless_form(one: OwnPhrase | None, *, may_save: bool) -> Form:
    """Return the form for what means nothing here."""
    return Form(
        title=_("What means nothing here"),
        intro=_("For words that sound like danger and are none in your community."),
        fields=(_words(one), *_anyway(_("Save it even if it hides danger"), may_save=may_save)),
        submit=_("Save"),
    )


_SERIOUS: dict[Tier, Msg] = {
    Tier.CONCERN: _("Concern: an offer of help, a quiet note"),
    Tier.URGENT: _("Urgent: help and an alert"),
    Tier.EMERGENCY: _("Emergency: the highest alert"),
}


def _words(one: OwnPhrase | None) -> Field:
    return TextIn(
        key="phrase",
        label=_("Phrase"),
        hint=_("* for words left out, ~word for all its forms: ~drown * lake"),
        surface=Surface.SAMPLE,
        most=LONGEST,
        initial=one.text if one else "",
    )


def _anyway(label: Msg, *, may_save: bool) -> tuple[Field, ...]:
    return (Toggle(key="anyway", label=label),) if may_save else ()


# -- why it is not taken ---------------------------------------------------------------------


def tripped(one: OwnPhrase, sentences: Sequence[str], *, may_save: bool) -> Words:
    """Return which shipped sentences a phrase trips, and what can be done."""
    shown = " ".join(f"“{_cut(each)}”" for each in sentences[:_MOST_TRAPS])
    what = _hides(len(sentences), shown) if one.tier is Tier.NONE else _finds(len(sentences), shown)
    if may_save:
        return _(
            "{what}. Please make it more exact, or say below that you want it all the same.",
            what=what,
        )
    return _("{what}. Please make it more exact. An admin may save it all the same.", what=what)


def _finds(n: int, shown: str) -> Msg:
    return n_(
        "It would also find {n} sentence that I know to be harmless: {shown}",
        "It would also find {n} sentences that I know to be harmless, such as: {shown}",
        n,
        shown=shown,
    )


def _hides(n: int, shown: str) -> Msg:
    return n_(
        "It would hide {n} sign of danger that I know: {shown}",
        "It would hide {n} signs of danger that I know, such as: {shown}",
        n,
        shown=shown,
    )


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= _TRAP_SHOWN else f"{sentence[: _TRAP_SHOWN - 1]}…"


def too_many() -> Words:
    return _("There are {n} phrases already. Please take one out first.", n=MOST_PHRASES)


def known_already() -> Words:
    return _("You have this phrase already.")


def only_an_admin() -> Msg:
    return _(
        "Nobody in danger would be answered there, not even in an emergency: an admin has to "
        "decide that. You can choose emergencies only."
    )


def only_in_the_space() -> Words:
    return _("Please do this in your community, where its channels can be seen.")


def rooms_unknown_now() -> Words:
    return _("The channels cannot be looked up just now. Please try again in a moment.")


def no_such_room() -> Words:
    return _("peerbot does not see this channel here. Please choose another, or let peerbot in.")
