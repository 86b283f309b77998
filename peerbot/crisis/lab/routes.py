"""What leads moderators to the rule lab: `/peerbot lab`, its buttons and forms, and its beats."""

from dataclasses import dataclass

from peerbot.chat.cards import Card
from peerbot.chat.commands import Role
from peerbot.chat.events import ButtonPressed, CommandUsed, FormSubmitted
from peerbot.chat.forms import Form
from peerbot.chat.router import Answer, Instead, Question, Router
from peerbot.community import notice_cards
from peerbot.community.model import Community
from peerbot.community.service import CommunityService
from peerbot.crisis.detection import Category, OwnPhrase, Tier
from peerbot.crisis.lab import cards, phrase_cards, told
from peerbot.crisis.lab.model import TRIAL_DAYS
from peerbot.crisis.lab.service import LabService
from peerbot.crisis.lab.silence import Silence
from peerbot.crisis.lab.tally import Tally
from peerbot.crisis.store.lab import NEXT_TRIAL_END
from peerbot.delivery.beats import Beat

FEATURE = "lab"

Answered = CommandUsed | ButtonPressed | FormSubmitted


def add_routes(router: Router, routes: "LabRoutes") -> None:
    """Declare the lab: for moderators; what widens or begins anything is for admins."""
    router.command(FEATURE, cards.LAB, routes.home)
    for verb, handler in {
        "home": routes.back_home,
        "phrases": routes.phrases,
        "phrase-show": routes.phrase,
        "phrase-remove": routes.remove,
        "rooms": routes.rooms,
        "silence": routes.silence,
        "silent-end": routes.act,
        "silent-more": routes.more_silence,
        "scores": routes.scores,
    }.items():
        router.button(FEATURE, verb, handler, role=Role.MODERATOR)
    router.button(FEATURE, "silent-start", routes.listen, role=Role.ADMIN)
    questions: dict[str, Question] = {
        "phrase-remove": phrase_cards.TAKING_OUT,
        "silent-start": cards.beginning,
        "silent-end": cards.ENDING,
    }
    for verb, question in questions.items():
        router.asks_first(FEATURE, verb, question)
    for verb, build, submit in (
        ("try", routes.try_form, routes.tried),
        ("phrase", routes.phrase_form, routes.saved),
        ("harmless", routes.harmless_form, routes.saved_as_harmless),
        ("room", routes.room_form, routes.room_chosen),
    ):
        router.form(FEATURE, verb, build, submit, role=Role.MODERATOR)


def beats(tally: Tally, silence: Silence) -> tuple[Beat, ...]:
    """Return what has to be looked after: counts to be written, and silence that has lasted."""
    return (
        Beat("lab.tally", tally.write, also=tally.next_due),
        Beat("lab.silence", silence.tell_ended, NEXT_TRIAL_END),
    )


