"""Takes what happens on Discord: answers in time, hands events to the core, breaks for nobody."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import aiohttp
import discord

from adapters.discord import inbound, own_cards, pressed_on
from adapters.discord.commands import choices_of, typed_in, used_in
from adapters.discord.errors import in_a_word
from adapters.discord.facts import greeting_room
from adapters.discord.forms import modal_of, values_of
from adapters.discord.ids import decoded
from adapters.discord.names import Names
from adapters.discord.native import PLATFORM, Json
from adapters.discord.ordinary import Ordinary
from adapters.discord.proxies import Proxies
from adapters.discord.refused import kept_in, refused_of
from adapters.discord.render import message_of
from adapters.discord.turns import Turn
from adapters.discord.under_way import UnderWay
from peerbot.chat.actions import Action, BadAction
from peerbot.chat.adapters import Core
from peerbot.chat.addresses import Actor, Person
from peerbot.chat.cards import Card
from peerbot.chat.events import (
    ButtonPressed,
    CommandUsed,
    FormSubmitted,
    Installed,
    MessagePosted,
    Removed,
    Renamed,
    WordsFiltered,
)
from peerbot.chat.forms import Form
from peerbot.chat.text import Words
from peerbot.clock import Clock

log = logging.getLogger(__name__)

FORM_WITHIN = timedelta(seconds=2)
"""Discord wants the modal as first answer within 3 s, the way there included.
https://discord.com/developers/docs/interactions/receiving-and-responding"""
TURN_LASTS = timedelta(minutes=15)
_SOMEBODY = Actor(person=Person(PLATFORM, inbound.NOBODY), name="")
"""Who changed something about a server: Discord does not say."""
_MOST_TURNS = 5_000


