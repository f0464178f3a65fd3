"""What each call asks for; what is said of the answers stands in test_two_contracts.py."""

import json
from urllib.parse import unquote

import pytest

from civitai_desktop.domain.errors import AnothersReply, BadReply, InvalidInput, NotSignedIn

RUNNING = {"id": "wf", "status": "processing"}


async def test_a_request_is_sent_as_it_was_built(civitai, request_of) -> None:
    civitai.says(RUNNING)
    request = request_of(input={"engine": "sdcpp", "prompt": "déjà vu “x”", "seed": 0})
    await civitai.orchestration.submit(request)
    assert (civitai.asked.method, civitai.asked.url.path) == ("POST", "/v2/consumer/workflows")
    [step] = json.loads(civitai.asked.content)["steps"]
    assert step == {"$type": "imageGen", "input": dict(request.input)}


async def test_a_submission_does_not_wait_for_its_end(civitai, request_of) -> None:
    civitai.says(RUNNING)
    await civitai.orchestration.submit(request_of())
    assert civitai.asked.url.params["wait"] == "0"


@pytest.mark.parametrize("workflow_id", ["0-019be44b", "a/b?c#d", "é %"])
async def test_an_opaque_id_stays_one_piece_of_the_path(civitai, workflow_id) -> None:
    civitai.says(RUNNING | {"id": workflow_id})
    await civitai.orchestration.workflow(workflow_id, wait_s=5)
    await civitai.orchestration.cancel(workflow_id)
    for request in civitai.requests:
        before, _, rest = request.url.raw_path.partition(b"?")[0].rpartition(b"/")
        assert before == b"/v2/consumer/workflows"
        assert request.url.host == "orchestration.example"
        assert unquote(rest.decode()) == workflow_id


async def test_the_list_keeps_mature_pictures_and_asks_for_all_tags(civitai) -> None:
    civitai.says({"items": []})
    await civitai.orchestration.workflows(["a", "b"], cursor="c+1/=", take=7)
    params = civitai.asked.url.params
    assert params["hideMatureContent"] == "false"
    assert params.get_list("tags") == ["a", "b"]
    assert (params["cursor"], params["take"]) == ("c+1/=", "7")


async def test_the_first_page_of_everything_needs_no_cursor_and_no_tags(civitai) -> None:
    civitai.says({"items": []})
    await civitai.orchestration.workflows()
    assert set(civitai.asked.url.params) == {"take", "hideMatureContent"}


async def test_a_refusal_that_is_not_about_waiting_is_told(civitai) -> None:
    civitai.refuses(400, b'{"detail": "This is no id."}')
    with pytest.raises(InvalidInput, match="This is no id"):
        await civitai.orchestration.workflow("wf", wait_s=5)
    assert len(civitai.requests) == 2


async def test_a_key_is_checked_by_the_cheapest_call(civitai) -> None:
    civitai.says({"items": []})
    await civitai.orchestration.check_key()
    assert civitai.asked.url.params["take"] == "1"
    civitai.answers.clear()
    civitai.refuses(401)
    with pytest.raises(NotSignedIn):
        await civitai.orchestration.check_key()


@pytest.mark.parametrize("body", [b"<html>Welcome to the hotel</html>", b"", b"[]", b'"ok"'])
async def test_a_networks_sign_in_page_takes_no_key(civitai, body) -> None:
    civitai.says(body)
    with pytest.raises(BadReply):
        await civitai.orchestration.check_key()


@pytest.mark.parametrize("wait_s", [0, 5])
async def test_an_answer_about_another_workflow_is_none(civitai, wait_s) -> None:
    civitai.says(RUNNING)
    with pytest.raises(AnothersReply) as told:
        await civitai.orchestration.workflow("wf2", wait_s=wait_s)
    assert told.value.retryable


@pytest.mark.parametrize(
    "named",
    [
        {"tags": ["civitai-desktop", "civitai-desktop:another"]},
        {"externalId": "another"},
        {"tags": ["civitai-desktop:another"], "externalId": "another"},
        {"tags": [None, "civitai-desktop:another"]},
    ],
    ids=str,
)
async def test_a_submission_answered_with_anothers_workflow_has_none(
    civitai, request_of, named
) -> None:
    civitai.says(RUNNING | named)
    with pytest.raises(AnothersReply):
        await civitai.orchestration.submit(request_of())


async def test_a_submission_answered_with_its_own_or_with_nothing_said_has_it(
    civitai, request_of
) -> None:
    request = request_of()
    ours = {"tags": [f"civitai-desktop:{request.id}"], "externalId": "as the server has it"}
    civitai.says(RUNNING | ours, RUNNING, RUNNING | {"externalId": request.id})
    for _ in range(3):
        assert (await civitai.orchestration.submit(request)).id == "wf"