@dataclass(frozen=True, slots=True)
class LabRoutes:
    """What moderators press, decoded: everything in a button's id is untrusted."""

    lab: LabService
    listening: Silence
    communities: CommunityService

    async def home(self, event: Answered) -> Answer:
        home = await self.communities.home_of(event)
        settings = self.communities.settings(home.id)
        return cards.home(settings, len(self.lab.phrases(home.id)))

    async def back_home(self, event: ButtonPressed) -> Answer:
        home = await self.communities.home_of(event)
        settings = self.communities.settings(home.id)
        return Instead(cards.home(settings, len(self.lab.phrases(home.id))))

    # -- trying ------------------------------------------------------------------------------

    async def try_form(self, _event: Answered) -> Form:
        return phrase_cards.try_form()

    async def tried(self, event: FormSubmitted) -> Answer:
        home = await self.communities.home_of(event)
        made = await self.lab.explain(str(event.values["words"]), home)
        return told.tried(made, self.communities.settings(home.id))

    # -- own phrases -------------------------------------------------------------------------

    async def phrases(self, event: ButtonPressed) -> Answer:
        home = await self.communities.home_of(event)
        return Instead(phrase_cards.phrases(self.lab.phrases(home.id), event.action.page()))

    async def phrase(self, event: ButtonPressed) -> Answer:
        home = await self.communities.home_of(event)
        return Instead(phrase_cards.phrase(self.lab.phrase(home.id, event.action.arg())))

    async def remove(self, event: ButtonPressed) -> Answer:
        home = await self.communities.home_of(event)
        await self.lab.remove(home, event.actor, event.action.arg())
        return Instead(phrase_cards.phrases(self.lab.phrases(home.id), 1))

    async def phrase_form(self, event: Answered) -> Form:
        home = await self.communities.home_of(event)
        may_save = self.lab.may_save_anyway(event.actor, home)
        return phrase_cards.phrase_form(self._changed(event, home), may_save=may_save)

    async def harmless_form(self, event: Answered) -> Form:
        home = await self.communities.home_of(event)
        may_save = self.lab.may_save_anyway(event.actor, home)
        return phrase_cards.harmless_form(self._changed(event, home), may_save=may_save)

    async def saved(self, event: FormSubmitted) -> Answer:
        tier = Tier.from_label(str(event.values["tier"]))
        return await self._saved(event, tier, Category(str(event.values["category"])))

    async def saved_as_harmless(self, event: FormSubmitted) -> Answer:
        return await self._saved(event, Tier.NONE, Category.NONE)

    async def _saved(self, event: FormSubmitted, tier: Tier, category: Category) -> Answer:
        home = await self.communities.home_of(event)
        known = self._changed(event, home)
        wanted = OwnPhrase(
            id=known.id if known else self.lab.new_id(),
            text=" ".join(str(event.values["phrase"]).split()),
            tier=tier,
            category=category,
        )
        anyway = event.values.get("anyway") is True
        tripped = await self.lab.save(home, event.actor, wanted, anyway=anyway)
        return phrase_cards.phrase(wanted, tripped)

    def _changed(self, event: Answered, home: Community) -> OwnPhrase | None:
        """Return the phrase that a form changes; None for a new one. Raises `Gone`."""
        if isinstance(event, CommandUsed) or not event.action.args:
            return None
        return self.lab.phrase(home.id, event.action.args[0])

    # -- rooms -------------------------------------------------------------------------------

    async def rooms(self, event: ButtonPressed) -> Answer:
        home = await self.communities.home_of(event)
        return Instead(cards.rooms(self.communities.settings(home.id)))

    async def room_form(self, _event: Answered) -> Form:
        return cards.room_form()

    async def room_chosen(self, event: FormSubmitted) -> Answer:
        home = await self.communities.home_of(event)
        room, level = str(event.values["room"]), str(event.values["level"])
        await self.lab.choose_level(home, event.actor, event.space, room, level)
        return cards.rooms(self.communities.settings(home.id))

    # -- silence -----------------------------------------------------------------------------

    async def silence(self, event: ButtonPressed) -> Answer:
        return Instead(await self._silence(await self.communities.home_of(event)))

    async def listen(self, event: ButtonPressed) -> Answer:
        home = await self.communities.home_of(event)
        settings = self.communities.settings(home.id)
        if settings.alert_room is None or settings.checkin_room is None:
            return notice_cards.needs_notice(settings)
        notice = await self.listening.begin(home, event.actor, _days(event))
        if notice is None:
            return notice_cards.notice_refused(settings)
        return Instead(cards.listening(notice))

    async def more_silence(self, event: ButtonPressed) -> Answer:
        home = await self.communities.home_of(event)
        await self.listening.go_on(home, event.actor)
        return Instead(await self._silence(home))

    async def act(self, event: ButtonPressed) -> Answer:
        home = await self.communities.home_of(event)
        await self.listening.end(home, event.actor)
        return Instead(cards.acting())

    # -- verdicts ----------------------------------------------------------------------------

    async def scores(self, event: ButtonPressed) -> Answer:
        home = await self.communities.home_of(event)
        every = await self.lab.scores(home.id)
        told_of = [one for one in every if one.false_alarms is not None]
        told_of.sort(key=lambda one: (-(one.false_alarms or 0), -one.verdicts, one.rule))
        few = len(every) - len(told_of)
        own = self.lab.own_by_rule(home.id)
        return Instead(cards.scores(told_of, own, page=event.action.page(), few=few))

    # -- inside ------------------------------------------------------------------------------

    async def _silence(self, home: Community) -> Card:
        settings = self.communities.settings(home.id)
        report = await self.listening.report(home.id)
        return cards.silence(settings, report, self.lab.own_by_rule(home.id))


def _days(event: ButtonPressed) -> int:
    """Return for how many days to listen silently, as offered."""
    wanted = event.action.args[0] if event.action.args else ""
    return next((days for days in TRIAL_DAYS if wanted == str(days)), TRIAL_DAYS[0])
