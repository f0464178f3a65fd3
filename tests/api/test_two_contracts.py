"""The official contract and the older plain one differ in thirty points; each that concerns us.

Numbers are those of the comparison this program was built from. What concerns others, or nobody:

| point | about | why there is no test here |
|---|---|---|
| 1 to 8 | the steps' inputs: names, required fields, sizes, samplers, LoRAs | tests/catalogue |
| 21, 22 | uploads, source pictures as ids | source pictures are not sent yet |
| 23, 24 | GET and HEAD of a blob | never asked: a refresh gives the address, which is tested |
| 25 | callbacks | a window has no address to be called at |
| 26 | other kinds of steps | only pictures are made |
| 27, 28 | a loop without pauses, a look too many at the end | tests/services/test_polling.py |
| 29 | which wallet is bought and which is earned | all wallets are added up |
"""

import json

import pytest

from civitai_desktop.api import wire
from civitai_desktop.domain.errors import BadReply, InvalidInput, NotAllowed, NotEnoughBuzz
from civitai_desktop.domain.workflow import Blob, WorkflowStatus

RUNNING = {"id": "wf", "status": "processing"}


def read(**changes):
    return wire.workflow(json.dumps(RUNNING | changes).encode())


def blobs(*steps) -> list[str]:
    return [blob.id for blob in read(steps=list(steps)).blobs]


@pytest.mark.parametrize("status", [200, 202])
async def test_9_a_submission_is_accepted_by_200_and_by_202(civitai, request_of, status) -> None:
    civitai.says(RUNNING, status=status)
    assert (await civitai.orchestration.submit(request_of())).id == "wf"


@pytest.mark.parametrize("status", [200, 202])
async def test_10_a_look_is_answered_by_200_and_by_202(civitai, status) -> None:
    civitai.says(RUNNING, status=status)
    assert (await civitai.orchestration.workflow("wf", wait_s=5)).id == "wf"


async def test_11_a_server_that_refuses_to_wait_is_asked_without_from_then_on(civitai) -> None:
    civitai.refuses(400, b'{"detail": "wait must be a boolean"}')
    civitai.says(RUNNING)
    assert civitai.orchestration.waits

    for _ in range(2):
        assert (await civitai.orchestration.workflow("wf", wait_s=5)).id == "wf"

    assert [request.url.query for request in civitai.requests] == [b"wait=5", b"", b""]
    assert not civitai.orchestration.waits


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        ("scheduled", WorkflowStatus.SCHEDULED),
        ("Succeeded", WorkflowStatus.SUCCEEDED),
        ("pending", WorkflowStatus.UNKNOWN),
        ("paused-by-tomorrow", WorkflowStatus.UNKNOWN),
        (None, WorkflowStatus.UNKNOWN),
    ],
)
def test_12_an_unknown_status_is_still_running(status, meant) -> None:
    assert read(status=status).status is meant


def test_13_pictures_are_found_wherever_a_contract_puts_them() -> None:
    one, two = {"id": "one"}, {"id": "two"}
    assert blobs({"output": {"images": [one, two]}}) == ["one", "two"]
    assert blobs({"output": {"blobs": [one, two]}}) == ["one", "two"]
    assert blobs({"output": {"blob": one}}) == ["one"]
    assert blobs({"output": {"image": one}}) == ["one"]
    jobs = [{"result": {"blobs": [{"blobId": "one"}]}}, {}, {"result": {"blobs": [two]}}]
    assert blobs({"jobs": jobs}) == ["one", "two"]


def test_13_all_steps_are_read_and_both_shapes_side_by_side_count_once() -> None:
    both = {
        "output": {"images": [{"id": "one"}]},
        "jobs": [{"result": {"blobs": [{"blobId": "one"}]}}],
    }
    assert blobs(both, {"output": {"images": [{"id": "two"}]}}) == ["one", "two"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (
            {
                "blobId": "b",
                "url": "https://b",
                "mimeType": "image/png",
                "width": 64,
                "nsfwLevel": 1,
            },
            Blob(id="b", url="https://b", available=True, width=64),
        ),
        (
            {"id": "b", "available": True, "url": "https://b", "nsfwLevel": "pg", "height": 32},
            Blob(id="b", url="https://b", available=True, height=32),
        ),
        ({"id": "b"}, Blob(id="b")),
        ({"id": "b", "available": False, "url": None}, Blob(id="b")),
        ({"id": "b", "available": False, "url": "https://b"}, Blob(id="b", url="https://b")),
        ({"id": "b", "url": ""}, Blob(id="b")),
    ],
)
def test_14_a_blob_of_either_shape_is_read(said, meant) -> None:
    assert read(steps=[{"output": {"images": [said]}}]).blobs == (meant,)


