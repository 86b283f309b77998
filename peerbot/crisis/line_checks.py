"""What staff found out about help lines in their community: it works, or it does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from peerbot.chat.addresses import Person
from peerbot.chat.cards import Card, page_of
from peerbot.clock import Clock
from peerbot.community.model import Community
from peerbot.community.service import CommunityService
from peerbot.crisis import line_check_cards as cards
from peerbot.crisis.helplines import HelpLines, Line
from peerbot.crisis.lines import LineWords
from peerbot.crisis.store.line_checks import LineCheckStore
from peerbot.db import Database
from peerbot.errors import Gone

FRESH_FOR = timedelta(days=365)
"""How long it holds that somebody called a line, or read its own page."""
PER_PAGE = 4

WORKS, WRONG = "helplines.works", "helplines.wrong"
"""Names in the audit trail."""


@dataclass(frozen=True, slots=True)
class Check:
    """What staff said of a line last, and when."""

    works: bool
    at: datetime


class LineChecks:
    """Keeps in memory what staff said, so that help asks no database for it."""

    def __init__(
        self, db: Database, clock: Clock, communities: CommunityService, lines: HelpLines
    ) -> None:
        self._db = db
        self._clock = clock
        self._communities = communities
        self._lines = lines
        self._known: dict[str, dict[str, Check]] = {}

    async def load(self) -> None:
        """Read what staff said in every community. Raises StorageAway."""
        async with self._db.read() as session:
            rows = await LineCheckStore(session).all()
        known: dict[str, dict[str, Check]] = {}
        for community_id, line_id, works, at in rows:
            known.setdefault(community_id, {})[line_id] = Check(works, at)
        self._known = known

    def of(self, community_id: str) -> Mapping[str, bool]:
        """Return which lines were found to work here, and which not; the file decides the rest."""
        return {line: check.works for line, check in self._known.get(community_id, {}).items()}

    def due(self, community: Community) -> Sequence[Line]:
        """Return the lines of the community's country that somebody should look at.

        Those reported wrong first, then those shown to nobody yet, then those long unread.
        """
        now, known = self._clock(), self._known.get(community.id, {})
        country = self._communities.settings(community.id).country

        def state(line: Line) -> int | None:
            check = known.get(line.id)
            if check is not None and not check.works:
                return 0
            if check is not None and now - check.at < FRESH_FOR:
                return None
            if check is None and not line.is_trusted:
                return 1
            old = check is not None or now.date() - line.verified_at > FRESH_FOR
            return 2 if old else None

        here = [
            (order, line)
            for line in self._lines.lines
            if line.country == country
            and line.is_valid(now.date())
            and (order := state(line)) is not None
        ]
        return tuple(line for _order, line in sorted(here, key=lambda pair: pair[0]))

    def card(self, community: Community, page: int = 1) -> Card:
        """Return a page of what is due, each line with "it works" and "it does not"."""
        settings = self._communities.settings(community.id)
        country = self._lines.country(settings.country)
        due, words, now = self.due(community), LineWords(self._lines), self._clock()
        page, pages = page_of(len(due), page, PER_PAGE)
        checks = self.of(community.id)
        return cards.due(
            None if country is None else tuple(country.name.items()),
            [
                cards.Due(line, words.line(line, now), works=checks.get(line.id))
                for line in due[(page - 1) * PER_PAGE : page * PER_PAGE]
            ],
            page=page,
            pages=pages,
        )

    async def say(self, line_id: str, community: Community, by: Person, *, works: bool) -> Card:
        """Record what somebody found out; it holds at once. Raises `Gone` for no line of here."""
        country = self._communities.settings(community.id).country
        here = (one for one in self._lines.lines if one.country == country)
        line = next((one for one in here if one.id == line_id), None)
        if line is None:
            raise Gone("no such line in this country")
        now = self._clock()
        async with self._db.begin() as session:
            await LineCheckStore(session).say(community.id, line_id, now, works=works)
        self._known.setdefault(community.id, {})[line_id] = Check(works, now)
        await self._communities.note(community.id, by, WORKS if works else WRONG, line_id)
        return cards.said(LineWords(self._lines).line(line, now), works=works)
