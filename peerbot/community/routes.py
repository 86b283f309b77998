"""Commands, buttons and forms that lead to a community's own settings."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Protocol

from peerbot.chat.actions import Action, BadAction
from peerbot.chat.adapters import Capabilities, SpaceFacts
from peerbot.chat.addresses import Actor, Space
from peerbot.chat.cards import Card, Row
from peerbot.chat.commands import Command, Parameter, Role
from peerbot.chat.events import (
    ButtonPressed,
    CommandUsed,
    Event,
    FormSubmitted,
    OptionTyped,
)
from peerbot.chat.forms import Form
from peerbot.chat.gateway import DeliveryError, Gateway
from peerbot.chat.router import Answer, Instead, Router
from peerbot.chat.suggestions import Suggestion
from peerbot.chat.text import ByLanguage, Words
from peerbot.community import (
    cards,
    consent_cards,
    notice_cards,
    settings_cards,
    setup,
    trail_cards,
    zones,
)
from peerbot.community.countries import meant
from peerbot.community.model import Community, Feature, Purpose, Settings, changed_keys
from peerbot.community.notice import Notice
from peerbot.community.readiness import Preflight
from peerbot.community.service import CommunityService
from peerbot.community.setup import Countries, Step
from peerbot.community.suggestions import suggested
from peerbot.errors import Gone, NotYours, Refused
from peerbot.i18n import LANGUAGES, _

log = logging.getLogger(__name__)


class Places(Gateway, Protocol):
    """The switchboard, as far as setup needs it: sending, and what a space looks like."""

    async def facts(self, space: Space) -> SpaceFacts: ...

    def capabilities(self, platform: str) -> Capabilities: ...


Drill = Callable[[Community, Actor], Awaitable[Card]]
"""Runs the whole alert path with a test message; returns what arrived where."""

Undelivered = Callable[[], Awaitable[int]]
"""Returns how many messages of the last seven days did not arrive."""

Duty = Callable[[Community], Sequence[Words]]
"""Returns who is on duty and who is next, and when nobody is, a line each."""


WordFilterRow = Callable[[Community], Awaitable[Row | None]]
"""Returns how the platform's own word filter stands; None where there is none."""


