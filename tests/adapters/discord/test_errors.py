"""What each refusal of Discord's means for a send: for good, or for now."""

from datetime import timedelta

import pytest

from adapters.discord.errors import DOWN_FOR, delivery_error
from peerbot.chat.gateway import DeliveryError, TryLater, Undeliverable, Why
from tests.adapters.discord.fake_rest import refused


@pytest.mark.parametrize(
    ("status", "code", "why"),
    [
        (403, 50007, Why.CLOSED),
        (403, 50278, Why.LEFT),
        (404, 10007, Why.LEFT),
        (404, 10013, Why.LEFT),
        (403, 40007, Why.LEFT),
        (404, 10003, Why.GONE),
        (404, 10004, Why.GONE),
        (404, 10008, Why.GONE),
        (404, 10015, Why.GONE),
        (404, 10062, Why.GONE),
        (400, 40060, Why.GONE),
        (401, 50027, Why.GONE),
        (400, 50083, Why.GONE),
        (403, 50001, Why.FORBIDDEN),
        (403, 50013, Why.FORBIDDEN),
        (400, 160005, Why.FORBIDDEN),
        (400, 40058, Why.UNSUPPORTED),
        (400, 50008, Why.UNSUPPORTED),
        (400, 50024, Why.UNSUPPORTED),
        (400, 50035, Why.REJECTED),
    ],
)
def test_what_is_refused_for_good_says_why(status: int, code: int, why: Why) -> None:
    error = delivery_error(refused(status, code))
    assert isinstance(error, Undeliverable)
    assert error.why is why


@pytest.mark.parametrize(
    ("status", "why"), [(403, Why.FORBIDDEN), (404, Why.GONE), (400, Why.REJECTED)]
)
def test_a_code_that_is_new_to_us_is_read_by_its_status(status: int, why: Why) -> None:
    error = delivery_error(refused(status, 987654))
    assert isinstance(error, Undeliverable)
    assert error.why is why


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, 20016),
        (400, 20028),
        (400, 20029),
        (403, 40004),
        (403, 40006),
        (400, 40062),
        (403, 40333),
        (400, 130000),
        (400, 160006),
        (429, 0),
        (503, 0),
        (500, 10003),
    ],
)
def test_what_passes_by_itself_is_tried_again(status: int, code: int) -> None:
    assert _wait(delivery_error(refused(status, code))) == DOWN_FOR


@pytest.mark.parametrize("status", [400, 403, 429])
def test_inboxes_that_are_opened_too_fast_rest_whatever_the_status(status: int) -> None:
    assert _wait(delivery_error(refused(status, 40003))) == timedelta(hours=1)


@pytest.mark.parametrize("code", [0, 40001, 50014])
def test_with_a_token_that_was_renewed_nobody_counts_as_out_of_reach(code: int) -> None:
    assert _wait(delivery_error(refused(401, code))) == DOWN_FOR


def _wait(error: DeliveryError) -> timedelta:
    assert isinstance(error, TryLater)
    return error.wait
