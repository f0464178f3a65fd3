"""A served text is never touched: the whole file stays as it was. Ours comes where is none."""

import json
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from civitai_desktop.domain.generation import (
    Generation,
    GenerationRequest,
    GenerationState,
    PictureFacts,
)
from civitai_desktop.services.describing import Describer
from civitai_desktop.storage.containers import checked_format
from civitai_desktop.storage.metadata import parse, read_text
from tests.storage.picture_files import (
    ARTIST,
    ASCII,
    BYTE,
    HEIGHT,
    IMAGE_DESCRIPTION,
    MAKE,
    MODEL,
    ORIENTATION,
    SHORT,
    SOFTWARE,
    UNDEFINED,
    USER_COMMENT,
    WIDTH,
    XP_COMMENT,
    Entry,
    exif,
    jpeg,
    png,
    webp,
    with_exif,
)
from tests.workshop import CATALOGUE

GENERATION = Generation(
    request=GenerationRequest(
        id="g",
        engine="flux1-comfy",
        values={},
        step_type="textToImage",
        input={},
        prompt="our own prompt",
        seed=5,
    ),
    state=GenerationState.RUNNING,
    created_at=datetime(2026, 3, 1, tzinfo=UTC),
)
FACTS = PictureFacts(width=WIDTH, height=HEIGHT, micro=b"")

COMFY = json.dumps(
    {
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a boat"}},
        "extraMetadata": json.dumps({"prompt": "a boat", "seed": 5}),
    }
)
WITHOUT_PROMPT = "Steps: 20, Sampler: Euler a, Seed: 5"
WITHOUT_STEPS = "a boat\nSampler: Euler a, Seed: 5, Size: 16x12"


def comment(raw: bytes) -> bytes:
    return exif([], [Entry(USER_COMMENT, UNDEFINED, raw)])


def said(tag: int, text: str, kind: int = ASCII) -> bytes:
    return exif([Entry(tag, kind, text.encode() + b"\0")])


COMMENTS = {
    "Civitai's JSON of ComfyUI": comment(b"UNICODE\0" + COMFY.encode("utf-16-be")),
    "JSON, little-endian": comment(b"UNICODE\0" + COMFY.encode("utf-16-le")),
    "JSON in UTF-8": comment(b"UNICODE\0" + COMFY.encode()),
    "settings without a prompt": comment(b"ASCII\0\0\0" + WITHOUT_PROMPT.encode()),
    "a prompt without steps": comment(b"ASCII\0\0\0" + WITHOUT_STEPS.encode()),
    "a prompt alone": comment(b"ASCII\0\0\0a boat"),
    "bytes that are no text": comment(b"UNICODE\0\xd8\x00\xd8\x00\xff\x01\x02"),
    "a code nobody knows": comment(b"KLINGON\0\xf8\xd0\xf8\xd1"),
    "in the main directory": exif([Entry(USER_COMMENT, ASCII, b"a boat\0")]),
    "as bytes": exif([Entry(USER_COMMENT, BYTE, b"UNICODE\0\0a\0b")]),
}
EXIFS = COMMENTS | {
    "a description": said(IMAGE_DESCRIPTION, "a boat at dusk"),
    "HordeQT's JSON": said(IMAGE_DESCRIPTION, '{"prompt": "a boat"}'),
    "a comment of Windows": exif([Entry(XP_COMMENT, BYTE, "a boat\0".encode("utf-16-le"))]),
    "ComfyUI's workflow in the maker": exif(
        [
            Entry(MAKE, ASCII, b'workflow:{"nodes": []}\0'),
            Entry(MODEL, ASCII, b'prompt:{"6": {}}\0'),
        ]
    ),
    "StabilityMatrix's project in the program": said(SOFTWARE, '{"version": 1, "state": {}}'),
    "a block that is cut off": comment(b"ASCII\0\0\0a boat")[:-20],
    "a comment that lies nowhere": comment(b"ASCII\0\0\0a boat").replace(b"\0\0\0,", b"\0\0\xff,"),
    "an unknown order of bytes": b"XX" + comment(b"ASCII\0\0\0a boat")[2:],
    "no block at all": b"\x01\x02\x03",
}


def in_png(keyword: str, text: str) -> bytes:
    return png((b"tEXt", keyword.encode() + b"\0" + text.encode("latin-1")))


