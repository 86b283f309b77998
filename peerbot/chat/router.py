"""Which feature wants which event; free words are screened here before any feature sees them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from peerbot.chat import replies
from peerbot.chat.actions import Action, BadAction, action
from peerbot.chat.addresses import NewInbox, Person, Room, Space
from peerbot.chat.cards import Card, Confirm
from peerbot.chat.commands import Command, Role
from peerbot.chat.events import (
    Answerable,
    ButtonPressed,
    CommandUsed,
    Event,
    FormSubmitted,
    MessagePosted,
    OptionTyped,
)
from peerbot.chat.forms import Form, Surface
from peerbot.chat.gateway import Gateway
from peerbot.chat.heard import Heard, surfaces_of, words_in, words_of
from peerbot.chat.suggestions import Offers, Suggest, Suggestion
from peerbot.chat.text import Words
from peerbot.errors import Gone, NotYours, Refused, StorageAway

log = logging.getLogger(__name__)

UNKNOWN = "chat.unknown"
"""The step of what nobody declared: its name is somebody's words, and is never logged."""

SCREEN_WITHIN_SECONDS = 5.0
"""How long what somebody asked for waits for the screen: help stands above the normal result."""
_MOST_OPENED = 10_000

EventT = TypeVar("EventT")


@dataclass(frozen=True, slots=True)
class Instead:
    """An answer that takes the place of the private card whose button was pressed."""

    card: Card


Answer = Card | Instead | None
Handler = Callable[[EventT], Awaitable[Answer]]
Build = Callable[[ButtonPressed | CommandUsed | FormSubmitted], Awaitable[Form]]
"""Returns the form to open. It has about 300 ms: a platform wants the form within three seconds."""
Question = Confirm | Callable[[Action], Confirm | None]
"""What to ask before a press counts; what an action carries is untrusted (`BadAction`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Who may pass to a handler."""

    feature: str
    role: Role = Role.MEMBER
    grant: str | None = None
    always: bool = False
    """Help waits for no gate."""


