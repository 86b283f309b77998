"""What a community is and how it wants its bot to behave: types and rules, pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from peerbot.chat.addresses import Actor, MessageRef, Person, Room, Space
from peerbot.chat.commands import Role


class Feature(StrEnum):
    """What a community can switch on and off at once. Help in danger is none of these."""

    CHECKINS = "checkins"
    TIPS = "tips"
    RESOURCES = "resources"
    READING = "reading"
    """Looking at ordinary messages for signs of danger; off until the notice is posted."""
    WORD_FILTER = "word-filter"
    """Hearing of phrases that a platform's own filter finds; off until the notice says so."""


_WORD_FILTER = "word-filter"
"""In `notice_told`: that the platform's own filter looks for phrases."""


class Purpose(StrEnum):
    """What somebody can agree to, each by itself."""

    CHECKINS = "checkins"
    HISTORY = "history"
    """Keep my own answers longer, for me alone."""
    DIRECT_MESSAGES = "direct-messages"
    COUNTRY = "country"
    """Remember which country's help lines I want to see."""


OURSELVES = Person("peerbot", "")
"""Who changed a setting that nobody pressed for: in the trail alone."""

CONSENT_VERSION = 1
"""Raised when the words of a consent change in meaning; everybody is then asked again."""

RESPOND = "crisis.respond"
HEAR_ABOUT_TEAM = "crisis.about-team"
"""Worries about a moderator or responder go to whoever holds this, and to nobody else."""
EDIT_TIPS = "tips.moderate"
EDIT_RESOURCES = "resources.edit"


@dataclass(frozen=True, slots=True)
class Grant:
    """A right given beside a role. `subject` is "role:ID" or "person:PLATFORM:ID"."""

    name: str
    subject: str


class Level(StrEnum):
    """How much of what is found in a room is acted on there; everything, where none is set."""

    URGENT = "urgent"
    """What is urgent, and emergencies."""
    EMERGENCY = "emergency"
    OFF = "off"
    """Nothing is looked at there."""


@dataclass(frozen=True, slots=True)
class RoomLevel:
    """A room that moderators have chosen a level for."""

    room: Room
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one community wants its bot; versions of it are drafted, published and reverted."""

    language: str = "en"
    zone: str = "UTC"
    country: str = ""
    """ISO 3166 code whose help lines come first; empty until someone says."""
    moderator_roles: frozenset[str] = frozenset()
    """The platform's own role ids."""
    staff_roles: frozenset[str] = frozenset()
    grants: frozenset[Grant] = frozenset()
    alert_room: Room | None = None
    """A private place for responders; nobody is alerted elsewhere."""
    alert_pings: tuple[str, ...] = ()
    """Platform role ids that an alert notifies, first those on duty, then the backup."""
    checkin_room: Room | None = None
    checkin_rhythm: str = "weekly"
    """Template of the first check-in, made at the first publishing; "none" makes none."""
    switched_on: frozenset[Feature] = frozenset({Feature.CHECKINS, Feature.TIPS, Feature.RESOURCES})
    notice_posted: bool = False
    """Whether members were told, in a posted notice, that messages are looked at."""
    notice: MessageRef | None = None
    """The notice itself; None if it was never posted, or cannot be found again."""
    notice_told: frozenset[str] = frozenset()
    """What the notice said beyond the rest: names as in `wide`."""
    room_levels: tuple[RoomLevel, ...] = ()
    """For messages in rooms only, never for what people write to the bot."""
    silent_until: datetime | None = None
    """While set, findings in rooms are counted and only emergencies acted on: shadow mode.

    When the time has come, the counts are shown; it ends when a moderator says so.
    """
    first_private_answer: bool = True
    """Open an inbox to somebody in danger although they did not ask (`safety.md`)."""
    private_emergencies: bool = False
    """Alert responders of emergencies in "only me" words too; forms then say so beforehand."""
    claim_emergency: timedelta = timedelta(minutes=5)
    claim_urgent: timedelta = timedelta(minutes=15)
    quiet_for: timedelta = timedelta(minutes=30)
    """One alert per member in this time, unless the tier rises."""
    answers_kept: timedelta = timedelta(days=30)
    """After this, check-in answers are counts only, unless the member keeps a history."""
    minimum_age: int = 13
    follow_up_after: timedelta | None = None
    """How long after an alert is closed its responder is reminded of it; None reminds nobody."""

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def has(self, feature: Feature) -> bool:
        return feature in self.switched_on

    @property
    def reads_messages(self) -> bool:
        """Whether ordinary messages are looked at: only with a place for alerts and the notice."""
        return self.has(Feature.READING) and self.notice_posted and self.alert_room is not None

    def reads_in(self, room: Room | None) -> bool:
        """Whether messages in a room are looked at."""
        return self.reads_messages and self.level_in(room) is not Level.OFF

    @property
    def filters_words(self) -> bool:
        """Whether a platform's own word filter reports to us: only once members were told of it."""
        on = self.has(Feature.WORD_FILTER) and self.knows_of_filter
        return on and self.alert_room is not None

    @property
    def knows_of_filter(self) -> bool:
        """Whether members were told of that filter."""
        return _WORD_FILTER in self.notice_told

    def filters_in(self, room: Room | None) -> bool:
        """Whether what that filter finds in a room is acted on."""
        return self.filters_words and self.level_in(room) is not Level.OFF

    @property
    def listens(self) -> bool:
        """Whether anything of what members write to each other comes to us, in any way."""
        return self.reads_messages or self.filters_words

    @property
    def silent_rooms(self) -> tuple[Room, ...]:
        """Return the rooms in which nothing is to be looked at."""
        return tuple(one.room for one in self.room_levels if one.level is Level.OFF)

    @property
    def wide(self) -> frozenset[str]:
        """What members must have been told of before messages are looked at: `notice_told`."""
        found = {"first-answer"} if self.first_private_answer else set()
        if self.private_emergencies:
            found.add("private-emergencies")
        if self.is_silent:
            found.add("silent")
        if self.has(Feature.WORD_FILTER):
            found.add(_WORD_FILTER)
        return frozenset(found)

    @property
    def is_silent(self) -> bool:
        """Whether findings in rooms are only counted, emergencies excepted."""
        return self.silent_until is not None

    def level_in(self, room: Room | None) -> Level | None:
        """Return the level chosen for a room; None where everything is acted on."""
        return next((one.level for one in self.room_levels if one.room == room), None)

    def with_level(self, room: Room, level: Level | None) -> "Settings":
        others = tuple(one for one in self.room_levels if one.room != room)
        chosen = () if level is None else (RoomLevel(room, level),)
        return replace(self, room_levels=(*others, *chosen))

    @property
    def needs_notice(self) -> bool:
        """Whether members were not told of all that holds here, or not told at all."""
        unread = self.has(Feature.READING) and not self.notice_posted
        return unread or not self.wide <= self.notice_told

    def role_of(self, actor: Actor) -> Role:
        """Return what `actor` is here, from what the platform says of them at this moment."""
        if actor.owns_space:
            return Role.ADMIN
        if actor.platform_roles & self.staff_roles:
            return Role.STAFF
        if actor.platform_roles & self.moderator_roles:
            return Role.MODERATOR
        return Role.MEMBER

    def may(self, actor: Actor, grant: str) -> bool:
        """Whether `actor` holds `grant`. Moderators and above may always respond to alerts."""
        if grant == RESPOND and self.role_of(actor) >= Role.MODERATOR:
            return True
        if grant in {EDIT_TIPS, EDIT_RESOURCES} and self.role_of(actor) >= Role.STAFF:
            return True
        if not any(one.name == grant for one in self.grants):
            return False
        person = actor.person
        subjects = {f"role:{role}" for role in actor.platform_roles}
        subjects.add(f"person:{person.platform}:{person.id}")
        return any(one.name == grant and one.subject in subjects for one in self.grants)

    def people_with(self, grant: str) -> tuple[Person, ...]:
        """Return the people, not roles, who hold `grant`, in a settled order."""
        subjects = sorted(one.subject for one in self.grants if one.name == grant)
        parts = [one.split(":", 2) for one in subjects]
        return tuple(Person(*one[1:]) for one in parts if one[0] == "person" and len(one) == 3)

    def switching(self, feature: Feature, *, on: bool) -> "Settings":
        changed = self.switched_on | {feature} if on else self.switched_on - {feature}
        return replace(self, switched_on=changed)


