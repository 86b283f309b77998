"""Commands, buttons, forms and beats that lead to check-ins."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from peerbot.chat.actions import BadAction
from peerbot.chat.commands import Command
from peerbot.chat.events import ButtonPressed, CommandUsed, Event, FormSubmitted
from peerbot.chat.forms import Form
from peerbot.chat.router import Answer, Instead, Router
from peerbot.checkins import answer_cards, cards, own_cards
from peerbot.checkins.answers import Answers
from peerbot.checkins.model import Audience, Help, Step
from peerbot.checkins.plan_routes import add_plan_routes
from peerbot.checkins.rhythm import NoRhythm, day_of
from peerbot.checkins.rounds import CLOSE, PROMPT, REMINDER, SHARED, SUMMARY, VOICES
from peerbot.checkins.service import CheckinService
from peerbot.checkins.store import NEXT_CLOSING, NEXT_OPENING, NEXT_REMINDING
from peerbot.community.model import Community, Member, Purpose
from peerbot.delivery.beats import Beat
from peerbot.delivery.model import AfterCrash
from peerbot.delivery.recurrence import LATENESS
from peerbot.delivery.service import Delivery
from peerbot.errors import Refused
from peerbot.i18n import _


@dataclass(frozen=True, slots=True)
class MemberRoutes:
    """What members press."""

    service: CheckinService

    @property
    def answers(self) -> Answers:
        return self.service.answers

    async def now(self, event: CommandUsed | ButtonPressed) -> Answer:
        """Show what can be answered; the question itself, if there is just one to answer."""
        member = await self._member(event)
        present = await self.answers.present(member)
        settings = self.service.communities.settings(member.community_id)
        only = present.open[0] if len(present.open) == 1 else None
        shown = (
            answer_cards.answering(only.round, None)
            if only is not None and only.answer is None
            else own_cards.present(
                [(one.round, one.answer) for one in present.open],
                present.coming,
                present.reminder,
                settings.zone_info,
                can_be_early=present.can_be_early,
            )
        )
        return Instead(shown) if isinstance(event, ButtonPressed) else shown

    async def begin(self, event: ButtonPressed) -> Answer:
        if _arg(event) == cards.PREVIEW:
            return cards.only_preview()
        given = await self.answers.given(await self._member(event), _arg(event))
        return Instead(answer_cards.answering(given.round, given.answer))

    async def early(self, event: ButtonPressed) -> Answer:
        given = await self.answers.early(await self._member(event), _arg(event))
        return Instead(answer_cards.answering(given.round, given.answer))

    async def step(self, event: ButtonPressed) -> Answer:
        step = _among(_arg(event, 1), {str(int(one)): one for one in Step})
        given = await self.answers.choose_step(await self._member(event), _arg(event), step)
        return Instead(answer_cards.answering(given.round, given.answer))

    async def help(self, event: ButtonPressed) -> Answer:
        kinds = tuple(_among(one, {str(kind): kind for kind in Help}) for one in event.values)
        chosen = tuple(kind for kind in Help if kind in kinds)
        given = await self.answers.choose_help(await self._member(event), _arg(event), chosen)
        return Instead(answer_cards.answering(given.round, given.answer))

    async def see(self, event: ButtonPressed) -> Answer:
        audience = _audience(event.values[0] if event.values else "")
        given = await self.answers.choose_audience(await self._member(event), _arg(event), audience)
        return Instead(answer_cards.answering(given.round, given.answer))

    async def words_form(self, event: Event) -> Form:
        audience = _audience(_arg(event, 1))
        member = await self._member(event)
        given = await self.answers.given(member, _arg(event))
        words = await self.answers.own_words(member, given.answer) if given.answer else ""
        settings = self.service.communities.settings(member.community_id)
        return answer_cards.words_form(
            audience, words, emergencies_told=settings.private_emergencies
        )

    async def write(self, event: FormSubmitted) -> Answer:
        words = event.values.get("words", "")
        given = await self.answers.write(
            await self._member(event),
            _arg(event),
            _audience(_arg(event, 1)),
            words if isinstance(words, str) else "",
        )
        return answer_cards.answering(given.round, given.answer)

    async def done(self, event: ButtonPressed) -> Answer:
        member = await self._member(event)
        given = await self.answers.given(member, _arg(event))
        answer = given.answer
        if answer is None or answer.step is None or answer.skipped:
            return Instead(answer_cards.answering(given.round, answer))
        if answer.step.is_low:
            offered = await self.answers.offers(member, answer)
            return Instead(answer_cards.low(given.round, answer, offered.tips, offered.resources))
        present = await self.answers.present(member)
        return Instead(answer_cards.thanks(given.round, answer, present.reminder))

    async def skip(self, event: ButtonPressed) -> Answer:
        """Leave a round out; of somebody who never agreed to anything, nothing is kept."""
        if _arg(event) == cards.PREVIEW:
            return cards.only_preview()
        community = await self._community(event)
        communities = self.service.communities
        member = await communities.known_member(event.person, community.id)
        if member is None or not await communities.has_agreed(member, Purpose.CHECKINS):
            return Instead(answer_cards.skipped(None))
        given = await self.answers.skip(member, _arg(event))
        return Instead(answer_cards.skipped(given.round))

    async def what(self, event: ButtonPressed) -> Answer:
        settings = self.service.communities.settings((await self._community(event)).id)
        return own_cards.what_happens(
            settings.answers_kept.days, emergencies_told=settings.private_emergencies
        )

    # -- reminders ---------------------------------------------------------------------------

    async def remind_on(self, event: ButtonPressed) -> Answer:
        await self.answers.remind(await self._member(event))
        return Instead(own_cards.reminders_on())

    async def remind_off(self, event: ButtonPressed) -> Answer:
        await self.answers.stop_reminding(await self._member(event))
        return Instead(own_cards.reminders_off())

    async def pause_form(self, _event: Event) -> Form:
        return own_cards.pause_form()

    async def pause(self, event: FormSubmitted) -> Answer:
        member = await self._member(event)
        try:
            day = day_of("until", str(event.values.get("until", "")))
            until = await self.answers.pause_reminders(member, day)
        except (NoRhythm, ValueError, OverflowError):
            raise Refused(until=own_cards.no_such_day()) from None
        settings = self.service.communities.settings(member.community_id)
        return own_cards.reminders_paused(until, settings.zone_info)

    # -- inside ------------------------------------------------------------------------------

    async def _community(self, event: Event) -> Community:
        return await self.service.communities.home_of(event)

    async def _member(self, event: Event) -> Member:
        community = await self._community(event)
        return await self.service.communities.member(event.person, community.id)


def add_routes(router: Router, service: CheckinService) -> None:
    """Declare what members and moderators use."""
    routes = MemberRoutes(service)
    router.command(
        "checkins",
        Command(name="checkin", summary=_("Answer what is asked now, or see what comes next")),
        routes.now,
    )
    for verb, handler in {
        "begin": routes.begin,
        "early": routes.early,
        "step": routes.step,
        "help": routes.help,
        "see": routes.see,
        "done": routes.done,
        "remind-on": routes.remind_on,
        "remind-off": routes.remind_off,
    }.items():
        router.button("checkins", verb, handler)
    router.button("checkins", "now", routes.now)
    # Who does not want to answer, or wants to know first, is not asked to agree to anything.
    router.button("checkins", "skip", routes.skip, always=True)
    router.button("checkins", "what", routes.what, always=True)
    router.form("checkins", "words", routes.words_form, routes.write)
    router.form("checkins", "pause-mine", routes.pause_form, routes.pause)
    add_plan_routes(router, service)


def add_work(delivery: Delivery, service: CheckinService) -> None:
    """Hand over what is due by the clock, and how its cards are made."""
    rounds = service.rounds
    delivery.composes(PROMPT, rounds.prompt, after_crash=AfterCrash.ONCE, late_after=LATENESS)
    delivery.composes(
        REMINDER,
        rounds.reminder,
        after_crash=AfterCrash.ONCE,
        arrived=rounds.reminded,
        late_after=LATENESS,
    )
    delivery.composes(SUMMARY, rounds.summary, after_crash=AfterCrash.ONCE)
    delivery.composes(VOICES, rounds.voices, after_crash=AfterCrash.ONCE)
    delivery.composes(SHARED, service.answers.shared, after_crash=AfterCrash.ONCE)
    delivery.does(CLOSE, rounds.close)
    # The summary of a round comes before the question of the next, also when both are due.
    delivery.add_beat(Beat("checkins.close", rounds.close_due, NEXT_CLOSING))
    delivery.add_beat(Beat("checkins.open", rounds.open_due, NEXT_OPENING))
    delivery.add_beat(Beat("checkins.remind", rounds.remind_due, NEXT_REMINDING))


def _arg(event: Event, number: int = 0) -> str:
    """Return an argument of the action: an id that anybody may have forged."""
    if isinstance(event, ButtonPressed | FormSubmitted) and len(event.action.args) > number:
        return event.action.args[number]
    raise BadAction("an id is missing")


def _audience(text: str) -> Audience:
    return _among(text, {str(one): one for one in Audience})


_T = TypeVar("_T")


def _among(text: str, offered: Mapping[str, _T]) -> _T:
    if text not in offered:
        raise BadAction("that choice was not offered")
    return offered[text]
