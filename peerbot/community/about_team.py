"""Who hears of worries about a moderator or responder: cards, the form, and what is pressed."""

from dataclasses import dataclass, replace

from peerbot.chat.actions import BadAction, action
from peerbot.chat.addresses import Person
from peerbot.chat.cards import Button, Card, Heading, Node, Note, Row, Style, Text, buttons, card
from peerbot.chat.commands import Role
from peerbot.chat.events import ButtonPressed, Event, FormSubmitted
from peerbot.chat.forms import Form, MemberPick
from peerbot.chat.router import Answer, Instead, Router
from peerbot.chat.text import Mention
from peerbot.community.model import HEAR_ABOUT_TEAM, Community, Grant, Settings
from peerbot.community.service import CommunityService
from peerbot.errors import Refused
from peerbot.i18n import _

MOST = 8


def chosen(settings: Settings) -> Card:
    """Return who is chosen, each with a way to take them off, and a way to choose another."""
    people = settings.people_with(HEAR_ABOUT_TEAM)
    rows: list[Node] = [
        Row(
            Mention(one),
            Button(action("community", "not-about-team", one.platform, one.id), _("Take off")),
        )
        for one in people
    ]
    return card(
        "community.about-team",
        Heading(_("Worries about the team")),
        Text(
            _(
                "When a member worries about a moderator or responder, only the people below hear "
                "of it, in their own inboxes: never the one it is about, and not the room for "
                "alerts."
            )
        ),
        *(rows or [Text(_("Nobody is chosen, so it goes to whoever runs this space."))]),
        Note(_("Best are two people, one of them from outside the team.")),
        buttons(
            Button(action("community", "add-about-team"), _("Choose somebody"), Style.PRIMARY)
            if len(people) < MOST
            else None,
            Button(action("community", "settings"), _("Timers and privacy")),
        ),
        summary=_("Who hears of worries about the team"),
    )


def form() -> Form:
    return Form(
        title=_("Worries about the team"),
        fields=(
            MemberPick(
                key="member",
                label=_("Who shall hear of them?"),
                hint=_("Ask them first. They need an inbox that I can write to."),
            ),
        ),
        submit=_("Save"),
    )


@dataclass(frozen=True, slots=True)
class AboutTeamRoutes:
    """What whoever runs the space presses."""

    communities: CommunityService

    async def show(self, event: ButtonPressed) -> Answer:
        community = await self.communities.home_of(event)
        return Instead(chosen(self.communities.settings(community.id)))

    async def form(self, _event: Event) -> Form:
        return form()

    async def add(self, event: FormSubmitted) -> Answer:
        community = await self.communities.home_of(event)
        person = Person(event.person.platform, str(event.values["member"]))
        if len(self.communities.settings(community.id).people_with(HEAR_ABOUT_TEAM)) >= MOST:
            raise Refused(member=_("There are {n} people already.", n=MOST))
        return await self._changed(event, community, "about-team.add", _grant(person), on=True)

    async def remove(self, event: ButtonPressed) -> Answer:
        community = await self.communities.home_of(event)
        if len(event.action.args) != 2:
            raise BadAction("no person is named")
        grant = _grant(Person(*event.action.args))
        answer = await self._changed(event, community, "about-team.remove", grant, on=False)
        return Instead(answer)

    async def _changed(
        self,
        event: ButtonPressed | FormSubmitted,
        community: Community,
        what: str,
        grant: Grant,
        *,
        on: bool,
    ) -> Card:
        def change(one: Settings) -> Settings:
            return replace(one, grants=one.grants | {grant} if on else one.grants - {grant})

        await self.communities.set_now(community.id, event.actor, what, change)
        return chosen(self.communities.settings(community.id))


def add_routes(router: Router, routes: AboutTeamRoutes) -> None:
    """Declare the choice of who hears of worries about the team."""
    router.button("community", "about-team", routes.show, role=Role.ADMIN)
    router.button("community", "not-about-team", routes.remove, role=Role.ADMIN)
    router.form("community", "add-about-team", routes.form, routes.add, role=Role.ADMIN)


def _grant(person: Person) -> Grant:
    return Grant(HEAR_ABOUT_TEAM, f"person:{person.platform}:{person.id}")
