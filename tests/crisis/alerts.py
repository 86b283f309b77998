"""What tests ask of alerts and say to them."""

from peerbot.chat.cards import buttons_of
from peerbot.chat.events import MessageFlagged
from peerbot.crisis.store import AlertStore
from peerbot.testing import ANA, ROBIN, SAM, a_message, a_reply, an_actor
from tests.crisis.conftest import Crisis

MODERATOR = an_actor(ROBIN, "mods")


async def alert_of(crisis: Crisis, person=SAM):
    async with crisis.db.begin() as session:
        found = await AlertStore(session).of_person(person)
    return found[-1] if found else None


def labels(card) -> list[str]:
    return [str(one.label) for one in buttons_of(card)]


def a_flag(text: str, by=ANA) -> MessageFlagged:
    message = a_message(text)
    return MessageFlagged(
        actor=an_actor(by), at=message.at, space=message.space, message=message, reply=a_reply(by)
    )
