"""Whether help would arrive: what the settings lack, and what the platform says of the places."""

from collections.abc import Sequence

from peerbot.chat.adapters import RoomFact, SpaceFacts
from peerbot.chat.text import Words
from peerbot.community.model import Settings
from peerbot.i18n import _


def in_the_way(
    settings: Settings, facts: SpaceFacts | None, unheard: Sequence[Words] = ()
) -> tuple[Words, ...]:
    """Return what keeps help from arriving, a sentence each; empty if nothing does.

    `facts` are those of the space in which the room for alerts lies; None if the platform did not
    say, and then nobody can call the community ready. `unheard` is what peerbot says of the way
    from words to that room when it tried it last.
    """
    return (*missing(settings), *_wrong_with_places(settings, facts), *unheard)


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


def _wrong_with_places(settings: Settings, facts: SpaceFacts | None) -> tuple[Words, ...]:
    if settings.alert_room is None:
        return ()
    if facts is None:
        return (_("The platform does not say just now whether the room for alerts is all right."),)
    known = next((one for one in facts.rooms if one.room == settings.alert_room), None)
    found = [wrong_with_room(known)]
    if settings.alert_pings and not {one.id for one in facts.roles} & set(settings.alert_pings):
        found.append(_("The role that alerts notify is no longer there. Please choose another."))
    return tuple(one for one in found if one is not None)


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
        return _("I may not write in {room}, the room for alerts.", room=room.name)
    return None
