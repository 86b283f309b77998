"""What tests are made of: builders, fakes, and the checks that every adapter must pass.

Read in this order: `builders` (people and what they do), `fakes` (a gateway that records, a door
that is open), `harness` and `conformance` (write a `Harness` for your adapter, run `CONFORMANCE`).
"""

from peerbot.testing.builders import (
    ALEX,
    ANA,
    GENERAL,
    NOW,
    ROBIN,
    SAM,
    SPACE,
    a_command,
    a_message,
    a_person,
    a_press,
    a_reply,
    a_submission,
    an_actor,
    typing,
)
from peerbot.testing.conformance import CONFORMANCE
from peerbot.testing.fakes import (
    EnglishReaders,
    FakeClock,
    OpenDoor,
    RecordingCore,
    RecordingGateway,
    Sent,
    SilentScreen,
)
from peerbot.testing.harness import Break, Harness, Seen, SeenForm
from peerbot.testing.stand import NamedCheck, NotConforming

__all__ = [
    "ALEX",
    "ANA",
    "CONFORMANCE",
    "GENERAL",
    "NOW",
    "ROBIN",
    "SAM",
    "SPACE",
    "Break",
    "EnglishReaders",
    "FakeClock",
    "Harness",
    "NamedCheck",
    "NotConforming",
    "OpenDoor",
    "RecordingCore",
    "RecordingGateway",
    "Seen",
    "SeenForm",
    "Sent",
    "SilentScreen",
    "a_command",
    "a_message",
    "a_person",
    "a_press",
    "a_reply",
    "a_submission",
    "an_actor",
    "typing",
]
