"""Commands, buttons, flags and beats that lead to help. What members press passes every gate."""

from dataclasses import dataclass

from peerbot.chat.actions import BadAction
from peerbot.chat.commands import Command, Role
from peerbot.chat.events import (
    ButtonPressed,
    CommandUsed,
    Event,
    MessageDeleted,
    MessageFlagged,
)
from peerbot.chat.router import Answer, Instead, Router
from peerbot.community.model import RESPOND, Community
from peerbot.community.service import CommunityService
from peerbot.crisis import cards
from peerbot.crisis.answer import FirstAnswer
from peerbot.crisis.detection.finding import Category
from peerbot.crisis.follow_up import FollowUps
from peerbot.crisis.hearing import HearingOneself
from peerbot.crisis.ladder import Ladder
from peerbot.crisis.model import Outcome
from peerbot.crisis.noticing import Noticing
from peerbot.crisis.service import CrisisService
from peerbot.crisis.store import NEXT_FOLLOW_UP, NEXT_HEARING, NEXT_OFFER, NEXT_STEP
from peerbot.delivery.beats import Beat
from peerbot.errors import Gone
from peerbot.i18n import _

_PAGES = frozenset(str(page) for page in range(100))


@dataclass(frozen=True, slots=True)
class CrisisRoutes:
    """What people press, decoded: everything in a button's id is untrusted."""

    crisis: CrisisService
    noticing: Noticing
    communities: CommunityService

    # -- members: no gate, no database -------------------------------------------------------

    async def help_now(self, event: CommandUsed | ButtonPressed) -> Answer:
        return self.crisis.help_now(event.actor, self._home(event))

    async def now(self, _event: ButtonPressed) -> Answer:
        return cards.right_now()

    async def words(self, _event: ButtonPressed) -> Answer:
        return cards.words_to_send()

    async def coach(self, event: ButtonPressed) -> Answer:
        return self.crisis.coaching(event.actor, self._home(event))

    async def elsewhere(self, event: ButtonPressed) -> Answer:
        """Ask where somebody is; another page of countries takes the place of this one."""
        page = _page(event)
        asked = self.crisis.where(event.actor, _category(event), page or 0)
        return asked if page is None else Instead(asked)

    async def lines(self, event: ButtonPressed) -> Answer:
        country = event.values[0] if event.values else ""
        home = self._home(event)
        return self.crisis.lines_of(country, _category(event), can_remember=home is not None)

    async def remember(self, event: ButtonPressed) -> Answer:
        return await self.crisis.remember_country(_first(event), event.actor, self._home(event))

    async def ask_moderator(self, event: ButtonPressed) -> Answer:
        return await self.crisis.ask_moderator(event.actor, self._home(event), _category(event))

    async def anyone(self, event: ButtonPressed) -> Answer:
        return await self.crisis.anyone_there(_first(event), event.actor, self._home(event))

    async def keep_private(self, event: ButtonPressed) -> Answer:
        return await self.crisis.keep_private(_first(event), event.actor)

    async def misread(self, event: ButtonPressed) -> Answer:
        return await self.crisis.misread_me(_first(event), event.actor, self._home(event))

    async def flagged(self, event: MessageFlagged) -> Answer:
        return await self.noticing.flagged(event)

    async def deleted(self, event: MessageDeleted) -> Answer:
        await self.noticing.deleted(event.ref)
        return None

    # -- responders --------------------------------------------------------------------------

    async def claim(self, event: ButtonPressed) -> Answer:
        return await self.crisis.claim(_first(event), event.actor, self._community(event))

    async def backup(self, event: ButtonPressed) -> Answer:
        return await self.crisis.call_backup(_first(event), event.actor, self._community(event))

    async def close(self, event: ButtonPressed) -> Answer:
        return await self.crisis.how_did_it_end(_first(event), event.actor, self._community(event))

    async def outcome(self, event: ButtonPressed) -> Answer:
        alert_id, outcome, surely = (*event.action.args, "", "", "")[:3]
        if outcome not in set(Outcome):
            raise BadAction("no such outcome")
        return await self.crisis.resolve(
            alert_id,
            Outcome(outcome),
            event.actor,
            self._community(event),
            surely=surely == "closed",
        )

    async def no_follow_up(self, event: ButtonPressed) -> Answer:
        return Instead(
            await self.crisis.no_follow_up(_first(event), event.actor, self._community(event))
        )

    async def release(self, event: ButtonPressed) -> Answer:
        return await self.crisis.release(_first(event), event.actor, self._community(event))

    async def verdict(self, event: ButtonPressed) -> Answer:
        return await self.crisis.verdict_misread(_first(event), event.actor, self._community(event))

    async def show(self, event: ButtonPressed) -> Answer:
        return await self.crisis.show(_first(event), event.actor, self._community(event))

    async def alerts(self, event: CommandUsed) -> Answer:
        return await self.crisis.waiting(self._community(event))

    async def more_alerts(self, event: ButtonPressed) -> Answer:
        page = _first(event)
        shown = int(page) if page.isdecimal() and len(page) < 5 else 1
        return Instead(await self.crisis.waiting(self._community(event), shown))

    # -- inside ------------------------------------------------------------------------------

    def _home(self, event: Event) -> Community | None:
        return self.communities.known_home(event.person, event.space)

    def _community(self, event: Event) -> Community:
        community = self._home(event)
        if community is None:
            raise Gone("no community here")
        return community


