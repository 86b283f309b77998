"""What leads to tips: `/tip`, `/peerbot tips`, their buttons and forms, and the beat."""

from collections.abc import Sequence

from peerbot.chat.cards import Card
from peerbot.chat.commands import Role
from peerbot.chat.events import ButtonPressed, CommandUsed, FormSubmitted, OptionTyped
from peerbot.chat.forms import Form
from peerbot.chat.router import Answer, Instead, Router
from peerbot.chat.suggestions import Suggestion
from peerbot.community.model import EDIT_TIPS, Community
from peerbot.delivery.beats import Beat
from peerbot.delivery.recurrence import LATENESS
from peerbot.delivery.service import Delivery
from peerbot.errors import Gone
from peerbot.tips import cards
from peerbot.tips.model import Schedule, Tip
from peerbot.tips.service import SCHEDULED, TipService, Wish
from peerbot.tips.store import NEXT_TIP

FEATURE = "tips"

Answered = CommandUsed | ButtonPressed | FormSubmitted


def add_work(delivery: Delivery, tips: TipService) -> None:
    delivery.composes(SCHEDULED, tips.compose, late_after=LATENESS)
    delivery.add_beat(Beat("tips.open", tips.open_due, NEXT_TIP))


def add_routes(router: Router, tips: TipService) -> None:
    _MemberRoutes(tips).add_to(router)
    _ModeratorRoutes(tips).add_to(router)


class _MemberRoutes:
    def __init__(self, tips: TipService) -> None:
        self._tips = tips

    def add_to(self, router: Router) -> None:
        router.command(
            FEATURE,
            cards.ASK,
            self.asked,
            suggest={"topic": self.topics, "search": self.titles},
        )
        router.button(FEATURE, "another", self.another)
        router.button(FEATURE, "topic", self.topic)
        router.button(FEATURE, "show", self.show)
        router.form(FEATURE, "search", self.search_form, self.searched)

    async def asked(self, event: CommandUsed) -> Answer:
        typed, words = event.options.get("topic", ""), event.options.get("search", "")
        topic = cards.topic_meant(typed, self._tips.topics)
        if not topic:
            # `/tip saying no` is meant as a search: anything can be typed there.
            words = f"{typed} {words}".strip()
        if not words:
            return self._one(event, topic)
        titled = self._tips.titled(event.person, words)
        return self._shown(event, titled) if titled else self._found(event, words)

    async def topics(self, event: OptionTyped) -> Sequence[Suggestion]:
        """Offer the topics that have something to show today."""
        language = self._tips.language_for(event.person)
        return cards.topics_named(event.typed, self._tips.topics, language)

    async def titles(self, event: OptionTyped) -> Sequence[Suggestion]:
        """Offer titles that begin so or that a search would find, on the topic chosen before."""
        language = self._tips.language_for(event.person)
        topic = cards.topic_meant(event.options.get("topic", ""), self._tips.topics)
        return cards.titles(self._tips.suggested(event.typed, topic, language), language)

    async def another(self, event: ButtonPressed) -> Answer:
        topic, seen = (*event.action.args, "", "")[:2]
        return Instead(self._one(event, topic, seen))

    async def topic(self, event: ButtonPressed) -> Answer:
        return Instead(self._one(event, event.values[0] if event.values else ""))

    async def show(self, event: ButtonPressed) -> Answer:
        (tip_id,) = _args(event, 1)
        return self._shown(event, self._tips.tip(event.person, tip_id))

    async def search_form(self, _event: Answered) -> Form:
        return cards.search_form()

    async def searched(self, event: FormSubmitted) -> Answer:
        return self._found(event, str(event.values["words"]))

    def _one(self, event: Answered, topic: str, seen: str = "") -> Card:
        known = topic if topic in self._tips.topics else ""
        tip = self._tips.another(event.person, known, seen=seen)
        if tip is None:
            return cards.none_at_all()
        return cards.one(tip, self._tips.language_for(event.reply), self._tips.topics, known)

    def _shown(self, event: Answered, tip: Tip) -> Card:
        return cards.one(tip, self._tips.language_for(event.reply), self._tips.topics)

    def _found(self, event: Answered, words: str) -> Card:
        language = self._tips.language_for(event.reply)
        return cards.found(self._tips.search(words), language, self._tips.topics)


