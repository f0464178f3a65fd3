"""The recipe that makes pictures in one call."""

import base64
from typing import Any

import pytest

RECIPE = "/v2/consumer/recipes/imageGen"


def given(turbo: Any, **values: Any) -> dict[str, Any]:
    return turbo(**values)["steps"][0]["input"]


async def test_the_answer_comes_with_the_pictures(sandbox: Any, turbo: Any) -> None:
    answer = await sandbox.api.post(RECIPE, json=given(turbo, quantity=2))
    assert answer.status_code == 200
    output = answer.json()
    assert set(output) == {"images"}
    assert [image["available"] for image in output["images"]] == [True, True]
    content = await sandbox.anyone.get(output["images"][0]["url"])
    assert content.content[:3] == b"\xff\xd8\xff"
    assert await sandbox.balance() < 1000


async def test_a_what_if_tells_the_price_in_its_headers_and_costs_nothing(
    sandbox: Any, turbo: Any
) -> None:
    answer = await sandbox.api.post(RECIPE, json=given(turbo), params={"whatif": "true"})
    assert (answer.status_code, answer.json()) == (200, {"images": []})
    assert int(answer.headers["x-civitai-cost-total"]) > 0
    assert answer.headers["x-civitai-insufficient-buzz"] == "false"
    assert await sandbox.balance() == 1000


async def test_who_does_not_wait_gets_what_is_there(sandbox: Any, turbo: Any) -> None:
    answer = await sandbox.api.post(RECIPE, json=given(turbo), params={"wait": "0"})
    assert answer.json() == {"images": []}


async def test_a_failure_is_told_in_the_output(sandbox: Any, turbo: Any) -> None:
    fault = {"status": "failed", "reason": "No worker was free."}
    sandbox.misbehave({"method": "POST", "path": "/recipes/", "workflow": fault})
    output = (await sandbox.api.post(RECIPE, json=given(turbo, quantity=2))).json()
    assert output["errors"] == ["No worker was free."]


async def test_mature_pictures_are_withheld_where_they_are_not_allowed(
    sandbox: Any, turbo: Any
) -> None:
    sandbox.misbehave({"path": "/recipes/", "workflow": {"nsfwLevel": "x"}, "method": "POST"})
    query = {"allowMatureContent": "false"}
    [image] = (await sandbox.api.post(RECIPE, json=given(turbo), params=query)).json()["images"]
    assert (image["available"], "url" in image) == (False, False)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"width": 17}, "width"),
        ({"surprise": 1}, "surprise"),
        ({"prompt": ""}, "prompt"),
        ({"engine": "nova"}, "engine"),
    ],
)
async def test_a_wrong_input_is_refused_by_name(
    sandbox: Any, turbo: Any, change: dict[str, Any], named: str
) -> None:
    answer = await sandbox.api.post(RECIPE, json=given(turbo) | change)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [named]
    assert await sandbox.balance() == 1000


@pytest.mark.parametrize("query", [{"whatif": "perhaps"}, {"ephemeral": "7"}, {"wait": "soon"}])
async def test_a_wrong_query_is_refused_before_anything_is_paid(
    sandbox: Any, turbo: Any, query: dict[str, str]
) -> None:
    answer = await sandbox.api.post(RECIPE, json=given(turbo), params=query)
    assert answer.status_code == 400
    assert await sandbox.balance() == 1000


async def test_it_needs_the_key_and_the_buzz(opened: Any, turbo: Any) -> None:
    poor = opened(buzz=0)
    assert (await poor.anyone.post(RECIPE, json=given(turbo))).status_code == 401
    answer = await poor.api.post(RECIPE, json=given(turbo))
    assert answer.status_code == 403
    assert "Insufficient Buzz" in answer.json()


UPLOAD = "/v2/consumer/recipes/imageUpload"
GREY = (
    "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAAAAACPAi4CAAAAKUlEQVR42u"
    "3MQREAAAwCIKMb3RD77SAA6VEEAoFAIBAIBAKBQCAQfA8G320AeXC6efoAAAAASUVORK5CYII="
)


@pytest.mark.parametrize("text", [GREY, f"data:image/png;base64,{GREY}"])
async def test_a_picture_can_be_uploaded_as_a_text(sandbox: Any, text: str) -> None:
    answer = await sandbox.api.post(UPLOAD, json=text)
    assert answer.status_code == 200, answer.text
    blob = answer.json()["blob"]
    assert (blob["width"], blob["height"], blob["available"]) == (64, 64, True)
    content = (await sandbox.anyone.get(blob["url"])).content
    assert content == base64.b64decode(GREY)


async def test_a_blob_of_ones_own_can_be_uploaded_by_its_address(sandbox: Any, turbo: Any) -> None:
    workflow = await sandbox.finished(turbo())
    url = workflow["steps"][0]["output"]["images"][0]["url"]
    blob = (await sandbox.api.post(UPLOAD, json=url)).json()["blob"]
    assert (blob["width"], blob["height"]) == (256, 256)
    asked = await sandbox.api.post(UPLOAD, json=url, params={"whatif": "true"})
    assert asked.json()["blob"]["available"] is False
    sandbox.clock.forward(3600)
    assert (await sandbox.api.post(UPLOAD, json=url)).status_code == 400


@pytest.mark.parametrize(
    "text", ["", "no picture", "é", "data:,", "https://x/a.png", 7, None, [GREY]]
)
async def test_what_is_no_picture_is_refused(sandbox: Any, text: Any) -> None:
    assert (await sandbox.api.post(UPLOAD, json=text)).status_code == 400
