"""Which feature wants which event; free words are screened here before any feature sees them."""

import logging
from collections.abc import Awaitable, Callable, Container, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from peerbot.chat import replies
from peerbot.chat.actions import Action, BadAction, action
from peerbot.chat.addresses import Actor, MessageRef, Person, Reply, Room, Space
from peerbot.chat.cards import Card
from peerbot.chat.commands import Command, Role
from peerbot.chat.events import (
    Answerable,
    ButtonPressed,
    CommandUsed,
    Event,
    FormSubmitted,
    MessageFlagged,
    MessagePosted,
)
from peerbot.chat.forms import Form, Surface, TextIn
from peerbot.chat.gateway import DeliveryError, Gateway
from peerbot.chat.text import Words
from peerbot.errors import Gone, NotYours, Refused, StorageAway

log = logging.getLogger(__name__)

UNKNOWN = "chat.unknown"
"""The step of what nobody declared: its name is somebody's words, and is never logged."""

EventT = TypeVar("EventT")


@dataclass(frozen=True, slots=True)
class Instead:
    """An answer that takes the place of the private card whose button was pressed."""

    card: Card


Answer = Card | Instead | None
Handler = Callable[[EventT], Awaitable[Answer]]
Build = Callable[[ButtonPressed | CommandUsed | FormSubmitted], Awaitable[Form]]
"""Returns the form to open. It has about 300 ms: a platform wants the form within three seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Who may pass to a handler."""

    feature: str
    role: Role = Role.MEMBER
    grant: str | None = None
    always: bool = False
    """Help waits for no gate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Words that somebody wrote, and where."""

    text: str
    surface: Surface
    author: Actor
    space: Space | None
    room: Room | None
    reply: Reply | None
    """A private place under what they just did, minutes long; None for a plain message."""
    ref: MessageRef | None = None
    permalink: str | None = None
    flagged_by: Person | None = None


class Screen(Protocol):
    """Notices danger in words and answers it; features never see that it happened."""

    async def heard(self, heard: Heard) -> None: ...


class Doorkeeper(Protocol):
    """Decides who may pass: roles, grants, age, consent, what is switched on."""

    async def refusal(self, event: Event, gate: Gate) -> Card | None:
        """Return what to tell someone who may not pass; None lets them in."""
        ...


@dataclass(frozen=True, slots=True)
class Failure:
    """A handler broke. Carries no words of anybody."""

    step: str
    error: Exception