async def no_word_filter(_community: Community) -> Row | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunityRoutes:
    """What people press in setup, panel and consent."""

    communities: CommunityService
    places: Places
    notice: Notice
    countries: Countries
    drill: Drill
    preflight: Preflight
    duty: Duty
    undelivered: Undelivered
    word_filter: WordFilterRow = no_word_filter

    # -- setup -------------------------------------------------------------------------------

    async def open_setup(self, event: CommandUsed | ButtonPressed) -> Answer:
        """Go on where setup was left; with a time zone, take that first."""
        community = await self._community(event)
        if isinstance(event, CommandUsed) and event.options.get("zone"):
            return await self._in_zone(community, event, event.options["zone"])
        return await self._screen(community, event, Step(community.setup_step))

    async def step(self, event: ButtonPressed) -> Answer:
        """Show the wanted screen, the one where setup was left for "here"."""
        community = await self._community(event)
        wanted = event.action.args[0] if event.action.args else "here"
        step = community.setup_step if wanted == "here" else _number(wanted, Step.SUMMARY)
        await self.communities.remember_step(community.id, step)
        return Instead(await self._screen(community, event, Step(step)))

    async def suggest(self, event: ButtonPressed) -> Answer:
        """Answer every open question as most would, and show the summary.

        Where the room for alerts cannot be told by its name, that screen comes first.
        """
        community = await self._community(event)
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
        community = await self._community(event)
        facts = await self._facts(community, event)
        change = self._choice(event, facts)
        await self.communities.change_draft(community.id, event.actor, change)
        return Instead(await self._screen(community, event, Step(community.setup_step)))

    async def zone_form(self, event: Event) -> Form:
        community = await self._community(event)
        return setup.zone_form(await self.communities.draft(community.id))

    async def other_zone(self, event: FormSubmitted) -> Answer:
        community = await self._community(event)
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
        community = await self._community(event)
        page = _number(event.action.args[0] if event.action.args else "", 99)
        draft = await self.communities.draft(community.id)
        turned = replace(self.countries, page=page)
        facts = await self._facts(community, event)
        return Instead(setup.screen(Step.LINES, draft, facts, turned))

    async def country_form(self, _event: Event) -> Form:
        return setup.country_form()

    async def other_country(self, event: FormSubmitted) -> Answer:
        community = await self._community(event)
        typed = str(event.values["country"])
        found = meant(typed, [one for each in LANGUAGES for one in self.countries.options(each)])
        if len(found) != 1:
            raise Refused(country=setup.unknown_country([self._country(code) for code in found]))
        change = partial(replace, country=found[0])
        await self.communities.change_draft(community.id, event.actor, change)
        note = setup.taken_as(self._country(found[0]))
        return await self._screen(community, event, Step.LINES, note)

    async def ping(self, event: ButtonPressed) -> Answer:
        """Send a test message to the room for alerts, and say truly whether it arrived."""
        community = await self._community(event)
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
        return await self.drill(await self._community(event), event.actor)

    async def publish(self, event: ButtonPressed) -> Answer:
        community = await self._community(event)
        settings = await self.communities.publish(community.id, event.actor)
        await self.communities.remember_step(community.id, Step.LANGUAGE)
        return Instead(setup.published(await self.preflight.of(community, settings)))

    async def check(self, event: ButtonPressed) -> Answer:
        """Ask the platform once more, after somebody mended what was wrong."""
        community = await self._community(event)
        settings = self.communities.settings(community.id)
        return Instead(setup.published(await self.preflight.of(community, settings)))

    # -- panel -------------------------------------------------------------------------------

    async def panel(self, event: CommandUsed | ButtonPressed) -> Answer:
        community = await self._community(event)
        settings = self.communities.settings(community.id)
        draft = await self.communities.draft(community.id)
        shown = cards.panel(
            community.name,
            settings,
            await self.preflight.of(community, settings),
            await self.undelivered(),
            len(changed_keys(settings, draft)),
            duty=self.duty(community),
            word_filter=await self.word_filter(community),
            notice_gone=settings.listens and await self.notice.is_gone(settings),
        )
        return Instead(shown) if isinstance(event, ButtonPressed) else shown

    async def switch(self, event: ButtonPressed) -> Answer:
        community = await self._community(event)
        feature, on = _switch(event.action)
        settings = self.communities.settings(community.id)
        if feature is Feature.READING and on and not self._can_read(community):
            return notice_cards.cannot_read()
        if (
            feature is Feature.READING
            and on
            and not await self.notice.is_known(settings.switching(feature, on=True))
        ):
            return notice_cards.needs_notice(settings)
        await self.communities.switch(community.id, event.actor, feature, on=on)
        return Instead(cards.switched(feature, on=on))

    async def post_notice(self, event: ButtonPressed) -> Answer:
        """Tell members first; only if that arrived are messages looked at."""
        community = await self._community(event)
        settings = self.communities.settings(community.id)
        if event.action.args == ("again",):
            return await self._notice_again(community, event)
        if not self._can_read(community):
            return notice_cards.cannot_read()
        if settings.alert_room is None or settings.checkin_room is None:
            return notice_cards.needs_notice(settings)
        stands = await self.notice.before(
            lambda one: one.switching(Feature.READING, on=True),
            community=community,
            by=event.actor,
            what="notice.posted",
        )
        if stands is None:
            return notice_cards.notice_refused(settings)
        return Instead(cards.switched(Feature.READING, on=True, note=stands))

    async def _notice_again(self, community: Community, event: ButtonPressed) -> Answer:
        """Post the notice of all that is on already, in the place of one that is gone."""
        settings = self.communities.settings(community.id)
        stands = await self.notice.before(
            lambda one: one, community=community, by=event.actor, what="notice.posted"
        )
        if stands is None:
            return notice_cards.notice_refused(settings)
        return Instead(notice_cards.notice_again(stands))

    async def settings(self, event: ButtonPressed) -> Answer:
        community = await self._community(event)
        return Instead(settings_cards.settings_card(self.communities.settings(community.id)))

    async def timers_form(self, event: Event) -> Form:
        community = await self._community(event)
        return settings_cards.timers_form(self.communities.settings(community.id))

    async def set_timers(self, event: FormSubmitted) -> Answer:
        community = await self._community(event)
        numbers = _numbers(event)
        await self.communities.set_now(
            community.id,
            event.actor,
            "settings.timers",
            lambda one: replace(
                one,
                claim_emergency=timedelta(minutes=numbers["emergency"]),
                claim_urgent=timedelta(minutes=numbers["urgent"]),
                quiet_for=timedelta(minutes=numbers["quiet"]),
                answers_kept=timedelta(days=numbers["days"]),
                minimum_age=numbers["age"],
            ),
        )
        return settings_cards.settings_card(self.communities.settings(community.id))

    async def toggle(self, event: ButtonPressed) -> Answer:
        community = await self._community(event)
        name, on = (*event.action.args, "", "")[:2]
        changes: dict[str, Callable[[Settings], Settings]] = {
            "first-answer": lambda one: replace(one, first_private_answer=on == "on"),
            "private-emergencies": lambda one: replace(one, private_emergencies=on == "on"),
        }
        if name not in changes:
            raise BadAction("no such setting")
        what, change = f"settings.{name}", changes[name]
        after = change(self.communities.settings(community.id))
        if after.listens and after.needs_notice:
            # Wider than what members were told: they hear of it before it is so.
            stands = await self.notice.before(
                change, community=community, by=event.actor, what=what
            )
            if stands is None:
                return notice_cards.notice_refused(after)
            return Instead(settings_cards.settings_card(after, stands))
        await self.communities.set_now(community.id, event.actor, what, change)
        return Instead(settings_cards.settings_card(after))

    async def follow_up(self, event: ButtonPressed) -> Answer:
        """Set how long after an alert its responder is reminded, if at all."""
        community = await self._community(event)
        chosen = event.values[0] if event.values else ""
        hours = {str(one): timedelta(hours=one) for one in settings_cards.FOLLOW_UP_HOURS}
        if chosen != "off" and chosen not in hours:
            raise BadAction("not a time that we offered")
        change = partial(replace, follow_up_after=hours.get(chosen))
        await self.communities.set_now(community.id, event.actor, "settings.follow-up", change)
        return Instead(settings_cards.settings_card(self.communities.settings(community.id)))

    async def versions(self, event: ButtonPressed) -> Answer:
        community = await self._community(event)
        several = await self.communities.versions(community.id)
        return Instead(trail_cards.versions(several, self.communities.settings(community.id)))

    async def revert(self, event: ButtonPressed) -> Answer:
        community = await self._community(event)
        number = _number(event.action.args[0] if event.action.args else "", 10**6)
        await self.communities.revert(community.id, event.actor, number)
        return await self.versions(event)

    async def trail(self, event: ButtonPressed) -> Answer:
        community = await self._community(event)
        entries = await self.communities.trail(community.id)
        return Instead(trail_cards.trail(entries, self.communities.settings(community.id)))

    # -- consent -----------------------------------------------------------------------------

    async def agree(self, event: ButtonPressed) -> Answer:
        community = await self._community(event)
        purpose, *wanted = event.action.args or ("",)
        if purpose not in set(Purpose):
            raise BadAction("no such purpose")
        member = await self.communities.member(event.person, community.id)
        await self.communities.agree(member, Purpose(purpose), old_enough=True)
        back = Action(wanted[0], wanted[1], tuple(wanted[2:])) if len(wanted) > 1 else None
        return Instead(consent_cards.agreed(back))

    async def younger(self, _event: ButtonPressed) -> Answer:
        return Instead(consent_cards.too_young())

    async def not_now(self, _event: ButtonPressed) -> Answer:
        return Instead(consent_cards.not_now())

    # -- inside ------------------------------------------------------------------------------

    async def _community(self, event: Event) -> Community:
        community = await self.communities.of(event)
        if community is None:
            raise Gone("no community here")
        return community

    def _can_read(self, community: Community) -> bool:
        """Whether any platform of the community gives us the words of rooms at all."""
        platforms = {one.platform for one in community.spaces}
        return any(self.places.capabilities(one).message_content for one in platforms)

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


