"""Every call that the vendor's own client has for pictures, answered as its contract says.

The table is the contract's own list of paths. What is left out is named with it, and why.
"""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image

from civitai_desktop.sandbox.requests.catalogue import read_catalogue
from tests.contract.test_answers import BESIDE, NEWEST, PAGE
from tests.sandbox.conftest import Sandbox

WORKFLOWS = "/v2/consumer/workflows"
ONE = f"{WORKFLOWS}/{{workflow}}"
STEP = f"{ONE}/steps/{{step}}"
BLOB = "/v2/consumer/blobs/{blob}"
SERVICE = "image/sdcpp/zImage/turbo/createImage"
AIR = "urn:air:sdxl:checkpoint:civitai:101055@128078"
INPUT = {
    "engine": "sdcpp",
    "ecosystem": "zImage",
    "model": "turbo",
    "operation": "createImage",
    "prompt": "a paper boat",
    "width": 256,
    "height": 256,
}
TEMPLATE = {"steps": [{"$type": "imageGen", "input": INPUT}]}
PNG: dict[str, Any] = {"content": b"PNG", "headers": {"content-type": "image/png"}}
PATCH = [{"op": "add", "path": "/metadata/note", "value": "dusk"}]
MISSING = {"workflow": "wf_none", "step": "none", "blob": "none.jpeg"}

CALLS: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("POST", WORKFLOWS, {"json": TEMPLATE}, 202, "Workflow"),
    ("POST", WORKFLOWS, {"json": TEMPLATE, "params": {"wait": 60}}, 200, "Workflow"),
    ("POST", WORKFLOWS, {"json": TEMPLATE, "params": {"whatif": "true"}}, 200, "Workflow"),
    ("POST", WORKFLOWS, {"json": {}}, 400, "ProblemDetails"),
    ("GET", WORKFLOWS, {}, 200, ""),
    ("GET", WORKFLOWS, {"params": {"take": 1, "excludeFailed": "true"}}, 200, ""),
    ("GET", ONE, {}, 200, "Workflow"),
    ("GET", ONE, {"params": {"wait": 60, "hideMatureContent": "true"}}, 200, "Workflow"),
    ("GET", ONE, MISSING, 404, "ProblemDetails"),
    ("PUT", ONE, {"json": {"metadata": {"a": 1}}}, 204, ""),
    ("PUT", ONE, {"json": {"status": "canceled"}}, 204, ""),
    ("PUT", ONE, {"json": {"status": "run"}}, 400, "ProblemDetails"),
    ("PUT", ONE, {"json": {}} | MISSING, 404, "ProblemDetails"),
    ("PATCH", ONE, {"json": PATCH}, 204, ""),
    ("PATCH", ONE, {"json": PATCH} | MISSING, 404, "ProblemDetails"),
    ("DELETE", ONE, {}, 204, ""),
    ("DELETE", ONE, MISSING, 404, "ProblemDetails"),
    ("POST", f"{ONE}/tags", {"json": "tag"}, 204, ""),
    ("POST", f"{ONE}/tags", {"json": "tag"} | MISSING, 404, "ProblemDetails"),
    ("DELETE", f"{ONE}/tags", {}, 204, ""),
    ("DELETE", f"{ONE}/tags/tag", {}, 204, ""),
    ("GET", STEP, {}, 200, "ImageGenStep"),
    ("GET", STEP, MISSING, 404, "ProblemDetails"),
    ("PUT", STEP, {"json": {"metadata": {"a": 1}}}, 204, ""),
    ("PUT", STEP, {"json": {}}, 400, "ProblemDetails"),
    ("PUT", STEP, {"json": {"metadata": {}}} | MISSING, 404, "ProblemDetails"),
    ("PATCH", STEP, {"json": PATCH}, 204, ""),
    ("PATCH", STEP, {"json": PATCH} | MISSING, 404, "ProblemDetails"),
    ("GET", BLOB, {}, 308, ""),
    ("GET", BLOB, {"params": {"download": "true", "filename": "a.jpeg"}}, 308, ""),
    ("GET", BLOB, {"params": {"nsfwLevel": "na"}}, 403, "ProblemDetails"),
    ("GET", BLOB, MISSING, 404, "ProblemDetails"),
    ("HEAD", BLOB, {}, 204, ""),
    ("HEAD", BLOB, MISSING, 404, ""),
    ("GET", "/v2/consumer/blobs/upload", {}, 200, ""),
    ("POST", "/v2/consumer/blobs", PNG, 201, "ImageBlob"),
    ("POST", "/v2/consumer/blobs", PNG | {"content": b"no"}, 400, "ProblemDetails"),
    ("POST", "/v2/consumer/blobs", {"content": b"GIF8"}, 415, "ProblemDetails"),
    ("POST", f"{BLOB}/refresh", {}, 200, "ImageBlob"),
    ("POST", f"{BLOB}/refresh", MISSING, 404, "ProblemDetails"),
    ("GET", "/v2/consumer/blobs/archive/token", {}, 410, "ProblemDetails"),
    ("POST", "/v2/consumer/recipes/imageGen", {"json": INPUT}, 200, "ImageGenOutput"),
    ("POST", "/v2/consumer/recipes/imageGen", {"json": {}}, 400, "ProblemDetails"),
    ("POST", "/v2/consumer/recipes/imageUpload", {"json": "no picture"}, 400, "ProblemDetails"),
    ("GET", "/v2/services", {}, 200, ""),
    ("GET", "/v2/services", {"params": {"limit": 0}}, 400, "ProblemDetails"),
    ("GET", f"/v2/services/{SERVICE}", {}, 200, "ServiceResponse"),
    ("GET", f"/v2/services/{SERVICE}x", {}, 404, "ProblemDetails"),
    ("GET", "/v2/resources", {"params": {"view": "queue"}}, 200, PAGE),
    ("GET", "/v2/resources", {}, 400, "ProblemDetails"),
    ("GET", f"/v2/resources/{AIR}", {}, 200, "ResourceInfo"),
    ("GET", "/v2/resources/urn:air:sdxl:lora:other:1@2", {}, 404, "ProblemDetails"),
    ("GET", "/v2/resources/nothing", {}, 400, "ProblemDetails"),
]  # fmt: skip
"""Method, path, what is sent (names in braces by theirs), status, and the schema of the answer.

Left out: the list as a ZIP archive (`Accept: application/zip`), of which the contract does not say
what is in it, and 422 for pictures of refused content, which the faults file can answer.
"""

