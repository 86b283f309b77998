"""Discord as its people see it: simcord's model of the platform, never our own renderer."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import simcord
from simcord.interactions import base_payload

import discord
from adapters.discord.adapter import Discord
from adapters.discord.client import Client
from adapters.discord.commands import payload_of
from adapters.discord.facts import permissions
from adapters.discord.native import PLATFORM
from peerbot.chat.adapters import Core
from peerbot.chat.addresses import Person, Room, Space
from peerbot.clock import Clock, MovableClock
from peerbot.i18n import LANGUAGES
from peerbot.testing.builders import NOW
from peerbot.testing.fakes import RecordingCore
from peerbot.testing.harness import Break, Filled, Seen, SeenForm
from tests.adapters.discord import membership  # noqa: F401 - it completes simcord's routes
from tests.adapters.discord.parts import Json, parts_in
from tests.adapters.discord.seen import alts_of, links_of, read, texts_of

EPHEMERAL = 1 << 6


class AtOnce:
    """Implements `Connection`: simcord has brought the client in already."""

    async def open(self, client: Client) -> None:
        del client

    async def close(self, client: Client) -> None:
        del client


class QuickEnv(simcord.Env):
    """Looks every two milliseconds whether all has come to rest; simcord itself every fifty.

    It waits for it as long as a busy machine takes.
    """

    def __init__(self, *given: Any, settle_timeout: float = 60.0, **asked: Any) -> None:
        super().__init__(*given, settle_timeout=settle_timeout, **asked)

    async def _settle_internal(
        self, *, idle: float = 0.002, timeout: float | None = None, **asked: Any
    ) -> None:
        # simcord gives the start of a bot five seconds, whatever it was told.
        patience = None if timeout is None else max(timeout, self.settle_timeout)
        await super()._settle_internal(idle=min(idle, 0.002), timeout=patience, **asked)


def on_simcord(now: Clock) -> Discord:
    """Return an adapter as simcord can run it: one shard, and charts drawn where they stand."""

    async def at_once(draw: Any, *given: Any) -> Any:
        return draw(*given)

    adapter = Discord(
        connection=AtOnce(),
        message_content=True,
        now=now,
        shard_count=1,
        off_the_loop=at_once,
    )
    # simcord ignores nonces; tests/adapters/discord/test_double.py shows that ours work.
    adapter.capabilities = replace(adapter.capabilities, idempotent_sends=False)
    return adapter


class DiscordHarness:
    """One server with a room and two members; reads what Discord's clients would draw."""

    def __init__(self, adapter: Discord, env: simcord.Env, stack: AsyncExitStack) -> None:
        self.adapter = adapter
        self._env = env
        self._stack = stack
        self._guild = env.create_guild("Home")
        self._general = self._guild.create_text_channel("general")
        ours = self._guild.create_role("peerbot", permissions=permissions())
        env.backend.add_member_role(self._guild.id, env.backend.bot_user.id, ours.id)
        self._members = {
            name: self._guild.add_member(env.create_user(name)) for name in ("sam", "robin")
        }
        self.sam = Person(PLATFORM, str(self._members["sam"].id))
        self.robin = Person(PLATFORM, str(self._members["robin"].id))
        self.space = Space(PLATFORM, str(self._guild.id))
        self.room = Room(PLATFORM, str(self._general.id), space=self.space.id)
        self._modals: dict[str, simcord.InteractionResult] = {}
        self._said: dict[str, tuple[str, ...]] = {}

    @classmethod
    async def start(cls, core: RecordingCore | Core, now: Clock | None = None) -> "DiscordHarness":
        adapter = on_simcord(now or MovableClock(NOW))
        stack = AsyncExitStack()
        env = await stack.enter_async_context(simcord.run(adapter.client, shard_count=1))
        harness = cls(adapter, env, stack)
        await adapter.start(core)
        await adapter.client.http.bulk_upsert_global_commands(
            env.backend.application_id, payload_of(core.commands, LANGUAGES)
        )
        return harness

    # -- seeing --------------------------------------------------------------------------------

    async def seen_by(self, person: Person) -> Sequence[Seen]:
        return [self._seen(one) for one in self._messages(person)]

    def _seen(self, message: Any) -> Seen:
        parts = list(parts_in(message.components))
        texts = list(texts_of(message, parts))
        outward = [one for one in parts if one.get("type") == _BUTTON and "url" in one]
        pressable = [one for one in _buttons(message.components) if not one.get("disabled")]
        options = [one for part in parts for one in part.get("options") or []]
        words = "\n".join(read(tokens) for tokens in texts)
        notified = {str(one) for one in (*message.mention_user_ids, *message.mention_role_ids)}
        return Seen(
            words=words,
            summary=message.content,
            private=bool(message.flags & EPHEMERAL) or message.channel_id in self._inboxes(),
            buttons=tuple(one["label"] for one in pressable if one["label"] not in ARROWS),
            links=(
                *((one["label"], one["url"]) for one in outward),
                *(link for tokens in texts for link in links_of(tokens)),
            ),
            options=tuple(one["label"] for one in options),
            alts=tuple(alts_of(message, parts)),
            files=tuple(
                (one["filename"], self._env.backend.cdn.get(one["url"]))
                for one in message.attachments
            ),
            notified=frozenset(notified | ({"everyone"} if message.mention_everyone else set())),
            pinned=message.pinned,
        )

    def _inboxes(self) -> set[int]:
        return set(self._env.backend.dm_channels.values())

    def _messages(self, person: Person) -> list[Any]:
        """Return the model's messages of ours that the person can see, oldest first."""
        backend = self._env.backend
        channels = [self._general.id, *(one.id for one in self._general.threads)]
        inbox = backend.dm_channels.get(int(person.id))
        channels += [inbox] if inbox is not None else []
        found = [
            one
            for channel in channels
            for one in backend.messages.get(channel, {}).values()
            if one.visible_to(int(person.id))
            and one.author_id == backend.bot_user.id
            and one.type != discord.MessageType.pins_add.value
        ]
        return sorted(found, key=lambda one: int(one.id))

    # -- doing ---------------------------------------------------------------------------------

    async def sends(self, person: Person, kind: int, data: Json) -> None:
        """Let the person send any interaction at all, as a forged client would."""
        _record, payload = base_payload(
            self._env.backend,
            type=kind,
            channel_id=self._general.id,
            guild_id=self._guild.id,
            user_id=int(person.id),
            data=data,
        )
        self._env.backend.emit("INTERACTION_CREATE", payload)
        await self._env.settle()

    async def press(self, person: Person, label: str, says: str | None = None) -> None:
        """Press it; where the platform asks again, say yes, or press what `says` names."""
        message, button = self._newest(person, lambda one: one.get("label") == label)
        result = await self._click(person, message, button["custom_id"])
        asked = [one for one in result.followups if _buttons(one.components)]
        asked += [result.response] if result.response is not None else []
        for one in asked:
            answers = {each["label"]: each["custom_id"] for each in _buttons(one.components)}
            if "pb1|discord|no" in answers.values():
                chosen = answers[says] if says else next(iter(answers.values()))
                await self._click(person, one.message, chosen)

    async def choose(self, person: Person, options: tuple[str, ...]) -> None:
        message, listed = self._newest(person, lambda one: bool(one.get("options")))
        values = [one["value"] for one in listed["options"] if one["label"] in options]
        await self._actor(person).select(
            self._as_message(message), values, custom_id=listed["custom_id"]
        )

    async def turn(self, person: Person, *, forward: bool) -> None:
        wanted = (
            "\N{BLACK RIGHT-POINTING TRIANGLE}" if forward else "\N{BLACK LEFT-POINTING TRIANGLE}"
        )
        await self.press(person, wanted)

    async def say(self, person: Person, text: str) -> None:
        await self._actor(person).send(self._general, text)

    async def use(self, person: Person, command: str, options: Mapping[str, str]) -> None:
        result = await self._actor(person).slash(self._general, command, **options)
        self._keep_modal(person, result)

    async def types(
        self, person: Person, command: str, option: str, typed: str, **others: str
    ) -> list[Json]:
        """Return what is offered while the person types an option of a command."""
        actor = self._actor(person)
        return await actor.autocomplete(self._general, command, option, typed, **others)

    async def form_of(self, person: Person) -> SeenForm | None:
        shown = self._modals.get(person.id)
        if shown is None or shown.modal is None:
            return None
        return SeenForm(
            title=shown.modal["title"],
            fields={
                label["label"]: _held(label["component"])
                for label in shown.modal["components"]
                if "component" in label
            },
            reasons=self._said.get(person.id, ()),
        )

    async def submit(self, person: Person, filled: Mapping[str, Filled]) -> None:
        shown = self._modals.pop(person.id)
        assert shown.modal is not None
        values: dict[str, Any] = {}
        for label in shown.modal["components"]:
            if "component" in label:
                inner = label["component"]
                held = filled.get(label["label"], _held(inner))
                value = _in_values(inner, held)
                if value not in ("", [], ()):
                    values[inner["custom_id"]] = value
        result = await self._actor(person).submit_modal(shown, values)
        self._said.pop(person.id, None)
        for message in [*result.followups, *([result.response] if result.response else [])]:
            lists = [one for one in parts_in(message.components) if one.get("type") == _SELECT]
            again = _buttons(message.components)
            if lists and again and all(one.get("disabled") for one in lists):
                self._said[person.id] = (self._seen(message._message).words,)
                await self._click(person, message.message, again[0]["custom_id"])

    async def later(self, length: timedelta) -> None:
        """Let time pass for Discord, whose tokens expire."""
        await self._env.advance_time(length.total_seconds())

    def preview(self, width: int, height: int) -> Any:
        """Return simcord's preview of the room, as robin sees it."""
        return self._env.preview(
            self._general, viewers=[self._members["robin"]], width=width, height=height
        )

    async def picture(self, preview: Any, file: Path) -> None:
        """Draw the newest message into a file."""
        newest = self._as_message(self._messages(self.robin)[-1])
        await preview.screenshot(file, target=newest, allow_incomplete=True)

    def break_next_send(self, how: Break, person: Person) -> None:
        http = self.adapter.client.http
        real = http.request

        async def refuses(route: discord.http.Route, **kwargs: Any) -> Any:
            if route.method != "POST" or not route.path.endswith("/messages"):
                return await real(route, **kwargs)
            http.request = real  # type: ignore[method-assign]
            if how is Break.BUSY:
                raise discord.DiscordServerError(_Answer(503), "upstream")  # type: ignore[arg-type]
            raise discord.Forbidden(_Answer(403), {"code": 50007, "message": "closed"})  # type: ignore[arg-type]

        del person
        http.request = refuses  # type: ignore[method-assign]

    async def close(self) -> None:
        await self.adapter.stop()
        await self._stack.aclose()

    # -- inside --------------------------------------------------------------------------------

    def _actor(self, person: Person) -> simcord.MemberActor:
        return next(one for one in self._members.values() if str(one.id) == person.id)

    def _as_message(self, message: Any) -> Any:
        return simcord.ResponseMessage(self._env, message)

    async def _click(self, person: Person, message: Any, custom_id: str) -> Any:
        shown = message if isinstance(message, discord.Message) else self._as_message(message)
        result = await self._actor(person).click(shown, custom_id=custom_id)
        self._keep_modal(person, result)
        return result

    def _keep_modal(self, person: Person, result: simcord.InteractionResult) -> None:
        if result.modal is not None:
            self._modals[person.id] = result

    def _newest(self, person: Person, wanted: Any) -> tuple[Any, Json]:
        for message in reversed(self._messages(person)):
            for one in parts_in(message.components):
                if wanted(one):
                    return message, one
        raise AssertionError("there is nothing like that to press")


