"""Commands, buttons and forms of the setup: each takes one decision into the draft."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from peerbot.chat.adapters import SpaceFacts
from peerbot.chat.addresses import Actor
from peerbot.chat.cards import Card
from peerbot.chat.commands import Command, Parameter, Role
from peerbot.chat.events import ButtonPressed, CommandUsed, Event, FormSubmitted, OptionTyped
from peerbot.chat.forms import Form
from peerbot.chat.gateway import DeliveryError
from peerbot.chat.router import Answer, Instead, Router
from peerbot.chat.suggestions import Suggestion
from peerbot.chat.text import ByLanguage, Words
from peerbot.community import setup, setup_forms, zones
from peerbot.community.countries import Countries, meant
from peerbot.community.model import Community, Feature, Settings
from peerbot.community.readiness import Places, Preflight
from peerbot.community.service import CommunityService
from peerbot.community.setup import Step
from peerbot.community.suggestions import suggested
from peerbot.errors import Gone, NotYours, Refused
from peerbot.i18n import LANGUAGES, _

Drill = Callable[[Community, Actor], Awaitable[Card]]
"""Runs the whole alert path with a test message; returns what arrived where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupRoutes:
    """What whoever runs the space presses and types in the setup."""

    communities: CommunityService
    places: Places
    countries: Countries
    drill: Drill
    preflight: Preflight

    async def open_setup(self, event: CommandUsed | ButtonPressed) -> Answer:
        """Go on where setup was left; with a time zone, take that first."""
        community = await self.communities.home_of(event)
        if isinstance(event, CommandUsed) and event.options.get("zone"):
            return await self._in_zone(community, event, event.options["zone"])
        return await self._screen(community, event, Step(community.setup_step))

    async def step(self, event: ButtonPressed) -> Answer:
        """Show the wanted screen, the one where setup was left for "here"."""
        community = await self.communities.home_of(event)
        wanted = event.action.args[0] if event.action.args else "here"
        step = community.setup_step if wanted == "here" else event.action.count(Step.SUMMARY)
        await self.communities.remember_step(community.id, step)
        return Instead(await self._screen(community, event, Step(step)))

    async def suggest(self, event: ButtonPressed) -> Answer:
        """Answer every open question as most would, and show the summary.

        Where the room for alerts cannot be told by its name, that screen comes first.
        """
        community = await self.communities.home_of(event)
        facts = await self._facts(community, event)
        draft = await self.communities.change_draft(
            community.id, event.actor, lambda one: suggested(one, facts, event.room)
        )
        step = Step.SUMMARY if draft.alert_room is not None else Step.ALERTS
        note = setup.which_alert_room(facts) if step is Step.ALERTS else None
        await self.communities.remember_step(community.id, step)
        return Instead(await self._screen(community, event, step, note))

    async def set(self, event: ButtonPressed) -> Answer:
        """Take one choice into the draft and show the screen again."""
        community = await self.communities.home_of(event)
        facts = await self._facts(community, event)
        change = self._choice(event, facts)
        await self.communities.change_draft(community.id, event.actor, change)
        return Instead(await self._screen(community, event, Step(community.setup_step)))

    async def zone_form(self, event: Event) -> Form:
        community = await self.communities.home_of(event)
        return setup_forms.zone_form(await self.communities.draft(community.id))

    async def other_zone(self, event: FormSubmitted) -> Answer:
        community = await self.communities.home_of(event)
        return await self._in_zone(community, event, str(event.values["zone"]))

    async def zones(self, event: OptionTyped) -> Sequence[Suggestion]:
        return zones.offered(event.typed)

    async def _in_zone(
        self, community: Community, event: CommandUsed | FormSubmitted, typed: str
    ) -> Card:
        """Take a zone into the draft. Raises `Refused`, with the nearest one."""
        change = partial(replace, zone=zones.zone_typed(typed))
        await self.communities.change_draft(community.id, event.actor, change)
        return await self._screen(community, event, Step.LANGUAGE)

    async def turn_countries(self, event: ButtonPressed) -> Answer:
        """Show the screen of help lines with another page of countries."""
        community = await self.communities.home_of(event)
        page = event.action.count(99)
        draft = await self.communities.draft(community.id)
        turned = replace(self.countries, page=page)
        facts = await self._facts(community, event)
        return Instead(setup.screen(Step.LINES, draft, facts, turned))

    async def country_form(self, _event: Event) -> Form:
        return setup_forms.country_form()

    async def other_country(self, event: FormSubmitted) -> Answer:
        community = await self.communities.home_of(event)
        typed = str(event.values["country"])
        found = meant(typed, [one for each in LANGUAGES for one in self.countries.options(each)])
        if len(found) != 1:
            raise Refused(
                country=setup_forms.unknown_country([self._country(code) for code in found])
            )
        change = partial(replace, country=found[0])
        await self.communities.change_draft(community.id, event.actor, change)
        note = setup_forms.taken_as(self._country(found[0]))
        return await self._screen(community, event, Step.LINES, note)

    async def ping(self, event: ButtonPressed) -> Answer:
        """Send a test message to the room for alerts, and say truly whether it arrived."""
        community = await self.communities.home_of(event)
        draft = await self.communities.draft(community.id)
        if draft.alert_room is None:
            raise Gone("no alert room chosen")
        said: Words = _("The test message has arrived there.")
        try:
            await self.places.send(draft.alert_room, setup.ping(community.name))
        except DeliveryError:
            said = _("The test message did not arrive. Please check that I may write in that room.")
        return Instead(await self._screen(community, event, Step.ALERTS, said))

    async def try_drill(self, event: ButtonPressed) -> Answer:
        return await self.drill(await self.communities.home_of(event), event.actor)

    async def publish(self, event: ButtonPressed) -> Answer:
        community = await self.communities.home_of(event)
        settings = await self.communities.publish(community.id, event.actor)
        await self.communities.remember_step(community.id, Step.LANGUAGE)
        return Instead(setup.published(await self.preflight.of(community, settings)))

    async def check(self, event: ButtonPressed) -> Answer:
        """Ask the platform once more, after somebody mended what was wrong."""
        community = await self.communities.home_of(event)
        settings = self.communities.settings(community.id)
        return Instead(setup.published(await self.preflight.of(community, settings)))

    # -- inside ------------------------------------------------------------------------------

    async def _facts(self, community: Community, event: Event) -> SpaceFacts:
        """Return what the platform says of the space that the admin sets up from."""
        if not community.spaces:
            raise Gone("the community meets nowhere")
        here = event.space if event.space in community.spaces else community.spaces[0]
        return await self.places.facts(here)

    def _country(self, code: str) -> Words:
        """Return a country's name in every language."""
        return ByLanguage(
            tuple((each, dict(self.countries.options(each))[code]) for each in LANGUAGES)
        )

    async def _screen(
        self, community: Community, event: Event, step: Step, note: Words | None = None
    ) -> Card:
        draft = await self.communities.draft(community.id)
        return setup.screen(step, draft, await self._facts(community, event), self.countries, note)

    def _choice(self, event: ButtonPressed, facts: SpaceFacts) -> Callable[[Settings], Settings]:
        """Return the change that a choice asks for; only what was offered is taken."""
        name, *rest = event.action.args or ("",)
        chosen = event.values
        first = chosen[0] if chosen else ""
        rooms = {one.room.id: one for one in facts.rooms}
        roles = frozenset(one.id for one in facts.roles) & frozenset(chosen)
        match name:
            case "language" if first in LANGUAGES:
                return lambda one: replace(one, language=first)
            case "zone" if first in setup.ZONES:
                return lambda one: replace(one, zone=first)
            case "moderators":
                return lambda one: replace(one, moderator_roles=roles)
            case "staff":
                return lambda one: replace(one, staff_roles=roles)
            case "alert-room" if first in rooms and not rooms[first].everyone:
                return lambda one: replace(one, alert_room=rooms[first].room)
            case "pings":
                pings = tuple(role for role in chosen if role in roles)
                return lambda one: replace(one, alert_pings=pings)
            case "country" if first in {code for code, _name in self.countries.options("en")}:
                return lambda one: replace(one, country=first)
            case "checkin-room" if first in rooms:
                return lambda one: replace(one, checkin_room=rooms[first].room)
            case "rhythm" if first in setup.RHYTHMS:
                return lambda one: replace(one, checkin_rhythm=first)
            case "feature" if len(rest) == 2 and rest[0] in set(Feature):
                return lambda one: one.switching(Feature(rest[0]), on=rest[1] == "on")
        raise NotYours("that choice was not offered")


def add_routes(router: Router, routes: SetupRoutes) -> None:
    """Declare the command of the setup, and what it leads to."""
    router.command(
        "community",
        Command(
            name="peerbot setup",
            summary=_("Set peerbot up, in about seven screens"),
            parameters=(
                Parameter(
                    name="zone",
                    summary=_("Another time zone: a city or zone, such as Toronto"),
                    suggested=True,
                    most=60,
                ),
            ),
            role=Role.ADMIN,
        ),
        routes.open_setup,
        suggest={"zone": routes.zones},
    )
    for verb, handler in {
        "setup": routes.step,
        "suggest": routes.suggest,
        "set": routes.set,
        "countries": routes.turn_countries,
        "ping": routes.ping,
        "drill": routes.try_drill,
        "publish": routes.publish,
        "check": routes.check,
    }.items():
        router.button("community", verb, handler, role=Role.ADMIN)
    router.form("community", "other-zone", routes.zone_form, routes.other_zone, role=Role.ADMIN)
    router.form(
        "community", "other-country", routes.country_form, routes.other_country, role=Role.ADMIN
    )
