"""Whether help would arrive: what the settings lack, and what the platform says of the places."""

import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from peerbot.chat.adapters import RoomFact, SpaceFacts
from peerbot.chat.addresses import Room, Space
from peerbot.chat.gateway import DeliveryError, Gateway
from peerbot.chat.text import Words, joined
from peerbot.community.model import Community, Feature, Settings
from peerbot.i18n import _

log = logging.getLogger(__name__)


class Facts(Protocol):
    """The switchboard, as far as this needs it."""

    async def facts(self, space: Space) -> SpaceFacts: ...


class Places(Gateway, Facts, Protocol):
    """The switchboard, where something is sent as well."""


Unheard = Callable[[str], Awaitable[tuple[Words, ...]]]
"""Returns what keeps words from reaching a human in a community, as it was tried last."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What an admin should mend, a sentence each."""

    in_the_way: tuple[Words, ...] = ()
    """What keeps help from arriving; empty if nothing does."""
    beside: tuple[Words, ...] = ()
    """What is wrong and keeps only something else from working."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """Asks the platform how things stand now, each time it is asked itself."""

    places: Facts
    unheard: Unheard

    async def of(self, community: Community, settings: Settings) -> Standing:
        facts = await self._facts_around(community, settings.alert_room)
        return Standing(
            in_the_way(settings, facts, await self.unheard(community.id)),
            beside(settings, facts),
        )

    async def _facts_around(self, community: Community, room: Room | None) -> SpaceFacts | None:
        """Return what the platform says of the space with `room`; None if it does not say."""
        here = community.space_of(room) or next(iter(community.spaces), None)
        try:
            return await self.places.facts(here) if here else None
        except DeliveryError as error:
            log.warning("the room for alerts could not be looked at: %s", type(error).__name__)
            return None


def in_the_way(
    settings: Settings, facts: SpaceFacts | None, unheard: Sequence[Words] = ()
) -> tuple[Words, ...]:
    """Return what keeps help from arriving, a sentence each; empty if nothing does.

    `facts` are those of the space in which the room for alerts lies; None if the platform did not
    say, and then nobody can call the community ready. `unheard` is what peerbot says of the way
    from words to that room when it tried it last.
    """
    rights = () if facts is None else tuple(one.words for one in facts.missing if one.keeps_help)
    return (
        *missing(settings),
        *wrong_with_alerts(settings, facts),
        *_wrong_with_team(settings, facts),
        *rights,
        *unheard,
    )


def beside(settings: Settings, facts: SpaceFacts | None) -> tuple[Words, ...]:
    """Return what is wrong and keeps no help from arriving, a sentence each."""
    if facts is None:
        return ()
    rights = (one.words for one in facts.missing if not one.keeps_help)
    return (*_wrong_with_checkins(settings, facts), *rights)


def missing(settings: Settings) -> tuple[Words, ...]:
    """Return what the settings alone lack, a sentence each."""
    found: list[Words] = []
    if settings.alert_room is None:
        found.append(_("There is no private room for alerts, so no responder would hear."))
    elif not settings.alert_pings:
        found.append(
            _(
                "Nobody is notified of an alert: it would be seen only by whoever happens to "
                "look into its room."
            )
        )
    if not settings.country:
        found.append(_("No country is chosen, so people are asked where they are."))
    if not settings.moderator_roles and not settings.staff_roles:
        found.append(_("Nobody is a moderator yet, so only the owner could answer an alert."))
    return tuple(found)


def wrong_with_alerts(settings: Settings, facts: SpaceFacts | None) -> tuple[Words, ...]:
    """Return what is wrong with the place for alerts and with whom they notify."""
    if settings.alert_room is None:
        return ()
    if facts is None:
        return (_("The platform does not say just now whether the room for alerts is all right."),)
    known = next((one for one in facts.rooms if one.room == settings.alert_room), None)
    room = wrong_with_room(known)
    return (*(() if room is None else (room,)), *_wrong_with_pings(settings, facts))


def wrong_with_room(room: RoomFact | None) -> Words | None:
    """Return why alerts cannot go to a room, None if they can; `room` is None if it is gone."""
    if room is None:
        return _("The room for alerts is gone, or hidden from me. Please choose another.")
    if room.everyone:
        return _(
            "Everybody can read {room}, the room for alerts. Please choose a private one.",
            room=room.name,
        )
    if not room.may_write:
        return _and_what_to_do(
            _("I may not write in {room}, the room for alerts.", room=room.name), room
        )
    return None


def _wrong_with_pings(settings: Settings, facts: SpaceFacts) -> Iterator[Words]:
    """Yield what keeps people from being called; one role that can be notified is not enough.

    The first is for those on duty, the second for the backup.
    """
    there = [one for one in facts.roles if one.id in settings.alert_pings]
    if settings.alert_pings and not there:
        yield _("The role that alerts notify is no longer there. Please choose another.")
    yield from (one.wrong for one in there if one.wrong is not None)


def _wrong_with_team(settings: Settings, facts: SpaceFacts | None) -> Iterator[Words]:
    """Yield that nobody can answer any more, where every role of the team was deleted."""
    team = settings.moderator_roles | settings.staff_roles
    if team and facts is not None and not team & {one.id for one in facts.roles}:
        yield _(
            "The roles of moderators and staff are no longer there, so only the owner could answer "
            "an alert. Please choose others in the setup."
        )


def _wrong_with_checkins(settings: Settings, facts: SpaceFacts) -> Iterator[Words]:
    room = settings.checkin_room
    near = {(one.room.platform, one.room.space) for one in facts.rooms}
    is_here = room is not None and (room.platform, room.space) in near
    if not settings.has(Feature.CHECKINS) or not is_here:
        return
    known = next((one for one in facts.rooms if one.room == room), None)
    if known is None:
        yield _("The room for check-ins is gone, or hidden from me. Please choose another.")
    elif not known.may_write:
        yield _and_what_to_do(
            _("I may not write in {room}, the room for check-ins.", room=known.name), known
        )


def _and_what_to_do(sentence: Words, room: RoomFact) -> Words:
    return joined(sentence, *(part for one in room.wrong for part in (" ", one)))
