"""Where a card can go and whom an event came from, without saying what any platform calls it."""

from dataclasses import dataclass, field

_UNSIGNED = "unsigned-"


@dataclass(frozen=True, slots=True)
class Space:
    """A server or workspace: where a community meets on one platform."""

    platform: str
    id: str


@dataclass(frozen=True, slots=True)
class Person:
    """Someone on one platform. As an address: their private inbox, only if it is open already."""

    platform: str
    id: str

    @property
    def is_named(self) -> bool:
        """Whether the platform says who it is; nobody can write to anyone else."""
        return not self.id.startswith(_UNSIGNED)


@dataclass(frozen=True, slots=True)
class Room:
    """A channel: everybody in it reads what is sent there."""

    platform: str
    id: str
    space: str = field(default="", compare=False)
    """The id of the space it lies in; decides the language there. Two rooms differ by id alone."""


@dataclass(frozen=True, slots=True)
class NewInbox:
    """A person's private inbox, opened for this if need be: only for what they allowed.

    The one exception is the first private answer to someone in danger (`safety.md`).
    """

    person: Person

    @property
    def platform(self) -> str:
        return self.person.platform


@dataclass(frozen=True, slots=True)
class PrivateThread:
    """A thread that only the bot and one person can see, under `room`."""

    room: Room
    person: Person
    made: str = field(default="", compare=False)
    """The platform's id of the one that was made before (`Delivered.ref`); empty if none was.

    So that what follows stands in the same place after a restart; if that one is gone, another is
    made.
    """

    @property
    def platform(self) -> str:
        return self.person.platform


@dataclass(frozen=True, slots=True)
class Reply:
    """The place under a pressed button or a command: private to `person`, minutes long.

    Never send anonymous words here: the platform shows who pressed.
    """

    platform: str
    token: str
    person: Person
    instead: bool = False
    """Take the place of the card that carried the button, if that one was private too."""


Address = Person | Room | NewInbox | PrivateThread | Reply


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message that exists on a platform, so that it can be edited or linked."""

    platform: str
    room: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Someone who did something, with what their platform says about them at this moment."""

    person: Person
    name: str
    """What others see. Never stored, never logged."""
    owns_space: bool = False
    """Owner or administrator of the space, as the platform says."""
    platform_roles: frozenset[str] = field(default_factory=frozenset)
    """The platform's own role or user-group ids."""
    locale: str | None = None
    """The platform's language tag for this person; None if it does not say."""


def unsigned(message: MessageRef) -> Person:
    """Return who wrote what a program posted for somebody: another one for each message."""
    return Person(message.platform, f"{_UNSIGNED}{message.message}")


def is_private(address: Address) -> bool:
    """Whether only one person reads what is sent there."""
    return not isinstance(address, Room)


def person_of(address: Address) -> Person | None:
    """Return the one person who reads what is sent there; None for a room."""
    match address:
        case Person():
            return address
        case NewInbox() | PrivateThread() | Reply():
            return address.person
        case Room():
            return None