class _ModeratorRoutes:
    def __init__(self, tips: TipService) -> None:
        self._tips = tips

    def add_to(self, router: Router) -> None:
        router.command(FEATURE, cards.MANAGE, self.panel)
        for verb, handler in {
            "panel": self.back_to_panel,
            "plan-show": self.show,
            "pause": self.pause,
            "go-on": self.go_on,
            "remove": self.remove,
            "sample": self.sample,
        }.items():
            router.button(FEATURE, verb, handler, role=Role.MODERATOR, grant=EDIT_TIPS)
        router.asks_first(FEATURE, "remove", cards.REMOVING)
        router.form(FEATURE, "plan", self.form, self.planned, role=Role.MODERATOR, grant=EDIT_TIPS)

    async def panel(self, event: CommandUsed) -> Answer:
        return await self._panel(event)

    async def back_to_panel(self, event: ButtonPressed) -> Answer:
        return Instead(await self._panel(event))

    async def show(self, event: ButtonPressed) -> Answer:
        return Instead(self._card(await self._schedule(event)))

    async def pause(self, event: ButtonPressed) -> Answer:
        return await self._pausing(event, paused=True)

    async def go_on(self, event: ButtonPressed) -> Answer:
        return await self._pausing(event, paused=False)

    async def remove(self, event: ButtonPressed) -> Answer:
        home = await self._home(event)
        await self._tips.remove(home.id, event.actor, *_args(event, 1))
        return Instead(await self._panel(event))

    async def sample(self, event: ButtonPressed) -> Answer:
        schedule = await self._schedule(event)
        tip = self._tips.sample(schedule)
        language = self._tips.language_for(schedule.room)
        return cards.none_at_all() if tip is None else cards.scheduled(tip, language)

    async def form(self, event: Answered) -> Form:
        if isinstance(event, CommandUsed) or not event.action.args:
            return cards.plan_form(None)
        return cards.plan_form(await self._schedule(event))

    async def planned(self, event: FormSubmitted) -> Answer:
        home = await self._home(event)
        days = event.values["weekdays"]
        wish = Wish(
            room_id=str(event.values["room"]),
            weeks=int(str(event.values["weeks"])),
            weekdays=frozenset(int(day) for day in days)
            if isinstance(days, tuple)
            else frozenset(),
            at=str(event.values["at"]),
            topic=str(event.values["topic"]),
        )
        schedule_id = event.action.args[0] if event.action.args else ""
        planned = await self._tips.plan(home.id, event.actor, event.space, wish, schedule_id)
        return self._card(planned)

    async def _panel(self, event: Answered) -> Card:
        home = await self._home(event)
        return cards.panel(await self._tips.schedules(home.id))

    async def _pausing(self, event: ButtonPressed, *, paused: bool) -> Answer:
        home = await self._home(event)
        (schedule_id,) = _args(event, 1)
        changed = await self._tips.pause(home.id, event.actor, schedule_id, paused=paused)
        return Instead(self._card(changed))

    async def _schedule(self, event: ButtonPressed | FormSubmitted) -> Schedule:
        home = await self._home(event)
        return await self._tips.schedule(home.id, *_args(event, 1))

    async def _home(self, event: Answered) -> Community:
        return await self._tips.home_of(event)

    def _card(self, schedule: Schedule) -> Card:
        slots = self._tips.coming(schedule)
        return cards.plan(schedule, [slot.moment for slot in slots])


def _args(event: ButtonPressed | FormSubmitted, count: int) -> tuple[str, ...]:
    """Return the action's arguments. Raises `Gone` unless there are `count`: it was forged."""
    if len(event.action.args) != count:
        raise Gone("an action with other arguments than ours")
    return event.action.args
