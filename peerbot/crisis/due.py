"""When something of an alert is due: the next step, another try, another call; pure."""

from datetime import datetime, timedelta

from peerbot.community.model import Settings
from peerbot.crisis.detection.finding import Tier
from peerbot.crisis.model import RETRY, Alert, State, claim_within

LONGEST_RETRY = timedelta(hours=6)
"""Between two looks for a room that is gone, which nobody mends within a minute."""
LONGEST_WHILE_AWAY = timedelta(minutes=1)
"""Between two tries at a platform that is busy or away: it may be back at any moment."""


def due_after(alert: Alert, now: datetime, settings: Settings) -> datetime | None:
    """Return when the step after one done `now` is due; None for a quiet note.

    Never later than the minute that the person was told.
    """
    within = claim_within(alert.tier, settings)
    if within is None or alert.until is None:
        return None
    return min(now + within, alert.until)


def retry_at(
    alert: Alert,
    now: datetime,
    wait: timedelta = RETRY,
    *,
    longest: timedelta = LONGEST_WHILE_AWAY,
) -> datetime:
    """Return when to try again what a platform did not take: as it asks, then more seldom.

    Never later than the minute that the person was told, as long as that lies ahead.
    """
    if alert.until is not None and now < alert.until:
        return min(now + wait, alert.until)
    age = now - (alert.called_at or alert.raised_at)
    return now + max(wait, min(age, longest))


def calls_again(known: Alert, newer: Alert, now: datetime, settings: Settings) -> bool:
    """Whether another message calls responders anew, rather than counting on the card they have.

    "One alert per member per quiet period unless the tier rises"; an emergency is never
    rate-limited away, and after an honest end nobody is at work on the alert any more. Who took a
    flag in which no rule found anything does not know yet of danger that was found since.
    """
    tier = newer.tier
    # Both ways: a clock that was set back by days must not silence us for days.
    since = abs(now - (known.called_at or known.raised_at))
    if tier > known.tier:
        return True
    match known.state:
        case State.UNANSWERED:
            return tier >= Tier.URGENT or since >= settings.quiet_for
        case State.CLAIMED:
            if newer.rules and not known.rules and tier >= Tier.URGENT:
                return True
            quiet = settings.claim_emergency if tier is Tier.EMERGENCY else settings.quiet_for
            return since >= quiet
        case _:
            return known.until is None and since >= settings.quiet_for
