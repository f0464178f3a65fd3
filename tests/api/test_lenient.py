"""One odd field makes no workflow unreadable, and what cannot be read is there all the same."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from civitai_desktop.api import wire
from civitai_desktop.domain.errors import BadReply
from tests.workshop import WORKFLOWS, Sandbox

NESTED = "NESTED"
ODD: dict[str, Any] = {
    "null": None,
    "true": True,
    "false": False,
    "nought": 0,
    "less than nothing": -5,
    "a half": 1.5,
    "a huge number": 10**400,
    "text": "auto",
    "no text": "",
    "a number as text": "12",
    "half a letter": "cut \ud83d",
    "a letter of no disk": "a\0b",
    "a list": [],
    "a list of null": [None],
    "a list of lists": [[None, 1]],
    "a list of objects": [{"a": None}],
    "an object": {},
    "another object": {"0": {"id": 7}},
    "not a number": float("nan"),
    "without end": float("inf"),
    "nested": NESTED,
}


def written(answer: Any) -> bytes:
    return json.dumps(answer).replace(f'"{NESTED}"', "[" * 5000 + "]" * 5000).encode()


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each part of an answer, leaves and whole subtrees."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for name, part in inner:
        yield (*way, name)
        if isinstance(part, dict | list):
            yield from places(part, (*way, name))


def changed(answer: Any, way: tuple[Any, ...], odd: Any) -> Any:
    again = json.loads(json.dumps(answer))
    part = again
    for name in way[:-1]:
        part = part[name]
    part[way[-1]] = odd
    return again


@pytest.fixture(scope="module")
def answer(tmp_path_factory) -> dict[str, Any]:
    """Return how the sandbox tells of two pictures that are made."""
    server = Sandbox(tmp_path_factory.mktemp("sandbox"))
    try:
        step = {
            "$type": "imageGen",
            "input": {
                "engine": "sdcpp",
                "ecosystem": "zImage",
                "model": "turbo",
                "operation": "createImage",
                "prompt": "a boat",
                "width": 64,
                "height": 64,
                "quantity": 2,
            },
        }
        body = {
            "steps": [step],
            "tags": ["civitai-desktop", "civitai-desktop:g1"],
            "externalId": "g1",
        }
        made = server.client.post(WORKFLOWS, json=body, params={"wait": 30})
        assert made.is_success, made.text
        return server.client.get(f"{WORKFLOWS}/{made.json()['id']}", params={"wait": 30}).json()
    finally:
        server.stop()


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_whatever_is_odd_counts_as_not_said(answer, odd) -> None:
    whole = wire.workflow(written(answer))
    assert len(whole.blobs) == 2
    [step] = [at for at, _ in enumerate(answer["steps"])]
    for way in places(answer):
        if way in {("id",), ("status",)}:
            continue
        read = wire.workflow(written(changed(answer, way, odd)))
        assert (read.id, read.status) == (whole.id, whole.status), way
        if way[0] != "steps":
            assert read.blobs == whole.blobs, way
        images = ("steps", step, "output", "images")
        if way == images[: len(way)]:
            continue
        # An image that is odd costs itself only, and one whose address can be read nothing.
        hit = way[4] if way[:4] == images else None
        kept = [blob.url for at, blob in enumerate(whole.blobs) if at != hit or way[5:] != ("url",)]
        if way[4:] == (hit,):
            kept = [blob.url for at, blob in enumerate(whole.blobs) if at != hit]
        assert set(kept) <= {blob.url for blob in read.blobs}, way


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_status_that_is_odd_is_none_yet(answer, odd) -> None:
    assert not wire.workflow(written(changed(answer, ("status",), odd))).status.is_terminal


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_what_the_list_cannot_tell_is_no_proof_of_absence(answer, odd) -> None:
    assert wire.submitted(written({"items": [], "next": None}), "g1") == (None, None)
    for way in places(answer):
        page = written({"items": [changed(answer, way, odd)]})
        if way == ("id",) and (odd == NESTED or not isinstance(odd, str) or not odd):
            with pytest.raises(BadReply):
                wire.submitted(page, "g1")
        else:
            found, _ = wire.submitted(page, "g1")
            assert found is not None, way


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": None},
        {"items": {}},
        {"items": "none"},
        {"items": [None]},
        {"items": [7]},
        {"items": [{}]},
        {"items": [{"id": None, "tags": ["civitai-desktop:g1"]}]},
        {"items": [{"id": "wf", "tags": "civitai-desktop:g1"}]},
        {"items": [{"id": "wf", "tags": [None]}]},
        {"items": [], "next": 7},
        {"items": [], "next": ["x"]},
        {"items": NESTED, "next": None},
    ],
    ids=str,
)
def test_a_page_that_cannot_be_read_proves_nothing(body) -> None:
    with pytest.raises(BadReply) as told:
        wire.submitted(written(body), "g1")
    assert told.value.retryable


def test_one_row_that_is_ours_is_found_beside_what_cannot_be_read() -> None:
    rows = [None, {"id": "other", "tags": [None]}, {"id": "ours", "tags": ["civitai-desktop:g1"]}]
    found, _ = wire.submitted(written({"items": rows}), "g1")
    assert found is not None
    assert found.id == "ours"
    strangers = [{"id": "other", "tags": ["civitai-desktop:g2"], "externalId": "g2"}]
    assert wire.submitted(written({"items": strangers}), "g1") == (None, None)


@pytest.mark.parametrize(
    "body",
    [
        '{"id": "wf", "status": "succeeded", "steps": [{"jobs": [{"reason": "cut \\ud83d"}]}]}',
        '{"id": "wf", "status": "succeeded", "x": %s}' % ("[" * 100_000 + "]" * 100_000),
        '{"id": "wf", "status": "succeeded", "x": %s}' % ('{"a":' * 100_000 + "1" + "}" * 100_000),
        '{"id": "wf", "status": "succeeded", "x": %s}' % ("9" * 10_000),
        '{"id": "wf", "status": "succeeded", "x": 1e999}',
        '{"id": "wf", "status": "succeeded", "x": NaN}',
    ],
    ids=["half a letter", "lists", "objects", "digits", "too much", "NaN"],
)
def test_what_no_decoder_takes_is_left_out(body) -> None:
    read = wire.workflow(body.encode())
    assert (read.id, read.status.value) == ("wf", "succeeded")
    "".join(read.reasons).encode()
    read = wire.workflow(body.replace("NaN", '"a"').encode().replace(b'"x"', b'"\xff"'))
    assert read.id == "wf"


async def test_a_page_with_a_next_one_is_no_end(civitai) -> None:
    row = {"id": "wf", "tags": ["civitai-desktop:g1"]}
    civitai.says({"items": [], "next": "more"}, {"items": [row], "next": None})
    found = await civitai.orchestration.find("g1")
    assert found is not None
    assert found.id == "wf"
    assert civitai.requests[1].url.params["cursor"] == "more"


async def test_a_list_without_an_end_proves_nothing(civitai) -> None:
    civitai.says({"items": [], "next": "more"})
    with pytest.raises(BadReply):
        await civitai.orchestration.find("g1")
