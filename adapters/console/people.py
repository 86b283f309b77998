"""Who plays along: everybody's name, roles and inbox, and the rooms that there are."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text as Line

from adapters.console.render import Said, inert
from adapters.console.world import Inbox, World
from peerbot.chat.addresses import Actor
from peerbot.chat.cards import COLON
from peerbot.i18n import _

# Not inside f-strings: there the catalogue would not find them.
_MEMBER = _("member")
_HAS_LEFT = _("has left")
_INBOX = _("inbox")
_INBOXES = {
    Inbox.UNOPENED: _("not opened yet"),
    Inbox.OPEN: _("open"),
    Inbox.CLOSED: _("closed"),
}


def drawn(world: World, said: Said) -> RenderableType:
    """Return a line for each person, and one with all rooms."""
    rooms = Line(" ".join(f"#{room}" for room in world.rooms), "cyan")
    return Group(*_people(world, said), rooms)


def roles_of(actor: Actor) -> list[str]:
    """Return the roles as they are typed; none for a member."""
    return [*(["admin"] if actor.owns_space else []), *sorted(actor.platform_roles)]


def _people(world: World, said: Said) -> Iterator[Line]:
    inbox_is = f"{said(_INBOX)}{said(COLON)}"
    for name, actor in world.people.items():
        roles = ", ".join(roles_of(actor)) or said(_MEMBER)
        gone = f", {said(_HAS_LEFT)}" if name in world.left else ""
        inbox = said(_INBOXES[world.inbox(actor.person)])
        yield Line.assemble(
            (inert(actor.name), "bold"), f"  {roles}", (f"  {inbox_is} {inbox}{gone}", "dim")
        )