FREE = ("/v2/services", "/v2/resources", "/v2/consumer/blobs/archive/")
"""Beginnings of the paths that need no key."""


@pytest_asyncio.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    running = Sandbox(read_catalogue(), tmp_path / "faults.json", buzz=100_000)
    yield running
    await running.api.aclose()
    await running.anyone.aclose()
    running.orchestrator.close()


async def asked(sandbox: Sandbox, method: str, path: str, sent: dict[str, Any], client: Any) -> Any:
    workflow = await sandbox.finished(TEMPLATE)
    [image] = workflow["steps"][0]["output"]["images"]
    names = {"workflow": workflow["id"], "step": workflow["steps"][0]["name"], "blob": image["id"]}
    names |= {name: sent[name] for name in names if name in sent}
    told = {name: value for name, value in sent.items() if name not in names}
    if told.get("content") == b"PNG":
        picture = BytesIO()
        Image.new("RGB", (8, 8)).save(picture, "PNG")
        told["content"] = picture.getvalue()
    return await client.request(method, path.format(**names), **told)


def cleaned(schema: str, body: Any) -> Any:
    """Return an answer without what the plain contract adds to it."""
    steps = body.get("steps", []) if schema == "Workflow" else [body]
    for step in steps if schema in {"Workflow", "ImageGenStep"} else ():
        step["jobs"] = [{k: v for k, v in job.items() if k not in BESIDE} for job in step["jobs"]]
    return body


@pytest.mark.parametrize(("method", "path", "sent", "status", "schema"), CALLS)
async def test_a_call_is_answered_as_it_is_documented(
    sandbox: Sandbox, method: str, path: str, sent: dict[str, Any], status: int, schema: str
) -> None:
    answer = await asked(sandbox, method, path, sent, sandbox.api)
    assert answer.status_code == status, answer.text
    if schema:
        assert NEWEST.complaints(schema, cleaned(schema, answer.json())) == set()
    if status == 204:
        assert answer.content == b""


@pytest.mark.parametrize(("method", "path"), sorted({(method, path) for method, path, *_ in CALLS}))
async def test_only_the_free_calls_go_without_a_key(
    sandbox: Sandbox, method: str, path: str
) -> None:
    answer = await asked(sandbox, method, path, {"json": {}}, sandbox.anyone)
    assert (answer.status_code == 401) is not path.startswith(FREE)


async def test_a_blob_is_named_and_downloaded_as_it_is_wished(sandbox: Sandbox) -> None:
    query = {"params": {"download": "true", "filename": "bóat.jpeg"}}
    answer = await asked(sandbox, "GET", BLOB, query, sandbox.api)
    content = await sandbox.anyone.get(answer.headers["location"])
    assert content.content[:3] == b"\xff\xd8\xff"
    assert content.headers["content-disposition"] == "attachment; filename*=UTF-8''b%C3%B3at.jpeg"
