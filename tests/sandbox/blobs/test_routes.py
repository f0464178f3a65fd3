"""Tests of blobs: addresses, bytes and uploads."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

Body = Callable[..., dict[str, Any]]
BLOBS = "/v2/consumer/blobs"


def picture(kind: str = "PNG", size: tuple[int, int] = (4, 3)) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size).save(buffer, kind)
    return buffer.getvalue()


async def image(sandbox: Any, body: dict[str, Any]) -> dict[str, Any]:
    return (await sandbox.finished(body))["steps"][0]["output"]["images"][0]


@pytest.mark.parametrize(
    ("wish", "media_type", "kind"),
    [("jpeg", "image/jpeg", "JPEG"), ("png", "image/png", "PNG"), ("webP", "image/webp", "WEBP")],
)
async def test_the_bytes_are_on_another_origin_for_anyone_with_the_address(
    wish: str, media_type: str, kind: str, sandbox: Any, turbo: Body
) -> None:
    blob = await image(sandbox, turbo(outputFormat=wish, width=320))
    assert httpx.URL(blob["url"]).host != "api.sandbox"
    answer = await sandbox.anyone.get(blob["url"])
    assert answer.headers["content-type"] == media_type
    assert int(answer.headers["content-length"]) == len(answer.content)
    opened = Image.open(BytesIO(answer.content))
    assert (opened.format, opened.size) == (kind, (320, 256))


async def test_a_preview_is_smaller(sandbox: Any, turbo: Body) -> None:
    blob = await image(sandbox, turbo(width=1024, height=512))
    answer = await sandbox.anyone.get(blob["previewUrl"])
    assert Image.open(BytesIO(answer.content)).size == (450, 225)


async def test_an_address_ends_and_can_be_refreshed(sandbox: Any, turbo: Body) -> None:
    blob = await image(sandbox, turbo())
    sandbox.clock.forward(599)
    assert (await sandbox.anyone.get(blob["url"])).status_code == 200
    sandbox.clock.forward(1)
    assert (await sandbox.anyone.get(blob["url"])).status_code == 403
    fresh = (await sandbox.api.post(f"{BLOBS}/{blob['id']}/refresh")).json()
    assert (fresh["id"], fresh["available"]) == (blob["id"], True)
    assert fresh["urlExpiresAt"] > blob["urlExpiresAt"]
    assert (await sandbox.anyone.get(fresh["url"])).status_code == 200


async def test_a_refreshed_blob_keeps_its_level(sandbox: Any, turbo: Body) -> None:
    sandbox.misbehave({"path": "/workflows", "workflow": {"nsfwLevel": "r"}})
    blob = await image(sandbox, turbo())
    fresh = (await sandbox.api.post(f"{BLOBS}/{blob['id']}/refresh")).json()
    assert fresh["nsfwLevel"] == "r"


async def test_a_preview_of_no_width_is_the_smallest(sandbox: Any, turbo: Body) -> None:
    blob = await image(sandbox, turbo())
    answer = await sandbox.anyone.get(httpx.URL(blob["url"]).copy_set_param("width", 0))
    assert Image.open(BytesIO(answer.content)).size == (1, 1)


async def test_a_forged_address_is_refused(sandbox: Any, turbo: Body) -> None:
    workflow = await sandbox.finished(turbo(quantity=2))
    one, other = workflow["steps"][0]["output"]["images"]
    url = httpx.URL(one["url"])
    later = int(url.params["exp"]) + 1
    forged = [
        url.copy_set_param("sig", "0" * 32),
        url.copy_set_param("exp", later),
        url.copy_remove_param("sig"),
        url.copy_set_param("exp", "soon"),
        url.copy_with(path=httpx.URL(other["url"]).path),
    ]
    answers = [await sandbox.anyone.get(address) for address in forged]
    assert [answer.status_code for answer in answers] == [403] * len(forged)


async def test_the_api_leads_to_the_bytes(sandbox: Any, turbo: Body) -> None:
    blob = await image(sandbox, turbo())
    answer = await sandbox.api.get(f"{BLOBS}/{blob['id']}")
    assert answer.status_code == 308
    assert (await sandbox.anyone.get(answer.headers["location"])).status_code == 200
    assert (await sandbox.api.head(f"{BLOBS}/{blob['id']}")).status_code == 204


async def test_a_picture_that_is_not_there_yet_is_not_found(sandbox: Any, turbo: Body) -> None:
    workflow = await sandbox.submit(turbo(quantity=2))
    while not workflow["steps"][0].get("output", {"images": [{}]})["images"][0].get("available"):
        sandbox.clock.forward(0.1)
        workflow = await sandbox.get(workflow)
    one, other = workflow["steps"][0]["output"]["images"]
    assert (await sandbox.api.head(f"{BLOBS}/{one['id']}")).status_code == 204
    assert (await sandbox.api.head(f"{BLOBS}/{other['id']}")).status_code == 404
    assert (await sandbox.api.post(f"{BLOBS}/{other['id']}/refresh")).status_code == 404


@pytest.mark.parametrize("change", ["nobody", "{}x", "{}-9", "x-0-0.jpeg"])
async def test_an_unknown_blob_is_not_found(change: str, sandbox: Any, turbo: Body) -> None:
    blob = await image(sandbox, turbo())
    answer = await sandbox.api.get(f"{BLOBS}/{change.format(blob['id'])}")
    assert (answer.status_code, answer.json()["title"]) == (404, "Not Found")


async def test_the_blobs_origin_knows_nothing_else(sandbox: Any) -> None:
    answer = await sandbox.api.get("http://blobs.sandbox/v2/consumer/workflows")
    assert answer.status_code == 404


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_an_upload_comes_back_as_it_was(kind: str, sandbox: Any) -> None:
    content = picture(kind)
    headers = {"content-type": f"image/{kind.lower()}"}
    answer = await sandbox.api.post(BLOBS, content=content, headers=headers)
    blob = answer.json()
    assert (answer.status_code, blob["width"], blob["height"]) == (201, 4, 3)
    back = await sandbox.anyone.get(blob["url"])
    assert (back.content, back.headers["content-type"]) == (content, headers["content-type"])


async def test_an_upload_slot_needs_no_key_and_ends(sandbox: Any) -> None:
    slot = (await sandbox.api.get(f"{BLOBS}/upload")).json()
    headers = {"content-type": "image/png"}
    answer = await sandbox.anyone.post(slot["uploadUrl"], content=picture(), headers=headers)
    assert answer.status_code == 201
    sandbox.clock.forward(601)
    late = await sandbox.anyone.post(slot["uploadUrl"], content=picture(), headers=headers)
    assert late.status_code == 401


@pytest.mark.parametrize(
    ("media_type", "content", "status"),
    [
        ("image/gif", picture("GIF"), 415),
        ("multipart/form-data", b"", 415),
        ("image/png", b"not a picture", 400),
        ("image/png", bytes(64 * 1024 * 1024 + 1), 413),
    ],
)
async def test_a_wrong_upload_is_refused(
    media_type: str, content: bytes, status: int, sandbox: Any
) -> None:
    headers = {"content-type": media_type}
    answer = await sandbox.api.post(BLOBS, content=content, headers=headers)
    assert answer.status_code == status
