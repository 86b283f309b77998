"""Limits that every card and form must keep so that each platform can show it whole."""

from collections.abc import Iterator

from peerbot.chat.cards import (
    Actions,
    Button,
    Card,
    Chart,
    Divider,
    Fields,
    Heading,
    Image,
    LinkButton,
    Node,
    Note,
    Pager,
    Quote,
    Row,
    Select,
    Text,
    in_language,
)
from peerbot.chat.forms import Choice, Form, MultiChoice, TextIn, form_in_language
from peerbot.chat.text import length_of

# https://discord.com/developers/docs/components/reference (Components V2, as of 2026-08)
MAX_COMPONENTS = 40
MAX_CHARACTERS = 4000
MAX_BUTTONS_IN_ROW = 5
MAX_OPTIONS = 25
MAX_CHOICES = 10
MAX_ALT = 1024
# https://docs.slack.dev/reference/block-kit/blocks
MAX_BLOCKS = 50
MAX_BLOCK_TEXT = 3000
MAX_HEADING = 150
MAX_FIELD_PAIRS = 10
MAX_OPTION_LABEL = 75
MAX_FORM_TITLE = 24
# What a phone shows of a button, and of a notification.
MAX_BUTTON_LABEL = 34
MAX_SUMMARY = 150
# https://discord.com/developers/docs/components/reference#label
MAX_FIELD_LABEL = 45
MAX_FIELD_HINT = 100


def over_budget(card: Card, language: str) -> tuple[str, ...]:
    """Return what is too long or too much in `card`; empty if every platform can show it."""
    shown = in_language(card, language)
    return tuple(f"{card.key} ({language}): {problem}" for problem in _card_problems(shown))


def form_over_budget(form: Form, language: str) -> tuple[str, ...]:
    """Return what is too long in `form`, in words; empty if every platform can open it."""
    shown = form_in_language(form, language)
    return tuple(f"form ({language}): {problem}" for problem in _form_problems(shown))


def components_of(card: Card) -> int:
    """Return how many nested components Discord counts for the card, its container included."""
    return 1 + sum(_cost(child) for child in card.children)


def _cost(node: Node) -> int:
    match node:
        case Row(_, None):
            return 1
        case Row():
            return 3
        case Select():
            return 2
        case Actions(several):
            return 1 + len(several)
        case Pager():
            return 4
        case Chart():
            return 2
        case _:
            return 1


def _card_problems(card: Card) -> Iterator[str]:
    if components_of(card) > MAX_COMPONENTS:
        yield f"{components_of(card)} components; at most {MAX_COMPONENTS}"
    if len(card.children) > MAX_BLOCKS - 2:
        yield f"{len(card.children)} blocks; at most {MAX_BLOCKS - 2}"
    characters = sum(length for child in card.children for length in _lengths(child))
    if characters > MAX_CHARACTERS:
        yield f"{characters} characters; at most {MAX_CHARACTERS}"
    if not 0 < length_of(card.summary) <= MAX_SUMMARY:
        yield f"a summary of {length_of(card.summary)} characters; 1 to {MAX_SUMMARY}"
    for child in card.children:
        yield from _node_problems(child)


def _lengths(node: Node) -> Iterator[int]:
    match node:
        case Heading(words) | Text(words) | Quote(words) | Note(words) | Row(words, _):
            yield length_of(words)
        case Fields(pairs, colon):
            between = length_of(colon) + 1
            yield from (length_of(name) + between + length_of(value) for name, value in pairs)
        case Chart():
            yield length_of(node.title)
            yield from (length_of(cell) + 3 for line in node.table for cell in line)
        case _:
            return


def _node_problems(node: Node) -> Iterator[str]:
    for length in _lengths(node):
        if length == 0 and not isinstance(node, Chart):
            yield f"an empty {type(node).__name__}"
        if length > MAX_BLOCK_TEXT:
            yield f"a {type(node).__name__} of {length} characters; at most {MAX_BLOCK_TEXT}"
    match node:
        case Heading(words) if length_of(words) > MAX_HEADING:
            yield f"a heading of {length_of(words)} characters; at most {MAX_HEADING}"
        case Fields(pairs) if len(pairs) > MAX_FIELD_PAIRS:
            yield f"{len(pairs)} fields; at most {MAX_FIELD_PAIRS}"
        case Actions(several):
            if not 1 <= len(several) <= MAX_BUTTONS_IN_ROW:
                yield f"{len(several)} buttons side by side; 1 to {MAX_BUTTONS_IN_ROW}"
            for button in several:
                yield from _button_problems(button)
        case Row(_, Button() | LinkButton() as button):
            yield from _button_problems(button)
        case Select():
            if not 1 <= len(node.options) <= MAX_OPTIONS:
                yield f"a list of {len(node.options)} options; 1 to {MAX_OPTIONS}"
            for option in node.options:
                if not 0 < length_of(option.label) <= MAX_OPTION_LABEL:
                    yield f"an option of {length_of(option.label)} characters"
        case Image(_, alt) | Chart(alt=alt):
            if not 0 < length_of(alt) <= MAX_ALT:
                yield f"an alt text of {length_of(alt)} characters; 1 to {MAX_ALT}"
        case Divider() | Pager() | _:
            return


def _button_problems(button: Button | LinkButton) -> Iterator[str]:
    length = length_of(button.label)
    if not 0 < length <= MAX_BUTTON_LABEL:
        yield f"a button label of {length} characters; 1 to {MAX_BUTTON_LABEL}"


def _form_problems(form: Form) -> Iterator[str]:
    if not 0 < length_of(form.title) <= MAX_FORM_TITLE:
        yield f"a title of {length_of(form.title)} characters; 1 to {MAX_FORM_TITLE}"
    if not 0 < length_of(form.submit) <= MAX_FORM_TITLE:
        yield f"a submit label of {length_of(form.submit)} characters; 1 to {MAX_FORM_TITLE}"
    for field in form.fields:
        if not 0 < length_of(field.label) <= MAX_FIELD_LABEL:
            length = length_of(field.label)
            yield f"{field.key}: a label of {length} characters; 1 to {MAX_FIELD_LABEL}"
        if field.hint is not None and length_of(field.hint) > MAX_FIELD_HINT:
            length = length_of(field.hint)
            yield f"{field.key}: a hint of {length} characters; at most {MAX_FIELD_HINT}"
        if isinstance(field, TextIn) and field.most > MAX_BLOCK_TEXT:
            yield f"{field.key}: takes {field.most} characters; at most {MAX_BLOCK_TEXT}"
        if isinstance(field, Choice | MultiChoice) and not 1 <= len(field.options) <= (
            MAX_OPTIONS if isinstance(field, Choice) else MAX_CHOICES
        ):
            yield f"{field.key}: {len(field.options)} options"
