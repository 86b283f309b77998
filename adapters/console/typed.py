"""What a typed line can ask for, each as a value; what nobody understands among them."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from peerbot.chat.stage import Trouble
from peerbot.i18n import Msg


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@dataclass(frozen=True, slots=True)
class Say:
    text: str


@dataclass(frozen=True, slots=True)
class Use:
    """A command as it was typed, without its slash."""

    text: str


@dataclass(frozen=True, slots=True)
class PressNumbers:
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PressLabel:
    label: str


@dataclass(frozen=True, slots=True)
class Choose:
    """Options of a list on a card, or of a field of the open form."""

    label: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fill:
    """Words for a field of the open form."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Send:
    """Send the open form as it is filled in."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Leave the open form; nothing is sent."""


@dataclass(frozen=True, slots=True)
class Wait:
    length: timedelta


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """Wait until the clock on the community's wall next shows this."""

    at: time

    def length(self, now: datetime, zone: ZoneInfo) -> timedelta:
        """Return how long that is from `now`; a whole day if it is that time already."""
        here = now.astimezone(zone)
        then = here.replace(hour=self.at.hour, minute=self.at.minute, second=0, microsecond=0)
        while then <= here:
            then += timedelta(days=1)
        # Both in UTC: between them the wall clock may be put forward or back.
        return then.astimezone(UTC) - now


@dataclass(frozen=True, slots=True)
class Flag:
    whom: str


@dataclass(frozen=True, slots=True)
class Edit:
    text: str


@dataclass(frozen=True, slots=True)
class Delete:
    pass


@dataclass(frozen=True, slots=True)
class SetInbox:
    whom: str
    """Empty: the person who acts."""
    open: bool


@dataclass(frozen=True, slots=True)
class Leave:
    pass


@dataclass(frozen=True, slots=True)
class Home:
    pass


@dataclass(frozen=True, slots=True)
class Make:
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class PlatformBusy:
    """The platform refuses the next send for being busy."""


@dataclass(frozen=True, slots=True)
class DeleteRoom:
    room: str


@dataclass(frozen=True, slots=True)
class Membership:
    """Whoever runs the space takes peerbot out of it, or adds it."""

    added: bool


@dataclass(frozen=True, slots=True)
class Who:
    pass


@dataclass(frozen=True, slots=True)
class Help:
    pass


@dataclass(frozen=True, slots=True)
class Buttons:
    pass


@dataclass(frozen=True, slots=True)
class Quit:
    pass


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    why: Msg


Deed = (
    Nothing
    | Say
    | Use
    | PressNumbers
    | PressLabel
    | Choose
    | Fill
    | Send
    | Cancel
    | Wait
    | WaitUntil
    | Flag
    | Edit
    | Delete
    | SetInbox
    | Leave
    | Home
    | Make
    | PlatformBusy
    | DeleteRoom
    | Membership
    | Who
    | Help
    | Buttons
    | Quit
    | NotUnderstood
)
