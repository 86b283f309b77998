"""Every community's own phrases, ready in memory: no message waits for a database."""

import json
import logging
from collections.abc import Mapping, Sequence

from peerbot.clock import Clock
from peerbot.community.last_known import LastKnown
from peerbot.crisis.detection import Detector, OwnPhrase, OwnPhraseError, OwnRules
from peerbot.crisis.lab.model import phrase_from_json, phrase_to_json
from peerbot.crisis.spool import Sealer
from peerbot.crisis.store.lab import LabStore
from peerbot.db import Database

log = logging.getLogger(__name__)

PURPOSE = "crisis.own-phrase"


class OwnPhrases:
    """Reads them when the storage opens and after each change; made ready once for each change."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        sealer: Sealer,
        detector: Detector,
        last_known: LastKnown,
    ) -> None:
        self._db = db
        self._clock = clock
        self._sealer = sealer
        self._detector = detector
        self._last_known = last_known
        self._phrases: dict[str, tuple[OwnPhrase, ...]] = {}
        self._rules: dict[str, OwnRules] = {}

    def of(self, community_id: str) -> OwnRules | None:
        """Return a community's phrases, made ready; None if it has none."""
        return self._rules.get(community_id)

    def all(self, community_id: str) -> tuple[OwnPhrase, ...]:
        """Return a community's phrases, the oldest first."""
        return self._phrases.get(community_id, ())

    def get(self, community_id: str, phrase_id: str) -> OwnPhrase | None:
        return next((one for one in self.all(community_id) if one.id == phrase_id), None)

    # -- knowing -----------------------------------------------------------------------------

    def recall(self) -> None:
        """Take up what was known last, until the database can be asked."""
        kept = self._last_known.read()
        if kept is None:
            return
        found: dict[str, list[OwnPhrase]] = {}
        for community_id, phrase_id, stored in json.loads(kept):
            try:
                phrase = phrase_from_json(phrase_id, stored)
            except ValueError:
                # Of a later release, with a category that this one does not know.
                log.error("an own phrase that was known last cannot be read")
                continue
            found.setdefault(community_id, []).append(phrase)
        self._know(found)

    async def load(self) -> None:
        """Read everything. Raises StorageAway."""
        async with self._db.read() as session:
            rows = await LabStore(session).phrases()
        found: dict[str, list[OwnPhrase]] = {}
        for phrase_id, community_id, sealed in rows:
            try:
                stored = self._sealer.open_for_app(sealed, PURPOSE).decode()
                phrase = phrase_from_json(phrase_id, stored)
            except Exception as error:  # noqa: BLE001 - damaged or of another key: others go on
                log.critical("an own phrase cannot be read: %s", type(error).__name__)
                continue
            found.setdefault(community_id, []).append(phrase)
        self._know(found)
        self._last_known.keep(self._document())

    # -- changing ----------------------------------------------------------------------------

    async def put(self, community_id: str, phrase: OwnPhrase) -> None:
        """Add a phrase, or change the one of its id. Raises StorageAway."""
        sealed = self._sealer.seal_for_app(phrase_to_json(phrase).encode(), PURPOSE)
        async with self._db.begin() as session:
            store = LabStore(session)
            await store.put_phrase(phrase.id, community_id, sealed, self._clock())
        await self.load()

    async def remove(self, community_id: str, phrase_id: str) -> None:
        async with self._db.begin() as session:
            await LabStore(session).remove_phrase(phrase_id, community_id)
        await self.load()

    # -- inside ------------------------------------------------------------------------------

    def _know(self, phrases: Mapping[str, Sequence[OwnPhrase]]) -> None:
        changed = {key: tuple(several) for key, several in phrases.items()}
        self._rules = {
            key: self._rules[key]
            if key in self._rules and self._phrases.get(key) == several
            else self._made_ready(several)
            for key, several in changed.items()
        }
        self._phrases = changed

    def _made_ready(self, phrases: Sequence[OwnPhrase]) -> OwnRules:
        """Return the phrases ready to be looked for; one by one only if one of them is no use."""
        try:
            return self._detector.own_rules(phrases)
        except OwnPhraseError:
            return self._detector.own_rules([one for one in phrases if self._is_usable(one)])

    def _is_usable(self, phrase: OwnPhrase) -> bool:
        """Whether a phrase that was taken once can still be looked for with today's rules."""
        try:
            self._detector.own_rules([phrase])
        except OwnPhraseError as error:
            log.error("an own phrase is left out: %s", error.wrong)
            return False
        return True

    def _document(self) -> str:
        return json.dumps(
            [
                [community_id, one.id, phrase_to_json(one)]
                for community_id, phrases in self._phrases.items()
                for one in phrases
            ]
        )
