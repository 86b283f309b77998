"""Commands, presses and the form that lead to duty times."""

from dataclasses import dataclass
from datetime import datetime, time

from peerbot.chat.actions import BadAction
from peerbot.chat.adapters import FactsOf
from peerbot.chat.cards import Card
from peerbot.chat.commands import Command, Role
from peerbot.chat.events import ButtonPressed, CommandUsed, Event, FormSubmitted
from peerbot.chat.forms import Form
from peerbot.chat.gateway import DeliveryError
from peerbot.chat.router import Answer, Instead, Router
from peerbot.chat.text import Words
from peerbot.clock import Chance, Clock
from peerbot.community.model import RESPOND, Community
from peerbot.community.service import CommunityService
from peerbot.crisis import duty_cards
from peerbot.crisis.duty import ALL_DAYS, Shift, Who, Word
from peerbot.crisis.roster import MOST_SHIFTS, Roster
from peerbot.errors import Gone, NotYours, Refused
from peerbot.i18n import _


@dataclass(frozen=True, slots=True)
class DutyRoutes:
    """What responders press about duty times: their own, and admins those of roles."""

    roster: Roster
    communities: CommunityService
    clock: Clock
    chance: Chance
    facts: FactsOf

    async def open(self, event: CommandUsed | ButtonPressed) -> Answer:
        await self.roster.refresh()
        shown = self._card(event)
        return Instead(shown) if isinstance(event, ButtonPressed) else shown

    async def page(self, event: ButtonPressed) -> Answer:
        return Instead(self._card(event, page=event.action.page()))

    async def form(self, event: Event) -> Form:
        return duty_cards.shift_form(await self._roles(event))

    async def add(self, event: FormSubmitted) -> Answer:
        """Keep weekly times; those of a role only from an admin."""
        who = str(event.values["who"])
        days = event.values["days"]
        assert isinstance(days, tuple), "a MultiChoice"
        shift = Shift(
            id=self.chance.new_id(),
            who=event.person if who == duty_cards.ME else await self._role(event, who),
            weekdays=frozenset(map(int, days)),
            begins=time(int(str(event.values["begins"]))),
            ends=time(int(str(event.values["ends"]))),
        )
        if not await self._planned(event, shift):
            raise Refused(who=duty_cards.too_many(MOST_SHIFTS))
        return self._card(event, note=duty_cards.planned())

    async def suggest(self, event: ButtonPressed) -> Answer:
        """Plan the role that alerts notify first, at times that most communities can keep."""
        suggested = duty_cards.SUGGESTIONS.get(event.action.arg())
        pings = self.communities.settings(self._community(event).id).alert_pings
        if suggested is None or not pings:
            raise BadAction("not a suggestion of ours")
        begins, ends, _words = suggested
        shift = Shift(
            id=self.chance.new_id(),
            who=pings[0],
            weekdays=ALL_DAYS,
            begins=time(begins),
            ends=time(ends),
        )
        await self._planned(event, shift)
        return Instead(self._card(event, note=duty_cards.planned()))

    async def remove(self, event: ButtonPressed) -> Answer:
        """Remove weekly times: one's own, or any if an admin asks."""
        community = self._community(event)
        shifts = self.roster.duty(community.id).shifts
        shift = next((one for one in shifts if one.id == event.action.arg()), None)
        if shift is None:
            raise Gone("no such duty times")
        if shift.who != event.person and not self._is_admin(event):
            raise NotYours("the duty times of somebody else")
        await self.roster.unplan(community.id, shift.id)
        await self._note(event, "duty.remove", shift.who)
        return Instead(self._card(event, note=duty_cards.removed()))

    async def on_duty(self, event: ButtonPressed) -> Answer:
        """Take somebody at their word that they are on duty until one of the next hours."""
        now = self.clock()
        chosen = event.values[0] if event.values else ""
        until = next(
            (one for one in duty_cards.hours_ahead(now) if str(int(one.timestamp())) == chosen),
            None,
        )
        if until is None:
            raise Gone("that hour has passed, or was not offered")
        return await self._say(event, until, on_duty=True)

    async def off_duty(self, event: ButtonPressed) -> Answer:
        length = duty_cards.OFF_FOR.get(event.values[0] if event.values else "")
        if length is None:
            raise BadAction("not a time that we offered")
        return await self._say(event, self.clock() + length[0], on_duty=False)

    async def as_planned(self, event: ButtonPressed) -> Answer:
        community = self._community(event)
        await self.roster.unsay(community.id, event.person)
        return Instead(self._card(event, note=duty_cards.as_planned()))

    # -- inside ------------------------------------------------------------------------------

    async def _say(self, event: ButtonPressed, until: datetime, *, on_duty: bool) -> Answer:
        community = self._community(event)
        zone = self.communities.settings(community.id).zone_info
        # As a member they find it under /privacy, and it goes when they are forgotten.
        await self.communities.member(event.person, community.id)
        await self.roster.say(community.id, Word(event.person, on_duty, until))
        said = duty_cards.on_until if on_duty else duty_cards.off_until
        return Instead(self._card(event, note=said(until, zone)))

    async def _planned(self, event: Event, shift: Shift) -> bool:
        community = self._community(event)
        if shift.who == event.person:
            await self.communities.member(event.person, community.id)
        added = await self.roster.plan(community.id, shift)
        if added:
            await self._note(event, "duty.add", shift.who)
        return added

    async def _note(self, event: Event, what: str, who: Who) -> None:
        """Write into the trail who changed the times of a role, or of somebody else: not whose."""
        if who != event.person:
            role = who if isinstance(who, str) else ""
            await self.communities.note(self._community(event).id, event.person, what, role)

    async def _role(self, event: Event, wanted: str) -> str:
        if wanted not in {role for role, _name in await self._roles(event)}:
            raise NotYours("a role that was not offered")
        return wanted

    async def _roles(self, event: Event) -> tuple[tuple[str, str], ...]:
        """Return the roles that this person may plan: those that alerts notify come first."""
        if not self._is_admin(event):
            return ()
        community = self._community(event)
        settings = self.communities.settings(community.id)
        near = (*settings.alert_pings, *settings.moderator_roles, *settings.staff_roles)
        space = community.space_of(settings.alert_room)
        try:
            roles = (await self.facts(space)).roles if space else ()
        except DeliveryError:
            return ()
        return tuple(
            (one.id, one.name) for one in sorted(roles, key=lambda one: one.id not in near)
        )

    def _card(self, event: Event, *, page: int = 1, note: Words | None = None) -> Card:
        community = self._community(event)
        return duty_cards.duty_card(
            self.roster.duty(community.id),
            self.communities.settings(community.id),
            event.person,
            self.clock(),
            is_admin=self._is_admin(event),
            page=page,
            note=note,
        )

    def _is_admin(self, event: Event) -> bool:
        return self.communities.role_of(event.actor, self._community(event).id) >= Role.ADMIN

    def _community(self, event: Event) -> Community:
        community = self.communities.known_home(event.person, event.space)
        if community is None:
            raise Gone("no community here")
        return community


def add_routes(router: Router, routes: DutyRoutes) -> None:
    """Declare what responders press about duty times."""
    router.command(
        "crisis",
        Command(
            name="peerbot duty",
            summary=_("See who is on duty, and say when you are"),
            role=Role.MODERATOR,
            grant=RESPOND,
        ),
        routes.open,
    )
    for verb, handler in {
        "duty": routes.open,
        "duty-page": routes.page,
        "duty-remove": routes.remove,
        "duty-on": routes.on_duty,
        "duty-off": routes.off_duty,
        "duty-as-planned": routes.as_planned,
    }.items():
        router.button("crisis", verb, handler, role=Role.MODERATOR, grant=RESPOND)
    router.button("crisis", "duty-suggest", routes.suggest, role=Role.ADMIN)
    router.form("crisis", "duty-add", routes.form, routes.add, role=Role.MODERATOR, grant=RESPOND)