def add_routes(router: Router, routes: CrisisRoutes) -> None:
    """Declare help: open to all, always; and what responders press."""
    router.command(
        "crisis",
        Command(
            name="help-now", summary=_("Help for a hard moment, privately, at once"), always=True
        ),
        routes.help_now,
    )
    router.command(
        "crisis",
        Command(
            name="peerbot alerts",
            summary=_("See who is waiting for somebody"),
            role=Role.MODERATOR,
            grant=RESPOND,
        ),
        routes.alerts,
    )
    for verb, handler in {
        "help": routes.help_now,
        "now": routes.now,
        "words": routes.words,
        "coach": routes.coach,
        "elsewhere": routes.elsewhere,
        "lines": routes.lines,
        "remember": routes.remember,
        "ask-moderator": routes.ask_moderator,
        "anyone": routes.anyone,
        "keep-private": routes.keep_private,
        "misread": routes.misread,
    }.items():
        router.button("crisis", verb, handler, always=True)
    for verb, handler in {
        "claim": routes.claim,
        "backup": routes.backup,
        "close": routes.close,
        "outcome": routes.outcome,
        "no-follow-up": routes.no_follow_up,
        "release": routes.release,
        "verdict": routes.verdict,
        "show": routes.show,
        "alerts": routes.more_alerts,
    }.items():
        router.button("crisis", verb, handler, role=Role.MODERATOR, grant=RESPOND)
    router.on(MessageFlagged, "crisis", routes.flagged)
    router.on(MessageDeleted, "crisis", routes.deleted)


def beats(
    ladder: Ladder, answer: FirstAnswer, hearing: HearingOneself, follow_ups: FollowUps
) -> tuple[Beat, ...]:
    """Return what has to be looked after: the ladder, offers, our own ears, reminders.

    Hearing ourselves only begins at its pulse, and then runs beside it: it delays nobody.
    """
    return (
        Beat("crisis.ladder", ladder.climb, NEXT_STEP, ladder.due_in_memory, alone=True),
        Beat("crisis.late-answers", answer.send_all_late, also=answer.next_late_at, alone=True),
        Beat("crisis.hearing", hearing.run, NEXT_HEARING, hearing.due_in_memory, alone=True),
        Beat("crisis.offers", answer.post_offers, NEXT_OFFER),
        Beat("crisis.follow-ups", follow_ups.send_due, NEXT_FOLLOW_UP),
    )


def _first(event: ButtonPressed) -> str:
    if not event.action.args:
        raise BadAction("an id is missing")
    return event.action.args[0]


def _page(event: ButtonPressed) -> int | None:
    """Return the page of countries that is wanted; None if none was named."""
    wanted = event.action.args[1] if len(event.action.args) > 1 else ""
    return int(wanted) if wanted in _PAGES else None


def _category(event: ButtonPressed) -> Category:
    wanted = event.action.args[0] if event.action.args else ""
    return Category(wanted) if wanted in set(Category) else Category.SUICIDE