def test_15_a_withheld_picture_of_a_success_tells_why() -> None:
    images = [
        {"id": "a", "available": False, "blockedReason": "NsfwLevel"},
        {"id": "b", "available": True, "url": "https://b", "blockedReason": "none"},
    ]
    withheld, shown = read(status="succeeded", steps=[{"output": {"images": images}}]).blobs
    assert (withheld.available, withheld.blocked_reason) == (False, "NsfwLevel")
    assert (shown.available, shown.blocked_reason) == (True, None)


@pytest.mark.parametrize(
    ("said", "cost"),
    [
        ({}, None),
        ({"cost": None}, None),
        ({"cost": {"base": 4, "total": 8, "currency": "BUZZ"}}, 8),
        ({"cost": {"total": 7.2}}, 8),
        ({"cost": {"total": 8}, "transactions": {"list": None}}, 8),
        (
            {
                "cost": {"total": 8},
                "transactions": {
                    "list": [
                        {"type": "debit", "amount": 5, "accountType": "blue"},
                        {"type": "debit", "amount": 3, "accountType": "yellow"},
                        {"type": "credit", "amount": 2, "accountType": "yellow"},
                    ]
                },
            },
            6,
        ),
    ],
)
def test_16_the_cost_is_what_was_taken_and_not_given_back(said, cost) -> None:
    assert read(**said).cost == cost


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"type":"about:blank","title":"Bad Request","detail":"Too wide."}', "Too wide."),
        (b'{"type":"about:blank","title":"Bad Request"}', "Bad Request."),
        (b'{"code":"INVALID","message":"Too wide.","traceId":"1"}', "Too wide."),
        (b'{"error":"Too wide."}', "Too wide."),
        (b'"Too wide."', "Too wide."),
        (b"Too wide.", "Too wide."),
        (b"<!DOCTYPE html><title>Oops</title>", "Civitai does not take this request."),
        (b"", "Civitai does not take this request."),
        (b"403", "Civitai does not take this request."),
        (b'{"detail":"at Foo.Bar()\\n  at Main()"}', "Civitai does not take this request."),
        (b'{"detail":"See https://internal/trace"}', "Civitai does not take this request."),
        (b'{"detail":"' + b"x" * 301 + b'"}', "Civitai does not take this request."),
        (b'{"detail":null,"message":7,"title":"Bad Request"}', "Bad Request."),
        (b"[]", "Civitai does not take this request."),
    ],
)
async def test_17_an_error_is_told_in_the_servers_sentence(civitai, body, sentence) -> None:
    civitai.refuses(400, body)
    with pytest.raises(InvalidInput) as refused:
        await civitai.orchestration.workflow("wf")
    assert refused.value.message == sentence


async def test_17_what_is_wrong_with_the_fields_is_told_where_the_server_says_no_more(
    civitai, request_of
) -> None:
    title = "One or more validation errors occurred."
    wrong = {"$": ["It could not be converted"], "steps[0]": ["This ecosystem is closed."]}
    civitai.says({"title": title, "errors": wrong}, status=400)
    with pytest.raises(InvalidInput) as refused:
        await civitai.orchestration.submit(request_of())
    assert refused.value.message == "It could not be converted. This ecosystem is closed."


@pytest.mark.parametrize(
    ("errors", "complaints"),
    [
        (
            {"steps[0].input.width": ["Too wide.", "Odd."]},
            {"steps[0].input.width": "Too wide. Odd."},
        ),
        ({"width": "Too wide."}, {"width": "Too wide."}),
        ({}, {}),
        ([], {}),
        (None, {}),
    ],
)
async def test_17_a_refused_field_is_named(civitai, request_of, errors, complaints) -> None:
    civitai.says({"title": "Bad Request", "errors": errors}, status=400)
    with pytest.raises(InvalidInput) as refused:
        await civitai.orchestration.submit(request_of())
    assert refused.value.complaints == complaints
    assert bool(refused.value.next_step) is bool(complaints)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (402, b""),
        (402, b'{"code":"PAYMENT","message":"Pay first."}'),
        (403, b'"Insufficient Buzz"'),
        (403, b"You have insufficient funds."),
        (400, b'{"detail":"The budget of this key is used up."}'),
    ],
)
async def test_18_a_shortage_of_buzz_is_known_by_whatever_status(
    civitai, request_of, status, body
) -> None:
    civitai.refuses(status, body)
    with pytest.raises(NotEnoughBuzz) as refused:
        await civitai.orchestration.submit(request_of())
    assert not refused.value.retryable


