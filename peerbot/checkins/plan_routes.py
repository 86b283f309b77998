"""Commands, buttons and forms with which moderators plan check-ins."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from peerbot.chat.actions import BadAction
from peerbot.chat.cards import Card
from peerbot.chat.commands import Command, Role
from peerbot.chat.events import ButtonPressed, CommandUsed, Event, FormSubmitted
from peerbot.chat.forms import Form
from peerbot.chat.router import Answer, Instead, Router
from peerbot.chat.text import Words
from peerbot.checkins import cards, plan_cards, plan_forms
from peerbot.checkins.model import LONGEST_WINDOW, MAX_NAME, Checkin
from peerbot.checkins.plans import NeverComes, NoRoom, Plans, TooMany
from peerbot.checkins.rhythm import NoRhythm, day_of, with_days, with_span
from peerbot.checkins.service import CheckinService
from peerbot.community.model import Community
from peerbot.errors import Gone, Refused
from peerbot.i18n import SOURCE_LANGUAGE, Msg, _, translate


@dataclass(frozen=True, slots=True)
class PlanRoutes:
    """What moderators press."""

    service: CheckinService

    @property
    def plans(self) -> Plans:
        return self.service.plans

    # -- looking -----------------------------------------------------------------------------

    async def list(self, event: CommandUsed | ButtonPressed) -> Answer:
        community = await self._community(event)
        shown = plan_cards.plans(await self.plans.of_community(community.id), self.plans.now)
        return Instead(shown) if isinstance(event, ButtonPressed) else shown

    async def new(self, _event: ButtonPressed) -> Answer:
        return Instead(plan_cards.templates())

    async def open(self, event: ButtonPressed) -> Answer:
        return Instead(self._shown(await self._checkin(event)))

    async def preview(self, event: ButtonPressed) -> Answer:
        checkin = await self._checkin(event)
        slots = checkin.coming(self.plans.now, 1)
        opens = slots[0].moment if slots else self.plans.now
        return cards.preview(checkin, opens + checkin.window)

    async def answers(self, event: ButtonPressed) -> Answer:
        community = await self._community(event)
        checkin = await self._checkin(event)
        page = await self.plans.shared_with_staff(
            community.id, checkin.id, event.action.page(1), event.actor
        )
        return Instead(plan_cards.shared_answers(checkin, page))

    # -- making and changing -----------------------------------------------------------------

    async def make(self, event: ButtonPressed) -> Answer:
        community = await self._community(event)
        try:
            made = await self.plans.make(community.id, _first(event), event.actor)
        except TooMany:
            raise Refused(made=plan_forms.too_many()) from None
        return Instead(self._shown(made, plan_cards.FOLLOWS))

    async def duplicate(self, event: ButtonPressed) -> Answer:
        checkin = await self._checkin(event)
        name = cards.name_of(checkin)
        said = translate(name, SOURCE_LANGUAGE) if isinstance(name, Msg) else str(name)
        try:
            copy = await self.plans.duplicate(
                checkin.community_id, checkin.id, f"{said[: MAX_NAME - 4]} (2)", event.actor
            )
        except TooMany:
            raise Refused(made=plan_forms.too_many()) from None
        return Instead(self._shown(copy, plan_cards.COPIED))

    async def publish(self, event: ButtonPressed) -> Answer:
        community = await self._community(event)
        try:
            live = await self.plans.publish(community.id, _first(event), event.actor)
        except NoRoom:
            raise Refused(room=plan_forms.no_room()) from None
        except NeverComes:
            raise Refused(until=plan_forms.never_comes()) from None
        return Instead(self._shown(live, plan_cards.PUBLISHED))

    async def delete(self, event: ButtonPressed) -> Answer:
        community = await self._community(event)
        gone = await self.plans.delete(community.id, _first(event), event.actor)
        return Instead(plan_cards.deleted(gone))

    async def undo(self, event: ButtonPressed) -> Answer:
        community = await self._community(event)
        back = await self.plans.undo(community.id, _first(event), event.actor)
        return Instead(self._shown(back, plan_cards.BACK_AGAIN))

    # -- forms -------------------------------------------------------------------------------

    async def words_form(self, event: Event) -> Form:
        if _first(event) == plan_forms.NEW:
            return plan_forms.words_form(None)
        return plan_forms.words_form(await self._checkin(event))

    async def set_words(self, event: FormSubmitted) -> Answer:
        community = await self._community(event)
        name, question, room = (_text(event, key) for key in ("name", "question", "room"))
        window = _window(_text(event, "hours"))
        if event.space is None:
            raise Gone("rooms are chosen in the space they are in")
        try:
            if _first(event) == plan_forms.NEW:
                made = await self.plans.make_own(
                    community.id, event.actor, event.space, name, question, room, window
                )
                return self._shown(made, plan_cards.FOLLOWS)
            changed = await self.plans.reword(
                await self._checkin(event),
                event.actor,
                event.space,
                name=name,
                question=question,
                room=room,
                window=window,
            )
        except NoRoom:
            raise Refused(room=plan_forms.no_room()) from None
        except TooMany:
            raise Refused(name=plan_forms.too_many()) from None
        return self._shown(changed, plan_cards.SAVED)

    async def days_form(self, event: Event) -> Form:
        return plan_forms.days_form(await self._checkin(event))

    async def set_days(self, event: FormSubmitted) -> Answer:
        checkin = await self._checkin(event)
        weekdays = event.values.get("weekdays", ())
        try:
            moved = with_days(
                checkin.recurrence,
                rhythm=_text(event, "rhythm"),
                weekdays=weekdays if isinstance(weekdays, tuple) else (),
                month_day=_text(event, "month_day"),
                at=_text(event, "at"),
                zone=_text(event, "zone"),
            )
            changed = await self.plans.move(checkin, event.actor, moved)
        except NoRhythm as error:
            raise _refused(error, event) from None
        except NeverComes:
            raise Refused(rhythm=plan_forms.never_comes()) from None
        return self._shown(changed, plan_cards.SAVED)

    async def span_form(self, event: Event) -> Form:
        return plan_forms.span_form(await self._checkin(event))

    async def set_span(self, event: FormSubmitted) -> Answer:
        checkin = await self._checkin(event)
        try:
            moved = with_span(
                checkin.recurrence,
                interval=_text(event, "interval"),
                first_day=_text(event, "first_day"),
                until=_text(event, "until"),
            )
            changed = await self.plans.move(checkin, event.actor, moved, what="checkin.span")
        except NoRhythm as error:
            raise _refused(error, event) from None
        except NeverComes:
            raise Refused(until=plan_forms.never_comes()) from None
        return self._shown(changed, plan_cards.SAVED)

    async def pause_form(self, event: Event) -> Form:
        await self._checkin(event)
        return plan_forms.pause_form()

    async def set_pause(self, event: FormSubmitted) -> Answer:
        checkin = await self._checkin(event)
        text = _text(event, "until")
        paused = await self.plans.pause(
            checkin.community_id,
            checkin.id,
            event.actor,
            self._coming_day(checkin, text) if text else None,
        )
        return self._shown(paused, plan_cards.PAUSED)

    # -- inside ------------------------------------------------------------------------------

    def _coming_day(self, checkin: Checkin, text: str) -> datetime:
        try:
            day = day_of("until", text)
            begins = datetime.combine(day, time(), tzinfo=checkin.zone).astimezone(UTC)
        except (NoRhythm, OverflowError):
            raise Refused(until=plan_forms.not_a_coming_day()) from None
        if begins <= self.plans.now:
            raise Refused(until=plan_forms.not_a_coming_day())
        return begins

    def _shown(self, checkin: Checkin, note: Words | None = None) -> Card:
        return plan_cards.plan(checkin, self.plans.now, note)

    async def _community(self, event: Event) -> Community:
        return await self.service.communities.home_of(event)

    async def _checkin(self, event: Event) -> Checkin:
        community = await self._community(event)
        return await self.plans.get(community.id, _first(event))


def add_plan_routes(router: Router, service: CheckinService) -> None:
    """Declare what moderators use."""
    routes = PlanRoutes(service)
    staff = Role.MODERATOR
    router.command(
        "checkins",
        Command(
            name="peerbot checkins",
            summary=_("Make, change, pause and publish check-ins"),
            role=staff,
        ),
        routes.list,
    )
    for verb, handler in {
        "list": routes.list,
        "new": routes.new,
        "open": routes.open,
        "make": routes.make,
        "preview": routes.preview,
        "publish": routes.publish,
        "duplicate": routes.duplicate,
        "delete": routes.delete,
        "undo": routes.undo,
    }.items():
        router.button("checkins", verb, handler, role=staff)
    router.asks_first("checkins", "delete", plan_cards.DELETING)
    router.button("checkins", "answers", routes.answers, role=Role.STAFF)
    router.form("checkins", "edit-words", routes.words_form, routes.set_words, role=staff)
    router.form("checkins", "edit-days", routes.days_form, routes.set_days, role=staff)
    router.form("checkins", "edit-span", routes.span_form, routes.set_span, role=staff)
    router.form("checkins", "pause", routes.pause_form, routes.set_pause, role=staff)


def _first(event: Event) -> str:
    if isinstance(event, ButtonPressed | FormSubmitted) and event.action.args:
        return event.action.args[0]
    raise BadAction("an id is missing")


def _text(event: FormSubmitted, key: str) -> str:
    value = event.values.get(key, "")
    return value if isinstance(value, str) else ""


def _window(text: str) -> timedelta:
    if text.isascii() and text.isdigit():
        window = timedelta(hours=int(text))
        if timedelta() < window <= LONGEST_WINDOW:
            return window
    raise Refused(hours=plan_forms.not_hours())


def _refused(error: NoRhythm, event: FormSubmitted) -> Refused:
    """Return the reason beside its field; beside the form as a whole where it has no such field."""
    field = error.field if error.field in event.values else ""
    return Refused(**{field: plan_forms.reason(error)})
