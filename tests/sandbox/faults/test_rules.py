"""Tests of the rules in a faults file: which request they are for, and when."""

import json
from pathlib import Path
from typing import Any

import pytest

from civitai_desktop.sandbox.faults.rules import Faults


def written(path: Path, *rules: dict[str, Any]) -> Faults:
    path.write_text(json.dumps(rules))
    return Faults(path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "faults.json"


def hits(faults: Faults, count: int, method: str = "GET", path: str = "/a") -> list[bool]:
    return [faults.due(method, path, "") is not None for _ in range(count)]


def test_a_rule_skips_and_then_acts_so_many_times(file: Path) -> None:
    faults = written(file, {"path": "/a", "skip": 1, "times": 2, "status": 500})
    assert hits(faults, 5) == [False, True, True, False, False]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_file_is_read_as_an_editor_leaves_it(file: Path, encoding: str) -> None:
    file.write_text(json.dumps([{"path": "/\xe4", "drop": True}]), encoding)
    assert hits(Faults(file), 1, path="/\xe4") == [True]


@pytest.mark.parametrize(
    "content", [b"\xff\xfe[", b"\xff\xfe", b"\xef\xbb\xbf", b"\0\0\0", b"\xe4["]
)
def test_what_is_no_text_harms_nothing(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert hits(Faults(file), 1) == [False]


def test_engines_can_be_withdrawn_for_prices_too(file: Path) -> None:
    faults = written(file, {"method": "POST", "path": "/w", "withdrawn": {"engine": "flux2"}})
    rule = faults.due("POST", "/w", "whatif=true")
    assert rule is not None
    assert rule.withdrawn == {"engine": "flux2"}


def test_a_rule_without_times_always_acts(file: Path) -> None:
    assert hits(written(file, {"path": "/a", "drop": True}), 3) == [True] * 3


def test_a_rule_is_for_its_method_and_path_only(file: Path) -> None:
    faults = written(file, {"method": "post", "path": "^/a$", "status": 500})
    assert hits(faults, 1, "GET") == [False]
    assert hits(faults, 1, "POST", "/ab") == [False]
    assert hits(faults, 1, "POST") == [True]


def test_the_query_can_be_matched_and_need_not(file: Path) -> None:
    faults = written(file, {"path": r"\?wait=5", "status": 500}, {"path": "/b$", "drop": True})
    assert faults.due("GET", "/a", "wait=5")
    assert not faults.due("GET", "/a", "wait=6")
    assert faults.due("GET", "/b", "wait=6")


def test_equal_rules_act_one_after_another(file: Path) -> None:
    once = {"path": "/a", "times": 1}
    faults = written(file, once | {"status": 500}, once | {"status": 429}, once | {"status": 500})
    assert [getattr(faults.due("GET", "/a", ""), "status", None) for _ in range(4)] == [
        500,
        429,
        500,
        None,
    ]


def test_a_workflow_rule_leaves_what_ifs_and_reads_alone(file: Path) -> None:
    faults = written(file, {"path": "/a", "times": 1, "workflow": {"status": "failed"}})
    assert not faults.due("POST", "/a", "wait=0&whatif=true")
    assert not faults.due("GET", "/a", "")
    assert faults.due("POST", "/a", "whatif=false")


def test_a_changed_file_is_read_again_and_old_rules_go_on_counting(file: Path) -> None:
    old = {"path": "/a", "times": 1, "status": 500}
    faults = written(file, old)
    assert hits(faults, 2) == [True, False]
    written(file, old, {"path": "/b", "status": 500})
    assert hits(faults, 1) == [False]
    assert hits(faults, 1, path="/b") == [True]
    file.unlink()
    assert hits(faults, 1, path="/b") == [False]


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "{}",
        '[{"status": 500}]',
        '[{"path": "("}]',
        '[{"path": "/a", "sometimes": true}]',
        '[{"path": "/a", "skip": "1"}]',
        '[{"path": "/a", "drop": true, "status": 500}]',
        '[{"path": "/a", "workflow": {"status": "processing"}}]',
    ],
)
def test_a_broken_file_is_reported_once_and_ignored(
    content: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(content)
    assert hits(Faults(file), 2) == [False, False]
    assert capsys.readouterr().err.count(str(file)) == 1


def test_bytes_that_are_no_text_are_a_broken_file(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(b'["\xff"]')
    assert hits(Faults(file), 1) == [False]
    assert str(file) in capsys.readouterr().err


def test_no_file_means_no_faults(tmp_path: Path) -> None:
    assert hits(Faults(tmp_path / "none.json"), 1) == [False]
    assert hits(Faults(), 1) == [False]


def test_a_rule_may_be_for_one_key_only(tmp_path):
    (tmp_path / "faults.json").write_text('[{"path": "/a", "key": "bobs", "status": 404}]')
    faults = Faults(tmp_path / "faults.json")
    assert faults.due("GET", "/a", "", "bobs")
    assert not faults.due("GET", "/a", "", "adas")
    assert not faults.due("GET", "/a", "")