@dataclass(frozen=True, slots=True)
class Left:
    """A space that took us out. What is stored stays, for the day we are added again."""

    space: Space
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """A group of people with one bot, in one or more spaces."""

    id: str
    name: str
    created_at: datetime
    spaces: tuple[Space, ...] = ()
    """Where it meets and we are."""
    left: tuple[Left, ...] = ()
    """Where it meets and we are no more."""
    setup_step: int = 0
    """Where setup was left: 0 is its first screen."""
    set_up_at: datetime | None = None
    """When the settings were first published; None while setup is not done."""

    def space_of(self, room: Room | None) -> Space | None:
        """Return the space that `room` is in, else one on its platform; None where there is none.

        Some platforms do not say in which space a room is.
        """
        near = [one for one in self.spaces if room is not None and one.platform == room.platform]
        return next((one for one in near if room and one.id == room.space), next(iter(near), None))

    def has_left(self, room: Room) -> bool:
        """Whether `room` is in a space that took us out."""
        if room.space:
            return any(
                (one.space.platform, one.space.id) == (room.platform, room.space)
                for one in self.left
            )
        gone = any(one.space.platform == room.platform for one in self.left)
        return gone and self.space_of(room) is None

    @property
    def is_nowhere(self) -> bool:
        """Whether every space of it took us out."""
        return bool(self.left) and not self.spaces

    def in_force(self, settings: Settings) -> Settings:
        """Return what of its published settings can hold where we are.

        A room in a space that took us out is none, and where we are nowhere everything is off.
        """
        if not self.left:
            return settings

        def there(room: Room | None) -> Room | None:
            return None if room is None or self.has_left(room) else room

        return replace(
            settings,
            alert_room=there(settings.alert_room),
            checkin_room=there(settings.checkin_room),
            switched_on=frozenset() if self.is_nowhere else settings.switched_on,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Someone in a community. `id` is ours and random; the platform's id stays in the store."""

    id: str
    community_id: str
    person: Person
    old_enough: bool = False
    language: str | None = None
    """Their own choice; None follows the platform and then the community."""
    country: str | None = None
    """Whose help lines they want to see, remembered only with consent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a community's settings."""

    number: int
    settings: Settings
    published_at: datetime | None
    """None for the draft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who changed what, and how it was before."""

    at: datetime
    who: Person
    what: str
    """A name such as "settings.publish"."""
    subject: str = ""
    before: str = ""
    after: str = ""
