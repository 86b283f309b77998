"""What follows from a finding: who is answered, and who is told."""

from dataclasses import dataclass

from peerbot.chat.addresses import Room
from peerbot.chat.forms import Surface
from peerbot.community.model import Level, Settings
from peerbot.crisis.detection.finding import Finding, Tier, Whose

_LEAST: dict[Level | None, Tier] = {
    None: Tier.CONCERN,
    Level.URGENT: Tier.URGENT,
    Level.EMERGENCY: Tier.EMERGENCY,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from a finding, by the table of `safety.md`."""

    answer: bool
    alert: bool
    counts: bool = False
    """Whether it is counted, because the community listens silently."""


def decide(
    finding: Finding, surface: Surface, settings: Settings, room: Room | None = None
) -> Decision:
    """Return whether the person is answered and whether responders are told.

    `room` is where a message was written, since moderators may want less noticed there.
    """
    if finding.tier is Tier.NONE:
        return Decision(answer=False, alert=False)
    match surface:
        case Surface.PUBLIC:
            return _decide_in_a_room(finding, settings, room)
        case Surface.FLAGGED:
            return Decision(answer=True, alert=True)
        case Surface.TO_STAFF:
            return Decision(answer=True, alert=finding.tier >= Tier.URGENT)
        case Surface.PRIVATE:
            told = settings.private_emergencies and finding.tier is Tier.EMERGENCY
            return Decision(answer=True, alert=told)
        case Surface.REPORT:
            # What is said about somebody else is answered, and told, with the whole report.
            return Decision(answer=finding.whose is Whose.AUTHOR, alert=False)
        case Surface.SAMPLE:
            return Decision(answer=False, alert=False)


def _decide_in_a_room(finding: Finding, settings: Settings, room: Room | None) -> Decision:
    least = _LEAST.get(settings.level_in(room))
    if least is None or finding.tier < least:
        return Decision(answer=False, alert=False)
    if settings.is_silent and finding.tier < Tier.EMERGENCY:
        return Decision(answer=False, alert=False, counts=True)
    # In words that mean nothing here an emergency is lowered to telling responders, no further.
    answer = not finding.is_denied or settings.alert_room is None
    return Decision(answer=answer, alert=True, counts=settings.is_silent)
