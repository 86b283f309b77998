"""Stand-ins for the outside: a gateway that records, a door that is open, a core that listens."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from peerbot.chat.actions import Action
from peerbot.chat.addresses import Actor, Address, MessageRef, Person, Room, Space, person_of
from peerbot.chat.cards import Card, Confirm, Heading
from peerbot.chat.commands import Command
from peerbot.chat.events import ButtonPressed, CommandUsed, Event, FormSubmitted, OptionTyped
from peerbot.chat.forms import Form, form_in_language
from peerbot.chat.gateway import Delivered, DeliveryError, Undeliverable, Why
from peerbot.chat.heard import Heard
from peerbot.chat.plain import plain, plain_card
from peerbot.chat.router import Gate
from peerbot.chat.suggestions import Suggestion
from peerbot.chat.text import Reader, Words, resolve
from peerbot.clock import MovableClock
from peerbot.i18n import SOURCE_LANGUAGE

FakeClock = MovableClock


@dataclass(frozen=True, slots=True)
class Sent:
    """One card that arrived: where it went, and under which nonce."""

    to: Address
    card: Card
    nonce: str | None = None


@dataclass(slots=True)
class RecordingGateway:
    """Takes every card, in order; what is in `broken` raises instead."""

    sent: list[Sent] = field(default_factory=list)
    edited: list[tuple[MessageRef, Card]] = field(default_factory=list)
    broken: dict[Address, DeliveryError] = field(default_factory=dict)
    pins: bool = True
    """Whether we have the right to pin."""
    gone: set[MessageRef] = field(default_factory=set)
    """Messages that somebody has deleted since."""

    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        if to in self.broken:
            raise self.broken[to]
        self.sent.append(Sent(to, card, nonce))
        room = to.id if isinstance(to, Room) else "private"
        ref = MessageRef(to.platform, room, f"m{len(self.sent)}")
        return Delivered(ref, pinned=card.pinned and self.pins)

    async def edit(self, ref: MessageRef, card: Card) -> Delivered:
        if ref in self.gone:
            raise Undeliverable(Why.GONE)
        self.edited.append((ref, card))
        return Delivered(ref)

    async def still_shows(self, ref: MessageRef) -> bool:
        return ref not in self.gone

    def cards_to(self, whom: Address) -> list[Card]:
        """Return what went to a room; for a person, everything private to them by any way."""
        return [one.card for one in self.sent if _reaches(one.to, whom)]

    def keys_to(self, whom: Address) -> list[str]:
        return [card.key for card in self.cards_to(whom)]

    def titles_to(self, whom: Address) -> list[str]:
        """Return the first heading of each card in English; its summary where it has none."""
        return [plain(_title(card)) for card in self.cards_to(whom)]

    def texts_to(self, whom: Address) -> list[str]:
        """Return the whole text of each card in English."""
        return [plain_card(card) for card in self.cards_to(whom)]


class SilentScreen:
    """Hears everything and does nothing; `heard_words` is what it heard."""

    def __init__(self) -> None:
        self.all_heard: list[Heard] = []
        self.has_heard = asyncio.Event()

    async def heard(self, heard: Heard) -> None:
        self.all_heard.append(heard)
        self.has_heard.set()

    def is_ordinary(self, text: str, space: Space, room: Room) -> bool:
        del text, space, room
        return False

    @property
    def heard_words(self) -> list[str]:
        return [one.text for one in self.all_heard]


class OpenDoor:
    """Lets everybody in."""

    async def refusal(self, event: Event, gate: Gate) -> Card | None:
        del event, gate
        return None


class EnglishReaders:
    """Everybody reads English, except those in `languages`."""

    def __init__(self, languages: Mapping[Address, str] | None = None) -> None:
        self.languages = dict(languages or {})

    def of(self, address: Address) -> Reader:
        person = person_of(address)
        known = self.languages.get(address) or (person and self.languages.get(person))
        return Reader(known or SOURCE_LANGUAGE, ZoneInfo("UTC"))

    def met(self, actor: Actor, space: Space | None) -> None:
        del space
        if actor.locale is not None:
            self.languages.setdefault(actor.person, actor.locale)


class RecordingCore:
    """Stands behind an adapter: records every event, opens the forms and gives the reasons set."""

    def __init__(self) -> None:
        self.commands: tuple[Command, ...] = ()
        self.forms: dict[tuple[str, str], Form] = {}
        self.reasons: dict[str, Words] = {}
        """Why the next form is not taken; used once."""
        self.events: list[Event] = []
        self.questions: dict[Action, Confirm] = {}
        """What is asked before a press counts."""
        self.suggests: tuple[Suggestion, ...] = ()
        """What is offered, whatever is typed."""
        self.typed: list[OptionTyped] = []
        self.known_spaces: dict[Space, str] | None = None
        """Where it believes that the adapter is, with names."""

    def form_action(self, event: ButtonPressed | CommandUsed) -> Action | None:
        match event:
            case CommandUsed(name=name):
                known = next((one for one in self.commands if one.name == name), None)
                return Action(*known.opens) if known and known.opens else None
            case ButtonPressed(action=action):
                return action if (action.feature, action.verb) in self.forms else None

    def is_ordinary(self, text: str, actor: Actor, space: Space, room: Room) -> bool:
        del text, actor, space, room
        return False

    async def open_form(self, event: ButtonPressed | CommandUsed) -> Form | Card:
        wanted = self.form_action(event)
        if wanted is None:
            raise LookupError("a form was asked for where `form_action` says there is none")
        return form_in_language(self.forms[wanted.feature, wanted.verb], SOURCE_LANGUAGE)

    async def dispatch(self, event: Event) -> Mapping[str, Words]:
        self.events.append(event)
        if not isinstance(event, FormSubmitted):
            return {}
        reasons, self.reasons = self.reasons, {}
        return {key: resolve(words, SOURCE_LANGUAGE) for key, words in reasons.items()}

    def confirm_of(self, action: Action) -> Confirm | None:
        return self.questions.get(action)

    async def suggestions(self, event: OptionTyped) -> tuple[Suggestion, ...]:
        self.typed.append(event)
        return self.suggests

    def say(self, words: Words, actor: Actor) -> Words:
        del actor
        return resolve(words, SOURCE_LANGUAGE)

    def spaces(self, platform: str) -> Mapping[Space, str] | None:
        known = self.known_spaces
        return None if known is None else {k: v for k, v in known.items() if k.platform == platform}


def _reaches(to: Address, whom: Address) -> bool:
    return to == whom or (isinstance(whom, Person) and person_of(to) == whom)


def _title(card: Card) -> Words:
    heading = next((one for one in card.children if isinstance(one, Heading)), None)
    return heading.words if heading else card.summary
