"""Single steps: read as they stand in their workflow, and their metadata changed."""

from typing import Any

import pytest

WORKFLOWS = "/v2/consumer/workflows"


def path(workflow: dict[str, Any], name: str = "0") -> str:
    return f"{WORKFLOWS}/{workflow['id']}/steps/{name}"


async def test_a_step_is_what_its_workflow_says_of_it(sandbox: Any, turbo: Any) -> None:
    workflow = await sandbox.finished(turbo(quantity=2))
    answer = await sandbox.api.get(path(workflow))
    assert answer.status_code == 200
    assert answer.json() == workflow["steps"][0]


async def test_a_step_is_found_by_the_name_the_client_gave(sandbox: Any, turbo: Any) -> None:
    body = turbo()
    body["steps"] = [body["steps"][0] | {"name": "first"}, body["steps"][0] | {"name": "second"}]
    workflow = await sandbox.finished(body)
    for place, name in enumerate(("first", "second")):
        step = (await sandbox.api.get(path(workflow, name))).json()
        assert step == workflow["steps"][place]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
async def test_what_is_not_there_is_not_found(sandbox: Any, turbo: Any, method: str) -> None:
    workflow = await sandbox.submit(turbo())
    body = [] if method == "PATCH" else {"metadata": {}}
    for where in (path(workflow, "1"), path({"id": "wf_none"})):
        answer = await sandbox.api.request(method, where, json=body)
        assert answer.status_code == 404
        assert answer.json()["detail"]


async def test_a_steps_metadata_can_be_changed(sandbox: Any, turbo: Any) -> None:
    workflow = await sandbox.submit(turbo())
    answer = await sandbox.api.put(path(workflow), json={"metadata": {"star": 1}})
    assert (answer.status_code, answer.content) == (204, b"")
    patch = [{"op": "add", "path": "/metadata/note", "value": "dusk"}]
    answer = await sandbox.api.patch(path(workflow), json=patch)
    assert answer.status_code == 204
    step = (await sandbox.api.get(path(workflow))).json()
    assert step["metadata"] == {"star": 1, "note": "dusk"}
    assert (await sandbox.get(workflow))["steps"][0] == step


@pytest.mark.parametrize(
    "body", [{}, {"metadata": None}, {"metadata": 7}, {"metadata": {}, "status": "canceled"}, []]
)
async def test_a_wrong_change_of_a_step_is_refused(sandbox: Any, turbo: Any, body: Any) -> None:
    workflow = await sandbox.submit(turbo())
    assert (await sandbox.api.put(path(workflow), json=body)).status_code == 400


@pytest.mark.parametrize(
    "patch", [{}, [{"op": "x"}], [{"op": "add", "path": "/metadata", "value": 7}]]
)
async def test_a_wrong_patch_of_a_step_is_refused(sandbox: Any, turbo: Any, patch: Any) -> None:
    workflow = await sandbox.submit(turbo())
    assert (await sandbox.api.patch(path(workflow), json=patch)).status_code == 400
