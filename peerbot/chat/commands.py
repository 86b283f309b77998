"""Commands, declared once by a feature; each adapter registers them in its platform's own way."""

from dataclasses import dataclass
from enum import IntEnum

from peerbot.chat.forms import Surface
from peerbot.i18n import Msg


class Role(IntEnum):
    """What someone is in a community; the core decides, platforms only supply facts."""

    MEMBER = 0
    MODERATOR = 1
    STAFF = 2
    ADMIN = 3


@dataclass(frozen=True, slots=True)
class Pick:
    """One offered value of an option."""

    value: str
    label: Msg


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Something to type or pick after a command. Free words carry their surface.

    With `picks` only those can be picked. A `suggested` one has values offered while it is typed,
    and takes any other all the same; `Router.command` is told who offers them.
    """

    name: str
    summary: Msg
    picks: tuple[Pick, ...] = ()
    suggested: bool = False
    surface: Surface = Surface.PRIVATE
    required: bool = False
    most: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """`name` is lower case with hyphens; two words make a group ("peerbot setup")."""

    name: str
    summary: Msg
    parameters: tuple[Parameter, ...] = ()
    role: Role = Role.MEMBER
    grant: str | None = None
    """A grant that also admits, whatever the role: "crisis.respond"."""
    always: bool = False
    """Help that waits for no gate: not for age, consent, setup, a pause or a ban."""
    opens: tuple[str, str] | None = None
    """Feature and verb of the form that this command opens at once; None for an ordinary one."""