class Screen(Protocol):
    """Notices danger in words and answers it; features never see that it happened."""

    async def heard(self, heard: Heard) -> None: ...

    def is_ordinary(self, text: str, space: Space, room: Room) -> bool:
        """Return whether `heard` would do nothing about this message in a room."""
        ...


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
        self._offers = Offers()
        self._buttons: dict[tuple[str, str], tuple[Gate, Handler[ButtonPressed]]] = {}
        self._forms: dict[tuple[str, str], tuple[Gate, Build, Handler[FormSubmitted]]] = {}
        self._questions: dict[tuple[str, str], Question] = {}
        self._listeners: list[tuple[type, str, Handler[Event]]] = []
        self._wants_messages = False
        self._opened: dict[tuple[Person, Action], dict[str, Surface]] = {}
        self._screening: set[asyncio.Task[None]] = set()

    # -- what features declare ---------------------------------------------------------------

    def command(
        self,
        feature: str,
        declared: Command,
        handler: Handler[CommandUsed],
        *,
        suggest: Mapping[str, Suggest] | None = None,
    ) -> None:
        """Declare a command; `suggest` says who offers values for each `suggested` parameter."""
        gate = Gate(
            feature=feature, role=declared.role, grant=declared.grant, always=declared.always
        )
        _once(declared.name, self._commands)
        self._commands[declared.name] = (declared, gate, handler)
        self._offers.add(declared, suggest or {})

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

    def asks_first(self, feature: str, verb: str, question: Question) -> None:
        """Declare what is asked before a press on this button counts.

        It is what the button carries on its card. A platform that asks only when it is pressed, a
        month and three restarts later, has nothing of the card but the action.
        """
        if (feature, verb) not in self.buttons:
            raise ValueError(f"{feature}.{verb} is no button")
        _once((feature, verb), self._questions)
        self._questions[feature, verb] = question

    def on(self, kind: type[EventT], feature: str, handler: Handler[EventT]) -> None:
        """Call `handler` for every event of `kind`, in the order of declaration."""
        self._listeners.append((kind, feature, handler))  # type: ignore[arg-type]  # kind guards it
        self._wants_messages |= issubclass(MessagePosted, kind)

    @property
    def commands(self) -> tuple[Command, ...]:
        return tuple(declared for declared, _gate, _handler in self._commands.values())

    @property
    def buttons(self) -> frozenset[tuple[str, str]]:
        """Feature and verb of everything that a press can lead to."""
        return frozenset(self._buttons) | frozenset(self._forms)

    # -- what adapters ask -------------------------------------------------------------------

    def confirm_of(self, wanted: Action) -> Confirm | None:
        """Return what to ask before a press of this action counts; None if nothing is declared."""
        question = self._questions.get((wanted.feature, wanted.verb))
        if question is None or isinstance(question, Confirm):
            return question
        try:
            return question(wanted)
        except BadAction:
            return None

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
            opened: Form | Card | None = await self._refusal(event, gate)
            opened = opened or await build(event)
        except Exception as error:  # noqa: BLE001 - the person must hear something, whatever broke
            return self._explained(error, wanted.name)
        if isinstance(opened, Form):
            self._remember(event.person, wanted, opened)
        return opened

    def is_ordinary(self, text: str, space: Space, room: Room) -> bool:
        """Return whether a message in a room leads nowhere: no feature listens, nothing is found.

        Waits for nothing. Whatever breaks here, the message takes the whole way, and is told there.
        """
        if self._wants_messages:
            return False
        try:
            return self._screen.is_ordinary(text, space, room)
        except Exception:  # noqa: BLE001 - said above
            return False

    async def suggestions(self, event: OptionTyped) -> tuple[Suggestion, ...]:
        """Return what may be offered to somebody who types; nothing if they may not pass.

        It never raises and answers within a second. What is typed is not screened: nobody has said
        it yet. It is once the command is used.
        """
        known = self._commands.get(event.name)
        if known is None:
            return ()
        _command, gate, _handler = known

        async def passes() -> bool:
            return await self._refusal(event, gate) is None

        try:
            return await self._offers.to(event, passes)
        except Exception as error:  # noqa: BLE001 - a list that stays empty stops nobody
            self._tell(Failure(f"{gate.feature}.suggest", error))
            return ()

    async def dispatch(self, event: Event) -> Mapping[str, Words]:
        """Screen, then lead the event to its features.

        Returns the reasons, by field, why a form was not taken (the key "" is the form as a
        whole); empty for everything else.
        """
        match event:
            case CommandUsed():
                await self._screen_first(words_in(event, self._declared(event)))
                await self._answer(event, *self._command_route(event))
            case ButtonPressed():
                await self._answer(event, *self._button_route(event))
            case FormSubmitted():
                return await self._submitted(event)
            case _:
                await self._screen_first(words_in(event, self._declared(event)))
        for kind, feature, handler in self._listeners:
            if isinstance(event, kind):
                await self._listen(event, feature, handler)
        return {}

    # -- inside ------------------------------------------------------------------------------

    async def _submitted(self, event: FormSubmitted) -> Mapping[str, Words]:
        """Screen what was written, without waiting for a form that we know, then take it."""
        known = self._opened.get((event.person, event.action))
        building = asyncio.ensure_future(self._form_of(event))
        if known is None:
            await asyncio.wait({building}, timeout=SCREEN_WITHIN_SECONDS)
            form = building.result() if building.done() else None
            known = surfaces_of(form) if isinstance(form, Form) else None
        await self._screen_first(words_of(event, known))
        return await self._submit(event, await building)

    async def _form_of(self, event: FormSubmitted) -> Form | Exception | None:
        """Return the form that was submitted, built anew: what comes back is not to be trusted."""
        known = self._forms.get((event.action.feature, event.action.verb))
        if known is None:
            return None
        try:
            return await known[1](event)
        except Exception as error:  # noqa: BLE001 - words must be screened even if the form is gone
            return error

    def _declared(self, event: Event) -> Command | None:
        known = self._commands.get(event.name) if isinstance(event, CommandUsed) else None
        return known[0] if known else None

    def _remember(self, person: Person, opened: Action, form: Form) -> None:
        """Remember for whom a form's words are: the storage may be away when it comes back."""
        if len(self._opened) >= _MOST_OPENED:
            del self._opened[next(iter(self._opened))]
        self._opened[person, opened] = surfaces_of(form)

    async def _screen_first(self, words: Iterable[Heard]) -> None:
        """Have words looked at before anything else; go on after a moment if that hangs."""
        screening = [asyncio.create_task(self._screened(heard)) for heard in words]
        for task in screening:
            self._screening.add(task)
            task.add_done_callback(self._screening.discard)
        if screening:
            await asyncio.wait(screening, timeout=SCREEN_WITHIN_SECONDS)

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
        always = gate is not None and gate.always
        await self._send(event, step, answer, always=always)  # type: ignore[arg-type]

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
        await self._send(event, step, answer, always=gate.always)
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

    async def _send(self, event: Event, step: str, answer: Answer, *, always: bool = False) -> None:
        """Send the answer to where somebody did it; help, if need be, to their inbox."""
        if answer is None or not isinstance(event, Answerable):
            return
        to = event.reply
        if isinstance(answer, Instead):
            to, answer = replace(to, instead=True), answer.card
        # Who asks for help has asked for an inbox as well.
        others = (event.person, NewInbox(event.person)) if always else ()
        for place in (to, *others):
            try:
                await self._gateway.send(place, answer)
            except Exception as error:  # noqa: BLE001 - nobody is above that could answer them
                self._tell(Failure(step, error))
            else:
                return

    def _tell(self, failure: Failure) -> None:
        # The type alone: an error's text may hold what somebody wrote.
        log.error("%s failed: %s", failure.step, type(failure.error).__name__)
        if self._on_failure is not None:
            self._on_failure(failure)


def _once(key: object, known: Container[object]) -> None:
    if key in known:
        raise ValueError(f"{key} is declared twice")


def _taken(event: FormSubmitted, form: Form | Exception) -> FormSubmitted:
    """Return what was submitted, read by the form. Raises `Refused`, or why there is no form."""
    if isinstance(form, Exception):
        raise form
    values, reasons = form.read(event.values)
    if reasons:
        raise Refused(**reasons)
    return replace(event, values=values)
