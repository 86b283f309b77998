"""Where alerts are kept, in the database or spooled beside it, and the responders' live card."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from peerbot.chat.addresses import Actor, MessageRef, NewInbox, Person
from peerbot.chat.cards import Card
from peerbot.chat.gateway import DeliveryError, TryLater
from peerbot.clock import Clock
from peerbot.community.model import Community, Settings
from peerbot.community.service import CommunityService
from peerbot.crisis import responder_cards
from peerbot.crisis.model import RETRY, Alert, Reason, Way, due_after, honest_end
from peerbot.crisis.patience import Patience
from peerbot.crisis.reach import Voice
from peerbot.crisis.spool import Spool
from peerbot.crisis.store import AlertStore
from peerbot.db import Database
from peerbot.errors import Gone, StorageAway

log = logging.getLogger(__name__)


class Record:
    """Keeps alerts and shows them to responders; neither waits for the other."""

    def __init__(
        self,
        db: Database,
        voice: Voice,
        clock: Clock,
        communities: CommunityService,
        spool: Spool,
    ) -> None:
        self._db = db
        self._voice = voice
        self._clock = clock
        self._communities = communities
        self._spool = spool
        self.patience = Patience()

    # -- raising -----------------------------------------------------------------------------

    async def raise_(self, alert: Alert, settings: Settings) -> Alert:
        """Write the alert, then tell responders; tell them even if writing failed.

        Returns the alert with its card, or without one if nobody could be told yet.
        """
        await self._write(alert)
        return await self.advance(await self.told(alert, settings))

    async def told(self, alert: Alert, settings: Settings) -> Alert:
        """Show the card to those on duty; return the alert with what came of it."""
        now = self._clock()
        until = honest_end(alert.raised_at, alert.tier, settings)
        pings = settings.alert_pings[:1] if until is not None else ()
        shown = responder_cards.alert_card(alert, settings.zone_info, until, pings)
        assert settings.alert_room is not None, "checked by every caller"
        try:
            sent = await self._voice.send(settings.alert_room, shown, nonce=f"a{alert.id}")
        except TryLater as error:
            return replace(alert, next_step_at=now + max(RETRY, error.wait))
        except DeliveryError as error:
            log.error("responders could not be told: %s", error)
            return replace(alert, next_step_at=now + RETRY)
        drill = alert.reason is Reason.DRILL
        return replace(
            alert,
            step=1,
            card=sent.ref,
            next_step_at=None if drill else due_after(1, alert.tier, alert.raised_at, settings),
        )

    async def tell_responders(self, settings: Settings, card: Card) -> bool:
        """Send a card to the room for alerts; return whether it arrived."""
        if settings.alert_room is None:
            return False
        try:
            await self._voice.send(settings.alert_room, card)
        except DeliveryError as error:
            log.error("responders could not be told: %s", error)
            return False
        return True

    async def tell_member(self, alert: Alert, card: Card, name: str) -> bool:
        """Send to the inbox in which the member was answered; return whether it arrived.

        A `Reply` cannot be reached any more; "Is anyone there?" tells them when they press it.
        """
        new_inbox = (NewInbox(alert.about),) if alert.way is Way.NEW_INBOX else ()
        for place in (alert.about, *new_inbox):
            try:
                await self._voice.send(place, card, nonce=f"{name}{alert.id}"[:25])
            except DeliveryError:
                continue
            return True
        return False

    async def show(self, alert: Alert) -> None:
        """Let the responders' card say how things stand."""
        if alert.card is None:
            return
        settings = self._settings_of(alert)
        try:
            await self._voice.edit(alert.card, self.card_of(alert), reader=settings.alert_room)
        except DeliveryError as error:
            log.warning("an alert's card could not be brought up to date: %s", error)

    def card_of(self, alert: Alert) -> Card:
        settings = self._settings_of(alert)
        until = honest_end(alert.raised_at, alert.tier, settings)
        return responder_cards.alert_card(alert, settings.zone_info, until)

    # -- finding -----------------------------------------------------------------------------

    async def get(self, alert_id: str, community: Community) -> Alert:
        """Return an alert of this community. Raises `Gone`, or `StorageAway`."""
        alert = self._spool.get(alert_id)
        if alert is None:
            async with self._db.read() as session:
                alert = await AlertStore(session).get(alert_id)
        if alert is None or alert.community_id != community.id:
            raise Gone("no such alert here")
        return alert

    async def known(self, alert_id: str) -> Alert | None:
        """Return an alert; None if there is none, or while the database is away."""
        return self._spool.get(alert_id) or await self._asked(lambda store: store.get(alert_id))

    async def latest_of(self, person: Person, quiet_for: timedelta) -> Alert | None:
        """Return the newest alert about somebody in the quiet time, from wherever it is kept."""
        now = self._clock()
        # Both ways: after a clock was set back, an alert may lie days ahead.
        since, until = now - quiet_for, now + quiet_for
        mine = (one for one in self._spool if one.about == person)
        spooled = [one for one in mine if since <= one.raised_at <= until]
        if spooled:
            return max(spooled, key=lambda one: one.raised_at)
        return await self._asked(lambda store: store.latest_of(person, since, until))

    async def from_message(self, message: MessageRef) -> Alert | None:
        return await self._asked(lambda store: store.from_message(message))

    # -- changing ----------------------------------------------------------------------------

    async def claim(self, alert: Alert, responder: Person) -> tuple[bool, Alert]:
        """Give a waiting alert to `responder`; return whether they were first, and the alert."""
        now = self._clock()
        if self._spool.get(alert.id) is not None:
            won = alert.is_waiting
            claimed = alert.claim(responder, now) if won else alert
            self._spool.keep(claimed)
        else:
            async with self._db.begin() as session:
                store = AlertStore(session)
                won = await store.claim(alert.id, responder, now)
                claimed = await store.get(alert.id) or alert
        if won:
            await self.show(claimed)
        return won, claimed

    async def change(self, alert_id: str, change: Callable[[Alert], Alert]) -> Alert | None:
        """Change an alert wherever it is kept, and show it anew; None if there is none.

        Raises `StorageAway`; then nothing was changed.
        """
        spooled = self._spool.get(alert_id)
        changed: Alert | None
        if spooled is not None:
            changed = change(spooled)
            self._spool.keep(changed)
        else:
            changed = await self.patience.wait(self._changed(alert_id, change))
        if changed is not None:
            await self.show(changed)
        return changed

    async def change_own(
        self, alert_id: str, actor: Actor, change: Callable[[Alert], Alert]
    ) -> None:
        """Change an open alert about `actor`.

        Raises `Gone` if it is not theirs, or over; `StorageAway`.
        """
        alert = self._spool.get(alert_id)
        if alert is None:
            alert = await self.patience.wait(self._read(lambda store: store.get(alert_id)))
        if alert is None or alert.about != actor.person or alert.is_over:
            raise Gone("no open alert about this person")
        await self.change(alert_id, change)

    async def advance(self, alert: Alert) -> Alert:
        """Write how far the ladder came, and return the alert as it stands now.

        While the database is away it is spooled, to be written later. A claim made meanwhile
        stays, wherever it is kept.
        """
        spooled = self._spool.get(alert.id)
        if spooled is None:
            try:
                return await self.patience.wait(self._advanced(alert))
            except StorageAway:
                log.error("how far an alert came could not be written; it is spooled")
        else:
            alert = spooled.advanced_to(alert)
        self._spool.keep(alert)
        return alert

    async def empty_spool(self) -> int:
        """Move spooled alerts into the database; return how many. Raises `StorageAway`."""
        moved = 0
        for alert in self._spool:
            async with self._db.begin() as session:
                store = AlertStore(session)
                if not await store.add(alert):
                    await store.save(alert)
            # One that was changed meanwhile is moved again, next time.
            if self._spool.get(alert.id) == alert:
                self._spool.drop(alert.id)
            moved += 1
        return moved

    @property
    def spooled(self) -> tuple[Alert, ...]:
        """Return the alerts that wait to be written to the database."""
        return tuple(self._spool)

    # -- inside ------------------------------------------------------------------------------

    async def _write(self, alert: Alert) -> None:
        try:
            await self.patience.wait(self._added(alert))
        except StorageAway:
            log.error("an alert could not be written; it is spooled")
            if not self._spool.keep(alert):
                log.critical("an alert could be neither written nor spooled; it is in memory only")

    async def _asked(self, ask: Callable[[AlertStore], Awaitable[Alert | None]]) -> Alert | None:
        try:
            return await self.patience.wait(self._read(ask))
        except StorageAway:
            return None

    async def _read(self, ask: Callable[[AlertStore], Awaitable[Alert | None]]) -> Alert | None:
        async with self._db.read() as session:
            return await ask(AlertStore(session))

    async def _added(self, alert: Alert) -> None:
        async with self._db.begin() as session:
            await AlertStore(session).add(alert)

    async def _changed(self, alert_id: str, change: Callable[[Alert], Alert]) -> Alert | None:
        async with self._db.begin() as session:
            store = AlertStore(session)
            alert = await store.lock(alert_id)
            if alert is None:
                return None
            changed = change(alert)
            await store.save(changed)
        return changed

    async def _advanced(self, alert: Alert) -> Alert:
        async with self._db.begin() as session:
            store = AlertStore(session)
            await store.advance(alert)
            return await store.get(alert.id) or alert

    def _settings_of(self, alert: Alert) -> Settings:
        return self._communities.settings(alert.community_id)
