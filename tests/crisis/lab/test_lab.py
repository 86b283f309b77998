"""Own phrases in the lab: tried against what ships, kept sealed, ready in memory."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from peerbot.chat.adapters import RoomFact, SpaceFacts
from peerbot.chat.addresses import Actor, Space
from peerbot.chat.gateway import TryLater
from peerbot.clock import Chance
from peerbot.community.model import Community, Level, Settings
from peerbot.community.service import CommunityService
from peerbot.content.crisis import crisis_detector, crisis_voices
from peerbot.crisis.detection import Category, OwnPhrase, Tier
from peerbot.crisis.lab.model import MOST_PHRASES
from peerbot.crisis.lab.phrases import PURPOSE, OwnPhrases
from peerbot.crisis.lab.service import LabService
from peerbot.crisis.lab.traps import Traps
from peerbot.crisis.store.lab import LabStore
from peerbot.errors import Gone, Refused
from peerbot.failures import DatabaseAway
from peerbot.testing import ALEX, GENERAL, NOW, ROBIN, SPACE, FakeClock, a_message, an_actor
from peerbot.vault import AppKey, Vault
from tests.crisis.conftest import Away, InMemory

DETECTOR = crisis_detector()[0]
TRAPS = Traps(DETECTOR, crisis_voices)
ADMIN = an_actor(ALEX, owns_space=True)
MODERATOR = an_actor(ROBIN, "mods")
FERRYMAN = "see the ferryman"
TOO_WIDE = "~movie"


@dataclass
class Lab:
    """The lab over a real database, and what a test looks at."""

    db: Away
    vault: Vault
    communities: CommunityService
    home: Community
    own: OwnPhrases
    service: LabService
    last_known: InMemory
    busy: bool = False
    numbers: list[int] = field(default_factory=list)

    async def save(
        self,
        text: str,
        tier: Tier = Tier.URGENT,
        *,
        by: Actor = MODERATOR,
        phrase_id: str = "",
        anyway: bool = False,
    ) -> int:
        self.numbers.append(0)
        wanted = OwnPhrase(
            id=phrase_id or f"p{len(self.numbers)}",
            text=text,
            tier=tier,
            category=Category.SUICIDE if tier else Category.NONE,
        )
        return await self.service.save(self.home, by, wanted, anyway=anyway)

    def tier_of(self, text: str) -> Tier:
        found = DETECTOR.find(text, self.own.of(self.home.id))
        return found.tier if found else Tier.NONE

    def another_process(self) -> OwnPhrases:
        return OwnPhrases(self.db, FakeClock(NOW), self.vault, DETECTOR, self.last_known)

    async def facts(self, space: Space) -> SpaceFacts:
        if self.busy:
            raise TryLater("busy", wait=NOW - NOW)
        return SpaceFacts(
            name=space.id, rooms=(RoomFact(room=GENERAL, name="general", everyone=True),), roles=()
        )


@pytest.fixture
async def lab(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Lab]:
    db, clock, chance, last_known = Away(sqlite_url), FakeClock(NOW), Chance(3), InMemory()
    vault = Vault(AppKey.load_or_make(tmp_path / "key")[0], clock)
    communities = CommunityService(
        db, clock, chance, Settings(moderator_roles=frozenset({"mods"})), InMemory()
    )
    own = OwnPhrases(db, clock, vault, DETECTOR, last_known)
    await communities.start()
    home = await communities.of(a_message("hello"))
    assert home is not None

    async def facts(space: Space) -> SpaceFacts:
        return await made.facts(space)

    service = LabService(
        db=db,
        chance=chance,
        communities=communities,
        detector=DETECTOR,
        own=own,
        traps=TRAPS,
        facts=facts,
    )
    made = Lab(db, vault, communities, home, own, service, last_known)
    yield made
    await db.close()


def why(refused: pytest.ExceptionInfo[Refused]) -> str:
    return str(refused.value.reasons["phrase"])


# -- trying against what ships -----------------------------------------------------------------


async def test_a_phrase_that_trips_nothing_is_kept_and_found(lab: Lab) -> None:
    assert lab.tier_of("i will see the ferryman") is Tier.NONE
    assert await lab.save(FERRYMAN) == 0
    assert lab.tier_of("i will see the ferryman") is Tier.URGENT


async def test_what_a_phrase_would_trip_is_shown_and_nothing_is_kept(lab: Lab) -> None:
    with pytest.raises(Refused) as refused:
        await lab.save(TOO_WIDE)
    assert "that I know to be harmless, such as: “" in why(refused)
    assert "An admin may save it all the same" in why(refused)
    assert lab.service.phrases(lab.home.id) == ()


async def test_a_moderator_cannot_save_it_all_the_same_an_admin_can(lab: Lab) -> None:
    with pytest.raises(Refused):
        await lab.save(TOO_WIDE, anyway=True)
    with pytest.raises(Refused) as refused:
        await lab.save(TOO_WIDE, by=ADMIN)
    assert "or say below that you want it all the same" in why(refused)
    tripped = await lab.save(TOO_WIDE, by=ADMIN, anyway=True)
    assert tripped > 0
    entry = (await lab.communities.trail(lab.home.id))[0]
    assert (entry.what, entry.after) == ("lab.phrase-add", f"traps: {tripped}")
    assert "movie" not in repr(entry)


async def test_what_hides_danger_is_tried_against_the_signs_of_danger(lab: Lab) -> None:
    with pytest.raises(Refused) as refused:
        await lab.save("want to die", Tier.NONE)
    assert "signs of danger that I know, such as: “" in why(refused)
    assert await lab.save("want to die", Tier.NONE, by=ADMIN, anyway=True) > 5
    assert lab.tier_of("i want to die") is Tier.NONE
    assert lab.tier_of("i want to die tonight, i have the pills") is Tier.EMERGENCY


def test_no_trap_is_tripped_by_a_phrase_in_its_denial() -> None:
    phrase = OwnPhrase(id="p", text="want to die", tier=Tier.URGENT, category=Category.SUICIDE)
    assert "i don't want to die" not in TRAPS.tripped_by(phrase)


# -- what cannot be taken ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Please write something here."),
        ("x", "One letter stands in every message"),
        ("* *", "There is no word in it"),
        ("word " * 30, "too long for a phrase: at most 12 words"),
        ("i want to", "These words stand in very many messages"),
        ("s*icide", "Inside a word they mean nothing"),
        ("~zx", "I do not know other forms of the word"),
    ],
)
async def test_what_cannot_be_looked_for_is_said_clearly(lab: Lab, text: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        await lab.save(text)
    assert said in why(refused)


async def test_the_same_phrase_twice_and_too_many_are_refused(lab: Lab) -> None:
    await lab.save(FERRYMAN)
    with pytest.raises(Refused) as refused:
        await lab.save("See the Ferryman")
    assert "You have this phrase already." in why(refused)
    async with lab.db.begin() as session:
        for n in range(MOST_PHRASES - 1):
            stored = f'["boat number{n}", "concern", "none"]'
            sealed = lab.vault.seal_for_app(stored.encode(), PURPOSE)
            await LabStore(session).put_phrase(f"n{n}", lab.home.id, sealed, NOW)
    await lab.own.load()
    with pytest.raises(Refused) as refused:
        await lab.save("one boat more")
    assert "There are 100 phrases already." in why(refused)
    await lab.save("see the old ferryman", phrase_id="p1")


# -- changing and taking out ---------------------------------------------------------------------


async def test_a_phrase_is_changed_and_taken_out(lab: Lab) -> None:
    await lab.save(FERRYMAN)
    await lab.save("meet the boatman", Tier.CONCERN, phrase_id="p1")
    assert lab.tier_of("i will see the ferryman") is Tier.NONE
    assert lab.tier_of("i will meet the boatman") is Tier.CONCERN
    await lab.service.remove(lab.home, MODERATOR, "p1")
    assert lab.tier_of("i will meet the boatman") is Tier.NONE
    deeds = [one.what for one in await lab.communities.trail(lab.home.id)]
    assert deeds == ["lab.phrase-remove", "lab.phrase-change", "lab.phrase-add"]
    with pytest.raises(Gone):
        await lab.service.remove(lab.home, MODERATOR, "p1")


async def test_a_phrase_of_another_community_is_not_ours(lab: Lab) -> None:
    await lab.save(FERRYMAN)
    assert lab.own.of("elsewhere") is None
    with pytest.raises(Gone):
        lab.service.phrase("elsewhere", "p1")


# -- in memory, sealed, and without a database ---------------------------------------------------


async def test_phrases_are_made_ready_once_for_each_change(lab: Lab) -> None:
    await lab.save(FERRYMAN)
    ready = lab.own.of(lab.home.id)
    await lab.own.load()
    assert lab.own.of(lab.home.id) is ready
    await lab.save("meet the boatman")
    assert lab.own.of(lab.home.id) is not ready


async def test_phrases_stay_while_the_database_is_away_and_none_is_half_saved(lab: Lab) -> None:
    await lab.save(FERRYMAN)
    lab.db.away = True
    assert lab.tier_of("i will see the ferryman") is Tier.URGENT
    with pytest.raises(DatabaseAway):
        await lab.save("meet the boatman")
    assert lab.tier_of("i will meet the boatman") is Tier.NONE
    tried = await lab.service.explain("i will see the ferryman", lab.home)
    assert tried.scores == {}
    assert tried.explanation.finding is not None


async def test_a_process_that_starts_without_a_database_knows_them(lab: Lab) -> None:
    await lab.save(FERRYMAN)
    lab.db.away = True
    started = lab.another_process()
    assert started.of(lab.home.id) is None
    started.recall()
    assert started.all(lab.home.id) == lab.own.all(lab.home.id)
    assert started.of(lab.home.id) is not None


async def test_what_a_later_release_kept_keeps_nobody_from_starting(lab: Lab) -> None:
    await lab.save(FERRYMAN)
    assert lab.last_known.document is not None
    lab.last_known.document = lab.last_known.document.replace("suicide", "of-the-future")
    started = lab.another_process()
    started.recall()
    assert started.of(lab.home.id) is None


async def test_no_word_of_a_phrase_is_stored_in_clear(lab: Lab) -> None:
    await lab.save(FERRYMAN)
    async with lab.db.read() as session:
        ((_id, _home, sealed),) = await LabStore(session).phrases()
    assert b"ferry" not in sealed


async def test_a_damaged_phrase_and_one_of_an_older_release_keep_no_other(lab: Lab) -> None:
    await lab.save(FERRYMAN)
    async with lab.db.begin() as session:
        store = LabStore(session)
        await store.put_phrase("damaged", lab.home.id, b"nothing sealed", NOW)
        sealed = lab.vault.seal_for_app(b'["the *", "concern", "none"]', PURPOSE)
        await store.put_phrase("older", lab.home.id, sealed, NOW)
    await lab.own.load()
    assert [one.id for one in lab.own.all(lab.home.id)] == ["older", "p1"]
    assert lab.tier_of("i will see the ferryman") is Tier.URGENT
    assert lab.tier_of("the end") is Tier.NONE


# -- rooms ---------------------------------------------------------------------------------------


async def test_a_level_is_chosen_for_a_room_that_is_here(lab: Lab) -> None:
    await lab.service.choose_level(lab.home, ADMIN, SPACE, "general", "off")
    assert lab.communities.settings(lab.home.id).level_in(GENERAL) is Level.OFF
    await lab.service.choose_level(lab.home, MODERATOR, SPACE, "general", "everything")
    assert lab.communities.settings(lab.home.id).room_levels == ()


async def test_only_an_admin_leaves_those_in_danger_without_an_answer(lab: Lab) -> None:
    with pytest.raises(Refused):
        await lab.service.choose_level(lab.home, MODERATOR, SPACE, "general", "off")
    assert lab.communities.settings(lab.home.id).room_levels == ()


@pytest.mark.parametrize(
    ("space", "room", "busy"),
    [(None, "general", False), (SPACE, "elsewhere", False), (SPACE, "general", True)],
)
async def test_a_room_that_cannot_be_seen_is_refused(
    lab: Lab, space: Space | None, room: str, *, busy: bool
) -> None:
    lab.busy = busy
    with pytest.raises(Refused):
        await lab.service.choose_level(lab.home, ADMIN, space, room, "off")
    assert lab.communities.settings(lab.home.id).room_levels == ()
