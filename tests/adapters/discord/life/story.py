"""One community, from setup to a claimed alert; peerbot is killed in every chapter of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

from peerbot.chat.addresses import Room
from tests.adapters.discord.double import Double
from tests.adapters.discord.life.people import Somebody
from tests.adapters.discord.life.running import WITHIN_SECONDS, Peerbot
from tests.adapters.discord.life.time_file import TimeFile
from tests.adapters.discord.life.watch import ZONE, Watch
from tests.adapters.discord.town import OneClock

MONDAY_MORNING = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
A_STEP_IS_RESERVED_FOR = timedelta(seconds=31)
"""Whoever died over a step of an alert has it done again after half a minute (`crisis.model`)."""
IN_DANGER = "i can't do this anymore, i want to kill myself"
NOT_WRITTEN_YET = "Alerts\nNobody is waiting."
"""What a responder may read who looks in the moment before the row is written."""
CONNECTED = {
    "sam": "Rather alone",
    "kim": "Rather alone",
    "lee": "Very alone",
    "mia": "Rather connected",
    "tom": "Rather connected",
    "eve": "Very connected",
}
"""How connected the members felt in the week."""

Say = Callable[[str], object]


class Life:
    """A community on Discord's double, and the process that looks after it."""

    def __init__(self, double: Double, peerbot: Peerbot, time: TimeFile, say: Say) -> None:
        home = double.home
        moderator, staff = home.add_role("moderator"), home.add_role("staff")
        self.check_ins = home.add_room("check-ins")
        self.care_team = home.add_room("care-team", only_for=(moderator, staff))
        team = {name: home.add_member(name, moderator) for name in ("robin", "noa")}
        members = {name: home.add_member(name) for name in CONNECTED if name != "sam"}
        people = {"alex": home.alex, "sam": home.sam, **team, **members}
        names = {one.id: name for name, one in people.items()}
        names |= {str(moderator): "moderator", str(staff): "staff"}
        self.watch = Watch(double, names, say)
        self.double, self.peerbot, self._time, self._say = double, peerbot, time, say
        self._people = people
        self._team = {"alex", *team}

    def __getitem__(self, name: str) -> Somebody:
        """Return who is called so, in the room where they are by themselves."""
        return self.at(name, self.care_team if name in self._team else self.check_ins)

    def at(self, name: str, room: Room) -> Somebody:
        return Somebody(name, self._people[name], room, self.double, self.watch, self._say)

    def chapter(self, name: str) -> None:
        self._say(f"\n# {name}")

    def wait(self, by: timedelta) -> None:
        self._time.move(by)
        self._say(f"... it is {self._time().astimezone(ZONE):%A %H:%M}")

    def wait_until(self, *, days: int = 0, hour: int) -> None:
        """Let it be that hour, so many days later, in the community's zone."""
        there = self._time().astimezone(ZONE) + timedelta(days=days)
        self.wait(there.replace(hour=hour, minute=0) - self._time())

    async def registered(self) -> None:
        """Return once people see the commands."""
        commands = self.double.backend.commands
        await self.double.until(lambda: any(commands.values()), within=WITHIN_SECONDS)

    def sends_to(self, place: Room | str) -> str:
        """Return what a message to a room, or to somebody's inbox, looks like as a request."""
        return f"POST /channels/{self._channel(place)}/messages"

    async def is_sent_again(self, place: Room | str) -> None:
        """Return once the newest message to a place was sent a second time, as the same one."""
        path = f"/channels/{self._channel(place)}/messages"

        def is_so() -> bool:
            sends = [one for one in self.double.sends() if one.path == path]
            nonces = [one.json.get("nonce") for one in sends if one.status == HTTPStatus.OK]
            return nonces[-1] is not None and nonces[-2:] == [nonces[-1]] * 2

        await self.double.until(is_so, within=WITHIN_SECONDS)
        self._say("--- sent again, which Discord shows once")

    def _channel(self, place: Room | str) -> int:
        if isinstance(place, Room):
            return int(place.id)
        return self.double.backend.get_dm_channel(int(self._people[place].id)).id


@asynccontextmanager
async def a_life(folder: Path, say: Say) -> AsyncIterator[Life]:
    """Yield a community on a Monday morning, with peerbot there; whatever happens, it ends."""
    time = TimeFile(folder / "time")
    time.move_to(MONDAY_MORNING)
    say("Beside each message stands the time in Toronto; moments within one are in UTC.")
    async with Double(clock=OneClock(time)) as double:
        peerbot = Peerbot(double, folder, folder / "time", say)
        life = Life(double, peerbot, time, say)
        try:
            await peerbot.start()
            yield life
        finally:
            await peerbot.end()


