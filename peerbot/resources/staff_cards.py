"""Every word that staff read about the directory's upkeep; their forms are in `staff_forms`."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from peerbot.chat.actions import action
from peerbot.chat.cards import (
    Actions,
    Button,
    Card,
    Confirm,
    Fields,
    Heading,
    Node,
    Note,
    Pager,
    Quote,
    Row,
    Style,
    Text,
    Tone,
    buttons,
    card,
)
from peerbot.chat.commands import Command, Role
from peerbot.chat.text import Bold, Words, joined
from peerbot.community.model import EDIT_RESOURCES
from peerbot.i18n import Msg, _
from peerbot.resources import cards
from peerbot.resources.model import MAX_SCHEDULES, Service, Status, said

MANAGE = Command(
    name="peerbot resources",
    summary=_("Add, check and change what members find under /resources"),
    role=Role.STAFF,
    grant=EDIT_RESOURCES,
)
STATUSES: dict[Status, Msg] = {
    Status.ACTIVE: _("Members see it"),
    Status.INACTIVE: _("Members do not see it yet"),
    Status.TEMPORARILY_CLOSED: _("Closed for a while; members do not see it"),
    Status.DEFUNCT: _("Retired; members do not see it"),
}


def panel(
    shown: Sequence[Service],
    zone: ZoneInfo,
    *,
    page: int,
    pages: int,
    total: int,
    waiting: int,
    new_id: str,
) -> Card:
    """Return a page of what is in the directory, what needs a look first."""
    return card(
        "resources.panel",
        Heading(_("The directory")),
        Text(
            _("{n} entries; {waiting} wait for a first or a fresh check.", n=total, waiting=waiting)
        )
        if total
        else Text(_("There are no entries yet. The first one takes two minutes.")),
        *(_row(one, zone) for one in shown),
        Pager(page, pages, action("resources", "staff-list")) if pages > 1 else None,
        buttons(
            Button(action("resources", "add", new_id), _("Add an entry"), Style.PRIMARY),
            Button(action("resources", "staff-find"), _("Find an entry")),
        ),
        Note(_("Shipped entries are shared: changing one makes your community's own copy of it.")),
        summary=_("The directory of resources"),
    )


def found(shown: Sequence[Service], new_id: str, zone: ZoneInfo) -> Card:
    nothing = Text(_("No entry has this in its name."))
    several: list[Node] = [_row(one, zone) for one in shown[:8]]
    return card(
        "resources.staff-found",
        Heading(_("Entries with this name")),
        *(several or [nothing]),
        buttons(
            Button(action("resources", "staff-find"), _("Find an entry")),
            Button(action("resources", "add", new_id), _("Add an entry")),
            Button(action("resources", "staff-list"), _("All entries")),
        ),
        summary=_("Entries with this name"),
    )


def entry(service: Service, language: str, now: datetime, zone: ZoneInfo) -> Card:
    """Return one entry as staff see it, with what can be done."""
    return card(
        "resources.entry",
        Heading(service.name),
        Text(joined(Bold(STATUSES[service.status]), "\n", cards.checked(service, zone))),
        Text(
            joined(
                service.organization.name,
                "\n",
                said(service.description, language) or _("No description yet."),
                "\n",
                Bold(said(service.application_process, language) or _("No next step yet.")),
            )
        ),
        Fields(cards.facts(service, language, now)),
        _sections(service),
        _hours_sections(service),
        _fate(service),
        Actions((Button(action("resources", "staff-list"), _("All entries")),)),
        summary=_("{name}: what we know and when it was checked", name=service.name),
    )


def changed_meanwhile(now: Service, wrote: Sequence[str], section: str, line: int) -> Card:
    """Return what somebody wrote while somebody else saved, so that nothing of it is lost."""
    again = action("resources", section, now.number, now.version, line)
    kept: list[Words] = [part for text in wrote for part in ("\n", text)]
    return card(
        "resources.changed-meanwhile",
        Heading(_("Somebody changed this entry while you were writing")),
        Text(
            _(
                "Theirs is saved. Yours is not, and it stands here so that nothing is lost: open "
                "the form again, look at what it says now, and put in what is missing."
            )
        ),
        Quote(joined(*kept[1:])) if kept else None,
        buttons(
            Button(again, _("Open the form again"), Style.PRIMARY) if kept else None,
            Button(action("resources", "staff-show", now.number), _("Show the entry")),
        ),
        summary=_("Somebody changed this entry while you were writing."),
        tone=Tone.CARE,
    )


# -- Parts -------------------------------------------------------------------------------------


def _row(service: Service, zone: ZoneInfo) -> Row:
    status, checked = STATUSES[service.status], cards.checked(service, zone)
    words = joined(Bold(service.name), "\n", status, "\n", checked)
    return Row(words, Button(action("resources", "staff-show", service.number), _("Open")))


def _sections(service: Service) -> Actions:
    labels = {
        "words": _("What it is"),
        "contact": _("Phone and links"),
        "who": _("For whom, and cost"),
        "place": _("Where, and what kind"),
    }
    return Actions(
        tuple(
            Button(action("resources", verb, service.number, service.version, 0), label)
            for verb, label in labels.items()
        )
    )


def _hours_sections(service: Service) -> Actions:
    lines = len(service.schedules)
    labels = [_("Hours {n}", n=line + 1) for line in range(lines)] if lines > 1 else [_("Hours")]
    if 0 < lines < MAX_SCHEDULES:
        labels.append(_("Add other hours"))
    return Actions(
        tuple(
            Button(action("resources", "hours", service.number, service.version, line), label)
            for line, label in enumerate(labels)
        )
    )


RETIRING = Confirm(
    question=_("Shall members no longer find it? You can bring it back."),
    yes=_("Retire"),
    no=_("Keep"),
)


def _fate(service: Service) -> Actions:
    show = service.status is not Status.ACTIVE
    verify = action("resources", "verify", service.number, service.version)
    retire = Button(
        action("resources", "retire", service.number),
        _("Retire"),
        Style.DANGER,
        RETIRING,
    )
    back = Button(action("resources", "bring-back", service.number), _("Bring it back"))
    label = _("All is right: show it") if show else _("I checked it: all is right")
    return buttons(
        Button(verify, label, Style.PRIMARY) if service.status is not Status.DEFUNCT else None,
        back if service.status is Status.DEFUNCT else retire,
    )
