"""The console's first screen: what to try, as a member, a moderator or counselling staff."""

from collections.abc import Iterable

from peerbot.chat.cards import Card, Fields, Heading, Node, Note, Text, card
from peerbot.chat.commands import Command
from peerbot.chat.text import Code, Words, joined
from peerbot.i18n import Msg, _

COLON_HELP: tuple[tuple[str, Msg], ...] = (
    ("sam> hello", _("write as sam; a new name joins the community")),
    ("robin (moderator)> hello", _("give somebody a role: moderator, staff or admin")),
    ("sam #garden> hello", _("write in another room; #care-team is for the team")),
    ("sam @dm> hello", _("write to peerbot alone")),
    ("3", _("press button 3 of the cards that this person sees, newest card first")),
    ("1,3", _("choose several from a list")),
    ('press "Label"', _("press a button by its label")),
    ('choose "Label" = "Option"', _("choose from a list, or in a form, by labels")),
    ('fill "Label" = words', _("fill in a field of a form; send sends it, cancel leaves it")),
    ("/wait 7d", _("let a week pass; also 90m, 2h, 3 days, until 18:00")),
    (":flag sam", _("flag the last message of sam for moderators")),
    (":edit words", _("change your last message; :delete takes it away")),
    (":close-inbox sam", _("sam takes no messages from peerbot; :open-inbox sam")),
    (":home", _("open your home page")),
    (":buttons", _("what you can press now, with numbers")),
    (":who", _("who is here, with roles and rooms")),
    (":trouble database away", _("see how peerbot bears it; also database back, restart")),
    (":leave", _("leave the community")),
    (":quit", _("end; so does Ctrl-D")),
)

_TRIES: tuple[tuple[Msg, tuple[tuple[str, str, Msg], ...]], ...] = (
    (
        _("First, as the one who sets it up"),
        (
            (
                "peerbot setup",
                "alex (admin)> /peerbot setup",
                _("a few screens; three presses are enough"),
            ),
        ),
    ),
    (
        _("As a member"),
        (
            ("checkin", "sam> /checkin", _("say how connected you feel")),
            ("tip", "sam> /tip", _("something small to try")),
            ("resources", "sam> /resources", _("help near and far")),
            ("help-now", "sam> /help-now", _("help, at once and privately")),
            ("privacy", "sam> /privacy", _("what is kept about sam, and erasing it")),
            ("what-happens", "sam> /what-happens", _("what is read, and what follows from it")),
        ),
    ),
    (
        _("As a moderator, once it is set up"),
        (
            ("peerbot panel", "robin (moderator)> /peerbot panel", _("everything at a glance")),
            ("peerbot checkins", "robin> /peerbot checkins", _("make a weekly check-in")),
            ("peerbot alerts", "robin> /peerbot alerts", _("who needs somebody now")),
            ("peerbot tips", "robin> /peerbot tips", _("post a tip to a room every week")),
        ),
    ),
    (
        _("As counselling staff, once it is set up"),
        (
            (
                "peerbot resources",
                "ana (staff)> /peerbot resources",
                _("add, check and change what members find"),
            ),
        ),
    ),
)


def welcome(commands: Iterable[Command], *, can_wait: bool) -> Card:
    """Return the first screen; it offers only commands that are there."""
    there = {one.name for one in commands}
    nodes: list[Node] = [
        Text(
            _(
                "This is a whole support community in one terminal. "
                "You play everyone: type a name, then what they write or do."
            )
        )
    ]
    for title, tries in _TRIES:
        lines = tuple((Code(typed), what) for name, typed, what in tries if name in there)
        if lines:
            nodes += [Heading(title), Fields(lines)]
    nodes += [Heading(_("And then")), Fields(_then(can_wait=can_wait))]
    kept = _("What you do here is kept, and time runs by itself.")
    thrown = _("Nothing is kept: this community is gone when you leave.")
    nodes.append(Note(thrown if can_wait else kept))
    return card("console.welcome", *nodes, summary=_("Welcome to peerbot"))


def _then(*, can_wait: bool) -> tuple[tuple[Words, Msg], ...]:
    wait = ((Code("/wait 7d"), _("let a week pass and watch what happens")),) if can_wait else ()
    heavy = joined(Code("sam @dm> "), _("I can't go on"))
    return (
        (heavy, _("see what sam reads; nobody else is told unless sam asks")),
        (Code("1"), _("press the first button of the newest card")),
        *wait,
        (Code("/help"), _("everything that can be typed here")),
    )
