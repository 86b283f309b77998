"""What the people of a flow script do, done on Discord's own messages by simcord's people."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import simcord

from adapters.console.asking import values_of
from adapters.console.deeds import CannotDo, Deeds
from adapters.console.inbound import Prompt
from adapters.console.world import DIRECT, PLATFORM, SPACE, OpenForm, Pressable, World
from adapters.discord import own_cards
from adapters.discord.commands import FLAG
from adapters.discord.forms import Kind
from peerbot.chat.addresses import MessageRef, Person, Room
from peerbot.chat.cards import Card, Confirm
from peerbot.chat.events import MessagePosted
from peerbot.chat.forms import Values
from peerbot.chat.plain import plain
from peerbot.clock import Clock
from peerbot.i18n import _
from peerbot.testing.fakes import RecordingCore
from tests.adapters.discord import differences, finding, membership
from tests.adapters.discord.finding import Missing
from tests.adapters.discord.mirror import Listening, Mirror, Opened
from tests.adapters.discord.town import Town


@dataclass
class _Modal:
    """A form in a modal that somebody looks at, or in the message that keeps a refused one."""

    opened: Opened
    shown: simcord.InteractionResult | None
    kept_in: Any = None


class OnDiscord(Deeds):
    """The console's deeds, each done natively. Nothing is told to peerbot but by Discord."""

    def __init__(
        self,
        town: Town,
        world: World,
        mirror: Mirror,
        listening: Callable[[], Listening],
        now: Clock,
        before_each: Callable[[], Awaitable[object]],
    ) -> None:
        # What the console would tell by itself nobody hears: `differences.NOBODY_JOINS`.
        super().__init__(world, RecordingCore, now)
        self._town = town
        self._mirror = mirror
        self._listening = listening
        self._before_each = before_each
        self._modals: dict[str, _Modal] = {}
        self._questions: dict[str, tuple[Any, Confirm]] = {}

    # -- who and where -------------------------------------------------------------------------

    async def step_in(self, prompt: Prompt) -> None:
        await super().step_in(prompt)
        self._town.let_in(self.current, self.actor)

    async def install(self, name: str, owner: str) -> None:
        del name, owner
        await self._town.env.settle()

    async def set_membership(self, *, added: bool) -> None:
        await self._before_each()
        backend, server = self._town.env.backend, self._town.guild
        self._world.is_in = added
        if added:
            membership.add(backend, server.id, by=server.owner.id)
        else:
            membership.take_out(backend, server.id)
        await self._town.env.settle()

    async def leave(self) -> None:
        await self._before_each()
        await super().leave()
        self._town.let_go(self.current)
        await self._town.env.settle()

    # -- writing -------------------------------------------------------------------------------

    async def say(self, text: str) -> None:
        await self._before_each()
        if self.place == DIRECT:
            await self._member.user.send_dm(text)
        else:
            await self._member.send(self._town.rooms[self.place], text)

    async def edit(self, text: str) -> None:
        await self._before_each()
        await self._member.edit(self._native(self._own_post().ref), text)

    async def delete(self) -> None:
        await self._before_each()
        await self._member.delete(self._native(self._own_post().ref))

    async def flag(self, whom: str) -> None:
        await self._before_each()
        post = self._world.last_post_of(Person(PLATFORM, whom.lower()))
        if post is None:
            raise CannotDo(_("{name} has written nothing that could be flagged.", name=whom))
        await self._done(
            await self._member.context_menu(
                self._town.rooms[_room_of(post)], plain(FLAG), self._native(post.ref)
            )
        )

    # -- pressing and filling in ---------------------------------------------------------------

    async def use(self, name: str, options: Mapping[str, str]) -> OpenForm | None:
        await self._before_each()
        self._listening().opened = None
        if self.place == DIRECT:
            result = await self._member.user.slash(name, **options)
        else:
            result = await self._member.slash(self._town.rooms[self.place], name, **options)
        return await self._done(result)

    async def press(self, thing: Pressable, values: tuple[str, ...] = ()) -> OpenForm | None:
        await self._before_each()
        asked = self._questions.pop(self.current, None)
        if asked is not None and thing.confirm is not None:
            message, question = asked
            yes = finding.button(message, thing.action, question.yes)
            return await self._answer(message, yes)
        message = self._stored(thing.shown.ref)
        if thing.select is None:
            id_ = finding.button(message, thing.action, thing.label)
            return await self._answer(message, id_)
        id_ = finding.listed(message, thing.action, values)
        self._listening().opened = None
        actor = self._actor_at(message)
        result = await actor.select(self._as_message(message), list(values), custom_id=id_)
        return await self._done(result)

    async def ask(self, thing: Pressable) -> None:
        await self._before_each()
        message = self._stored(thing.shown.ref)
        id_ = finding.button(message, thing.action, thing.label, asks_first=True)
        asked = self._newest(await self._click(message, id_))
        question = self._question_of(thing)
        words = finding.words_of(asked)
        if plain(question.question) not in words:
            raise Missing(f"Discord asks {words!r}, not {plain(question.question)!r}")
        self._questions[self.current] = (asked, question)

    async def leave_alone(self, thing: Pressable) -> None:
        await self._before_each()
        message, question = self._questions.pop(self.current)
        await self._click(message, finding.button(message, own_cards.NO, question.no))

    async def submit(self, opened: OpenForm, values: Values) -> OpenForm | None:
        await self._before_each()
        modal = self._modals[self.current]
        shown = modal.shown or await self._opened_again(modal, opened)
        listening = self._listening()
        listening.reasons, listening.opened = {}, None
        actor = self._actor_in(shown)
        result = await actor.submit_modal(shown, self._filled(shown, values))
        if not listening.reasons:
            self.close_form()
            await self._done(result)
            return None
        refused = self._newest(result)
        self._must_give_reasons(refused)
        self._modals[self.current] = replace(modal, shown=None, kept_in=refused)
        reasons = {key: self._mirror.named(one) for key, one in listening.reasons.items()}
        again = replace(opened, form=opened.form.keeping(values), reasons=reasons)
        self._world.forms[self.current] = again
        return again

    def close_form(self) -> None:
        super().close_form()
        self._modals.pop(self.current, None)

    # -- the rest ------------------------------------------------------------------------------

    async def home(self) -> None:
        raise CannotDo(differences.NO_HOME)

    def set_inbox(self, whom: str, *, is_open: bool) -> None:
        super().set_inbox(whom, is_open=is_open)
        self._town.set_inbox(whom.lower() or self.current, is_open=is_open)

    # -- inside --------------------------------------------------------------------------------

    @property
    def _member(self) -> simcord.MemberActor:
        return self._town.members[self.current]

    def _stored(self, ref: MessageRef) -> Any:
        channel_id, message_id = self._mirror.native_of(ref)
        return self._town.env.backend.get_message(channel_id, message_id)

    def _native(self, ref: MessageRef) -> Any:
        return self._as_message(self._stored(ref))

    def _as_message(self, stored: Any) -> Any:
        return simcord.ResponseMessage(self._town.env, stored)

    def _actor_at(self, message: Any) -> Any:
        """Return who acts, as Discord knows them in direct messages or in the server."""
        channel = self._town.env.backend.get_channel(message.channel_id)
        return self._member.user if channel.guild_id is None else self._member

    def _actor_in(self, result: simcord.InteractionResult) -> Any:
        in_server = result._interaction.guild_id is not None
        return self._member if in_server else self._member.user

    async def _click(self, message: Any, id_: str) -> simcord.InteractionResult:
        actor = self._actor_at(message)
        result: simcord.InteractionResult = await actor.click(
            self._as_message(message), custom_id=id_
        )
        return result

    async def _answer(self, message: Any, id_: str) -> OpenForm | None:
        self._listening().opened = None
        return await self._done(await self._click(message, id_))

    def _newest(self, result: simcord.InteractionResult) -> Any:
        """Return the message that an interaction was answered with."""
        answers = [*result.followups, *([result.response] if result.response else [])]
        if not answers:
            raise Missing("Discord shows no answer")
        return answers[0]._message

    async def _done(self, result: simcord.InteractionResult) -> OpenForm | None:
        """Return the form that came of it; show the card that came in its place."""
        if not result.acknowledged:
            raise Missing("Discord says that the interaction failed")
        opened = self._listening().opened
        if isinstance(opened, Card):
            self._show_refusal(result, opened)
        elif opened is not None:
            return self._in_front(opened, result)
        self._must_be_known(result)
        return None

    def _show_refusal(self, result: simcord.InteractionResult, card: Card) -> None:
        message = self._newest(result)
        actor = self.actor
        reply = self._world.new_reply(actor, self._now(), self.place, None)
        shown = self._world.show(reply, self._mirror.named(card), self._now(), None)
        self._mirror.pair((message.channel_id, message.id), shown.ref)

    def _in_front(self, opened: Opened, result: simcord.InteractionResult) -> OpenForm:
        if result.modal is None:
            raise Missing("Discord shows no modal")
        finding.must_be(result.modal, opened.form, opened.action)
        event = opened.event
        beside = None
        message = getattr(event, "message", None)
        if message is not None:
            beside = self._mirror.ref_of((int(message.room), int(message.message)))
        form = OpenForm(
            action=opened.action,
            form=self._mirror.named(opened.form),
            space=None if event.space is None else SPACE,
            room=None if event.room is None else self._mirror.named(event.room),
            beside=beside,
        )
        self._modals[self.current] = _Modal(opened, result)
        self._world.forms[self.current] = form
        return form

    async def _opened_again(self, modal: _Modal, opened: OpenForm) -> simcord.InteractionResult:
        """Open a refused form by the button of the message that keeps it."""
        (again,) = finding.has_buttons(modal.kept_in)
        result = await self._click(modal.kept_in, again["custom_id"])
        if result.modal is None:
            raise Missing("the form does not open again")
        finding.must_be(result.modal, modal.opened.form, modal.opened.action)
        kept = {key: self._named(one) for key, one in finding.held_in(result.modal).items()}
        wanted = values_of(opened.form)
        if kept != wanted:
            raise Missing(f"the form opens again with {kept}, and {wanted} was filled in")
        return result

    def _named(self, value: str | tuple[str, ...] | bool) -> str | tuple[str, ...] | bool:
        return self._town.name_of(value) if isinstance(value, str) else value

    def _filled(self, shown: simcord.InteractionResult, values: Values) -> dict[str, Any]:
        assert shown.modal is not None
        kinds = finding.kinds_of(shown.modal)
        filled = {key: self._in(kinds[key], value) for key, value in values.items()}
        return {key: value for key, value in filled.items() if value not in ("", [], ())}

    def _in(self, kind: int, value: str | tuple[str, ...] | bool) -> object:
        """Return a value as a person gives it to a field of this kind."""
        match kind:
            case Kind.USER_SELECT:
                return [self._town.members[str(value)]] if value else []
            case Kind.CHANNEL_SELECT:
                return [self._town.rooms[str(value)]] if value else []
            case Kind.STRING_SELECT | Kind.CHECKBOX_GROUP:
                return [value] if isinstance(value, str) and value else list(value or ())  # type: ignore[arg-type]
            case _:
                return value

    def _question_of(self, thing: Pressable) -> Confirm:
        """Return what Discord should ask before the press counts."""
        assert thing.confirm is not None
        return thing.confirm

    def _must_give_reasons(self, refused: Any) -> None:
        words = finding.words_of(refused)
        for reason in self._listening().reasons.values():
            if plain(reason) not in words:
                raise Missing(f"Discord does not say why: {plain(reason)!r} is not in {words!r}")

    def _must_be_known(self, result: simcord.InteractionResult) -> None:
        """Raise `Missing` if Discord shows something that no card stands behind."""
        answers = [*result.followups, *([result.response] if result.response else [])]
        for one in answers:
            if self._mirror.ref_of((one.channel_id, one.id)) is None:
                raise Missing(f"Discord shows a card of its own: {finding.words_of(one._message)}")


def _room_of(post: MessagePosted) -> str:
    if post.room is None:
        raise CannotDo(differences.NO_FLAG_IN_AN_INBOX)
    return Room(PLATFORM, post.room.id).id
