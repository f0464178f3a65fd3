"""What Civitai serves is on the disk as it was served, from its answer to the file's last byte."""

import pytest

from civitai_desktop.domain.generation import GenerationState
from civitai_desktop.storage.metadata import read_text
from tests.services.test_served_texts import COMFY, COMMENTS
from tests.storage.picture_files import jpeg, png, webp, with_exif
from tests.workshop import a_request

BLOBS = "/v2/consumer/blobs"
SERVED = {
    "ComfyUI's JSON in a JPEG": with_exif("jpeg", COMMENTS["Civitai's JSON of ComfyUI"]),
    "ComfyUI's JSON in a WebP": with_exif("webp", COMMENTS["Civitai's JSON of ComfyUI"]),
    "settings without a prompt": with_exif("jpeg", COMMENTS["settings without a prompt"]),
    "a workflow in a PNG": png((b"tEXt", b"workflow\0" + COMFY.encode())),
    "a comment and bytes behind it": jpeg((0xFE, b"a boat"), behind=b"\0" * 70_000),
}


async def saved(workshop, sandbox, content: bytes) -> tuple[bytes, str]:
    """Let a blob's address lead to `content`; return what is on the disk, and the row's prompt."""
    kind = {b"\x89P": "png", b"\xff\xd8": "jpeg", b"RI": "webp"}[content[:2]]
    headers = {"Content-Type": f"image/{kind}"}
    url = sandbox.client.post(BLOBS, content=content, headers=headers).json()["url"]
    sandbox.misbehave(
        {
            "path": "/blobs/",
            "method": "GET",
            "status": 302,
            "headers": {"location": url},
            "times": 1,
        }
    )
    request = a_request(prompt="what was asked for")
    workshop.generations.start(request)
    assert (await workshop.ended(request)).state is GenerationState.SUCCEEDED
    [image], [bytes_] = await workshop.images(), await workshop.saved()
    return bytes_, image.prompt


@pytest.mark.parametrize("what", SERVED)
async def test_a_served_text_reaches_the_disk_byte_for_byte(workshop, sandbox, what) -> None:
    assert await saved(workshop, sandbox, SERVED[what]) == (SERVED[what], "what was asked for")


@pytest.mark.parametrize("make", [png, jpeg, webp])
async def test_a_picture_that_says_nothing_is_saved_with_its_prompt(
    workshop, sandbox, make
) -> None:
    content, prompt = await saved(workshop, sandbox, make())
    assert prompt == "what was asked for"
    assert content != make()
    [file] = workshop.files()
    assert (read_text(file) or "").startswith("what was asked for\n")
