"""Buttons and lists found by their labels, as scripts and people at the terminal name them."""

from collections.abc import Sequence

from adapters.console.deeds import CannotDo
from adapters.console.render import named
from adapters.console.world import Pressable, folded, is_labelled
from peerbot.chat.cards import Confirm
from peerbot.chat.plain import plain
from peerbot.i18n import _


def button(things: Sequence[Pressable], label: str) -> Pressable:
    """Return the newest button with this label. Raises `CannotDo`, saying which there are."""
    buttons = [one for one in things if one.select is None]
    found = next((one for one in buttons if is_labelled(one, label)), None)
    if found is None:
        raise CannotDo(
            _(
                'there is no "{label}" to press; there is {offered}',
                label=label,
                offered=quoted(buttons),
            )
        )
    return found


def options(
    things: Sequence[Pressable], label: str, wanted: Sequence[str]
) -> tuple[Pressable, tuple[str, ...]]:
    """Return the newest list with this label and the values of its options.

    Raises `CannotDo`, saying which lists or which options there are.
    """
    selects = [one for one in things if one.select is not None]
    mine = [one for one in selects if folded(_list_label(one)) == folded(label)]
    if not mine:
        names = ", ".join(sorted({f'"{_list_label(one)}"' for one in selects}))
        raise CannotDo(
            _(
                'there is no list "{label}"; there is {offered}',
                label=label,
                offered=names or _("none"),
            )
        )
    newest = [one for one in mine if one.action == mine[0].action]
    return newest[0], tuple(_value(newest, label, one) for one in wanted)


def says_yes(confirm: Confirm, label: str) -> bool:
    """Return which of its two labels answers the question. Raises `CannotDo` if it is neither."""
    if folded(label) == folded(plain(confirm.yes)):
        return True
    if folded(label) == folded(plain(confirm.no)):
        return False
    raise CannotDo(
        _(
            'asked "{question}"; the answer is "{yes}" or "{no}"',
            question=plain(confirm.question),
            yes=plain(confirm.yes),
            no=plain(confirm.no),
        )
    )


def quoted(things: Sequence[Pressable]) -> object:
    """Return the labels of what can be pressed, or that there is nothing."""
    labels = ", ".join(f'"{named(one)}"' for one in things)
    return labels or _("nothing to press")


def _value(things: Sequence[Pressable], label: str, wanted: str) -> str:
    found = next((one for one in things if is_labelled(one, wanted)), None)
    if found is None or found.value is None:
        raise CannotDo(
            _(
                '"{option}" is not in the list "{label}": {offered}',
                option=wanted,
                label=label,
                offered=quoted(things),
            )
        )
    return found.value


def _list_label(thing: Pressable) -> str:
    return plain(thing.select.label) if thing.select else ""
