"""A few weeks of a community in which every word that anybody writes is a secret."""

from dataclasses import dataclass
from datetime import timedelta

from adapters.console.world import SPACE, OpenForm
from peerbot.chat.actions import Action, action
from peerbot.chat.addresses import Actor, Person
from peerbot.chat.commands import Role
from peerbot.chat.forms import Field, MultiChoice, TextIn
from peerbot.chat.stage import Trouble
from tests.leaks.broken import PLEASE
from tests.leaks.inputs import in_order, valid
from tests.leaks.ledger import Ledger, Secret
from tests.leaks.refusing import refusing
from tests.leaks.town import TO_THE_PROMPT, Town

AUDIENCES = {
    "sam": ("me", "for oneself"),
    "kim": ("staff", "for staff"),
    "lee": ("by-name", "by name"),
    "mia": ("anonymous", "without a name"),
    "noa": ("anonymous", "without a name"),
    "tom": ("anonymous", "without a name"),
}
"""Six members, and to whom each of them answers check-ins."""

ALIKE = {"noa", "tom"}
"""Anonymous words appear three together; one of the three is enough to look at."""

NOT_FORGED = {("privacy", "erase")}
"""Whoever is forgotten has nothing to export."""


@dataclass
class Story:
    """Uses everything that takes words, in fair weather and in foul."""

    town: Town
    ledger: Ledger

    async def play(self) -> None:
        await self.people_come()
        await self.people_write()
        await self.a_check_in_opens()
        await self.a_question_is_published()
        await self.a_resource_is_published()
        await self.something_breaks()
        await self.commands()
        await self.forms()
        await self.storage_is_away()
        await self.storage_refuses()
        await self.the_check_in_closes()
        await self.presses_are_forged()

    async def people_come(self) -> None:
        """Let everybody join, with a secret for a name; zed's app speaks a secret language."""
        for who in (*AUDIENCES, "robin", "dana", "zed"):
            self.town.world.people[who] = Actor(
                person=Person(SPACE.platform, who),
                name=self.ledger.words("name of a person", who),
                locale=self.ledger.words("language of an app", who) if who == "zed" else None,
            )
            self.town.world.left.add(who)
        await self.town.be("robin", "moderator")
        await self.town.be("dana", "staff")
        for who in (*AUDIENCES, "zed"):
            await self.town.be(who)
        await self.town.use("checkin")
        await self.town.tap("community.agree")
        await self.town.tap("checkins.now")
        await self.town.tap("checkins.remind-on")

    # -- messages ----------------------------------------------------------------------------

    async def people_write(self) -> None:
        """Write in rooms and to the bot, edit, flag, delete; in danger too, and unreachable."""
        self.town.deeds.set_inbox("lee", is_open=False)
        for danger in (False, True):
            kind = "dangerous " if danger else ""
            for who, place in (("sam", "general"), ("kim", "@dm"), ("lee", "general")):
                where = "direct message" if place == "@dm" else "message in a room"
                await self.town.be(who, place=place)
                await self.town.say(self.ledger.words(f"{kind}{where}", who, danger=danger))
                edited = self.ledger.words(f"{kind}{where}, edited", who, danger=danger)
                await self.town.edit(edited)
            await self.town.be("kim", place="general")
            await self.town.deeds.flag("lee")
            await self.town.deeds.home()
            await self.town.be("lee")
            await self.town.deeds.delete()
        await self.alerts_are_taken()

    async def alerts_are_taken(self) -> None:
        await self.town.be("robin")
        await self.town.use("peerbot alerts")
        await self.town.tap("crisis.claim")
        await self.town.tap("crisis.backup")
        await self.town.be("sam")
        await self.town.tap("crisis.misread")
        await self.town.be("mia")
        await self.town.use("help-now")
        await self.town.tap("crisis.ask-moderator")
        await self.a_worry_is_told()

    async def a_worry_is_told(self) -> None:
        """Let somebody report a worry, with words for whoever looks after it, who reads them."""
        await self.town.be("noa", place="general")
        await self.town.use("help-now")
        opened = await self.opened("crisis", "worry")
        words = self.ledger.words("words about a worry", "noa")
        values = in_order(opened) | {"member": "sam", "words": words, "may-be-read": True}
        assert await self.town.submit(opened, values) is None
        await self.town.be("robin")
        await self.town.tap("crisis.worry-words")

    # -- check-ins ---------------------------------------------------------------------------

    async def a_check_in_opens(self) -> None:
        """Let everybody answer it to every kind of reader, first in danger and then anew."""
        await self.town.be("alex")
        await self.town.use("peerbot checkins")
        await self.town.tap("checkins.open")
        await self.town.tap("checkins.edit-words")
        await self.town.send(hours="24")
        await self.town.wait(TO_THE_PROMPT)
        for kind, danger in (("dangerous check-in", True), ("check-in", False)):
            for who, (audience, named) in AUDIENCES.items():
                if danger and who in ALIKE:
                    continue
                words = self.ledger.words(f"{kind} words {named}", who, danger=danger)
                await self.town.answer(who, audience, words)
            await self.staff_look()

    async def a_question_is_published(self) -> None:
        """Let a moderator ask something of their own in the room, and somebody answer it."""
        town = self.town
        await town.be("robin", place="general")
        await town.use("peerbot checkins")
        await town.tap("checkins.edit-words", ends="|new")
        await town.send(
            name=self.ledger.secret("own name of a check-in", "robin").token,
            question=self.ledger.words("own question", "robin"),
            room="check-ins",
            hours="24",
        )
        await town.tap("checkins.edit-days")
        await town.send(at="18:30")
        await town.tap("checkins.publish")
        await town.wait(timedelta(minutes=30))
        await town.be("kim", place="check-ins")
        await town.tap("checkins.begin")
        await town.tap("checkins.step", ends="|4")
        await town.tap("checkins.done")

    async def a_resource_is_published(self) -> None:
        """Let staff describe a service and check it, and a member find it."""
        town = self.town
        await town.be("dana", place="general")
        await town.use("peerbot resources")
        await town.tap("resources.add")
        await town.send(
            **{
                key: self.ledger.words(f"published resource, {key}", "dana")
                for key in ("name", "organization", "next_step")
            },
            support=("company",),
        )
        await town.tap("resources.verify")
        await town.be("zed", place="general")
        await town.use("resources", search="grandmother")
        await town.tap("resources.show")

    async def staff_look(self) -> None:
        for who in ("dana", "alex"):
            await self.town.be(who)
            await self.town.use("peerbot checkins")
            await self.town.tap("checkins.open")
            await self.town.tap("checkins.answers")

    async def the_check_in_closes(self) -> None:
        await self.town.wait(timedelta(days=1))
        await self.staff_look()

    # -- what breaks -------------------------------------------------------------------------

    async def something_breaks(self) -> None:
        """Let a handler, a listener, work, a send and a beat break while they hold words."""
        for place in ("@dm", "general"):
            await self.town.be("tom", place=place)
            token = self.ledger.secret("message that breaks a feature", "tom").token
            await self.town.say(f"{PLEASE} {token}")
        await self.town.wait(timedelta(minutes=2))
        await self.town.be("tom", place="general")
        await self.town.use("break")

    async def storage_is_away(self) -> None:
        """Write, answer and fill in while nothing can be stored."""
        await self.town.stage.make(Trouble.DATABASE_AWAY)
        for who, place in (("noa", "general"), ("tom", "@dm")):
            await self.town.be(who, place=place)
            said = "dangerous message while storage is away"
            await self.town.say(self.ledger.words(said, who, danger=True))
            await self.every_form_again(who, "while storage is away")
        assert len(self.town.house.record.spooled) == 4, "alerts and worries are spooled"
        await self.town.stage.make(Trouble.DATABASE_BACK)

    async def storage_refuses(self) -> None:
        """Let the database refuse every row that is written, quoting it where it does so."""
        async with refusing(self.town.stage.db):
            await self.every_form_again("alex", "while storage refuses")
            await self.town.be("sam")
            said = "dangerous message while storage refuses"
            await self.town.say(self.ledger.words(said, "sam", danger=True))
            await self.town.house.delivery.beat()

    async def every_form_again(self, who: str, when: str) -> None:
        """Send every kind of form that anybody has been shown, each field a secret."""
        await self.town.be(who)
        for opened in {one.action.name: one for _who, one in self.town.forms_shown}.values():
            values = {
                one.key: self.secret_in(opened, one, f", {when}").at_most(one.most)
                if isinstance(one, TextIn)
                else valid(one)
                for one in opened.form.fields
            }
            await self.town.submit_forged(opened.action, values)

    # -- commands and presses ----------------------------------------------------------------

    async def commands(self) -> None:
        """Type a secret behind every command, wherever something can be typed, and beside it."""
        for declared in self.town.house.router.commands:
            for who in ("alex", "zed"):
                await self.town.be(who, place="general")
                for option in (*(one.name for one in declared.parameters), "undeclared"):
                    typed = self.ledger.words(f"typing {declared.name} {option}", who)
                    await self.town.deeds.suggestions(declared.name, option, typed, {option: typed})
                    said = self.ledger.words(f"command {declared.name} {option}", who)
                    await self.town.use(declared.name, **{option: said})
                    self.town.deeds.close_form()
        self.town.world.busy_sends = 1
        await self.town.use(self.ledger.words("command that is none", "zed"))

    async def presses_are_forged(self) -> None:
        """Press everything there is with a secret for an id and secrets chosen."""
        for who, before in (("alex", ("1",)), ("zed", ())):
            await self.town.be(who)
            for feature, verb in self.forgeable_by(who):
                named = f"{feature}.{verb}"
                token = self.ledger.secret(f"forged id {named}", who).token
                chosen = self.ledger.words(f"forged choice {named}", who)
                await self.town.forge(action(feature, verb, *before, token), chosen)
            token = self.ledger.secret("forged name of a button", who).token.casefold()
            for wanted in (Action(token, "now"), Action("crisis", token)):
                self.town.world.busy_sends = 1
                await self.town.forge(wanted)
                words = self.ledger.words("form that is none", who)
                await self.town.submit_forged(wanted, {"words": words})
        self.town.world.busy_sends = 0

    def forgeable_by(self, who: str) -> list[tuple[str, str]]:
        """Return what leads somewhere: for a member not what is for the team alone."""
        router = self.town.house.router
        gates = {key: gate for key, (gate, *_rest) in (router._buttons | router._forms).items()}
        return sorted(
            key
            for key in gates.keys() - NOT_FORGED
            if who == "alex" or gates[key].role is Role.MEMBER
        )

    # -- every form --------------------------------------------------------------------------

    async def forms(self) -> None:
        """Fill in every field of every form that any feature has declared."""
        await self.cards_with_buttons_for_forms()
        for feature, verb in sorted(self.town.house.router._forms):
            if self.town.button_for(feature, verb) is not None:
                await self.fill_wrongly(feature, verb)
                await self.fill(feature, verb)
                # What comes after changes this, and not what holds secrets.
                await self.fill_plainly(feature, verb)

    async def cards_with_buttons_for_forms(self) -> None:
        """Let alex, who may do everything, come by every card that opens a form."""
        town = self.town
        await town.be("alex", place="general")
        await town.use("peerbot checkins")
        await town.tap("checkins.open")
        await town.use("peerbot tips")
        await town.use("peerbot resources")
        await town.tap("resources.staff-show")
        for there in ("phrases", "rooms"):
            await town.use("peerbot lab")
            await town.tap(f"lab.{there}")
        await town.use("peerbot panel")
        await town.tap("community.settings")
        await town.tap("community.about-team")
        for step in ("0", "3"):
            await town.use("peerbot setup")
            await town.forge(action("community", "setup", step))
        await town.use("tip")
        await town.use("resources")
        await town.use("checkin")
        await town.tap("community.agree")
        await town.tap("checkins.now")
        await town.tap("checkins.begin")
        await town.tap("checkins.step", ends="|4")
        await town.tap("checkins.done")
        await town.tap("checkins.remind-on")
        await town.use("checkin")
        await town.use("help-now")
        await town.use("break")

    async def fill(self, feature: str, verb: str) -> None:
        """Send the form with a secret in every field of words; if need be without those refused.

        Every other one is dangerous, and the others are in the next attempt.
        """
        again: OpenForm | None
        again = opened = await self.opened(feature, verb)
        secret = [one.key for one in opened.form.fields if isinstance(one, TextIn)]
        danger = False
        while again is not None and secret:
            values = in_order(opened)
            for one in opened.form.fields:
                if isinstance(one, TextIn) and one.key in secret:
                    values[one.key] = self.secret_in(opened, one, danger=danger).at_most(one.most)
                    danger = not danger
            again = await self.town.submit(opened, values)
            refused = again.reasons.keys() if again is not None else set()
            # Where the form as a whole is refused, the first field goes.
            secret = [key for key in secret if key not in refused] if refused - {""} else secret[1:]
        self.town.deeds.close_form()

    async def fill_plainly(self, feature: str, verb: str) -> None:
        opened = await self.opened(feature, verb)
        await self.town.submit(opened, in_order(opened))
        self.town.deeds.close_form()

    async def fill_wrongly(self, feature: str, verb: str) -> None:
        """Send it with too much in every field of words, and with words where none belong."""
        opened = await self.opened(feature, verb)
        values = in_order(opened)
        for one in opened.form.fields:
            if isinstance(one, TextIn):
                words = self.secret_in(opened, one, ", too long").words
                values[one.key] = words.ljust(one.most + 1, "!")
            else:
                words = self.secret_in(opened, one, ", not a text").words
                values[one.key] = (words,) if isinstance(one, MultiChoice) else words
        await self.town.submit(opened, values)
        self.town.deeds.close_form()

    async def opened(self, feature: str, verb: str) -> OpenForm:
        """Return the form, opened by somebody who was shown a button for it."""
        found = self.town.button_for(feature, verb)
        assert found is not None, f"nobody was ever shown a button for {feature}.{verb}"
        who, thing = found
        await self.town.be(who)
        opened = await self.town.press(thing)
        assert opened is not None, f"{feature}.{verb} opens no form: {self.town.last_words}"
        return opened

    def secret_in(
        self, opened: OpenForm, one: Field, also: str = "", *, danger: bool = False
    ) -> Secret:
        named = f"form {opened.action.name} {one.key}{also}"
        return self.ledger.secret(named, self.town.deeds.current, danger=danger)

    async def must_open(self, feature: str, verb: str) -> OpenForm:
        opened = await self.opened(feature, verb)
        assert opened is not None, f"nothing opens {feature}.{verb} again"
        return opened
