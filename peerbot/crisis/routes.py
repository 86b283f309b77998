"""Commands, buttons, flags and beats that lead to help. What members press passes every gate."""

from dataclasses import dataclass

from peerbot.chat.actions import BadAction
from peerbot.chat.addresses import Person
from peerbot.chat.commands import Command, Role
from peerbot.chat.events import (
    ButtonPressed,
    CommandUsed,
    Event,
    FormSubmitted,
    MessageDeleted,
    MessageFlagged,
    MessageMoved,
)
from peerbot.chat.forms import Form
from peerbot.chat.router import Answer, Instead, Router
from peerbot.community.model import RESPOND, Community
from peerbot.community.service import CommunityService
from peerbot.crisis import small_help, worry_cards
from peerbot.crisis.answer import FirstAnswer
from peerbot.crisis.detection.finding import Category
from peerbot.crisis.follow_up import FollowUps
from peerbot.crisis.hearing import HearingOneself
from peerbot.crisis.ladder import Ladder
from peerbot.crisis.line_checks import LineChecks
from peerbot.crisis.model import Outcome
from peerbot.crisis.noticing import Noticing
from peerbot.crisis.responder_cards import CHOSEN
from peerbot.crisis.service import CrisisService
from peerbot.crisis.store import NEXT_FOLLOW_UP, NEXT_HEARING, NEXT_OFFER, NEXT_STEP
from peerbot.crisis.worries import Worries
from peerbot.crisis.worry import Report, Urgency, Whom
from peerbot.delivery.beats import Beat
from peerbot.errors import Gone
from peerbot.i18n import _

_PAGES = frozenset(str(page) for page in range(100))


