"""Tests of what a rule does to an answer, as far as it can be seen without a socket."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, UnidentifiedImageError

Body = Callable[..., dict[str, Any]]
WORKFLOWS = "/v2/consumer/workflows"


@pytest.mark.parametrize(
    ("body", "content", "media_type"),
    [
        ("<!doctype html>", b"<!doctype html>", None),
        ({"detail": "Slow down."}, b'{"detail":"Slow down."}', "application/json"),
        (None, b"", None),
    ],
)
async def test_an_answer_can_be_replaced(
    body: Any, content: bytes, media_type: str | None, sandbox: Any, turbo: Body
) -> None:
    sandbox.misbehave(
        {"path": WORKFLOWS, "status": 429, "body": body, "headers": {"retry-after": "2"}}
    )
    answer = await sandbox.api.post(WORKFLOWS, json=turbo())
    assert (answer.status_code, answer.content) == (429, content)
    assert answer.headers["retry-after"] == "2"
    assert answer.headers.get("content-type") == media_type
    assert await sandbox.balance() == 1000


async def test_a_dropped_request_does_nothing(sandbox: Any, turbo: Body) -> None:
    sandbox.misbehave({"method": "POST", "path": WORKFLOWS, "drop": True})
    with pytest.raises(ConnectionResetError):
        await sandbox.api.post(WORKFLOWS, json=turbo())
    assert (await sandbox.api.get(WORKFLOWS)).json()["items"] == []


async def test_a_lost_answer_leaves_the_workflow_running(sandbox: Any, turbo: Body) -> None:
    sandbox.misbehave({"method": "POST", "path": WORKFLOWS, "times": 1, "lose_answer": True})
    body = turbo() | {"tags": ["mine"], "externalId": "one"}
    with pytest.raises(ConnectionResetError):
        await sandbox.api.post(WORKFLOWS, json=body)
    [found] = (await sandbox.api.get(WORKFLOWS, params={"tags": "mine"})).json()["items"]
    assert (await sandbox.submit(body))["id"] == found["id"]


async def test_an_answer_can_be_late(sandbox: Any) -> None:
    sandbox.misbehave({"path": WORKFLOWS, "delay_s": 7, "times": 1})
    before = sandbox.clock.now()
    assert (await sandbox.api.get(WORKFLOWS)).status_code == 200
    assert (sandbox.clock.now() - before).total_seconds() == pytest.approx(7)


async def test_the_bytes_of_a_blob_can_be_useless(sandbox: Any, turbo: Body) -> None:
    workflow = await sandbox.finished(turbo())
    url = workflow["steps"][0]["output"]["images"][0]["url"]
    good = await sandbox.anyone.get(url)
    sandbox.misbehave({"path": "/blobs/", "times": 1, "corrupt": True})
    bad = await sandbox.anyone.get(url)
    assert (bad.status_code, len(bad.content)) == (200, len(good.content))
    with pytest.raises(UnidentifiedImageError):
        Image.open(BytesIO(bad.content))
    assert (await sandbox.anyone.get(url)).content == good.content


async def test_the_address_of_a_blob_can_have_ended(sandbox: Any, turbo: Body) -> None:
    workflow = await sandbox.finished(turbo())
    url = workflow["steps"][0]["output"]["images"][0]["url"]
    sandbox.misbehave({"path": "/blobs/", "times": 1, "expire": True})
    assert (await sandbox.anyone.get(url)).status_code == 403
    assert (await sandbox.anyone.get(url)).status_code == 200


async def test_a_workflow_can_fail_and_is_paid_back(sandbox: Any, turbo: Body) -> None:
    sandbox.misbehave(
        {"path": WORKFLOWS, "times": 1, "workflow": {"status": "failed", "reason": "timeout"}}
    )
    workflow = await sandbox.finished(turbo(width=1024, height=1024, quantity=4))
    step = workflow["steps"][0]
    assert (workflow["status"], step["jobs"][0]["reason"]) == ("failed", "timeout")
    assert step["output"]["errors"] == ["timeout"]
    assert [i["available"] for i in step["output"]["images"]] == [True, True, False, False]
    assert await sandbox.balance() == 1000 - 16
    assert (await sandbox.finished(turbo()))["status"] == "succeeded"


async def test_single_pictures_can_be_blocked(sandbox: Any, turbo: Body) -> None:
    sandbox.misbehave(
        {"path": WORKFLOWS, "workflow": {"blocked": [1], "blockedReason": "ChildReference"}}
    )
    workflow = await sandbox.finished(turbo(quantity=2))
    good, bad = workflow["steps"][0]["output"]["images"]
    assert (workflow["status"], good["available"], bad["available"]) == ("succeeded", True, False)
    assert bad["blockedReason"] == "ChildReference"
    assert "url" not in bad
    assert (await sandbox.api.get(f"/v2/consumer/blobs/{bad['id']}")).status_code == 404


async def test_an_engine_can_be_unknown_while_others_are_taken(sandbox: Any, turbo: Body) -> None:
    sandbox.misbehave({"method": "POST", "path": WORKFLOWS, "withdrawn": {"ecosystem": "zImage"}})
    for query in ({}, {"whatif": "true"}):
        answer = await sandbox.api.post(WORKFLOWS, json=turbo(), params=query)
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        [(path, [text])] = answer.json()["errors"].items()
        assert path == "$.steps[0].input.ecosystem"
        assert text == "Read unrecognized type discriminator id 'zImage'."
    assert await sandbox.balance() == 1000
    sandbox.misbehave({"path": WORKFLOWS, "withdrawn": {"ecosystem": "sdxl"}})
    assert (await sandbox.api.post(WORKFLOWS, json=turbo())).is_success


async def test_other_values_can_be_worked_with_than_were_sent(sandbox: Any, turbo: Body) -> None:
    ran = {"quantity": 2, "steps": 4, "seed": None}
    sandbox.misbehave({"path": WORKFLOWS, "ran": ran})
    quoted = await sandbox.submit(turbo(quantity=4, seed=7), whatif="true")
    assert quoted["steps"][0]["input"]["quantity"] == 4
    workflow = await sandbox.finished(turbo(quantity=4, seed=7))
    told = workflow["steps"][0]["input"]
    assert (told["quantity"], told["steps"], "seed" in told) == (2, 4, False)
    assert len(workflow["steps"][0]["output"]["images"]) == 2