def add_routes(router: Router, routes: CommunityRoutes) -> None:
    """Declare the commands and presses of setup, panel and consent."""
    staff = Role.MODERATOR
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
    router.command(
        "community",
        Command(
            name="peerbot panel",
            summary=_("See what is on, and whether help would arrive"),
            role=staff,
        ),
        routes.panel,
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
        "revert": routes.revert,
        "toggle": routes.toggle,
        "follow-up": routes.follow_up,
        "post-notice": routes.post_notice,
    }.items():
        router.button("community", verb, handler, role=Role.ADMIN)
    for verb, handler in {
        "panel": routes.panel,
        "switch": routes.switch,
        "settings": routes.settings,
        "versions": routes.versions,
        "trail": routes.trail,
    }.items():
        router.button("community", verb, handler, role=staff)
    router.asks_first("community", "switch", cards.switching)
    router.asks_first("community", "revert", trail_cards.reverting)
    router.form("community", "other-zone", routes.zone_form, routes.other_zone, role=Role.ADMIN)
    router.form(
        "community", "other-country", routes.country_form, routes.other_country, role=Role.ADMIN
    )
    router.form("community", "timers", routes.timers_form, routes.set_timers, role=Role.ADMIN)
    router.button("community", "agree", routes.agree)
    router.button("community", "younger", routes.younger)
    router.button("community", "not-now", routes.not_now)


_LIMITS = {
    "emergency": (1, 120),
    "urgent": (1, 720),
    "quiet": (5, 720),
    "days": (1, 365),
    "age": (13, 18),
}


def _numbers(event: FormSubmitted) -> dict[str, int]:
    found: dict[str, int] = {}
    reasons: dict[str, object] = {}
    for key, (low, high) in _LIMITS.items():
        text = str(event.values.get(key, "")).strip()
        if text.isascii() and text.isdigit() and low <= int(text) <= high:
            found[key] = int(text)
        else:
            reasons[key] = settings_cards.not_between(low, high)
    if reasons:
        raise Refused(**reasons)
    return found


def _number(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or int(text) > most:
        raise BadAction("not a number that we offered")
    return int(text)


def _switch(wanted: Action) -> tuple[Feature, bool]:
    # The word filter is switched by presses of its own: there is more to do.
    if len(wanted.args) != 2 or wanted.args[0] not in set(Feature) - {Feature.WORD_FILTER}:
        raise BadAction("no such feature")
    return Feature(wanted.args[0]), wanted.args[1] == "on"
