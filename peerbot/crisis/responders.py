"""Speaks to responders: calls them, and keeps every card about an alert true."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from peerbot.chat.addresses import MessageRef
from peerbot.chat.cards import Card
from peerbot.chat.gateway import DeliveryError, TryLater, Undeliverable
from peerbot.clock import Clock
from peerbot.community.model import Settings
from peerbot.community.service import CommunityService
from peerbot.crisis import responder_cards
from peerbot.crisis.keepers import Keepers
from peerbot.crisis.model import RETRY, Alert, Reason, due_after, retry_at
from peerbot.crisis.reach import Voice
from peerbot.crisis.record import Record
from peerbot.crisis.roster import Roster

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Called:
    """What came of calling responders: a card, or when to try again."""

    card: MessageRef | None
    arrived: bool
    again_in: timedelta = RETRY
    lost: bool = False
    """Whether there is no room any more that would take it."""


class Responders:
    """The responders of every community, in the one room that each has chosen for alerts."""

    def __init__(
        self,
        voice: Voice,
        clock: Clock,
        communities: CommunityService,
        record: Record,
        roster: Roster,
    ) -> None:
        self._voice = voice
        self._clock = clock
        self._communities = communities
        self._record = record
        self._roster = roster
        self._keepers = Keepers(voice, communities, roster)

    async def call(self, alert: Alert, settings: Settings) -> Alert:
        """Send the live card to those on duty, or to the backup if nobody is.

        Return the alert with what came of it. What was pressed on the card meanwhile stays.
        """
        pings = self._roster.called_first(alert, settings)
        shown = responder_cards.alert_card(alert, settings.zone_info, pings)
        step = f"{alert.id}{len(alert.all_cards)}"
        called = await self._send(settings, shown, nonce=f"a{step}"[:25])

        def note(one: Alert) -> Alert:
            now = self._clock()
            one = one if one.is_over else alert.merged_with(one)
            if called.arrived:
                drill = one.reason is Reason.DRILL
                due = None if drill else due_after(one, one.called_at or one.raised_at, settings)
                return one.with_card(called.card, one.called_at or one.raised_at, due)
            return self._untold(one, now, called, settings)

        noted = await self._record.change(alert.id, note) or note(alert)
        if called.lost:
            await self._keepers.tell(noted, settings)
        return noted

    async def pass_on(self, alert: Alert, settings: Settings) -> Alert | None:
        """Call the backup; return the alert with what came of it."""
        shown = responder_cards.second_card(alert, settings.zone_info, settings.alert_pings[-1:])
        called = await self._send(settings, shown, nonce=f"b{alert.id}"[:25])

        def note(one: Alert) -> Alert:
            now = self._clock()
            if not called.arrived:
                return self._untold(one, now, called, settings)
            return _with_another(one, called.card, step=2, due=due_after(one, now, settings))

        noted = await self._record.change(alert.id, note)
        if called.lost:
            await self._keepers.tell(noted or alert, settings)
        return noted

    async def call_backup(self, alert: Alert, settings: Settings) -> bool:
        """Ask for a second person; return whether that arrived."""
        shown = responder_cards.backup_wanted(alert, settings.zone_info, settings.alert_pings[-1:])
        called = await self._send(settings, shown)
        if called.arrived:
            await self._record.change(
                alert.id,
                lambda one: _with_another(one, called.card, step=one.step, due=one.next_step_at),
            )
        return called.arrived

    async def show(self, alert: Alert, *, was: Alert | None = None) -> bool:
        """Let every card about the alert say how things stand; return whether the live one does.

        Cards that already say so, since the alert `was` shown, are left alone.
        """
        settings = self._communities.settings(alert.community_id)
        zone = settings.zone_info
        live, second = (responder_cards.alert_card, responder_cards.second_card)
        true = alert.card is not None
        if alert.card is not None and (was is None or live(alert, zone) != live(was, zone)):
            true = await self._edit(alert.card, live(alert, zone), settings)
        if was is None or second(alert, zone) != second(was, zone):
            for ref in alert.more_cards:
                await self._edit(ref, second(alert, zone), settings)
        return true

    async def forget(self, alert: Alert) -> None:
        """Take who and where off every card of an old alert."""
        settings = self._communities.settings(alert.community_id)
        for ref in alert.all_cards:
            await self._edit(ref, responder_cards.forgotten(alert, settings.zone_info), settings)

    async def _send(self, settings: Settings, card: Card, *, nonce: str | None = None) -> Called:
        if settings.alert_room is None:
            return Called(None, arrived=False, lost=True)
        try:
            sent = await self._voice.send(settings.alert_room, card, nonce=nonce)
        except TryLater as busy:
            log.error("responders could not be told yet: the platform is busy")
            return Called(None, arrived=False, again_in=max(busy.wait, timedelta(seconds=1)))
        except DeliveryError as error:
            log.error("responders could not be told: %s", error.in_short)
            return Called(None, arrived=False, lost=isinstance(error, Undeliverable))
        return Called(sent.ref, arrived=True)

    @staticmethod
    def _untold(alert: Alert, now: datetime, called: Called, settings: Settings) -> Alert:
        """Return the alert as it is to be told again; a card in a lost room is no card.

        A drill that did not arrive is not made up for.
        """
        if alert.is_over or alert.reason is Reason.DRILL:
            return alert
        left = alert.without_cards_in(settings.alert_room) if called.lost else alert
        return replace(left, next_step_at=retry_at(left, now, called.again_in))

    async def _edit(self, ref: MessageRef, card: Card, settings: Settings) -> bool:
        try:
            await self._voice.edit(ref, card, reader=settings.alert_room)
        except DeliveryError as error:
            log.warning("a card about an alert could not be brought up to date: %s", error.in_short)
            return False
        return True


def _with_another(
    alert: Alert, card: MessageRef | None, *, step: int, due: datetime | None
) -> Alert:
    """Return the alert with one more card about it, and the ladder moved on if it still climbs."""
    more = alert.more_cards if card is None else (*alert.more_cards, card)
    climbs = alert.next_step_at is not None
    return replace(
        alert,
        more_cards=more,
        step=max(alert.step, step),
        next_step_at=due if climbs else None,
    )