@pytest.mark.parametrize("body", [b'"This account is restricted."', b"", b'{"error":"Debuzzed."}'])
async def test_18_another_403_is_no_shortage_of_buzz(civitai, request_of, body) -> None:
    civitai.refuses(403, body)
    with pytest.raises(NotAllowed):
        await civitai.orchestration.submit(request_of())


async def test_19_a_cancel_is_answered_by_204_or_by_200_with_a_workflow(civitai) -> None:
    civitai.says(b"", status=204)
    civitai.says(RUNNING | {"status": "canceled"})
    await civitai.orchestration.cancel("wf")
    await civitai.orchestration.cancel("wf")
    for request in civitai.requests:
        assert (request.method, request.url.path) == ("PUT", "/v2/consumer/workflows/wf")
        assert json.loads(request.content) == {"status": "canceled"}


@pytest.mark.parametrize(
    ("end", "cursor"),
    [
        ({"next": "c"}, "c"),
        ({"nextCursor": "c"}, "c"),
        ({"next": "", "nextCursor": ""}, None),
        ({"next": None}, None),
        ({}, None),
    ],
)
async def test_20_a_page_names_the_next_one_in_either_way(civitai, end, cursor) -> None:
    civitai.says({"items": [RUNNING], **end})
    found, after = await civitai.orchestration.workflows()
    assert ([workflow.id for workflow in found], after) == (["wf"], cursor)


async def test_23_a_fresh_address_comes_from_a_refresh(civitai) -> None:
    civitai.says({"id": "b/1.jpeg", "available": True, "url": "https://blobs/b?sig=2"})
    blob = await civitai.orchestration.refresh("b/1.jpeg")
    assert blob.url == "https://blobs/b?sig=2"
    assert civitai.asked.method == "POST"
    assert civitai.asked.url.raw_path == b"/v2/consumer/blobs/b%2F1.jpeg/refresh"


async def test_23_a_refresh_that_names_no_blob_is_no_answer_of_civitai(civitai) -> None:
    civitai.says({})
    with pytest.raises(BadReply):
        await civitai.orchestration.refresh("b")


async def test_30_a_submission_carries_its_id_and_two_tags(civitai, request_of) -> None:
    civitai.says(RUNNING)
    request = request_of()
    await civitai.orchestration.submit(request)
    body = json.loads(civitai.asked.content)
    assert body["externalId"] == request.id
    assert body["tags"] == ["civitai-desktop", f"civitai-desktop:{request.id}"]
    assert list(body["steps"][0]) == ["$type", "input"]
    assert civitai.asked.url.params["whatif"] == "false"


async def test_30_a_what_if_carries_neither_id_nor_tags(civitai, request_of) -> None:
    civitai.says({"id": None, "cost": {"total": 8}})
    await civitai.orchestration.quote(request_of())
    assert list(json.loads(civitai.asked.content)) == ["steps"]
    assert civitai.asked.url.params["whatif"] == "true"


async def test_30_a_submission_is_found_again_by_its_tag(civitai) -> None:
    tag = "civitai-desktop:g1"
    civitai.says({"items": [RUNNING | {"tags": ["civitai-desktop", tag]}]}, {"items": []})
    found = await civitai.orchestration.find("g1")
    assert found is not None
    assert found.id == "wf"
    assert civitai.asked.url.params.get_list("tags") == [tag]
    assert await civitai.orchestration.find("g1") is None


@pytest.mark.parametrize("tags", [[], None, ["civitai-desktop", "civitai-desktop:g2"]])
async def test_30_a_server_that_does_not_filter_gives_us_no_strangers_workflow(
    civitai, tags
) -> None:
    civitai.says({"items": [RUNNING | {"tags": tags}]})
    assert await civitai.orchestration.find("g1") is None
