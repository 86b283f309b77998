"""What is known of every community, in memory: asking it costs no statement and never waits."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from peerbot.chat.addresses import Actor, Address, Person, Room, Space, person_of
from peerbot.chat.commands import Role
from peerbot.chat.text import Reader
from peerbot.community.model import RESPOND, Community, Settings
from peerbot.errors import Gone
from peerbot.i18n import nearest_language


class Known:
    """Every community with its settings, and where people of it were met in this run.

    Whoever fills it reads a database; help in danger needs none, and goes on with what stands here.
    """

    def __init__(self, defaults: Settings) -> None:
        self._defaults = defaults
        self._communities: dict[str, Community] = {}
        self._settings: dict[str, Settings] = {}
        self._in_force: dict[str, Settings] = {}
        self._drafts: dict[str, Settings] = {}
        self._by_space: dict[Space, str] = {}
        self._homes: dict[Person, str] = {}
        self._team: set[tuple[str, Person]] = set()
        self._languages: dict[Person, str] = {}
        self._chosen: dict[Person, str] = {}
        self._countries: dict[Person, str] = {}
        self._keepers: Mapping[str, tuple[Person, ...]] = {}
        self._has_read = False
        self._changes = 0
        """How often memory changed: what was read before a change may lack it."""

    # -- communities -------------------------------------------------------------------------

    @property
    def all(self) -> tuple[Community, ...]:
        return tuple(self._communities.values())

    def get(self, community_id: str) -> Community:
        """Return the community. Raises `Gone` if there is none of this id."""
        try:
            return self._communities[community_id]
        except KeyError:
            raise Gone(f"no community {community_id}") from None

    def settings(self, community_id: str) -> Settings:
        """Return the settings in force; before the first publishing, the defaults.

        They are as published, as far as the spaces go in which we still are.
        """
        return self._in_force.get(community_id, self._defaults)

    def published(self, community_id: str) -> Settings:
        """Return the settings as published, wherever we are; else the defaults."""
        return self._settings.get(community_id, self._defaults)

    def has_left(self, community_id: str, room: Room | None) -> bool:
        """Whether `room` lies where we are no more, so that nothing is sent there."""
        known = self._communities.get(community_id)
        return known is not None and room is not None and known.has_left(room)

    def is_cut_off(self, community_id: str) -> bool:
        """Whether its responders cannot be called: their room lies where we are no more."""
        known = self._communities.get(community_id)
        if known is None:
            return False
        room = self.published(community_id).alert_room
        return known.is_nowhere or (room is not None and known.has_left(room))

    def spaces(self, platform: str) -> Mapping[Space, str] | None:
        """Return where we are on a platform, with names; None before that was read."""
        if not self._has_read:
            return None
        return {
            space: one.name
            for one in self._communities.values()
            for space in one.spaces
            if space.platform == platform
        }

    def in_space(self, space: Space) -> Community | None:
        """Return the community that meets in `space`, from the cache alone."""
        found = self._by_space.get(space)
        return None if found is None else self._communities.get(found)

    def known_home(self, person: Person, space: Space | None) -> Community | None:
        """Return where `person` belongs, from the cache alone: for help while storage is away.

        In a direct message this is where they were met last, else the only community there is.
        """
        if space is not None:
            return self.in_space(space)
        home = self._homes.get(person)
        if home is not None:
            return self._communities.get(home)
        return next(iter(self._communities.values())) if len(self._communities) == 1 else None

    # -- people ------------------------------------------------------------------------------

    def keepers(self, community_id: str) -> tuple[Person, ...]:
        """Return the admins who published its settings last, from the cache alone."""
        return self._keepers.get(community_id, ())

    def role_of(self, actor: Actor, community_id: str) -> Role:
        return self._in_charge(community_id).role_of(actor)

    def may(self, actor: Actor, community_id: str, grant: str) -> bool:
        return self._in_charge(community_id).may(actor, grant)

    def is_on_team(self, person: Person, community_id: str) -> bool:
        """Whether somebody is a moderator or responder, as far as grants and this run tell."""
        granted = self._in_charge(community_id).people_with(RESPOND)
        return person in granted or (community_id, person) in self._team

    def country_of(self, person: Person) -> str:
        """Return whose help lines a person asked to see first; empty if they never said."""
        return self._countries.get(person, "")

    # -- readers (the Switchboard asks) ------------------------------------------------------

    def met(self, actor: Actor, space: Space | None) -> None:
        """Remember for this run where somebody was met and what their platform speaks to them."""
        if actor.locale:
            self._languages[actor.person] = actor.locale
        if space is not None and (home := self._by_space.get(space)) is not None:
            self._homes[actor.person] = home
            if actor.platform_roles or actor.owns_space:
                self._note_team(actor, home)

    def reader_of(self, address: Address) -> Reader:
        """Return language and zone for `address`: a person's own choice, else the community's."""
        person = person_of(address)
        if person is None:
            assert isinstance(address, Room)
            settings = self._settings_near(address)
            return Reader(settings.language, settings.zone_info)
        home = self._homes.get(person)
        settings = self.settings(home) if home else self._only_settings()
        language = self._chosen.get(person) or nearest_language(
            self._languages.get(person), settings.language
        )
        return Reader(language, settings.zone_info)

    # -- filling it --------------------------------------------------------------------------

    def _know(self, communities: Sequence[Community], settings: Mapping[str, Settings]) -> None:
        self._changes += 1
        self._communities = {one.id: one for one in communities}
        self._settings = dict(settings)
        self._in_force = {
            one.id: one.in_force(settings.get(one.id, self._defaults)) for one in communities
        }
        # Those that took us out lead to their community as well: it is found again there.
        self._by_space = {
            space: one.id
            for one in communities
            for space in (*one.spaces, *(each.space for each in one.left))
        }

    def _drafted(self, community_id: str, draft: Settings) -> None:
        self._drafts[community_id] = draft
        self._changes += 1

    def _is_at_step(self, community_id: str, step: int) -> None:
        self._communities[community_id] = replace(self.get(community_id), setup_step=step)
        self._changes += 1

    def _wants_language(self, person: Person, language: str | None) -> None:
        _set_or_drop(self._chosen, person, language)
        self._changes += 1

    def _wants_country(self, person: Person, country: str | None) -> None:
        _set_or_drop(self._countries, person, country)
        self._changes += 1

    def _forget(self, person: Person) -> None:
        for known in (self._homes, self._languages, self._chosen, self._countries):
            known.pop(person, None)
        self._team = {one for one in self._team if one[1] != person}
        self._changes += 1

    # -- inside ------------------------------------------------------------------------------

    def _others(self, community_id: str) -> Sequence[Community]:
        return [one for one in self.all if one.id != community_id]

    def _is_nowhere(self, community_id: str) -> bool:
        known = self._communities.get(community_id)
        return known is None or known.is_nowhere

    def _note_team(self, actor: Actor, community_id: str) -> None:
        if self.may(actor, community_id, RESPOND):
            self._team.add((community_id, actor.person))
        else:
            self._team.discard((community_id, actor.person))

    def _in_charge(self, community_id: str) -> Settings:
        """Return the settings that say who is who: before the first publishing, the draft.

        Else nobody could answer the drill that setup ends with.
        """
        return self._settings.get(community_id) or self._drafts.get(community_id, self._defaults)

    def _settings_near(self, room: Room) -> Settings:
        home = self._by_space.get(Space(room.platform, room.space))
        return self.settings(home) if home else self._only_settings()

    def _only_settings(self) -> Settings:
        only = list(self._settings.values())
        return only[0] if len(only) == 1 else self._defaults


def _set_or_drop(choices: dict[Person, str], person: Person, choice: str | None) -> None:
    if choice is None:
        choices.pop(person, None)
    else:
        choices[person] = choice


class CommunityReaders:
    """The Switchboard's `Readers`, answered from memory."""

    def __init__(self, communities: Known) -> None:
        self._communities = communities

    def of(self, address: Address) -> Reader:
        return self._communities.reader_of(address)

    def met(self, actor: Actor, space: Space | None) -> None:
        self._communities.met(actor, space)
