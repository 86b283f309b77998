"""How long answers are kept, and what a member can take along or have erased."""

import logging
from datetime import datetime

from peerbot.chat.gateway import DeliveryError, Gateway
from peerbot.checkins import cards
from peerbot.checkins.model import Answer, Round
from peerbot.checkins.rounds import SHARED
from peerbot.checkins.store import AnswerStore, CheckinStore
from peerbot.community.service import CommunityService
from peerbot.db import Database
from peerbot.delivery.service import Delivery
from peerbot.vault import Vault

log = logging.getLogger(__name__)


async def forget_old(db: Database, communities: CommunityService, now: datetime) -> int:
    """Remove answers older than their community keeps them; return how many.

    The counts of each round stay. Whoever agreed to keep a history keeps their answers.
    """
    gone = 0
    for community in communities.all:
        before = now - communities.settings(community.id).answers_kept
        async with db.begin() as session:
            gone += await AnswerStore(session).forget_older(community.id, before)
    return gone


class CheckinData:
    """What check-ins keep of one member, for export and erasure."""

    name = "checkins"

    def __init__(self, db: Database, vault: Vault, delivery: Delivery, gateway: Gateway) -> None:
        self._db = db
        self._vault = vault
        self._delivery = delivery
        self._gateway = gateway

    async def export(self, member_id: str) -> dict[str, object]:
        """Return the member's answers and reminder as plain values, their words opened."""
        async with self._db.read() as session:
            store = AnswerStore(session)
            answers = [
                _plain(
                    answer,
                    round_,
                    await self._vault.open(session, member_id, answer.sealed)
                    if answer.sealed
                    else None,
                )
                for answer, round_ in await store.everything_of(member_id)
            ]
            reminder = await store.reminder(member_id)
        return {
            "answers": answers,
            "reminder": None
            if reminder is None
            else {"paused_until": _when(reminder.paused_until)},
        }

    async def erase(self, member_id: str) -> None:
        """Remove the member's answers and reminder, and empty what they posted by name.

        The counts of closed rounds stay: they say nothing about anybody.
        """
        async with self._db.begin() as session:
            store = AnswerStore(session)
            answers = await store.everything_of(member_id)
            await store.forget(member_id)
            await CheckinStore(session).forget_maker(member_id)
        for answer, _round in answers:
            await self._take_back(answer.id)

    async def _take_back(self, answer_id: str) -> None:
        for send in await self._delivery.sends_about(SHARED, answer_id):
            if send.ref is None:
                continue
            try:
                await self._gateway.edit(send.ref, cards.taken_back())
            except DeliveryError as error:
                log.warning("a shared answer could not be emptied: %s", type(error).__name__)


def _plain(answer: Answer, round_: Round, words: str | None) -> dict[str, object]:
    return {
        "asked": round_.question or round_.template,
        "opened_at": _when(round_.opens_at),
        "answered_at": _when(answer.answered_at),
        "step": None if answer.step is None else int(answer.step),
        "skipped": answer.skipped,
        "would_help": [str(kind) for kind in answer.help],
        "who_may_see_it": str(answer.audience),
        "words": words,
    }


def _when(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