PNGS = {
    "parameters without steps": in_png("parameters", WITHOUT_STEPS),
    "parameters without a prompt": in_png("parameters", WITHOUT_PROMPT),
    "parameters of another grammar": in_png("parameters", '{"sui_image_params": {}}'),
    "parameters in capitals": in_png("PARAMETERS", "a boat"),
    "ComfyUI": png((b"tEXt", b"prompt\0{}"), (b"tEXt", b"workflow\0{}")),
    "ComfyUI, compressed": png((b"zTXt", b"workflow\0\0" + zlib.compress(b"x" * 9_000_000))),
    "InvokeAI": in_png("invokeai_metadata", '{"positive_prompt": "a boat"}'),
    "NovelAI": png(
        (b"tEXt", b"Title\0AI generated image"),
        (b"tEXt", b"Description\0a boat"),
        (b"tEXt", b"Software\0NovelAI"),
        (b"tEXt", b'Comment\0{"steps": 28}'),
    ),
    "a comment": in_png("Comment", "a boat"),
    "a description": in_png("Description", "a boat"),
    "a keyword nobody knows": in_png("dream", "a boat -s 20"),
    "a text that does not inflate": png((b"zTXt", b"parameters\0\0no zlib at all")),
    "a text that is too long": png((b"tEXt", b"parameters\0" + b"x" * 5_000_000)),
    "international": png((b"iTXt", "parameters\0\0\0de\0\0ein Böötchen".encode())),
    "XMP": png(
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x><dc:description>a boat</dc:description></x>")
    ),
    "EXIF in digits": png(
        (
            b"zTXt",
            b"Raw profile type exif\0\0"
            + zlib.compress(
                b"\nexif\n  99\n" + b"Exif\0\0".hex().encode() + comment(b"a boat").hex().encode()
            ),
        )
    ),
    "digits that are none": png((b"tEXt", b"Raw profile type exif\0\nexif\n  99\nnone")),
    "IPTC in digits": png((b"tEXt", b"Raw profile type iptc\0\niptc\n  4\n1c027800")),
    "a project in the program": in_png("Software", '{"project": 1}'),
    "a text behind the pixels": png(behind=b"")[:-12]
    + png((b"tEXt", b"Comment\0a boat"))[33:][: 12 + len("Comment\0a boat")]
    + png()[-12:],
}
XMP = b"<x:xmpmeta><rdf:RDF><rdf:Description photoshop:Headline='a boat'/></rdf:RDF></x:xmpmeta>"
OTHERS = {
    "a JPEG's comment": jpeg((0xFE, b"a boat")),
    "XMP in a JPEG": jpeg((0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)),
    "IPTC in a JPEG": jpeg(
        (0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0b\x1c\x02\x78\0\x06a boat")
    ),
    "XMP in a WebP": webp((b"XMP ", XMP)),
    "a second EXIF segment in a JPEG": with_exif("jpeg, second", COMMENTS["a prompt alone"]),
    "an EXIF block that is too long": webp((b"EXIF", exif() + b"\0" * 5_000_000)),
}
SERVED = (
    {f"{name} in {container}": with_exif(container, block)
     for name, block in EXIFS.items() for container in ("png", "jpeg", "webp")}
    | {f"{name} in png": data for name, data in PNGS.items()}
    | OTHERS
)  # fmt: skip


@pytest.fixture
def describer() -> Describer:
    return Describer(CATALOGUE)


@pytest.mark.parametrize("what", SERVED)
def test_a_picture_with_a_text_of_its_own_stays_byte_for_byte(describer, tmp_path, what):
    part = tmp_path / "part"
    part.write_bytes(SERVED[what])
    checked_format(part)

    describer(part, GENERATION, 0, FACTS)

    assert part.read_bytes() == SERVED[what]
    assert [path.name for path in tmp_path.iterdir()] == ["part"]


def names(order: str) -> bytes:
    turned = (6).to_bytes(2, "big" if order == "MM" else "little")
    return exif(
        [
            Entry(MAKE, ASCII, b"A camera\0"),
            Entry(MODEL, ASCII, b"Model 5\0"),
            Entry(ORIENTATION, SHORT, turned),
            Entry(SOFTWARE, ASCII, b"ImageSharp 3\0"),
            Entry(ARTIST, ASCII, b"ai\0"),
        ],
        [Entry(USER_COMMENT, UNDEFINED, b"ASCII\0\0\0" + b" " * 40)],
        order=order,
    )


PROVENANCE = (
    b'<x:xmpmeta><rdf:RDF><rdf:Description photoshop:Credit="Made with an AI" '
    b'Iptc4xmpExt:DigitalSourceType="trainedAlgorithmicMedia"/></rdf:RDF></x:xmpmeta>'
)
SILENT = {
    "a PNG": png(),
    "a JPEG": jpeg(),
    "a WebP": webp(),
    "a PNG of a program": png((b"tEXt", b"Software\0gd 2"), (b"tEXt", b"date:create\0now")),
    "a PNG with a profile": png(
        (b"iCCP", b"p\0\0" + zlib.compress(b"profile")), (b"gAMA", b"\0\0\xb1\x8f")
    ),
    "a PNG with a profile in digits": png((b"tEXt", b"Raw profile type icc\0\nicc\n 1\n00")),
    "a PNG with an empty text": png((b"tEXt", b"parameters\0  ")),
    "a JPEG that its encoder signed": jpeg((0xFE, b"CREATOR: gd-jpeg v1.0 (using IJG)\n")),
    "a JPEG with a profile": jpeg((0xE2, b"ICC_PROFILE\0\1\1profile")),
    "a JPEG with IPTC of its source": jpeg(
        (0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x07\x1c\x02\x73\0\2ai")
    ),
    "a WebP with an empty block": webp((b"EXIF", b"")),
    **{
        f"{container} with names, {order}": with_exif(container, names(order))
        for container in ("png", "png with a prefix", "jpeg", "webp", "webp with a prefix")
        for order in ("MM", "II")
    },
    "a JPEG with its provenance": jpeg((0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PROVENANCE)),
    "a WebP with its provenance": webp((b"XMP ", PROVENANCE)),
    "a PNG with its provenance": png((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PROVENANCE)),
}


@pytest.mark.parametrize("what", SILENT)
def test_a_picture_that_says_nothing_gets_our_text_once(describer, tmp_path, what):
    part = tmp_path / "part"
    part.write_bytes(SILENT[what])
    kind = checked_format(part)

    describer(part, GENERATION, 2, FACTS)

    text = read_text(part)
    assert text == describer.text(GENERATION, 2, FACTS)
    assert parse(text).prompt == "our own prompt"
    assert parse(text).settings["Seed"] == "7"
    assert checked_format(part) == kind

    described = part.read_bytes()
    other = replace(GENERATION, request=replace(GENERATION.request, prompt="another"))
    describer(part, other, 0, FACTS)
    assert part.read_bytes() == described


def test_what_is_no_picture_is_left_alone(describer, tmp_path: Path):
    part = tmp_path / "part"
    part.write_bytes(b"<html>")
    describer(part, GENERATION, 0, FACTS)
    assert part.read_bytes() == b"<html>"
