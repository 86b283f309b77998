"""What people press when somebody is in danger: the person, who worries, and the responders."""

from collections.abc import Callable
from dataclasses import replace

from peerbot.chat.addresses import Actor, Person
from peerbot.chat.cards import Card, page_of
from peerbot.clock import Clock
from peerbot.community.model import Community, Settings
from peerbot.community.service import CommunityService
from peerbot.crisis import (
    cards,
    claim_cards,
    pressed_cards,
    responder_cards,
    where_cards,
    worry_cards,
)
from peerbot.crisis.answer import FirstAnswer
from peerbot.crisis.cards import Told
from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.crisis.follow_up import follow_up_at
from peerbot.crisis.lab.model import Judged
from peerbot.crisis.lab.tally import Tally
from peerbot.crisis.line_checks import LineChecks
from peerbot.crisis.lines import LineWords
from peerbot.crisis.model import Alert, Outcome, Reason, claim_within
from peerbot.crisis.news import News
from peerbot.crisis.noticing import Noticing
from peerbot.crisis.record import NotAnswered, Record
from peerbot.crisis.responders import Responders
from peerbot.errors import Gone

PER_PAGE = 8


class CrisisService:
    """Help at a press, and what responders do with an alert. Nothing here waits for a gate."""

    def __init__(
        self,
        *,
        clock: Clock,
        communities: CommunityService,
        lines: LineWords,
        checks: LineChecks,
        record: Record,
        responders: Responders,
        answer: FirstAnswer,
        news: News,
        noticing: Noticing,
        tally: Tally,
    ) -> None:
        self._clock = clock
        self._communities = communities
        self._lines = lines
        self._checks = checks
        self._record = record
        self._responders = responders
        self._answer = answer
        self._news = news
        self._noticing = noticing
        self._tally = tally

    # -- members -----------------------------------------------------------------------------

    def help_now(
        self, actor: Actor, community: Community | None, category: Category = Category.NONE
    ) -> Card:
        """Return help for somebody who asked for it: no gate, no database, nobody told.

        It knows what it is about from where they come (`category`), or from what they wrote before.
        """
        settings = self._settings(community)
        home = community.id if community else ""
        known = self._record.book.about(actor.person, Whose.AUTHOR, home)
        if known is not None and category is Category.NONE:
            category = known.category
        about = Category.SUICIDE if category is Category.NONE else category
        return cards.first_answer(
            category=category,
            tier=Tier.EMERGENCY,
            whose=Whose.AUTHOR,
            told=self._answer.told_of(known)
            if known is not None
            else Told(anyone_here=settings.alert_room is not None),
            lines=self._answer.few_lines(actor.person, home, about, Tier.EMERGENCY),
            zone=settings.zone_info,
            asked=known is None or known.tier is not Tier.EMERGENCY,
            knows_country=bool(self._answer.country_of(actor.person, settings)),
        )

    async def ask_moderator(
        self, actor: Actor, community: Community | None, category: Category
    ) -> Card:
        """Tell responders that somebody wants a person; say truly whether there is anybody."""
        settings = self._settings(community)
        home = community.id if community else ""
        lines = self._answer.few_lines(actor.person, home, category, Tier.URGENT)
        told = Told(anyone_here=False)
        if community is not None and settings.alert_room is not None:
            alert = await self._noticing.ask(actor.person, community, category)
            told = self._answer.told_of(alert, is_called=True)
        return cards.moderator_asked(told, settings.zone_info, lines)

    async def anyone_there(self, alert_id: str, actor: Actor, community: Community | None) -> Card:
        """Return the truth about an alert, to the person it is about and nobody else."""
        alert = await self._record.known(alert_id)
        if alert is not None and alert.about != actor.person:
            raise Gone("not about this person")
        if alert is not None and alert.is_over:
            # Danger may have come back since, and somebody else be on the way.
            book = self._record.book
            alert = book.about(alert.about, alert.whose, alert.community_id, alert.worry) or alert
        home = alert.community_id if alert else community.id if community else ""
        zone = self._communities.settings(home).zone_info
        category = alert.category if alert else Category.SUICIDE
        lines = self._answer.few_lines(actor.person, home, category, Tier.URGENT)
        told = self._answer.told_of(alert) if alert else Told()
        return cards.anyone_there(alert, told, lines, zone, self._clock())

    async def keep_private(self, alert_id: str, actor: Actor) -> Card:
        alert = await self._record.own(alert_id, actor)
        changed = await self._record.change(alert.id, lambda one: replace(one, wants_privacy=True))
        return cards.kept_private(responders_know=await self._responders.show(changed or alert))

    async def misread_me(self, alert_id: str, actor: Actor, community: Community | None) -> Card:
        """Make the help smaller, never remove it; responders see that the member said so."""
        home = community.id if community else ""
        known = self._record.book.get(alert_id)
        if known is None or known.reason is not Reason.DRILL:
            self._answer.be_quiet_for(actor.person)
        lines = self._answer.few_lines(actor.person, home, Category.SUICIDE, Tier.CONCERN)
        know = False
        if alert_id != cards.NO_ALERT:
            try:
                alert = await self._record.own(alert_id, actor)
            except Gone:
                return cards.misread(lines, responders_know=False)
            changed = await self._record.change(
                alert.id, lambda one: replace(one, says_misread=True)
            )
            if not alert.says_misread:
                self._tally.judged(alert, Judged.MEMBER_MISREAD)
            know = await self._responders.show(changed or alert)
        return cards.misread(lines, responders_know=know)

    def where(self, actor: Actor, category: Category, page: int = 0) -> Card:
        language = self._communities.reader_of(actor.person).language
        return where_cards.which_country(category, self._lines.countries(language), page)

    def lines_of(self, country: str, category: Category, community: Community | None) -> Card:
        """Return every line of a country. Raises `Gone` for one that we do not know."""
        if self._lines.country(country) is None:
            raise Gone("no such country")
        checks = self._checks.of(community.id if community else "")
        lines = self._lines.all(country, category, self._clock(), checks)
        return where_cards.lines_of(country, lines, can_remember=community is not None)

    async def remember_country(
        self, country: str, actor: Actor, community: Community | None
    ) -> Card:
        """Remember whose lines somebody wants first; pressing the button is their consent."""
        known = self._lines.country(country)
        if known is None or community is None:
            raise Gone("no such country")
        member = await self._communities.member(actor.person, community.id)
        await self._communities.choose_country(member, country)
        return where_cards.remembered(tuple(known.name.items()))

    def coaching(self, actor: Actor, community: Community | None) -> Card:
        home = community.id if community else ""
        return worry_cards.coaching(
            self._answer.few_lines(actor.person, home, Category.THIRD_PARTY, Tier.EMERGENCY)
        )

    # -- responders --------------------------------------------------------------------------

    async def claim(self, alert_id: str, responder: Actor, community: Community) -> Card:
        """Give the alert to whoever pressed first, on any platform and process.

        Whoever has it already sees the first words again.
        """
        alert = await self.alert(alert_id, responder, community)
        if (refusal := await self._refusal(alert, responder)) is not None:
            return refusal
        now, person, was_free = self._clock(), responder.person, False

        def claim(one: Alert) -> Alert:
            nonlocal was_free
            was_free = one.is_waiting
            return one.claim(person, now)

        claimed = await self._record.change(alert.id, claim)
        if not was_free or claimed is None:
            # Whoever died between the claim and its cards has left them saying that nobody came.
            await self._responders.show(claimed or alert)
        if claimed is None or claimed.claimed_by != person:
            return pressed_cards.too_late(claimed or alert)
        if not was_free:
            return claim_cards.claimed(claimed)
        told = await self._news.bring(claimed)
        await self._responders.show(told)
        return claim_cards.claimed(told)

    async def call_backup(self, alert_id: str, by: Actor, community: Community) -> Card:
        alert = await self.alert(alert_id, by, community)
        if (refusal := await self._refusal(alert, by)) is not None:
            return refusal
        changed = await self._record.change(alert.id, lambda one: replace(one, needs_backup=True))
        settings = self._settings(community)
        arrived = await self._responders.call_backup(changed or alert, settings)
        await self._responders.show(self._record.book.get(alert.id) or changed or alert)
        return pressed_cards.backup_called(arrived=arrived)

    async def how_did_it_end(self, alert_id: str, by: Actor, community: Community) -> Card:
        alert = await self.alert(alert_id, by, community)
        return await self._refusal(alert, by) or claim_cards.how_did_it_end(alert)

    async def resolve(
        self,
        alert_id: str,
        outcome: Outcome,
        by: Actor,
        community: Community,
        *,
        surely: bool = True,
    ) -> Card:
        """Close an alert; somebody in danger whom nobody reached only if that is meant surely."""
        alert = await self.alert(alert_id, by, community)
        if (refusal := await self._refusal(alert, by)) is not None:
            return refusal
        lost = outcome is Outcome.NOT_REACHED and alert.tier >= Tier.URGENT
        if lost and not surely and alert.reason is not Reason.DRILL:
            return pressed_cards.nobody_reached(alert)
        reminder = follow_up_at(self._clock(), self._settings(community))
        return await self._closed(alert, lambda one: one.resolve(outcome, reminder), Judged.RIGHT)

    async def no_follow_up(self, alert_id: str, by: Actor, community: Community) -> Card:
        """Take the reminder off an alert that is closed."""
        alert = await self.alert(alert_id, by, community)
        if _is_about(alert, by.person):
            return pressed_cards.about_you()
        return await self._not_reminded(alert)

    async def no_follow_up_of_mine(self, alert_id: str, by: Actor) -> Card:
        """Take the reminder off what somebody took. Raises `Gone` for everybody else.

        A closed alert no longer says who was chosen to hear of it, but whom the reminder goes to.
        """
        alert = await self._record.known(alert_id)
        if alert is None or alert.claimed_by != by.person:
            raise Gone("not taken by this person")
        return await self._not_reminded(alert)

    async def release(self, alert_id: str, by: Actor, community: Community) -> Card:
        """Give an alert back, and ask the others to take it."""
        alert = await self.alert(alert_id, by, community)
        if (refusal := await self._refusal(alert, by)) is not None:
            return refusal
        settings, now = self._settings(community), self._clock()
        within = claim_within(alert.tier, settings)
        changed = await self._record.change(alert.id, lambda one: one.release(now, within))
        arrived = await self._responders.call_backup(changed or alert, settings)
        await self._responders.show(self._record.book.get(alert.id) or changed or alert)
        return pressed_cards.released(arrived=arrived)

    async def verdict_misread(self, alert_id: str, by: Actor, community: Community) -> Card:
        alert = await self.alert(alert_id, by, community)
        refusal = await self._refusal(alert, by)
        return refusal or await self._closed(alert, Alert.misread, Judged.MISREAD)

    async def show(self, alert_id: str, by: Actor, community: Community) -> Card:
        alert = await self.alert(alert_id, by, community)
        if _is_about(alert, by.person):
            return pressed_cards.about_you()
        return responder_cards.alert_card(alert, self._settings(community).zone_info)

    async def waiting(self, community: Community, page: int = 1) -> Card:
        """Return a page of what is not over: untaken first, the most serious, the oldest."""
        zone = self._settings(community).zone_info
        try:
            total = await self._record.asked(lambda store: store.count_waiting(community.id))
            page, pages = page_of(total, page, PER_PAGE)
            shown = await self._record.asked(
                lambda store: store.waiting(community.id, (page - 1) * PER_PAGE, PER_PAGE)
            )
        except NotAnswered:
            mine = [
                one
                for one in self._record.book
                if one.community_id == community.id and not one.hearers
            ]
            mine.sort(key=lambda one: (not one.is_waiting, -one.tier, one.raised_at))
            total, pages, page, shown = len(mine), 1, 1, mine[:PER_PAGE]
        return responder_cards.waiting(shown, zone, page=page, pages=pages, total=total)

    async def for_hearer(self, alert_id: str, by: Actor) -> tuple[Alert, Community]:
        """Return what only chosen people hear of, to one of them. Raises `Gone` for others."""
        alert = await self._record.known(alert_id)
        if alert is None or by.person not in alert.hearers:
            raise Gone("nothing that this person was chosen for")
        return alert, self._communities.get(alert.community_id)

    async def alert(self, alert_id: str, by: Actor, community: Community) -> Alert:
        """Return an alert of this community. Raises `Gone` if `by` may not hear of it."""
        alert = await self._record.get(alert_id, community)
        if alert.hearers and by.person not in alert.hearers:
            raise Gone("only chosen people hear of this")
        return alert

    # -- inside ------------------------------------------------------------------------------

    async def _not_reminded(self, alert: Alert) -> Card:
        await self._record.change(alert.id, lambda one: replace(one, follow_up_at=None))
        return claim_cards.no_follow_up()

    async def _closed(self, alert: Alert, close: Callable[[Alert], Alert], judged: Judged) -> Card:
        """Close an alert, and count the verdict on its rules: once, whoever else closes it too."""
        before = alert

        def closing(one: Alert) -> Alert:
            nonlocal before
            before = one
            return close(one)

        changed = await self._record.change(alert.id, closing)
        if changed is not None and not before.is_over:
            self._tally.judged(before, judged)
        closed = changed is not None and await self._responders.show(changed)
        # A card that went with its room, or never came, says nothing about anybody.
        closed = closed or (changed is not None and not changed.is_known_to_responders)
        zone = self._communities.settings(alert.community_id).zone_info
        return claim_cards.thanks(
            changed, zone, card_is_closed=closed, is_for_chosen=bool(alert.hearers)
        )

    async def _refusal(self, alert: Alert, by: Actor) -> Card | None:
        """Return why somebody may not do this to an alert: it is about them, or it is over.

        The card on which it could still be pressed is told that it is over.
        """
        if _is_about(alert, by.person):
            return pressed_cards.about_you()
        if not alert.is_over:
            return None
        await self._responders.show(alert)
        return pressed_cards.over()

    def _settings(self, community: Community | None) -> Settings:
        return self._communities.settings(community.id if community else "")


def _is_about(alert: Alert, person: Person) -> bool:
    return alert.is_about(person) and alert.reason is not Reason.DRILL
