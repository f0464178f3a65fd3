"""Pictures to start from: they shine through, cost what they cost, and must be there."""

import base64
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

BLOBS = "/v2/consumer/blobs"
VARIANT = {"engine": "sdcpp", "ecosystem": "sd1", "operation": "createVariant"}
EDIT = {"engine": "flux2", "model": "klein", "operation": "editImage"}
CHECKPOINT = "urn:air:sd1:checkpoint:civitai:4384@128713"


def picture(colour: str) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (32, 32), colour).save(buffer, "PNG")
    return buffer.getvalue()


async def uploaded(sandbox, colour: str) -> str:
    slot = await sandbox.api.get(f"{BLOBS}/upload")
    answer = await sandbox.anyone.post(
        slot.json()["uploadUrl"], content=picture(colour), headers={"Content-Type": "image/png"}
    )
    return answer.json()["url"]


def body(kind: dict, **values) -> dict:
    given = kind | {"prompt": "a boat", "seed": 5, "outputFormat": "png", **values}
    return {"steps": [{"$type": "imageGen", "input": given}]}


def variant(image: str, **values) -> dict:
    usual = {"width": 64, "height": 64, "model": CHECKPOINT, "strength": 0.5}
    return body(VARIANT, image=image, **usual | values)


async def drawn(sandbox, wanted: dict) -> tuple[Image.Image, str]:
    """Return the first picture and its address."""
    workflow = await sandbox.finished(wanted)
    url = workflow["steps"][0]["output"]["images"][0]["url"]
    content = (await sandbox.anyone.get(url)).content
    return Image.open(BytesIO(content)).convert("RGB"), url


def distance(image: Image.Image, colour: tuple[int, int, int]) -> float:
    plain = Image.new("RGB", image.size, colour)
    return sum(ImageStat.Stat(ImageChops.difference(image, plain)).mean)


async def test_the_less_the_strength_the_more_of_the_source_is_left(sandbox) -> None:
    source = await uploaded(sandbox, "red")
    distances = [
        distance((await drawn(sandbox, variant(source, strength=strength)))[0], (255, 0, 0))
        for strength in (0, 0.3, 0.7, 1)
    ]
    assert distances[0] == 0
    assert distances == sorted(distances)
    assert distances[-1] > distances[0] + 50


async def test_an_edit_shows_its_sources_in_their_order(sandbox) -> None:
    images = [await uploaded(sandbox, "red"), await uploaded(sandbox, "blue")]
    image, _ = await drawn(sandbox, body(EDIT, images=images, width=512, height=512))
    left, right = image.getpixel((100, 256)), image.getpixel((400, 256))
    assert left[0] > right[0] + 60
    assert right[2] > left[2] + 60


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"iCCP"])
async def test_a_source_may_have_a_text_or_profile_of_any_length(kind, sandbox) -> None:
    beginning = b"workflow\0\1\0\0\0" if kind == b"iTXt" else b"workflow\0\0"
    text = beginning + zlib.compress(b"x" * 1_500_000)
    chunk = struct.pack(">I4s", len(text), kind) + text + struct.pack(">I", 0)
    content = picture("red")[:33] + chunk + picture("red")[33:]
    headers = {"Content-Type": "image/png"}
    blob = (await sandbox.api.post(BLOBS, content=content, headers=headers)).json()
    assert blob["width"] == 32

    image, _ = await drawn(sandbox, variant(blob["url"], strength=0))
    assert distance(image, (255, 0, 0)) == 0


async def test_a_result_and_data_can_be_sources_too(sandbox) -> None:
    data = f"data:image/png;base64,{base64.b64encode(picture('red')).decode()}"
    _, url = await drawn(sandbox, variant(data, strength=0))
    image, _ = await drawn(sandbox, variant(url, strength=0, prompt="another"))
    assert distance(image, (255, 0, 0)) < 3


async def test_a_picture_elsewhere_is_not_fetched(sandbox) -> None:
    image, _ = await drawn(sandbox, variant("https://example.com/a.png", strength=0.1))
    assert image.size == (64, 64)


async def test_an_address_that_has_expired_is_refused_by_its_field(sandbox) -> None:
    source = await uploaded(sandbox, "red")
    sandbox.clock.forward(10**7)
    answer = await sandbox.api.post("/v2/consumer/workflows", json=variant(source))
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["steps[0].input.image"]
    blob_id = source.partition("?")[0].rpartition("/")[2]
    fresh = (await sandbox.api.post(f"{BLOBS}/{blob_id}/refresh")).json()["url"]
    assert (await sandbox.submit(variant(fresh)))["id"]


async def test_the_same_source_with_a_fresh_address_is_the_same_work(sandbox) -> None:
    source = await uploaded(sandbox, "red")
    first = await sandbox.finished(variant(source))
    assert first["cost"]["total"] > 0
    sandbox.clock.forward(60)
    blob_id = source.partition("?")[0].rpartition("/")[2]
    fresh = (await sandbox.api.post(f"{BLOBS}/{blob_id}/refresh")).json()["url"]
    assert fresh != source
    assert (await sandbox.submit(variant(fresh)))["cost"]["total"] == 0


@pytest.mark.parametrize("count", [1, 2])
async def test_every_source_of_an_edit_has_its_price(sandbox, count) -> None:
    images = [await uploaded(sandbox, colour) for colour in ("red", "blue")[:count]]
    wanted = body(EDIT, images=images, width=512, height=512, steps=10, cfgScale=1)
    quote = await sandbox.submit(wanted, whatif=True)
    assert quote["cost"]["total"] == 3 * (count + 1)


async def test_a_data_url_that_holds_no_picture_is_drawn_over(sandbox) -> None:
    image, _ = await drawn(sandbox, variant("data:image/png;base64,abc", strength=0.1))
    assert image.size == (64, 64)