class Router:
    """Leads each event to the features that asked for it.

    Nothing it does raises: a broken feature is logged, told to `on_failure`, and the person is told
    kindly. The screen comes first and a broken screen stops nothing.
    """

    def __init__(
        self,
        gateway: Gateway,
        screen: Screen,
        doorkeeper: Doorkeeper,
        on_failure: Callable[[Failure], None] | None = None,
    ) -> None:
        self._gateway = gateway
        self._screen = screen
        self._doorkeeper = doorkeeper
        self._on_failure = on_failure
        self._commands: dict[str, tuple[Command, Gate, Handler[CommandUsed]]] = {}
        self._buttons: dict[tuple[str, str], tuple[Gate, Handler[ButtonPressed]]] = {}
        self._forms: dict[tuple[str, str], tuple[Gate, Build, Handler[FormSubmitted]]] = {}
        self._listeners: list[tuple[type, str, Handler[Event]]] = []

    # -- what features declare ---------------------------------------------------------------

    def command(self, feature: str, declared: Command, handler: Handler[CommandUsed]) -> None:
        gate = Gate(
            feature=feature, role=declared.role, grant=declared.grant, always=declared.always
        )
        _once(declared.name, self._commands)
        self._commands[declared.name] = (declared, gate, handler)

    def button(
        self,
        feature: str,
        verb: str,
        handler: Handler[ButtonPressed],
        *,
        role: Role = Role.MEMBER,
        grant: str | None = None,
        always: bool = False,
    ) -> None:
        gate = Gate(feature=feature, role=role, grant=grant, always=always)
        _once((feature, verb), self.buttons)
        self._buttons[feature, verb] = (gate, handler)

    def form(
        self,
        feature: str,
        verb: str,
        build: Build,
        submit: Handler[FormSubmitted],
        *,
        role: Role = Role.MEMBER,
        grant: str | None = None,
        always: bool = False,
    ) -> None:
        """Declare a form: opened by any button with this feature and verb, then submitted."""
        gate = Gate(feature=feature, role=role, grant=grant, always=always)
        _once((feature, verb), self.buttons)
        self._forms[feature, verb] = (gate, build, submit)

    def on(self, kind: type[EventT], feature: str, handler: Handler[EventT]) -> None:
        """Call `handler` for every event of `kind`, in the order of declaration."""
        self._listeners.append((kind, feature, handler))  # type: ignore[arg-type]  # kind guards it

    @property
    def commands(self) -> tuple[Command, ...]:
        return tuple(declared for declared, _gate, _handler in self._commands.values())

    @property
    def buttons(self) -> frozenset[tuple[str, str]]:
        """Feature and verb of everything that a press can lead to."""
        return frozenset(self._buttons) | frozenset(self._forms)

    # -- what adapters ask -------------------------------------------------------------------

    def form_action(self, event: ButtonPressed | CommandUsed) -> Action | None:
        """Return the action of the form that this opens; None if it opens none."""
        if isinstance(event, CommandUsed):
            known = self._commands.get(event.name)
            return action(*known[0].opens) if known and known[0].opens else None
        wanted = event.action
        return wanted if (wanted.feature, wanted.verb) in self._forms else None

    async def open_form(self, event: ButtonPressed | CommandUsed) -> Form | Card:
        """Return the form to open, or a card that says why there is none."""
        wanted = self.form_action(event)
        assert wanted is not None, "asked for a form where `form_action` says there is none"
        gate, build, _submit = self._forms[wanted.feature, wanted.verb]
        try:
            refused = await self._refusal(event, gate)
            return refused or await build(event)
        except Exception as error:  # noqa: BLE001 - the person must hear something, whatever broke
            return self._explained(error, wanted.name)

    async def dispatch(self, event: Event) -> Mapping[str, Words]:
        """Screen, then lead the event to its features.

        Returns the reasons, by field, why a form was not taken (the key "" is the form as a
        whole); empty for everything else.
        """
        form = await self._form_of(event)
        for heard in self._words_in(event, form):
            await self._screened(heard)
        match event:
            case CommandUsed():
                await self._answer(event, *self._command_route(event))
            case ButtonPressed():
                await self._answer(event, *self._button_route(event))
            case FormSubmitted():
                return await self._submit(event, form)
            case _:
                pass
        for kind, feature, handler in self._listeners:
            if isinstance(event, kind):
                await self._listen(event, feature, handler)
        return {}

    # -- inside ------------------------------------------------------------------------------

    async def _form_of(self, event: Event) -> Form | Exception | None:
        """Return the form that was submitted, built anew: what comes back is not to be trusted."""
        if not isinstance(event, FormSubmitted):
            return None
        known = self._forms.get((event.action.feature, event.action.verb))
        if known is None:
            return None
        try:
            return await known[1](event)
        except Exception as error:  # noqa: BLE001 - words must be screened even if the form is gone
            return error

    def _words_in(self, event: Event, form: Form | Exception | None) -> Iterator[Heard]:
        match event:
            case MessagePosted():
                surface = Surface.PUBLIC if event.room else Surface.TO_STAFF
                yield _heard(event, event.text, surface)
            case MessageFlagged(message=message):
                heard = _heard(message, message.text, Surface.FLAGGED)
                yield replace(heard, flagged_by=event.person)
            case CommandUsed():
                known = self._commands.get(event.name)
                for parameter in known[0].parameters if known else ():
                    text = event.options.get(parameter.name, "")
                    picked = any(text == pick.value for pick in parameter.picks)
                    if text and not picked:
                        yield _heard(event, text, parameter.surface)
            case FormSubmitted():
                surfaces = _surfaces(form)
                for key, value in event.values.items():
                    if isinstance(value, str) and value and (surfaces is None or key in surfaces):
                        surface = Surface.PRIVATE if surfaces is None else surfaces[key]
                        yield _heard(event, value, surface)
            case _:
                return

    async def _screened(self, heard: Heard) -> None:
        try:
            await self._screen.heard(heard)
        except Exception as error:  # noqa: BLE001 - a broken screen must not silence the rest
            self._tell(Failure("crisis.screen", error))

    def _command_route(
        self, event: CommandUsed
    ) -> tuple[str, Gate | None, Handler[CommandUsed] | None]:
        known = self._commands.get(event.name)
        return (event.name, known[1], known[2]) if known else (UNKNOWN, None, None)

    def _button_route(
        self, event: ButtonPressed
    ) -> tuple[str, Gate | None, Handler[ButtonPressed] | None]:
        known = self._buttons.get((event.action.feature, event.action.verb))
        return (event.action.name, *known) if known else (UNKNOWN, None, None)

    async def _answer(
        self, event: EventT, step: str, gate: Gate | None, handler: Handler[EventT] | None
    ) -> None:
        answer: Answer
        try:
            if gate is None or handler is None:
                answer = replies.unknown()
            else:
                answer = await self._refusal(event, gate) or await handler(event)  # type: ignore[arg-type]
        except Refused as refused:
            answer = replies.refused(refused.reasons)
        except Exception as error:  # noqa: BLE001 - the person must hear something, whatever broke
            answer = self._explained(error, step)
        await self._send(event, step, answer)  # type: ignore[arg-type]

    async def _submit(
        self, event: FormSubmitted, form: Form | Exception | None
    ) -> Mapping[str, Words]:
        step = event.action.name
        known = self._forms.get((event.action.feature, event.action.verb))
        if known is None or form is None:
            await self._send(event, step, replies.unknown())
            return {}
        gate, _build, submit = known
        answer: Answer
        try:
            refused = await self._refusal(event, gate)
            if refused is not None:
                await self._send(event, step, refused)
                return {}
            answer = await submit(_taken(event, form))
        except Refused as reason:
            return reason.reasons
        except (BadAction, NotYours) as error:
            answer = self._explained(error, step)
        except Gone:
            return {"": replies.gone_before_your_words()}
        except StorageAway as error:
            self._tell(Failure(step, error))
            return {"": replies.not_saved()}
        except Exception as error:  # noqa: BLE001 - the person must hear something, whatever broke
            self._tell(Failure(step, error))
            return {"": replies.broken_but_kept()}
        await self._send(event, step, answer)
        return {}

    async def _listen(self, event: Event, feature: str, handler: Handler[Event]) -> None:
        step = f"{feature}.{type(event).__name__}"
        try:
            answer = await handler(event)
        except Exception as error:  # noqa: BLE001 - one broken listener must not stop the next
            self._tell(Failure(step, error))
            return
        await self._send(event, step, answer)

    async def _refusal(self, event: Event, gate: Gate) -> Card | None:
        return None if gate.always else await self._doorkeeper.refusal(event, gate)

    def _explained(self, error: Exception, step: str) -> Card:
        match error:
            case BadAction():
                return replies.unknown()
            case NotYours():
                return replies.not_yours()
            case Gone():
                return replies.gone()
            case StorageAway():
                self._tell(Failure(step, error))
                return replies.storage_away()
            case _:
                self._tell(Failure(step, error))
                return replies.our_fault()

    async def _send(self, event: Event, step: str, answer: Answer) -> None:
        if answer is None or not isinstance(event, Answerable):
            return
        to = event.reply
        if isinstance(answer, Instead):
            to, answer = replace(to, instead=True), answer.card
        try:
            await self._gateway.send(to, answer)
        except DeliveryError as error:
            self._tell(Failure(step, error))

    def _tell(self, failure: Failure) -> None:
        # The type alone: an error's text may hold what somebody wrote.
        log.error("%s failed: %s", failure.step, type(failure.error).__name__)
        if self._on_failure is not None:
            self._on_failure(failure)


def _once(key: object, known: Container[object]) -> None:
    if key in known:
        raise ValueError(f"{key} is declared twice")


def _heard(
    event: MessagePosted | CommandUsed | FormSubmitted, text: str, surface: Surface
) -> Heard:
    heard = Heard(
        text=text,
        surface=surface,
        author=event.actor,
        space=event.space,
        room=event.room,
        reply=None,
    )
    if isinstance(event, MessagePosted):
        return replace(heard, ref=event.ref, permalink=event.permalink)
    return replace(heard, reply=event.reply)


def _taken(event: FormSubmitted, form: Form | Exception) -> FormSubmitted:
    """Return what was submitted, read by the form. Raises `Refused`, or why there is no form."""
    if isinstance(form, Exception):
        raise form
    values, reasons = form.read(event.values)
    if reasons:
        raise Refused(**reasons)
    return replace(event, values=values)


def _surfaces(form: Form | Exception | None) -> dict[str, Surface] | None:
    """Return the surface of each field of words; None if the form cannot be had any more."""
    if not isinstance(form, Form):
        return None
    return {field.key: field.surface for field in form.fields if isinstance(field, TextIn)}
