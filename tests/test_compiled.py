"""What takes long to make is made once, and never taken for what it is not."""

import pickle
from pathlib import Path

import pytest

from peerbot.content.compiled import kept
from peerbot.content.crisis import crisis_rule_sets
from peerbot.crisis.detection import Detector


class Making:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> list[int]:
        self.times += 1
        return [self.times]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "rules.toml"
    file.write_text("a", encoding="utf-8")
    return file


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.pickle"))


def test_it_is_made_once(source: Path, tmp_path: Path) -> None:
    making = Making()
    for _start in range(3):
        assert kept("thing", [source], making, tmp_path / "kept") == [1]


def test_a_change_of_a_source_makes_it_anew(source: Path, tmp_path: Path) -> None:
    making, folder = Making(), tmp_path / "kept"
    kept("thing", [source], making, folder)
    source.write_text("b", encoding="utf-8")
    assert kept("thing", [source], making, folder) == [2]
    source.write_text("a", encoding="utf-8")
    assert kept("thing", [source], making, folder) == [1]


def test_of_many_the_newest_four_are_kept(source: Path, tmp_path: Path) -> None:
    making, folder = Making(), tmp_path / "kept"
    for number in range(9):
        source.write_text(str(number), encoding="utf-8")
        kept("thing", [source], making, folder)
    assert len(files_in(folder)) == 4
    assert kept("thing", [source], making, folder) == [9]


@pytest.mark.parametrize("damage", [b"", b"\x80", None])
def test_what_is_damaged_is_made_anew(source: Path, tmp_path: Path, damage: bytes | None) -> None:
    making, folder = Making(), tmp_path / "kept"
    kept("thing", [source], making, folder)
    (file,) = files_in(folder)
    whole = file.read_bytes()
    file.write_bytes(whole[:-3] if damage is None else damage)
    assert kept("thing", [source], making, folder) == [2]
    assert kept("thing", [source], making, folder) == [2]


def test_where_nothing_can_be_written_it_is_made_each_time(source: Path, tmp_path: Path) -> None:
    making = Making()
    (tmp_path / "kept").write_text("no folder", encoding="utf-8")
    for start in (1, 2):
        assert kept("thing", [source], making, tmp_path / "kept") == [start]


def test_a_source_that_is_gone_is_for_whoever_makes_it_to_tell(tmp_path: Path) -> None:
    assert kept("thing", [tmp_path / "none.toml"], Making(), tmp_path / "kept") == [1]
    assert files_in(tmp_path / "kept") == []


def test_a_detector_that_was_kept_finds_the_same(source: Path, tmp_path: Path) -> None:
    sets = [one for one in crisis_rule_sets() if one.locale in {"es", "pt"}]
    fresh = kept("rules", [source], lambda: Detector(sets), tmp_path / "kept")
    after = kept("rules", [source], never, tmp_path / "kept")
    texts = [
        text.text
        for rules in sets
        for rule in rules.rules[::9]
        for text in (rule.examples[0], *rule.counter_examples[:1])
    ]
    assert [after.explain(one) for one in texts] == [fresh.explain(one) for one in texts]
    with pytest.raises(TypeError):
        pickle.dumps(after)


def never() -> Detector:
    raise AssertionError("it was kept")
