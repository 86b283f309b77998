"""Our adapter on its way to the double, in no hurry to wait for anything."""

from datetime import timedelta

from adapters.discord.adapter import Discord
from adapters.discord.client import Pace
from adapters.discord.connection import Gateway
from peerbot.clock import MovableClock
from peerbot.testing.builders import NOW
from tests.adapters.discord.double.double import Double

AT_ONCE = Pace(settles_for=timedelta(milliseconds=10), identifies_after=timedelta())


def an_adapter(double: Double, *, pace: Pace = AT_ONCE, **changed: object) -> Discord:
    """Return the adapter as its settings make it; `changed` are settings of `discord.*`."""
    settings = double.settings(**changed)
    return Discord(
        connection=Gateway(settings),
        message_content=settings.message_content,
        look_early=settings.look_early,
        now=MovableClock(NOW),
        pace=pace,
    )
