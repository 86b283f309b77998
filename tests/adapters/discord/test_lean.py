"""Rooms take most of a server's memory: they are asked for when somebody needs them."""

from adapters.discord.lean import keep_out_rooms, what_is_kept

A_SERVER = {
    "id": "1",
    "system_channel_id": "12",
    "features": ["COMMUNITY"],
    "roles": [{"id": "1", "name": "@everyone"}],
    "channels": [{"id": "11"}, {"id": "12"}],
    "threads": [{"id": "13"}],
}


def test_everything_else_of_a_server_stays() -> None:
    assert what_is_kept(A_SERVER) == A_SERVER | {"channels": [{"id": "12"}], "threads": []}


def test_an_event_that_is_otherwise_than_documented_is_left_as_it_is() -> None:
    for odd in ({"id": "1"}, A_SERVER | {"channels": None}, A_SERVER | {"roles": [{"id": "1"}]}):
        assert what_is_kept(odd) is odd


def test_a_discord_py_that_reads_its_events_elsewhere_is_left_as_it_is() -> None:
    of_another_release: dict[str, object] = {}
    keep_out_rooms(of_another_release)  # type: ignore[arg-type]
    assert of_another_release == {}
