"""Speaks to responders: calls them, and keeps every card about an alert true."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from peerbot.chat.addresses import Address, MessageRef, NewInbox
from peerbot.chat.cards import Card
from peerbot.chat.gateway import DeliveryError, TryLater, Undeliverable
from peerbot.clock import Clock
from peerbot.community.model import Settings
from peerbot.community.service import CommunityService
from peerbot.crisis import responder_cards
from peerbot.crisis.due import LONGEST_RETRY, LONGEST_WHILE_AWAY, due_after, retry_at
from peerbot.crisis.keepers import Keepers
from peerbot.crisis.model import RETRY, Alert, Reason
from peerbot.crisis.reach import Voice
from peerbot.crisis.record import Record
from peerbot.crisis.roster import Roster

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Called:
    """What came of calling responders: cards, or when to try again."""

    cards: tuple[MessageRef, ...] = ()
    arrived: bool = False
    again_in: timedelta = RETRY
    lost: bool = False
    """Whether there is no room any more that would take it."""


class Responders:
    """The responders of every community, in the one room that each has chosen for alerts.

    What only chosen people may hear of goes to each of them, and never to that room.
    """

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
        called = await self._send(alert, settings, shown, nonce=f"a{step}")

        def note(one: Alert) -> Alert:
            now = self._clock()
            one = one if one.is_over else alert.merged_with(one)
            if called.arrived:
                drill = one.reason is Reason.DRILL
                due = None if drill else due_after(one, one.called_at or one.raised_at, settings)
                first = called.cards[0] if called.cards else None
                heard = one.with_card(first, one.called_at or one.raised_at, due)
                return _with_others(heard, called.cards[1:])
            return self._untold(one, now, called, settings)

        noted = await self._record.change(alert.id, note) or note(alert)
        return await self._lost(noted) if called.lost else noted

    async def pass_on(self, alert: Alert, settings: Settings) -> Alert | None:
        """Call the backup; return the alert with what came of it."""
        pings = self._pings(alert, settings)[-1:]
        shown = responder_cards.second_card(alert, settings.zone_info, pings)
        called = await self._send(
            alert, settings, shown, nonce=f"b{alert.id}{len(alert.all_cards)}"
        )

        def note(one: Alert) -> Alert:
            now = self._clock()
            if not called.arrived:
                return self._untold(one, now, called, settings)
            return _with_more(one, called.cards, step=2, due=due_after(one, now, settings))

        noted = await self._record.change(alert.id, note)
        return await self._lost(noted or alert) if called.lost else noted

    async def call_backup(self, alert: Alert, settings: Settings) -> bool:
        """Ask for a second person; return whether that arrived."""
        pings = self._pings(alert, settings)[-1:]
        shown = responder_cards.backup_wanted(alert, settings.zone_info, pings)
        called = await self._send(alert, settings, shown)
        if called.arrived:
            await self._record.change(
                alert.id,
                lambda one: _with_more(one, called.cards, step=one.step, due=one.next_step_at),
            )
        return called.arrived

    async def show(self, alert: Alert, *, was: Alert | None = None) -> bool:
        """Let every card about the alert say how things stand; return whether all of them do.

        Cards that already say so, since the alert `was` shown, are left alone.
        """
        settings = self._communities.settings(alert.community_id)
        zone = settings.zone_info
        live, second = responder_cards.alert_card, responder_cards.second_card
        if alert.hearers:
            second = live  # Each of them has the live card, in an inbox of their own.
        true = alert.card is not None
        if alert.card is not None and (was is None or live(alert, zone) != live(was, zone)):
            true = await self._edit(alert, alert.card, live(alert, zone), settings)
        if was is None or second(alert, zone) != second(was, zone):
            for ref in alert.more_cards:
                true = await self._edit(alert, ref, second(alert, zone), settings) and true
        return true

    async def forget(self, alert: Alert) -> None:
        """Take who and where off every card of an old alert."""
        settings = self._communities.settings(alert.community_id)
        for ref in alert.all_cards:
            gone = responder_cards.forgotten(alert, settings.zone_info)
            await self._edit(alert, ref, gone, settings)

    def _places(self, alert: Alert, settings: Settings) -> tuple[Address, ...]:
        if alert.hearers:
            return tuple(NewInbox(one) for one in alert.hearers)
        return () if settings.alert_room is None else (settings.alert_room,)

    def _pings(self, alert: Alert, settings: Settings) -> tuple[str, ...]:
        return () if alert.hearers else settings.alert_pings

    async def _send(
        self, alert: Alert, settings: Settings, card: Card, *, nonce: str | None = None
    ) -> Called:
        """Return what came of it: arrived if anybody has it, lost only if every place is."""
        places = self._places(alert, settings)
        cards: list[MessageRef] = []
        arrived, again_in, lost = False, RETRY, 0
        for number, place in enumerate(places):
            mark = "" if number == 0 else str(number)
            try:
                sent = await self._voice.send(place, card, nonce=nonce and f"{nonce}{mark}"[-25:])
            except TryLater as busy:
                log.error("responders could not be told yet: the platform is busy")
                again_in = max(busy.wait, timedelta(seconds=1))
            except DeliveryError as error:
                log.error("responders could not be told: %s", error.in_short)
                lost += isinstance(error, Undeliverable)
            else:
                arrived = True
                cards.extend([sent.ref] if sent.ref is not None else [])
        return Called(tuple(cards), arrived, again_in, lost=lost == len(places))

    async def _lost(self, alert: Alert) -> Alert:
        """Tell those who look after the space; return the alert as they have heard of it."""
        if not await self._keepers.tell(alert):
            return alert
        known = await self._record.change(alert.id, lambda one: replace(one, keepers_know=True))
        return known or alert

    @staticmethod
    def _untold(alert: Alert, now: datetime, called: Called, settings: Settings) -> Alert:
        """Return the alert as it is to be told again; a card in a lost room is no card.

        A drill that did not arrive is not made up for.
        """
        if alert.is_over or alert.reason is Reason.DRILL:
            return alert
        left = alert.without_cards_in(settings.alert_room) if called.lost else alert
        longest = LONGEST_RETRY if called.lost else LONGEST_WHILE_AWAY
        return replace(left, next_step_at=retry_at(left, now, called.again_in, longest=longest))

    async def _edit(self, alert: Alert, ref: MessageRef, card: Card, settings: Settings) -> bool:
        reader = next(iter(self._places(alert, settings)), None)
        try:
            await self._voice.edit(ref, card, reader=reader)
        except DeliveryError as error:
            log.warning("a card about an alert could not be brought up to date: %s", error.in_short)
            return False
        return True


def _with_others(alert: Alert, cards: Sequence[MessageRef]) -> Alert:
    return replace(alert, more_cards=tuple(dict.fromkeys((*alert.more_cards, *cards))))


def _with_more(
    alert: Alert, cards: Sequence[MessageRef], *, step: int, due: datetime | None
) -> Alert:
    """Return the alert with more cards about it, and the ladder moved on if it still climbs."""
    climbs = alert.next_step_at is not None
    return replace(
        _with_others(alert, cards),
        step=max(alert.step, step),
        next_step_at=due if climbs else None,
    )
