"""What leads staff to the directory's upkeep: `/peerbot resources`, its buttons and its forms."""

from math import ceil

from peerbot.chat.cards import Card
from peerbot.chat.commands import Role
from peerbot.chat.events import ButtonPressed, CommandUsed, FormSubmitted
from peerbot.chat.forms import Form
from peerbot.chat.router import Answer, Build, Handler, Instead, Router
from peerbot.community.model import EDIT_RESOURCES, Community
from peerbot.errors import Gone
from peerbot.resources import cards, staff_cards, staff_forms
from peerbot.resources.model import PhoneType, Service, Status, needs_a_look
from peerbot.resources.place import number_in
from peerbot.resources.sections import Section, changed, started
from peerbot.resources.service import ChangedMeanwhile, ResourceService

FEATURE = "resources"

Answered = CommandUsed | ButtonPressed | FormSubmitted


def add_routes(router: Router, resources: ResourceService) -> None:
    _StaffRoutes(resources).add_to(router)


class _StaffRoutes:
    def __init__(self, resources: ResourceService) -> None:
        self._resources = resources

    def add_to(self, router: Router) -> None:
        router.command(FEATURE, staff_cards.MANAGE, self.panel)
        for verb, handler in {
            "staff-list": self.leaf,
            "staff-show": self.show,
            "verify": self.verify,
            "retire": self.retire,
            "bring-back": self.bring_back,
        }.items():
            router.button(FEATURE, verb, handler, role=Role.STAFF, grant=EDIT_RESOURCES)
        router.asks_first(FEATURE, "retire", staff_cards.RETIRING)
        self._form(router, "add", self.add_form, self.added)
        self._form(router, "staff-find", self.find_form, self.found)
        for section in Section:
            self._form(router, section.value, self.section_form, self.edited)

    def _form(
        self, router: Router, verb: str, build: Build, submit: Handler[FormSubmitted]
    ) -> None:
        router.form(FEATURE, verb, build, submit, role=Role.STAFF, grant=EDIT_RESOURCES)

    # -- looking -----------------------------------------------------------------------------

    async def panel(self, event: CommandUsed) -> Answer:
        return await self._panel(event, 1)

    async def leaf(self, event: ButtonPressed) -> Answer:
        page = number_in(event.action, 0) if event.action.args else 1
        return Instead(await self._panel(event, page))

    async def show(self, event: ButtonPressed) -> Answer:
        home = await self._home(event)
        entry = await self._resources.entry(home.id, number_in(event.action, 0))
        return self._entry(event, home, entry)

    async def find_form(self, _event: Answered) -> Form:
        return staff_forms.find_form()

    async def found(self, event: FormSubmitted) -> Answer:
        home = await self._home(event)
        found = await self._resources.kept_with(home.id, str(event.values["name"]))
        return staff_cards.found(found, self._resources.new_id(), self._resources.zone_of(home))

    # -- changing ----------------------------------------------------------------------------

    async def add_form(self, _event: Answered) -> Form:
        return staff_forms.add_form()

    async def added(self, event: FormSubmitted) -> Answer:
        home = await self._home(event)
        if not event.action.args:
            raise Gone("an action without an id")
        change = started(event.values, self._resources.language_for(event.reply))
        added = await self._resources.add(home.id, event.actor, event.action.args[0], change)
        return self._entry(event, home, added)

    async def section_form(self, event: Answered) -> Form:
        if isinstance(event, CommandUsed):
            raise Gone("no command opens a section")
        home = await self._home(event)
        service = await self._resources.entry(home.id, number_in(event.action, 0))
        language = self._resources.language_for(event.reply)
        match Section(event.action.verb):
            case Section.WORDS:
                return staff_forms.words_form(service, language)
            case Section.CONTACT:
                voice, _note = staff_forms.first(service, PhoneType.VOICE)
                sms, word = staff_forms.first(service, PhoneType.SMS)
                return staff_forms.contact_form(service, voice, sms, word)
            case Section.HOURS:
                zone = self._resources.zone_of(home)
                return staff_forms.hours_form(service, number_in(event.action, 2), zone.key)
            case Section.WHO:
                return staff_forms.who_form(service, language)
            case Section.PLACE:
                return staff_forms.place_form(service)

    async def edited(self, event: FormSubmitted) -> Answer:
        home = await self._home(event)
        section = Section(event.action.verb)
        number, seen, line = (number_in(event.action, at) for at in range(3))
        language = self._resources.language_for(event.reply)
        change = changed(section, event.values, language, line)
        try:
            after = await self._resources.edit(home.id, event.actor, number, seen, change)
        except ChangedMeanwhile as conflict:
            wrote = [str(value) for value in event.values.values() if isinstance(value, str)]
            kept = [text for text in wrote if text]
            return staff_cards.changed_meanwhile(conflict.now, kept, section.value, line)
        return self._entry(event, home, after)

    async def verify(self, event: ButtonPressed) -> Answer:
        home = await self._home(event)
        number, seen = (number_in(event.action, at) for at in range(2))
        try:
            after = await self._resources.verify(home.id, event.actor, number, seen)
        except ChangedMeanwhile as conflict:
            return staff_cards.changed_meanwhile(conflict.now, (), "words", 0)
        return Instead(self._entry(event, home, after))

    async def retire(self, event: ButtonPressed) -> Answer:
        home = await self._home(event)
        number = number_in(event.action, 0)
        after = await self._resources.retire(home.id, event.actor, number)
        return Instead(self._entry(event, home, after))

    async def bring_back(self, event: ButtonPressed) -> Answer:
        home = await self._home(event)
        number = number_in(event.action, 0)
        after = await self._resources.bring_back(home.id, event.actor, number)
        return Instead(self._entry(event, home, after))

    # -- inside ------------------------------------------------------------------------------

    async def _panel(self, event: Answered, page: int) -> Card:
        home = await self._home(event)
        kept = await self._resources.kept(home.id)
        now = self._resources.now()
        waiting = sum(one.status is not Status.DEFUNCT and needs_a_look(one, now) for one in kept)
        pages = max(1, ceil(len(kept) / cards.PER_PAGE))
        page = max(1, min(page, pages))
        first = (page - 1) * cards.PER_PAGE
        return staff_cards.panel(
            kept[first : first + cards.PER_PAGE],
            self._resources.zone_of(home),
            page=page,
            pages=pages,
            total=len(kept),
            waiting=waiting,
            new_id=self._resources.new_id(),
        )

    def _entry(self, event: Answered, home: Community, service: Service) -> Card:
        language = self._resources.language_for(event.reply)
        zone = self._resources.zone_of(home)
        return staff_cards.entry(service, language, self._resources.now(), zone)

    async def _home(self, event: Answered) -> Community:
        home = await self._resources.home_of(event)
        if home is None:
            raise Gone("no community here")
        return home