@dataclass(frozen=True, slots=True)
class CrisisRoutes:
    """What people press, decoded: everything in a button's id is untrusted."""

    crisis: CrisisService
    noticing: Noticing
    worries: Worries
    checks: LineChecks
    communities: CommunityService

    # -- members: no gate, no database -------------------------------------------------------

    async def help_now(self, event: CommandUsed | ButtonPressed) -> Answer:
        category = Category.NONE
        if isinstance(event, ButtonPressed):
            category = _category(event, Category.NONE)
        return self.crisis.help_now(event.actor, self._home(event), category)

    async def now(self, event: ButtonPressed) -> Answer:
        return small_help.right_now(_category(event, Category.NONE))

    async def step(self, event: ButtonPressed) -> Answer:
        """Show a step of an exercise in the place of the one before; nothing is kept."""
        way, number, category = (*event.action.args, "", "", "")[:3]
        kind = Category(category) if category in set(Category) else Category.NONE
        shown = small_help.step(way, int(number), kind) if number in _PAGES else None
        if shown is None:
            raise BadAction("no such step")
        return Instead(shown)

    async def words(self, event: ButtonPressed) -> Answer:
        return small_help.words_to_send(_category(event, Category.NONE))

    async def worry_form(self, _event: Event) -> Form:
        return worry_cards.form()

    async def worry(self, event: FormSubmitted) -> Answer:
        """Take a worry about somebody else; the form has read what came back."""
        values = event.values
        picked = str(values["member"])
        about = Person(event.person.platform, picked) if picked else None
        return await self.worries.report(
            Report(
                by=event.person,
                whom=Whom(str(values["whom"])),
                about=about if about != event.person else None,
                urgency=Urgency(str(values["urgency"])),
                text=str(values["words"]),
                may_be_read=values["may-be-read"] is True,
            ),
            self._home(event),
        )

    async def coach(self, event: ButtonPressed) -> Answer:
        return self.crisis.coaching(event.actor, self._home(event))

    async def elsewhere(self, event: ButtonPressed) -> Answer:
        """Ask where somebody is; another page of countries takes the place of this one."""
        page = _page(event)
        asked = self.crisis.where(event.actor, _category(event), page or 0)
        return asked if page is None else Instead(asked)

    async def lines(self, event: ButtonPressed) -> Answer:
        country = event.values[0] if event.values else ""
        return self.crisis.lines_of(country, _category(event), self._home(event))

    async def remember(self, event: ButtonPressed) -> Answer:
        return await self.crisis.remember_country(
            event.action.arg(), event.actor, self._home(event)
        )

    async def ask_moderator(self, event: ButtonPressed) -> Answer:
        return await self.crisis.ask_moderator(event.actor, self._home(event), _category(event))

    async def anyone(self, event: ButtonPressed) -> Answer:
        return await self.crisis.anyone_there(event.action.arg(), event.actor, self._home(event))

    async def keep_private(self, event: ButtonPressed) -> Answer:
        return await self.crisis.keep_private(event.action.arg(), event.actor)

    async def misread(self, event: ButtonPressed) -> Answer:
        return await self.crisis.misread_me(event.action.arg(), event.actor, self._home(event))

    async def flagged(self, event: MessageFlagged) -> Answer:
        return await self.noticing.flagged(event)

    async def deleted(self, event: MessageDeleted) -> Answer:
        await self.noticing.deleted(event.ref)
        return None

    async def moved(self, event: MessageMoved) -> Answer:
        await self.noticing.moved(event.ref, event.to)
        return None

    # -- responders --------------------------------------------------------------------------

    async def claim(self, event: ButtonPressed) -> Answer:
        return await self.crisis.claim(
            event.action.arg(), event.actor, await self._community(event)
        )

    async def backup(self, event: ButtonPressed) -> Answer:
        home = await self._community(event)
        return await self.crisis.call_backup(event.action.arg(), event.actor, home)

    async def close(self, event: ButtonPressed) -> Answer:
        home = await self._community(event)
        return await self.crisis.how_did_it_end(event.action.arg(), event.actor, home)

    async def outcome(self, event: ButtonPressed) -> Answer:
        alert_id, outcome, surely = (*event.action.args, "", "", "")[:3]
        if outcome not in set(Outcome):
            raise BadAction("no such outcome")
        return await self.crisis.resolve(
            alert_id,
            Outcome(outcome),
            event.actor,
            await self._community(event),
            surely=surely == "closed",
        )

    async def no_follow_up(self, event: ButtonPressed) -> Answer:
        home = await self._community(event)
        return Instead(await self.crisis.no_follow_up(event.action.arg(), event.actor, home))

    async def no_follow_up_of_mine(self, event: ButtonPressed) -> Answer:
        return Instead(await self.crisis.no_follow_up_of_mine(event.action.arg(), event.actor))

    async def release(self, event: ButtonPressed) -> Answer:
        return await self.crisis.release(
            event.action.arg(), event.actor, await self._community(event)
        )

    async def verdict(self, event: ButtonPressed) -> Answer:
        home = await self._community(event)
        return await self.crisis.verdict_misread(event.action.arg(), event.actor, home)

    async def show(self, event: ButtonPressed) -> Answer:
        return await self.crisis.show(event.action.arg(), event.actor, await self._community(event))

    async def alerts(self, event: CommandUsed) -> Answer:
        return await self.crisis.waiting(await self._community(event))

    async def more_alerts(self, event: ButtonPressed) -> Answer:
        home = await self._community(event)
        return Instead(await self.crisis.waiting(home, event.action.page()))

    async def worry_words(self, event: ButtonPressed) -> Answer:
        home = await self._community(event)
        return await self.worries.read(
            await self.crisis.alert(event.action.arg(), event.actor, home), event.actor
        )

    # -- help lines --------------------------------------------------------------------------

    async def helplines(self, event: CommandUsed) -> Answer:
        return self.checks.card(await self._community(event))

    async def more_helplines(self, event: ButtonPressed) -> Answer:
        return Instead(self.checks.card(await self._community(event), event.action.page()))

    async def line_works(self, event: ButtonPressed) -> Answer:
        return await self._said(event, works=True)

    async def line_wrong(self, event: ButtonPressed) -> Answer:
        return await self._said(event, works=False)

    async def _said(self, event: ButtonPressed, *, works: bool) -> Answer:
        community = await self._community(event)
        said = await self.checks.say(event.action.arg(), community, event.person, works=works)
        return Instead(said)

    # -- inside ------------------------------------------------------------------------------

    def _home(self, event: Event) -> Community | None:
        return self.communities.known_home(event.person, event.space)

    async def _community(self, event: CommandUsed | ButtonPressed) -> Community:
        """Return where it is pressed; for chosen people, where the alert comes from."""
        if isinstance(event, ButtonPressed) and event.action.verb.startswith(CHOSEN):
            # Behind these there is no other door.
            return (await self.crisis.for_hearer(event.action.arg(), event.actor))[1]
        community = self._home(event)
        if community is None:
            raise Gone("no community here")
        return community