class Intake:
    """Whatever it is handed, it raises nothing: the person hears something, the log a name."""

    def __init__(
        self,
        core: Callable[[], Core],
        http: Callable[[], "Http"],
        now: Clock,
        under_way: UnderWay,
        names: Names,
        *,
        first_within: timedelta,
        is_our_rule: Callable[[int, int], Awaitable[bool]],
    ) -> None:
        """`is_our_rule` says of a server's AutoMod rule whether it is that of our word filter."""
        self._core_of = core
        self._http_of = http
        self._now = now
        self._turns: OrderedDict[str, Turn] = OrderedDict()
        self._proxies = Proxies()
        self._under_way = under_way
        self._names = names
        self._first_within = first_within
        self._is_our_rule = is_our_rule
        self.ordinary = Ordinary(core)
        self.inboxes: dict[str, int] = {}
        """Channels of direct messages that were seen in this run, by person."""

    # -- what the adapter asks -----------------------------------------------------------------

    def turn(self, token: str) -> Turn:
        """Return the interaction that a `Reply` means; raises ValueError for what is none."""
        known = self._turns.get(token)
        if known is not None:
            return known
        interaction_id, _colon, rest = token.partition(":")
        if not rest:
            raise ValueError("not a token of ours")
        http = self._http_of()
        return Turn(http.client, http.application_id, int(interaction_id), rest, is_new=False)

    def forget(self) -> None:
        """Forget what is only in memory, as a restart does."""
        self._turns.clear()
        self._proxies.forget()

    # -- what the client hands over ------------------------------------------------------------

    async def interaction(self, interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.autocomplete:
            await self._under_way.to_its_end(self._offered(interaction))
            return
        turn = self._begun(interaction)
        self._names.heard(interaction.user)
        await self._under_way.to_its_end(self._answered(interaction, turn))

    async def message(self, message: discord.Message) -> None:
        now = self._now()
        if message.webhook_id is not None:
            # A bot's answer to an interaction has such an id as well, and is nobody's words.
            if message.interaction_metadata is None:
                self._proxies.copied(inbound.posted(message, now))
            return
        # What AutoMod shows in a room is a message of its own, under the name of who wrote it.
        if message.author.bot or message.is_system():
            return
        if message.guild is None:
            self.inboxes[str(message.author.id)] = message.channel.id
        event = inbound.posted(message, now)
        self.ordinary.met(event, message.author)
        self._proxies.written(event)
        await self._under_way.to_its_end(self._core.dispatch(event))

    async def message_edited(
        self, payload: discord.RawMessageUpdateEvent, guild: discord.Guild | None
    ) -> None:
        event = inbound.edited(payload, self._now(), guild)
        signed = self._signed(event) if event is not None else None
        if signed is not None and signed.person.is_named:
            await self._under_way.to_its_end(self._core.dispatch(signed))

    async def filtered(self, found: discord.AutoModAction) -> None:
        """Tell what our rule in AutoMod found; Discord says it once for each thing it does."""
        event = inbound.filtered(found, self._now())
        if event is not None:
            await self._under_way.to_its_end(self._found(event, found.guild_id, found.rule_id))

    async def _found(self, event: WordsFiltered, guild_id: int, rule_id: int) -> None:
        if await self._is_our_rule(guild_id, rule_id):
            await self._core.dispatch(event)

    async def message_deleted(self, payload: discord.RawMessageDeleteEvent) -> None:
        deleted = inbound.deleted(payload, self._now())
        moved = self._proxies.deleted(deleted.ref, deleted.at)
        await self._under_way.to_its_end(self._core.dispatch(moved or deleted))

    async def joined(self, guild: discord.Guild, by: discord.abc.User | None) -> None:
        """Tell that a server has peerbot now; `by` whom is known if the server lets us see it."""
        person = inbound.person(by or discord.Object(guild.owner_id or 0))
        actor = Actor(person=person, name=by.display_name if by else "", owns_space=True)
        event = Installed(
            actor=actor,
            at=self._now(),
            space=inbound.space_of(guild.id),
            name=guild.name,
            is_certain=by is not None,
            greets_in=greeting_room(guild),
        )
        await self._under_way.to_its_end(self._core.dispatch(event))

    async def removed(self, guild_id: int) -> None:
        event = Removed(actor=_SOMEBODY, at=self._now(), space=inbound.space_of(guild_id))
        await self._under_way.to_its_end(self._core.dispatch(event))

    async def renamed(self, guild_id: int, name: str) -> None:
        space = inbound.space_of(guild_id)
        event = Renamed(actor=_SOMEBODY, at=self._now(), space=space, name=name)
        await self._under_way.to_its_end(self._core.dispatch(event))

    # -- interactions --------------------------------------------------------------------------

    async def _answered(self, interaction: discord.Interaction, turn: Turn) -> None:
        try:
            match interaction.type:
                case discord.InteractionType.application_command:
                    await self._command(interaction, turn)
                case discord.InteractionType.component:
                    await self._component(interaction, turn)
                case discord.InteractionType.modal_submit:
                    await self._submitted(interaction, turn)
                case _:
                    return
        except BadAction:
            await self._say(turn, own_cards.out_of_date, interaction)
        except discord.NotFound as error:
            # Its three seconds or its 15 minutes are over: there is nowhere to say anything.
            log.warning("an interaction came to an end before its answer (%s)", error.code)
        except Exception as error:  # noqa: BLE001 - nobody is above, and the person must hear
            log.error("an interaction broke: %s", type(error).__name__)
            await self._say(turn, own_cards.broken, interaction)
        await self._closed(turn)

    async def _command(self, interaction: discord.Interaction, turn: Turn) -> None:
        data: Json = dict(interaction.data or {})
        if data.get("type") == discord.AppCommandType.message.value:
            flagged = inbound.flagged(interaction, self._now())
            await self._heard(turn.defer_reply(), matters_late=True)
            if flagged is not None:
                signed = self._signed(flagged.message)
                await self._core.dispatch(replace(flagged, message=signed))
            return
        name, options = used_in(data)
        event = inbound.command(interaction, self._now(), name, options)
        await self._opened_or_dispatched(event, turn.defer_reply, turn, interaction)

    async def _offered(self, interaction: discord.Interaction) -> None:
        """Offer what may be meant; whatever goes wrong, people can type on.

        Its turn is not remembered: nothing can follow, and it comes with every key.
        """
        http = self._http_of()
        turn = Turn(
            http.client,
            interaction.application_id,
            interaction.id,
            interaction.token,
            is_new=True,
        )
        try:
            name, option, so_far = typed_in(dict(interaction.data or {}))
            event = inbound.option_typed(interaction, self._now(), name, option, so_far)
            async with asyncio.timeout(self._first_within.total_seconds()):
                await turn.offer(choices_of(await self._core.suggestions(event)))
        except discord.NotFound:
            return  # They typed on, or sent it: Discord takes no more for this one.
        except Exception as error:  # noqa: BLE001 - nobody is above, and nobody waits for it
            log.warning("nothing could be suggested: %s", in_a_word(error))

    async def _component(self, interaction: discord.Interaction, turn: Turn) -> None:
        data: Json = dict(interaction.data or {})
        custom_id = str(data.get("custom_id", ""))
        action, asks_first = decoded(custom_id)
        if action == own_cards.NO:
            card = own_cards.left_alone(self._say_to(interaction))
            await turn.answer(message_of(card), instead=True)
            return
        if asks_first:
            label = pressed_on.label_of(interaction.message, custom_id)
            question = self._core.confirm_of(action)
            card = own_cards.asked(action, label, question, self._say_to(interaction))
            await turn.answer(message_of(card), instead=False)
            return
        event = inbound.pressed(interaction, self._now(), action)
        await self._opened_or_dispatched(event, turn.defer_update, turn, interaction)

    async def _submitted(self, interaction: discord.Interaction, turn: Turn) -> None:
        data: Json = dict(interaction.data or {})
        action, _asks = decoded(str(data.get("custom_id", "")))
        values = values_of(data)
        is_on_a_card = interaction.message is not None
        await self._heard(turn.defer_update() if is_on_a_card else turn.defer_reply())
        event = inbound.submitted(interaction, self._now(), action, values)
        reasons = await self._core.dispatch(event)
        if reasons:
            await self._refused(event, reasons, turn, interaction)

    async def _refused(
        self,
        event: FormSubmitted,
        reasons: Mapping[str, Words],
        turn: Turn,
        interaction: discord.Interaction,
    ) -> None:
        """Show why a form was not taken, with all that was typed, and a way back into it."""
        press = inbound.pressed(interaction, self._now(), event.action)
        form = await self._core.open_form(press)
        # Whatever has become of the form: the words are shown.
        opened = form if isinstance(form, Form) else None
        phrases = own_cards.of_refusals(self._say_to(interaction))
        message = refused_of(opened, event.values, reasons, event.action.encoded, phrases)
        # Beside the card that opened the form: whoever gives up still has that card's buttons.
        await turn.answer(message, instead=False)

    async def _opened_or_dispatched(
        self,
        event: ButtonPressed | CommandUsed,
        first: Callable[[], Awaitable[None]],
        turn: Turn,
        interaction: discord.Interaction,
    ) -> None:
        """Open the form that this leads to, as the very first answer; else let it be done."""
        form = self._core.form_action(event)
        if form is not None:
            await self._open(event, form, turn, interaction)
            return
        await self._heard(first())
        await self._core.dispatch(event)

    async def _open(
        self,
        event: ButtonPressed | CommandUsed,
        action: Action,
        turn: Turn,
        interaction: discord.Interaction,
    ) -> None:
        try:
            async with asyncio.timeout(FORM_WITHIN.total_seconds()):
                opened = await self._core.open_form(event)
        except TimeoutError:
            await self._say(turn, own_cards.too_slow, interaction)
            return
        if isinstance(opened, Form):
            kept = kept_in(pressed_on.as_json(interaction.message))
            await turn.open(modal_of(opened.keeping(kept) if kept else opened, action))
        else:
            await turn.answer(message_of(await self._names.shown(opened)), instead=False)

    # -- inside --------------------------------------------------------------------------------

    @property
    def _core(self) -> Core:
        return self._core_of()

    def _signed(self, posted: MessagePosted) -> MessagePosted:
        """Return a webhook's message as that of the person behind it, if it is known who.

        Without its link: beside the person it would tell who is behind the name of the copy.
        """
        author = None if posted.person.is_named else self._proxies.author_of(posted.ref)
        return posted if author is None else replace(posted, actor=author, permalink=None)

    def _begun(self, interaction: discord.Interaction) -> Turn:
        http, message = self._http_of(), interaction.message
        turn = Turn(
            http.client,
            interaction.application_id,
            interaction.id,
            interaction.token,
            is_new=True,
            in_inbox=interaction.guild_id is None,
            on_private_card=message is not None and message.flags.ephemeral,
            takes_its_place=interaction.type is discord.InteractionType.modal_submit
            and bool(kept_in(pressed_on.as_json(message))),
        )
        self._turns[inbound.token_of(interaction)] = turn
        while len(self._turns) > _MOST_TURNS:
            self._turns.popitem(last=False)
        if interaction.guild_id is None and interaction.channel_id is not None:
            self.inboxes[str(interaction.user.id)] = interaction.channel_id
        return turn

    def _say_to(self, interaction: discord.Interaction) -> own_cards.Say:
        actor = inbound.actor_in(interaction)
        return lambda words: self._core.say(words, actor)

    async def _heard(self, first: Awaitable[None], *, matters_late: bool = False) -> None:
        """Tell Discord that we have heard; where Discord is down it counts all the same.

        Somebody who asks for help then must not depend on an answer that nobody can see. What is
        too late for Discord does not count, since it has told the person so; `matters_late` it
        does.
        """
        try:
            async with asyncio.timeout(self._first_within.total_seconds()):
                await first
        except (discord.DiscordServerError, aiohttp.ClientError, OSError) as error:
            log.warning("taken, though Discord could not be told: %s", in_a_word(error))
        except discord.NotFound:
            if not matters_late:
                raise
            log.warning("taken, though too late for Discord")

    async def _say(
        self,
        turn: Turn,
        make: Callable[[own_cards.Say], Card],
        interaction: discord.Interaction,
    ) -> None:
        try:
            await turn.answer(message_of(make(self._say_to(interaction))), instead=False)
        except Exception as error:  # noqa: BLE001 - it was tried; there is no other way to say it
            log.error("a person could not be told that something broke: %s", type(error).__name__)

    async def _closed(self, turn: Turn) -> None:
        try:
            await turn.close()
        except Exception as error:  # noqa: BLE001 - it is only tidying up
            log.warning("an unanswered interaction stays open: %s", type(error).__name__)


class Http:
    """What a turn needs of a client that is logged in."""

    def __init__(self, client: discord.http.HTTPClient, application_id: int) -> None:
        self.client = client
        self.application_id = application_id
