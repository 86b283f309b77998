"""Commands, buttons and forms that lead to a community's own settings."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Protocol

from peerbot.chat.actions import Action, BadAction
from peerbot.chat.adapters import Capabilities
from peerbot.chat.cards import Row
from peerbot.chat.commands import Command, Role
from peerbot.chat.events import ButtonPressed, CommandUsed, Event, FormSubmitted
from peerbot.chat.forms import Form
from peerbot.chat.router import Answer, Instead, Router
from peerbot.chat.text import Words
from peerbot.community import cards, notice_cards, settings_cards, trail_cards
from peerbot.community.model import Community, Feature, Settings
from peerbot.community.notice import Notice
from peerbot.community.readiness import Preflight
from peerbot.community.service import CommunityService
from peerbot.community.stored_settings import changed_keys
from peerbot.errors import Refused
from peerbot.i18n import _


class Platforms(Protocol):
    """The switchboard, as far as the panel needs it."""

    def capabilities(self, platform: str) -> Capabilities: ...


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
    """What the team presses in the panel, and in timers, privacy and the trail."""

    communities: CommunityService
    platforms: Platforms
    notice: Notice
    preflight: Preflight
    duty: Duty
    undelivered: Undelivered
    word_filter: WordFilterRow = no_word_filter

    # -- panel -------------------------------------------------------------------------------

    async def panel(self, event: CommandUsed | ButtonPressed) -> Answer:
        community = await self.communities.home_of(event)
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
        community = await self.communities.home_of(event)
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
        community = await self.communities.home_of(event)
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
        community = await self.communities.home_of(event)
        return Instead(settings_cards.settings_card(self.communities.settings(community.id)))

    async def timers_form(self, event: Event) -> Form:
        community = await self.communities.home_of(event)
        return settings_cards.timers_form(self.communities.settings(community.id))

    async def set_timers(self, event: FormSubmitted) -> Answer:
        community = await self.communities.home_of(event)
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
        community = await self.communities.home_of(event)
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
        community = await self.communities.home_of(event)
        chosen = event.values[0] if event.values else ""
        hours = {str(one): timedelta(hours=one) for one in settings_cards.FOLLOW_UP_HOURS}
        if chosen != "off" and chosen not in hours:
            raise BadAction("not a time that we offered")
        change = partial(replace, follow_up_after=hours.get(chosen))
        await self.communities.set_now(community.id, event.actor, "settings.follow-up", change)
        return Instead(settings_cards.settings_card(self.communities.settings(community.id)))

    async def versions(self, event: ButtonPressed) -> Answer:
        community = await self.communities.home_of(event)
        several = await self.communities.versions(community.id)
        return Instead(trail_cards.versions(several, self.communities.settings(community.id)))

    async def revert(self, event: ButtonPressed) -> Answer:
        community = await self.communities.home_of(event)
        number = event.action.count(10**6)
        await self.communities.revert(community.id, event.actor, number)
        return await self.versions(event)

    async def trail(self, event: ButtonPressed) -> Answer:
        community = await self.communities.home_of(event)
        entries = await self.communities.trail(community.id)
        return Instead(trail_cards.trail(entries, self.communities.settings(community.id)))

    # -- inside ------------------------------------------------------------------------------

    def _can_read(self, community: Community) -> bool:
        """Whether any platform of the community gives us the words of rooms at all."""
        platforms = {one.platform for one in community.spaces}
        return any(self.platforms.capabilities(one).message_content for one in platforms)


def add_routes(router: Router, routes: CommunityRoutes) -> None:
    """Declare the command and the presses of the panel, and what it leads to."""
    staff = Role.MODERATOR
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
    router.form("community", "timers", routes.timers_form, routes.set_timers, role=Role.ADMIN)


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


def _switch(wanted: Action) -> tuple[Feature, bool]:
    # The word filter is switched by presses of its own: there is more to do.
    if len(wanted.args) != 2 or wanted.args[0] not in set(Feature) - {Feature.WORD_FILTER}:
        raise BadAction("no such feature")
    return Feature(wanted.args[0]), wanted.args[1] == "on"
