"""What leads members to the directory: `/resources`, its buttons and its search form."""

from collections.abc import Iterable
from math import ceil

from peerbot.chat.cards import Card
from peerbot.chat.events import ButtonPressed, CommandUsed, FormSubmitted, OptionTyped
from peerbot.chat.forms import Form
from peerbot.chat.router import Answer, Instead, Router
from peerbot.chat.suggestions import Suggestion
from peerbot.community.model import Community
from peerbot.resources import cards, staff_routes
from peerbot.resources.model import Service, Support
from peerbot.resources.place import MOST_FOUND, Place, number_in, page_in, place_in
from peerbot.resources.search import Filters, Found
from peerbot.resources.service import ResourceService

FEATURE = "resources"

Answered = CommandUsed | ButtonPressed | FormSubmitted


def add_routes(router: Router, resources: ResourceService) -> None:
    routes = _Routes(resources)
    router.command(FEATURE, cards.ASK, routes.asked, suggest={"search": routes.names})
    router.button(FEATURE, "browse", routes.browse)
    router.button(FEATURE, "list", routes.leaf)
    router.button(FEATURE, "kind", routes.kind)
    router.button(FEATURE, "show", routes.show)
    router.form(FEATURE, "search", routes.search_form, routes.searched)
    staff_routes.add_routes(router, resources)


class _Routes:
    def __init__(self, resources: ResourceService) -> None:
        self._resources = resources

    async def asked(self, event: CommandUsed) -> Answer:
        filters = Filters(kind=_kind(event.options.get("kind", "")))
        words = event.options.get("search", "")
        home = await self._resources.home_of(event)
        called = await self._resources.called(home, words, filters) if words else None
        if called is not None:
            return self._one(event, home, called)
        return await self._searched(event, words, filters)

    async def names(self, event: OptionTyped) -> Iterable[Suggestion]:
        """Offer the names of services that a search would show here."""
        home = await self._resources.home_of(event)
        filters = Filters(kind=_kind(event.options.get("kind", "")))
        return map(cards.named, await self._resources.suggested(home, event.typed, filters))

    async def browse(self, event: ButtonPressed) -> Answer:
        return Instead(await self._searched(event, "", Filters()))

    async def leaf(self, event: ButtonPressed) -> Answer:
        place, page = place_in(event.action), page_in(event.action)
        return Instead(await self._listed(event, place, page))

    async def kind(self, event: ButtonPressed) -> Answer:
        kind = _kind(event.values[0] if event.values else "")
        return Instead(await self._listed(event, place_in(event.action).only(kind), 1))

    async def show(self, event: ButtonPressed) -> Answer:
        home = await self._resources.home_of(event)
        return self._one(event, home, await self._resources.shown(home, number_in(event.action, 0)))

    async def search_form(self, _event: Answered) -> Form:
        return cards.search_form()

    async def searched(self, event: FormSubmitted) -> Answer:
        values = event.values
        filters = Filters(
            kind=_kind(str(values["kind"])),
            open_now=values["open_now"] is True,
            online=values["online"] is True,
            everywhere=values["everywhere"] is True,
        )
        return await self._searched(event, str(values["words"]), filters)

    def _one(self, event: Answered, home: Community | None, service: Service) -> Card:
        language, zone = self._resources.language_for(event.reply), self._resources.zone_of(home)
        return cards.one(service, language, self._resources.now(), zone)

    async def _searched(self, event: Answered, words: str, filters: Filters) -> Card:
        home = await self._resources.home_of(event)
        found = await self._resources.search(home, words, filters)
        if not words.strip():
            return self._page(event, home, Place(filters), found, 1)
        # What the filters hold back comes last, so that taking them off later still finds it.
        anything = await self._resources.search(home, words, Filters(everywhere=True))
        numbers = dict.fromkeys(one.number for one in (*found.services, *anything.services))
        place = Place(filters, tuple(numbers)[:MOST_FOUND])
        return self._page(event, home, place, found, 1)

    async def _listed(self, event: ButtonPressed, place: Place, page: int) -> Card:
        home = await self._resources.home_of(event)
        if place.found is None:
            found = await self._resources.search(home, "", place.filters)
        else:
            found = await self._resources.among(home, place.found, place.filters)
        return self._page(event, home, place, found, page)

    def _page(
        self, event: Answered, home: Community | None, place: Place, found: Found, page: int
    ) -> Card:
        most = len(found.services) if place.found is None else MOST_FOUND
        pages = max(1, ceil(min(len(found.services), most) / cards.PER_PAGE))
        page = min(page, pages)
        first = (page - 1) * cards.PER_PAGE
        return cards.results(
            found.services[first : first + cards.PER_PAGE],
            place,
            self._resources.language_for(event.reply),
            self._resources.now(),
            self._resources.zone_of(home),
            page=page,
            pages=pages,
            total=found.total,
            country=self._resources.country_of(home),
        )


def _kind(value: str) -> Support | None:
    return Support(value) if value in set(Support) else None
