"""Discord over real sockets: REST and gateway, with simcord's model of the platform behind them.

Read in this order: `double` (what a test holds in its hand), `home` (one server and what its people
do), `owner` (what is decided there), `portal` (how the application is set up), `rest`, `faults`
(what goes wrong there), `gateway`, `connected` (our adapter on its way there), `listening` (a core
behind it), `harness` (for the conformance checks), `openapi`. A bot in another process comes here
with `Double.environment`.

simcord itself replaces discord.py's transport. What can only go wrong in the transport, such as a
lost connection, a rate limit or a session that is resumed, is seen here and nowhere else. What
simcord's model takes on trust of AutoMod is held to Discord's word in `automod`.
"""

from tests.adapters.discord.double.double import Double

__all__ = ["Double"]
