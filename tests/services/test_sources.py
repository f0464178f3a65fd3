"""Sources: uploaded once, refreshed from then on, and nothing is lost or paid twice by a stop."""

import asyncio
from io import BytesIO

import pytest
from PIL import Image

from civitai_desktop.domain.errors import InvalidInput
from civitai_desktop.domain.events import RequestRefused, SourceUploading
from civitai_desktop.domain.generation import GenerationState
from tests.workshop import CATALOGUE, Sandbox, Workshop, opened

BLOBS = "/v2/consumer/blobs"
UPLOAD = f"POST {BLOBS}"
REFRESH = f"POST {BLOBS}/{{blob_id}}/refresh"


def a_picture(colour: str = "red") -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (48, 32), colour).save(buffer, "PNG")
    return buffer.getvalue()


async def a_variant(workshop: Workshop, colour: str = "red", **values):
    """Keep a picture, and return a request that starts from it."""
    source = await workshop.sources.keep(a_picture(colour))
    engine = CATALOGUE.engine("sd1-variant")
    usual = {"prompt": "a boat", "width": 64, "height": 64, "outputFormat": "png", "image": source}
    return engine.request(engine.defaults() | usual | values)


def sent_image(sandbox: Sandbox) -> str:
    return sandbox.workflows()[0]["steps"][0]["input"]["image"]


async def test_the_picture_is_uploaded_and_its_address_submitted(workshop, sandbox) -> None:
    request = await a_variant(workshop)
    workshop.generations.start(request)
    generation = await workshop.ended(request)
    assert generation.state is GenerationState.SUCCEEDED, generation.problem
    assert sandbox.client.get(sent_image(sandbox)).content == a_picture()
    # The library keeps which picture of this machine it was.
    assert generation.request.values["image"] == request.values["image"]
    assert generation.request.input["image"] == request.values["image"]
    shares = [event.share for event in workshop.all_told(SourceUploading)]
    assert (shares[0], shares[-1]) == (0.0, 1.0)


async def test_a_second_generation_refreshes_the_address_and_uploads_nothing(
    workshop, sandbox
) -> None:
    for _ in range(2):
        request = await a_variant(workshop)
        workshop.generations.start(request)
        await workshop.ended(request)
    asked = sandbox.requests()
    assert (asked[UPLOAD], asked[REFRESH]) == (1, 1)


async def test_generations_that_start_together_wait_for_one_upload(workshop, sandbox) -> None:
    requests = [await a_variant(workshop, prompt=f"boat {n}") for n in range(3)]
    for request in requests:
        workshop.generations.start(request)
    for request in requests:
        assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
    assert sandbox.requests()[UPLOAD] == 1


async def test_a_blob_that_is_gone_is_uploaded_again(workshop, sandbox) -> None:
    request = await a_variant(workshop)
    workshop.source_folder.remember(request.values["image"], "up-of-last-year.png")
    workshop.generations.start(request)
    assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
    assert sandbox.requests()[UPLOAD] == 1


@pytest.mark.parametrize(
    ("status", "said"), [(413, "too large"), (415, "kind of picture"), (422, "refused")]
)
async def test_a_refused_picture_is_said_in_its_field_and_nothing_is_submitted(
    workshop, sandbox, status, said
) -> None:
    sandbox.misbehave({"method": "POST", "path": f"{BLOBS}$", "status": status})
    request = await a_variant(workshop)
    workshop.generations.start(request)
    generation = await workshop.ended(request)
    assert generation.state is GenerationState.FAILED
    assert said in generation.problem
    refused = await workshop.told(RequestRefused)
    assert list(refused.complaints) == ["image"]
    assert said in refused.complaints["image"]
    assert sandbox.workflows() == []


async def test_a_picture_that_is_gone_is_said_and_nothing_is_submitted(workshop, sandbox) -> None:
    request = await a_variant(workshop)
    workshop.source_folder.path(request.values["image"]).unlink()
    assert await workshop.sources.missing([request.values["image"]]) == {request.values["image"]}
    workshop.generations.start(request)
    assert "not there any more" in (await workshop.ended(request)).problem
    assert sandbox.workflows() == []


async def test_an_upload_that_breaks_off_is_repeated_by_itself(workshop, sandbox) -> None:
    sandbox.misbehave({"method": "POST", "path": f"{BLOBS}$", "drop": True, "times": 2})
    request = await a_variant(workshop)
    workshop.generations.start(request)
    assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
    assert len(sandbox.workflows()) == 1


@pytest.mark.parametrize(
    "where", ["before POST /v2/consumer", "after POST /v2/consumer", "after GET /v2/consumer/blobs"]
)
async def test_a_kill_between_upload_and_submission_costs_nothing(home, sandbox, where) -> None:
    reached = asyncio.Event()

    async def moment(place: str) -> None:
        if place == where:
            reached.set()
            await asyncio.Future()

    async with opened(home, sandbox, moment=moment) as workshop:
        request = await a_variant(workshop)
        workshop.generations.start(request)
        await reached.wait()
        # Nothing was submitted, so the next start need not look anything up.
        assert (await workshop.row(request.id)).state is GenerationState.WAITING
    assert sandbox.workflows() == []
    async with opened(home, sandbox) as workshop:
        await workshop.generations.resume()
        assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
    assert len(sandbox.workflows()) == 1


async def test_what_is_canceled_during_the_upload_is_not_submitted(home, sandbox) -> None:
    async def moment(place: str) -> None:
        if place == "before GET /v2/consumer/blobs":
            workshop.generations.cancel(request.id)
            await workshop.until(lambda: workshop.now(request.id).dismissed)

    async with opened(home, sandbox, moment=moment) as workshop:
        request = await a_variant(workshop)
        workshop.generations.start(request)
        assert (await workshop.ended(request)).state is GenerationState.CANCELED
    assert sandbox.workflows() == []


async def test_several_pictures_keep_their_order(workshop, sandbox) -> None:
    names = [await workshop.sources.keep(a_picture(each)) for each in ("red", "green")]
    engine = CATALOGUE.engine("flux2-klein-edit")
    values = {"prompt": "a boat", "width": 512, "height": 512, "images": tuple(names)}
    request = engine.request(engine.defaults() | values)
    workshop.generations.start(request)
    generation = await workshop.ended(request)
    assert generation.state is GenerationState.SUCCEEDED, generation.problem
    sent = sandbox.workflows()[0]["steps"][0]["input"]["images"]
    assert [sandbox.client.get(url).content for url in sent] == [
        a_picture("red"),
        a_picture("green"),
    ]


async def test_the_request_that_is_addressed_names_the_field_of_each_picture(workshop) -> None:
    request = await a_variant(workshop)
    workshop.source_folder.path(request.values["image"]).unlink()
    with pytest.raises(InvalidInput) as caught:
        await workshop.sources.addressed(request)
    assert "Choose it again." in caught.value.complaints["image"]