def add_routes(router: Router, routes: CrisisRoutes) -> None:
    """Declare help: open to all, always; and what responders and staff press."""
    router.command(
        "crisis",
        Command(
            name="help-now", summary=_("Help for a hard moment, privately, at once"), always=True
        ),
        routes.help_now,
    )
    for verb, handler in {
        "help": routes.help_now,
        "now": routes.now,
        "step": routes.step,
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
    router.form("crisis", "worry", routes.worry_form, routes.worry, always=True)
    router.on(MessageFlagged, "crisis", routes.flagged)
    router.on(MessageDeleted, "crisis", routes.deleted)
    router.on(MessageMoved, "crisis", routes.moved)
    _add_alerts(router, routes)
    _add_lines(router, routes)


def _add_alerts(router: Router, routes: CrisisRoutes) -> None:
    """Declare what responders press about an alert."""
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
        "claim": routes.claim,
        "backup": routes.backup,
        "close": routes.close,
        "outcome": routes.outcome,
        "release": routes.release,
        "verdict": routes.verdict,
        "show": routes.show,
        "worry-words": routes.worry_words,
    }.items():
        router.button("crisis", verb, handler, role=Role.MODERATOR, grant=RESPOND)
        # In their inboxes chosen people have no role: the alert itself says who they are.
        router.button("crisis", f"{CHOSEN}{verb}", handler, always=True)
    router.button("crisis", "no-follow-up", routes.no_follow_up, role=Role.MODERATOR, grant=RESPOND)
    router.button("crisis", f"{CHOSEN}no-follow-up", routes.no_follow_up_of_mine, always=True)
    router.button("crisis", "alerts", routes.more_alerts, role=Role.MODERATOR, grant=RESPOND)


def _add_lines(router: Router, routes: CrisisRoutes) -> None:
    """Declare what staff press about help lines."""
    router.command(
        "crisis",
        Command(
            name="peerbot helplines",
            summary=_("Look after the help lines that members here are shown"),
            role=Role.STAFF,
        ),
        routes.helplines,
    )
    for verb, handler in {
        "helplines": routes.more_helplines,
        "line-works": routes.line_works,
        "line-wrong": routes.line_wrong,
    }.items():
        router.button("crisis", verb, handler, role=Role.STAFF)


def beats(
    ladder: Ladder, answer: FirstAnswer, hearing: HearingOneself, follow_ups: FollowUps
) -> tuple[Beat, ...]:
    """Return what has to be looked after: the ladder, cards, offers, our own ears, reminders.

    Hearing ourselves only begins at its pulse, and then runs beside it: it delays nobody.
    """
    return (
        Beat("crisis.ladder", ladder.climb, NEXT_STEP, ladder.due_in_memory, alone=True),
        Beat("crisis.late-answers", answer.send_all_late, also=answer.next_late_at, alone=True),
        Beat("crisis.hearing", hearing.run, NEXT_HEARING, hearing.due_in_memory, alone=True),
        Beat("crisis.cards", ladder.show_again, also=ladder.still_to_show),
        Beat("crisis.offers", answer.post_offers, NEXT_OFFER),
        Beat("crisis.follow-ups", follow_ups.send_due, NEXT_FOLLOW_UP),
    )


def _page(event: ButtonPressed) -> int | None:
    """Return the page of countries that is wanted; None if none was named."""
    wanted = event.action.args[1] if len(event.action.args) > 1 else ""
    return int(wanted) if wanted in _PAGES else None


def _category(event: ButtonPressed, otherwise: Category = Category.SUICIDE) -> Category:
    wanted = event.action.args[0] if event.action.args else ""
    return Category(wanted) if wanted in set(Category) else otherwise
