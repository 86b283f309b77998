"""What follows from a finding: who is answered, and who is told."""

from dataclasses import dataclass

from peerbot.chat.forms import Surface
from peerbot.community.model import Settings
from peerbot.crisis.detection.finding import Finding, Tier, Whose


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from a finding, by the table of `safety.md`."""

    answer: bool
    alert: bool


def decide(finding: Finding, surface: Surface, settings: Settings) -> Decision:
    """Return whether the person is answered and whether responders are told."""
    if finding.tier is Tier.NONE:
        return Decision(answer=False, alert=False)
    match surface:
        case Surface.PUBLIC | Surface.FLAGGED:
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