class _Answer:
    """As much of a response as discord.py's errors look at."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.reason = "refused"
        self.headers: dict[str, str] = {}


def _buttons(components: object) -> list[Json]:
    return [
        one for one in parts_in(components) if one.get("type") == _BUTTON and "custom_id" in one
    ]


# https://discord.com/developers/docs/components/reference#component-object-component-types
_BUTTON, _SELECT, _TEXT_INPUT = 2, 3, 4
_RADIO, _CHECKBOXES, _CHECKBOX = 21, 22, 23
ARROWS = {"\N{BLACK LEFT-POINTING TRIANGLE}", "\N{BLACK RIGHT-POINTING TRIANGLE}"}


def _held(component: Json) -> Filled:
    """Return what stands in a field of a modal, as one reads it."""
    kind = component["type"]
    if kind == _TEXT_INPUT:
        return str(component.get("value") or "")
    if kind == _CHECKBOX:
        return bool(component.get("default"))
    chosen = [one["label"] for one in component.get("options") or [] if one.get("default")]
    return tuple(chosen)


def _in_values(component: Json, filled: Filled) -> Any:
    if not isinstance(filled, tuple):
        return filled
    values = [one["value"] for one in component["options"] if one["label"] in filled]
    return values[0] if component["type"] == _RADIO and values else values
