"""Tests of the routes of workflows, over HTTP without sockets."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

Body = Callable[..., dict[str, Any]]
WORKFLOWS = "/v2/consumer/workflows"


def images(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return workflow["steps"][0].get("output", {}).get("images", [])


def available(workflow: dict[str, Any]) -> int:
    return sum(image["available"] for image in images(workflow))


async def test_a_submission_is_accepted_and_charged(sandbox: Any, turbo: Body) -> None:
    answer = await sandbox.api.post(WORKFLOWS, json=turbo(width=1024, height=1024, quantity=4))
    workflow = answer.json()
    assert (answer.status_code, workflow["status"]) == (202, "unassigned")
    assert workflow["cost"]["total"] == 32
    assert sum(entry["amount"] for entry in workflow["transactions"]["list"]) == 32
    assert await sandbox.balance() == 968


async def test_what_was_sent_comes_back(sandbox: Any, turbo: Body) -> None:
    around = {
        "tags": ["civitai-desktop", "x"],
        "metadata": {"a": 1},
        "externalId": "one",
        "allowMatureContent": False,
        "currencies": ["yellow"],
    }
    body = turbo(seed=5) | around
    body["steps"][0] |= {"name": "first", "priority": "low", "timeout": "00:20:00", "retries": 2}
    workflow = await sandbox.submit(body)
    assert {name: workflow[name] for name in around} == around
    [step] = workflow["steps"]
    assert {name: step[name] for name in body["steps"][0]} == body["steps"][0]
    assert [entry["accountType"] for entry in workflow["transactions"]["list"]] == ["yellow"]


async def test_a_refusal_is_problem_json_with_every_field(sandbox: Any, turbo: Body) -> None:
    answer = await sandbox.api.post(WORKFLOWS, json=turbo(width=1001, surprise=1))
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 400
    assert problem["errors"] == {
        "steps[0].input.width": ["Must be a multiple of 16."],
        "steps[0].input.surprise": ["This field is unknown."],
    }
    assert await sandbox.balance() == 1000


@pytest.mark.parametrize("content", [b"", b"{", b"NaN", b'"\xff"', b"[" * 100_000])
async def test_what_is_no_json_is_refused(content: bytes, sandbox: Any) -> None:
    answer = await sandbox.api.post(WORKFLOWS, content=content)
    assert (answer.status_code, answer.json()["errors"]) == (400, {"$": ["Must be JSON."]})


async def test_a_what_if_prices_and_changes_nothing(sandbox: Any, turbo: Body) -> None:
    answer = await sandbox.api.post(
        WORKFLOWS, json=turbo(width=1024, height=1024, quantity=4), params={"whatif": "true"}
    )
    workflow = answer.json()
    assert (answer.status_code, workflow["status"]) == (200, "unassigned")
    cost = workflow["cost"]
    assert (cost["base"], cost["total"], cost["factors"]["quantity"]) == (32, 32, 4)
    assert cost["tips"] == {"civitai": 0, "creators": 0}
    assert workflow["transactions"]["insufficientBuzz"] is False
    assert workflow["steps"][0]["jobs"][0]["queuePosition"]["support"] == "available"
    assert answer.headers["x-civitai-cost-total"] == "32"
    assert answer.headers["x-civitai-cost-by-currency"] == "blue=32"
    assert answer.headers["x-civitai-insufficient-buzz"] == "false"
    assert await sandbox.balance() == 1000
    assert (await sandbox.api.get(WORKFLOWS)).json()["items"] == []


async def test_a_what_if_says_when_buzz_is_lacking(opened: Any, turbo: Body) -> None:
    sandbox = opened(buzz=3)
    body = turbo(width=1024, height=1024)
    answer = await sandbox.api.post(WORKFLOWS, json=body, params={"whatif": "true"})
    assert answer.json()["transactions"] == {"list": [], "insufficientBuzz": True}
    assert answer.headers["x-civitai-insufficient-buzz"] == "true"


async def test_a_submission_without_the_buzz_is_refused_in_plain_text(
    opened: Any, turbo: Body
) -> None:
    sandbox = opened(buzz=3)
    answer = await sandbox.api.post(WORKFLOWS, json=turbo(width=1024, height=1024))
    assert answer.status_code == 403
    assert "Buzz" in answer.json()
    assert await sandbox.balance() == 3


async def test_wallets_that_may_not_pay_do_not(sandbox: Any, turbo: Body) -> None:
    body = turbo(width=1024, height=1024) | {"currencies": ["green"]}
    assert (await sandbox.api.post(WORKFLOWS, json=body)).status_code == 403


async def test_mature_content_is_paid_in_yellow(sandbox: Any, turbo: Body) -> None:
    workflow = await sandbox.submit(turbo() | {"allowMatureContent": True})
    assert {each["accountType"] for each in workflow["transactions"]["list"]} == {"yellow"}
    body = turbo() | {"allowMatureContent": True, "currencies": ["blue"]}
    assert (await sandbox.api.post(WORKFLOWS, json=body)).status_code == 403


async def test_a_dear_submission_is_paid_from_two_wallets(sandbox: Any, turbo: Body) -> None:
    workflow = await sandbox.submit(turbo(width=2048, height=2048, quantity=4))
    paid = {e["accountType"]: e["amount"] for e in workflow["transactions"]["list"]}
    assert paid == {"blue": 100, "yellow": 28}


async def test_the_same_external_id_gives_the_same_workflow_once(sandbox: Any, turbo: Body) -> None:
    body = turbo() | {"externalId": "click-1"}
    first = await sandbox.submit(body)
    again = await sandbox.api.post(WORKFLOWS, json=body)
    assert (again.status_code, again.json()["id"]) == (202, first["id"])
    assert await sandbox.balance() == 1000 - first["cost"]["total"]
    await sandbox.get(first, wait=90)
    assert (await sandbox.api.post(WORKFLOWS, json=body)).status_code == 200


async def test_an_external_id_spent_on_a_what_if_never_runs(sandbox: Any, turbo: Body) -> None:
    body = turbo() | {"externalId": "click-1"}
    quoted = await sandbox.submit(body, whatif="true")
    submitted = await sandbox.submit(body, wait=90)
    assert (submitted["id"], submitted["status"]) == (quoted["id"], "unassigned")
    assert await sandbox.balance() == 1000


async def test_a_repeat_with_the_same_seed_is_free(sandbox: Any, turbo: Body) -> None:
    body = turbo(seed=7)
    assert (await sandbox.submit(body, whatif="true"))["cost"]["total"] == 1
    await sandbox.finished(body)
    assert (await sandbox.submit(body, whatif="true"))["cost"]["total"] == 0
    assert (await sandbox.submit(body))["cost"]["total"] == 0
    assert (await sandbox.submit(turbo(seed=8)))["cost"]["total"] == 1


async def test_a_deleted_workflow_frees_its_external_id(sandbox: Any, turbo: Body) -> None:
    body = turbo() | {"externalId": "click-1"}
    first = await sandbox.submit(body)
    await sandbox.api.delete(f"{WORKFLOWS}/{first['id']}")
    second = await sandbox.submit(body)
    assert second["id"] != first["id"]
    assert (await sandbox.submit(body))["id"] == second["id"]


async def test_a_repeat_without_a_seed_is_paid(sandbox: Any, turbo: Body) -> None:
    await sandbox.finished(turbo())
    assert (await sandbox.submit(turbo()))["cost"]["total"] == 1


async def test_progress_is_seen_in_every_phase(sandbox: Any, turbo: Body) -> None:
    workflow = await sandbox.submit(turbo(quantity=4))
    seen = {}
    while workflow["status"] != "succeeded":
        step = workflow["steps"][0]
        seen[workflow["status"]] = step
        sandbox.clock.forward(0.2)
        workflow = await sandbox.get(workflow)
    assert list(seen) == ["unassigned", "preparing", "scheduled", "processing"]
    for phase in ("preparing", "processing"):
        assert 0.7 < seen[phase]["estimatedProgressRate"] < 1
        assert seen[phase]["jobs"][0]["estimatedProgressRate"] > 0.7
    assert "estimatedProgressRate" not in seen["scheduled"]
    position = seen["scheduled"]["jobs"][0]["queuePosition"]
    assert set(position) == {"support", "precedingJobs", "startAt", "completeAt"}
    last = workflow["steps"][0]
    assert "estimatedProgressRate" not in last
    assert "queuePosition" not in last["jobs"][0]
    assert workflow["completedAt"] > workflow["startedAt"] > workflow["createdAt"]


async def test_pictures_appear_one_after_another(sandbox: Any, turbo: Body) -> None:
    workflow = await sandbox.submit(turbo(quantity=4))
    assert images(workflow) == []
    counts = []
    while workflow["status"] != "succeeded":
        sandbox.clock.forward(0.2)
        workflow = await sandbox.get(workflow)
        if images(workflow):
            assert len(images(workflow)) == 4
            counts.append(available(workflow))
    assert list(dict.fromkeys(counts)) == [0, 1, 2, 3, 4]


async def test_both_shapes_name_the_same_pictures(sandbox: Any, turbo: Body) -> None:
    workflow = await sandbox.finished(turbo(quantity=2, outputFormat="png"))
    blobs = workflow["steps"][0]["jobs"][0]["result"]["blobs"]
    assert [b["blobId"] for b in blobs] == [i["id"] for i in images(workflow)]
    assert [b["url"] for b in blobs] == [i["url"] for i in images(workflow)]
    assert {b["mimeType"] for b in blobs} == {"image/png"}
    assert {b["nsfwLevel"] for b in blobs} == {1}
    assert {i["nsfwLevel"] for i in images(workflow)} == {"pg"}
    assert {(i["type"], i["width"], i["height"]) for i in images(workflow)} == {("image", 256, 256)}


async def test_steps_of_one_workflow_run_side_by_side(sandbox: Any, turbo: Body) -> None:
    body = {"steps": turbo()["steps"] + turbo(quantity=3)["steps"]}
    workflow = await sandbox.finished(body)
    assert [step["name"] for step in workflow["steps"]] == ["0", "1"]
    assert [len(step["output"]["images"]) for step in workflow["steps"]] == [1, 3]
    assert workflow["cost"]["total"] == 3


async def test_a_long_poll_returns_at_the_end(sandbox: Any, turbo: Body) -> None:
    workflow = await sandbox.submit(turbo())
    answer = await sandbox.api.get(f"{WORKFLOWS}/{workflow['id']}", params={"wait": 90})
    assert (answer.status_code, answer.json()["status"]) == (200, "succeeded")
    assert sandbox.clock.now() == datetime.fromisoformat(answer.json()["completedAt"])


async def test_a_long_poll_gives_up_when_its_time_is_over(sandbox: Any, turbo: Body) -> None:
    workflow = await sandbox.submit(turbo())
    before = sandbox.clock.now()
    answer = await sandbox.api.get(f"{WORKFLOWS}/{workflow['id']}", params={"wait": 2})
    assert (answer.status_code, answer.json()["status"]) == (202, "scheduled")
    assert (sandbox.clock.now() - before).total_seconds() == pytest.approx(2)
    assert (await sandbox.api.get(f"{WORKFLOWS}/{workflow['id']}")).status_code == 200


async def test_a_submission_can_wait_for_its_end(sandbox: Any, turbo: Body) -> None:
    answer = await sandbox.api.post(WORKFLOWS, json=turbo(), params={"wait": 90})
    assert (answer.status_code, answer.json()["status"]) == (200, "succeeded")


async def test_a_query_that_cannot_be_read_is_refused(sandbox: Any, turbo: Body) -> None:
    workflow = await sandbox.submit(turbo())
    for query in ({"wait": "long"}, {"wait": "1.5"}, {"hideMatureContent": "perhaps"}):
        answer = await sandbox.api.get(f"{WORKFLOWS}/{workflow['id']}", params=query)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, list(query))


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
async def test_an_unknown_workflow_is_not_found(method: str, sandbox: Any) -> None:
    answer = await sandbox.api.request(method, f"{WORKFLOWS}/wf_nobody", json={})
    assert (answer.status_code, answer.json()["title"]) == (404, "Not Found")


async def test_a_cancel_before_the_work_gives_all_buzz_back(sandbox: Any, turbo: Body) -> None:
    workflow = await sandbox.submit(turbo(width=1024, height=1024, quantity=4))
    answer = await sandbox.api.put(f"{WORKFLOWS}/{workflow['id']}", json={"status": "canceled"})
    assert (answer.status_code, answer.content) == (204, b"")
    workflow = await sandbox.get(workflow)
    assert (workflow["status"], workflow["steps"][0]["status"]) == ("canceled", "canceled")
    assert [(e["type"], e["amount"]) for e in workflow["transactions"]["list"]] == [
        ("debit", 32),
        ("credit", 32),
    ]
    assert await sandbox.balance() == 1000


async def test_a_cancel_keeps_the_pictures_that_are_there(sandbox: Any, turbo: Body) -> None:
    workflow = await sandbox.submit(turbo(width=1024, height=1024, quantity=4))
    while available(workflow) < 3:
        sandbox.clock.forward(0.1)
        workflow = await sandbox.get(workflow)
    await sandbox.api.put(f"{WORKFLOWS}/{workflow['id']}", json={"status": "canceled"})
    sandbox.clock.forward(60)
    workflow = await sandbox.get(workflow)
    assert (workflow["status"], available(workflow)) == ("canceled", 3)
    assert await sandbox.balance() == 1000 - 24


async def test_a_cancel_after_the_end_changes_nothing(sandbox: Any, turbo: Body) -> None:
    workflow = await sandbox.finished(turbo())
    sandbox.clock.forward(1)
    answer = await sandbox.api.put(f"{WORKFLOWS}/{workflow['id']}", json={"status": "canceled"})
    assert answer.status_code == 204
    assert (await sandbox.get(workflow))["status"] == "succeeded"


async def test_tags_and_metadata_can_be_changed(sandbox: Any, turbo: Body) -> None:
    workflow = await sandbox.submit(turbo() | {"tags": ["a"]})
    url = f"{WORKFLOWS}/{workflow['id']}"
    await sandbox.api.put(url, json={"tags": ["b"], "metadata": {"n": 1}})
    await sandbox.api.patch(url, json=[{"op": "add", "path": "/tags/-", "value": "c"}])
    await sandbox.api.post(f"{url}/tags", json="d")
    await sandbox.api.delete(f"{url}/tags/b")
    workflow = await sandbox.get(workflow)
    assert (workflow["tags"], workflow["metadata"]) == (["c", "d"], {"n": 1})
    assert (await sandbox.api.delete(f"{url}/tags")).status_code == 204
    assert (await sandbox.get(workflow))["tags"] == []


async def test_wrong_changes_are_refused(sandbox: Any, turbo: Body) -> None:
    url = f"{WORKFLOWS}/{(await sandbox.submit(turbo()))['id']}"
    answers = [
        await sandbox.api.put(url, json={"status": "succeeded"}),
        await sandbox.api.put(url, json=["canceled"]),
        await sandbox.api.put(url, json={"tags": ["a", "a"]}),
        await sandbox.api.patch(url, json=[{"op": "replace", "path": "/tags", "value": 1}]),
        await sandbox.api.patch(url, json=[{"op": "remove", "path": "/metadata/none"}]),
        await sandbox.api.post(f"{url}/tags", json={"tag": "a"}),
        await sandbox.api.post(f"{url}/tags", json="x" * 201),
    ]
    assert [answer.status_code for answer in answers] == [400] * len(answers)


async def test_a_deleted_workflow_is_gone_and_its_work_stops(sandbox: Any, turbo: Body) -> None:
    workflow = await sandbox.submit(turbo())
    url = f"{WORKFLOWS}/{workflow['id']}"
    assert (await sandbox.api.delete(url)).status_code == 204
    assert (await sandbox.api.get(url)).status_code == 404
    assert (await sandbox.api.get(WORKFLOWS)).json()["items"] == []
    assert await sandbox.balance() == 1000


async def test_a_plain_client_is_answered_in_its_own_shape(sandbox: Any, plain: Body) -> None:
    answer = await sandbox.api.post(WORKFLOWS, json=plain())
    workflow = answer.json()
    assert answer.status_code == 202
    assert set(workflow) == {"id", "status", "tags", "createdAt", "cost", "steps"}
    assert workflow["cost"] == {"base": 8, "total": 8, "currency": "BUZZ"}
    answer = await sandbox.api.get(f"{WORKFLOWS}/{workflow['id']}", params={"wait": 90})
    [blob] = answer.json()["steps"][0]["jobs"][0]["result"]["blobs"]
    assert set(blob) == {"blobId", "url", "mimeType", "width", "height", "nsfwLevel"}
    assert (await sandbox.anyone.get(blob["url"])).status_code == 200


async def test_a_plain_client_gets_the_workflow_back_from_a_cancel(
    sandbox: Any, plain: Body
) -> None:
    workflow = await sandbox.submit(plain())
    answer = await sandbox.api.put(f"{WORKFLOWS}/{workflow['id']}", json={"status": "canceled"})
    assert (answer.status_code, answer.json()["status"]) == (200, "canceled")


async def test_mature_pictures_are_hidden_when_asked(sandbox: Any, turbo: Body) -> None:
    sandbox.misbehave({"path": "/workflows", "workflow": {"nsfwLevel": "x"}})
    workflow = await sandbox.finished(turbo())
    assert images(workflow)[0]["url"]
    hidden = await sandbox.get(workflow, hideMatureContent="true")
    assert (images(hidden)[0]["available"], images(hidden)[0]["blockedReason"]) == (
        False,
        "MatureContent",
    )
    assert "url" not in images((await sandbox.api.get(WORKFLOWS)).json()["items"][0])[0]
    shown = await sandbox.api.get(WORKFLOWS, params={"hideMatureContent": "false"})
    assert images(shown.json()["items"][0])[0]["url"]


async def test_withheld_mature_pictures_can_be_released(sandbox: Any, turbo: Body) -> None:
    sandbox.misbehave({"path": "/workflows", "workflow": {"nsfwLevel": "r"}})
    workflow = await sandbox.finished(turbo() | {"allowMatureContent": False})
    assert available(workflow) == 0
    blob = f"/v2/consumer/blobs/{images(workflow)[0]['id']}"
    assert (await sandbox.api.head(blob)).status_code == 404
    await sandbox.api.put(f"{WORKFLOWS}/{workflow['id']}", json={"allowMatureContent": True})
    assert available(await sandbox.get(workflow)) == 1
    assert (await sandbox.api.head(blob)).status_code == 204