async def set_up(life: Life) -> None:
    life.chapter("Alex, who runs the server, sets peerbot up, and is not put off by a crash")
    alex, robin = life["alex"], life["robin"]
    await life.registered()
    await alex.uses("peerbot setup", shows="Setup 1/7")
    await alex.presses("Next", shows="Setup 2/7")
    await alex.presses("Next", shows="Setup 3/7")
    await alex.presses("Next", shows="Setup 4/7")
    await alex.chooses("Canada", shows="In Canada, in immediate danger: call 911")
    await life.peerbot.killed()
    await alex.presses("Suggest the rest", shows="Setup 7/7")
    await alex.presses("Try a drill", shows="the card arrived")
    await robin.presses("I've got this", shows="It is yours, thank you")
    await robin.presses("Done", shows="How did it end?")
    await robin.presses("Safe for now", shows="Thank you. The card is closed")
    await alex.presses("Publish", shows="peerbot is ready")
    await alex.uses("peerbot panel", shows="Ready: help would reach your responders.")
    await alex.presses("Switch on", shows="Members are told first")
    await alex.presses("Post the notice, switch on", shows="on, from this moment")


async def ask_and_answer(life: Life) -> None:
    life.chapter("On Monday at six the check-in asks, and six people answer")
    async with life.peerbot.killed_during(life.sends_to(life.check_ins)):
        life.wait_until(hour=18)
    await life.is_sent_again(life.check_ins)
    names = list(CONNECTED)
    for name in names[:3]:
        await agree(life[name])
    await life["sam"].presses("Rather alone", shows="You chose: Rather alone. It is kept.")
    await life["sam"].chooses("Someone to listen", shows="What would help?")
    await life.peerbot.killed()
    words = {"What would you like to say?": "It was a quiet week."}
    await life["sam"].fills("Add words", words, shows="You chose: Rather alone. It is kept.")
    await life["sam"].presses("Done", shows="Thank you for telling")
    for name in names[1:]:
        somebody, step = life[name], CONNECTED[name]
        if name in names[3:]:
            await agree(somebody)
        if name == names[-1]:
            async with life.peerbot.killed_during("PATCH /webhooks/*/messages/@original"):
                await somebody.presses(step)
        else:
            await somebody.presses(step, shows=f"You chose: {step}. It is kept.")
        await somebody.presses("Done", shows="Only you can see this answer.")


async def agree(somebody: Somebody) -> None:
    await somebody.presses("Answer privately", shows="Before your first check-in")
    await somebody.presses("Yes, I am 13 or older", shows="You can change your mind")
    await somebody.presses("Go on", shows="Pick what fits best")


async def sum_up(life: Life) -> None:
    life.chapter("On Thursday the round closes, and its summary stands in the room")
    async with life.peerbot.killed_during(life.sends_to(life.check_ins)):
        life.wait_until(days=3, hour=18)
    await life.is_sent_again(life.check_ins)
    await life["sam"].sees("6 people answered")


async def tip_and_resource(life: Life) -> None:
    life.chapter("An ordinary day: a tip, and a place that helps")
    kim = life["kim"]
    await kim.uses("tip", topic="boundaries", shows="not yet reviewed by a counsellor")
    await life.peerbot.killed()
    await kim.presses("Another one", shows="not yet reviewed by a counsellor")
    await kim.uses("resources", search="talk to someone young", shows="Kids Help Phone")


async def danger(life: Life) -> None:
    life.chapter("Three at night: somebody is in danger, and nobody is awake")
    sam, robin, noa = life.at("sam", life.double.home.room), life["robin"], life["noa"]
    life.wait_until(days=1, hour=3)
    async with life.peerbot.killed_during(life.sends_to("sam")):
        await sam.says(IN_DANGER)
        await robin.sees("Please check on a member")
        await sees_it_waiting(robin)
    life.wait(A_STEP_IS_RESERVED_FOR)
    await life.is_sent_again("sam")
    async with life.peerbot.killed_during(life.sends_to(life.care_team)):
        life.wait(timedelta(minutes=15))
    life.wait(A_STEP_IS_RESERVED_FOR)
    await life.is_sent_again(life.care_team)
    old, old_news = noa.remembers("I've got this"), len(life.watch.seen)
    async with life.peerbot.killed_during(life.sends_to("sam")):
        await robin.presses("I've got this")
    await noa.sees("robin has this", since=old_news)
    life.wait(A_STEP_IS_RESERVED_FOR)
    await life.is_sent_again("sam")
    await noa.presses_old("I've got this", on=old, shows="robin")
    await robin.presses("Done", shows="How did it end?")
    await life.peerbot.killed()
    await robin.presses("Safe for now", shows="Thank you. The card is closed")


async def sees_it_waiting(responder: Somebody) -> None:
    """Look until the alert is listed: responders are called before the row is written."""
    is_listed = False
    while not is_listed:
        since = len(responder.watch.seen)
        await responder.uses("peerbot alerts", shows="Alerts")
        is_listed = responder.watch.shown_to(responder.person, ": waiting", since=since)


async def an_hour_later(life: Life) -> None:
    life.chapter("An hour later everything goes on")
    since = len(life.watch.seen)
    life.wait(timedelta(hours=1))
    await life["noa"].sees("Last heard myself", since=since)


async def whole(life: Life) -> int:
    """Tell all of it; return the exit code with which peerbot stops at the end."""
    for chapter in (set_up, ask_and_answer, sum_up, tip_and_resource, danger, an_hour_later):
        await chapter(life)
    return await life.peerbot.stop()
