"""Every engine's picture tells civitai.com how it was made, in every format it can have.

The site's reader is written anew here, from its own rules and without a line of the product's.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow

from civitai_desktop import resources
from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Field, Kind
from civitai_desktop.catalogue.loader import load
from civitai_desktop.domain.generation import (
    Generation,
    GenerationRequest,
    GenerationState,
    PictureFacts,
    Value,
)
from civitai_desktop.services.describing import Describer
from civitai_desktop.services.generation_data import read
from civitai_desktop.storage.metadata import parse, read_text

CATALOGUE = load(resources.path("catalogue/engines.json"))
DESCRIBE = Describer(CATALOGUE)
FACTS = PictureFacts(width=64, height=96, micro=b"")
PICTURE = "https://example.org/boat.png"
FORMATS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
HOLDS_AIRS = {Kind.RESOURCE, Kind.RESOURCES, Kind.WEIGHTED_RESOURCES}


# What the site reads.


@dataclass(frozen=True)
class Seen:
    """What the site knows of a picture."""

    prompt: str
    negative: str
    technique: str
    meta: dict[str, Any] = field(default_factory=dict)
    resources: dict[int, float | None] = field(default_factory=dict)

    @property
    def is_made_on_site(self) -> bool:
        return bool(self.resources) and not {"Version", "Model"} & self.meta.keys()


TECHNIQUES = {"txt2img", "img2img", "inpainting", "workflow", "vid2vid", "txt2vid", "img2vid"}
NUMBERS = {"Steps", "CFG scale", "Seed", "Clip skip"}


def seen_by_the_site(path: Path) -> Seen:
    with Pillow.open(path) as picture:
        text = picture.info.get("parameters")
        comment = picture.getexif().get_ifd(0x8769).get(0x9286)
    if text is None:
        assert comment[:8] == b"UNICODE\0"
        text = comment[8:].decode(order_of_bytes(comment[8:])).removeprefix("\ufeff")
    assert "Steps: " in text
    assert re.search(r"(^|\n)Steps: ?\d", text), "else it would be split at its full stops"
    assert not re.match(r"Parameters\s*:", text)
    lines = [line for line in text.split("\n") if line.strip()]
    assert not [line for line in lines if line.startswith(("Template: ", "Negative Template: "))]
    line = next(line for line in lines if line.startswith("Steps: "))
    lines.remove(line)
    assert not re.search("Resources: |Hashed prompt: |Hashed Negative prompt: ", line)
    entries = []
    if found := re.search(r", Civitai resources:\s*(\[\{.*?\}\])", line):
        entries = json.loads(found[1])
        line = line.replace(found[0], "")
    for entry in entries:
        assert isinstance(entry["modelVersionId"], int)
        assert isinstance(entry.get("type", ""), str)
        assert isinstance(entry.get("weight", 1), int | float)
    meta = dict(pairs_of_the_site(line))
    for key in NUMBERS & meta.keys():
        float(meta[key] or 0)
    prompt, *negative = (part.strip() for part in "\n".join(lines).split("Negative prompt:"))
    technique = meta["workflow"].split(":")[0] if "engine" in meta else ""
    return Seen(
        prompt=prompt,
        negative=" ".join(negative),
        technique=technique if technique in TECHNIQUES else "",
        meta=meta,
        resources={entry["modelVersionId"]: entry.get("weight") for entry in entries},
    )


def order_of_bytes(content: bytes) -> str:
    if content.startswith(b"\xfe\xff"):
        return "utf-16-be"
    beginning = content[:1000]
    return "utf-16-le" if beginning[1::2].count(0) > beginning[::2].count(0) else "utf-16-be"


def pairs_of_the_site(line: str) -> Iterator[tuple[str, str]]:
    assert '"' not in line, "a quote begins a list inside of the list"
    key = value = ""
    in_date = False
    for sign in f"{line},":
        if sign == ":" and not in_date:
            if len(value) == 14 and value[11] == "T":
                in_date = True
            else:
                key, value = value.strip(), ""
        elif sign == ",":
            in_date = False
            if key:
                yield key, value.strip()
            key = value = ""
        else:
            value += sign


# Pictures of every engine.


class Numbers:
    """Gives each resource a version of its own."""

    def __init__(self) -> None:
        self.weights: dict[int, float | None] = {}

    def air(self, each: Field, weight: float | None = None) -> str:
        version = 1000 + len(self.weights)
        self.weights[version] = weight
        kind = each.resource or "checkpoint"
        return f"urn:air:{(each.ecosystems or ['sdxl'])[0]}:{kind}:civitai:7@{version}"

    def value(self, each: Field) -> Value:
        if each.kind is Kind.RESOURCE:
            return self.air(each)
        if each.kind is Kind.RESOURCES:
            return (self.air(each), self.air(each))
        return {self.air(each, 0.5): 0.5, self.air(each, 1.0): 1.0}


def with_everything(engine: Engine) -> tuple[GenerationRequest, dict[int, float | None]]:
    """Fill every field that takes resources, and the pictures where there must be some."""
    given = Numbers()
    values: dict[str, Value] = {**engine.defaults(), "prompt": "a boat,\n\nat dusk"}
    for each in engine.fields:
        if each.kind in HOLDS_AIRS:
            values[each.name] = given.value(each)
        elif each.role == "negative_prompt":
            values[each.name] = "fog"
    return engine.request(values | sources(engine)), given.weights


def with_the_least(engine: Engine) -> tuple[GenerationRequest, dict[int, float | None]]:
    request = engine.request(
        {**engine.defaults(), "prompt": "a boat,\n\nat dusk"} | sources(engine)
    )
    airs = re.findall(r"urn:air:[\w:.-]+@(\d+)", json.dumps(dict(request.input)))
    return request, {int(version): None for version in airs}


def sources(engine: Engine) -> dict[str, Value]:
    source = engine.by_role("source")
    if source is None or engine.operation == "text-to-image":
        return {}
    return {source.name: (PICTURE,) if source.kind is Kind.IMAGES else PICTURE}


def described(folder: Path, request: GenerationRequest, kind: str = "PNG") -> Path:
    path = folder / f"boat.{FORMATS[kind]}"
    Pillow.new("RGB", (4, 4)).save(path, kind)
    generation = Generation(
        request=request, state=GenerationState.RUNNING, created_at=datetime.now(UTC)
    )
    DESCRIBE(path, generation, 0, FACTS)
    return path


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("filled", [with_everything, with_the_least])
def test_the_site_sees_how_every_engines_picture_was_made(tmp_path, kind, filled):
    wrong = []
    for engine in CATALOGUE:
        request, weights = filled(engine)
        seen = seen_by_the_site(described(tmp_path, request, kind))
        technique = "txt2img" if engine.operation == "text-to-image" else "img2img"
        if (seen.technique, seen.resources, seen.meta["engine"]) != (technique, weights, engine.id):
            wrong.append((engine.id, seen))
        assert (seen.prompt, seen.meta["Size"]) == ("a boat,\nat dusk", "64x96")
        assert seen.is_made_on_site == bool(weights)
        checkpoint = engine.by_role("checkpoint")
        if checkpoint and (air := request.input.get(checkpoint.name)):
            assert air.endswith(f"@{next(iter(seen.resources))}"), "some take the first for it"
    assert not wrong


def test_a_picture_made_from_others_says_so_whatever_the_engine_is_called(tmp_path):
    engine = CATALOGUE.engine("nano-banana-2")
    values = {**engine.defaults(), "prompt": "a boat", "images": (PICTURE,)}
    assert seen_by_the_site(described(tmp_path, engine.request(values))).technique == "img2img"


def test_our_own_picture_gives_the_same_form_back(tmp_path):
    """All that the text carries: every resource in the field from which it was sent."""
    for engine in CATALOGUE:
        request, weights = with_everything(engine)
        pasted = read(read_text(described(tmp_path, request)) or "", engine)
        told = {
            each.name: pasted.values.get(each.name)
            for each in engine.fields
            if each.kind in HOLDS_AIRS
        }
        sent = {name: versions(request.values[name]) for name in told}
        assert told == sent, engine.id
        assert len(weights) == sum(map(len, map(as_list, told.values())))


def versions(value: Any) -> Any:
    if isinstance(value, str):
        return value.rpartition("@")[2]
    if isinstance(value, tuple):
        return tuple(map(versions, value))
    return {versions(air): weight for air, weight in value.items()}


def as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_text_that_is_too_long_keeps_its_settings_and_loses_words(tmp_path, kind):
    engine = CATALOGUE.engine("sdxl")
    request, weights = with_everything(engine)
    for prompt, negative in [
        ("boat 🐈 " * 9_000, "fog"),
        ("boat", "fog " * 20_000),
        ("一" * 50_000, "二" * 50_000),
    ]:
        sent = {**request.input, "negativePrompt": negative}
        long = GenerationRequest(
            engine=engine.id, values={}, step_type="", input=sent, prompt=prompt, seed=5
        )
        path = described(tmp_path, long, kind)
        seen, told = seen_by_the_site(path), parse(read_text(path) or "")
        assert seen.resources == weights
        assert seen.meta["Seed"] == "5"
        for whole, part in [(prompt, told.prompt), (negative, told.negative_prompt)]:
            assert whole == part or (part.endswith("…") and whole.startswith(part[:-1]))
        if kind != "JPEG":
            assert (told.prompt, told.negative_prompt) == (prompt, negative)
        else:
            assert len(told.prompt) >= min(len(prompt), 15_000)


def test_a_picture_with_much_in_its_exif_data_gets_what_there_is_room_for(tmp_path):
    path = tmp_path / "boat.jpg"
    exif = Pillow.Exif()
    exif[0x013B] = "ai"
    exif[0xC4A5] = b"x" * 50_000
    Pillow.new("RGB", (4, 4)).save(path, "JPEG", exif=exif)
    request, weights = with_everything(CATALOGUE.engine("sdxl"))
    long = GenerationRequest(
        engine="sdxl", values={}, step_type="", input=request.input, prompt="boat " * 9_000
    )
    generation = Generation(request=long, state=GenerationState.RUNNING)
    DESCRIBE(path, generation, 0, FACTS)
    seen = seen_by_the_site(path)
    assert seen.resources == weights
    assert seen.prompt.startswith("boat boat boat")


@pytest.mark.parametrize(
    ("air", "version"),
    [
        ("urn:air:sdxl:vae:civitai:1@2", 2),
        (" urn:air:sdxl:vae:civitai:1@2 ", 2),
        ("URN:AIR:SDXL:VAE:Civitai:1@2", 2),
        ("urn:air:sdxl:vae:civitai:1@2.safetensors", 2),
        ("urn:air:sdxl:vae:civitai:1@2:fp16.safetensors", 2),
        ("urn:air:sdxl:vae:civitai:1@2+file", 2),
        ("urn:air:sdxl:vae:huggingface:someone/thing@main", None),
        ("urn:air:sdxl:vae:civitai:1", None),
        ("urn:air:sdxl:vae:civitai:1@2024a", None),
    ],
)
def test_what_the_site_cannot_look_up_is_left_out(tmp_path, air, version):
    """One such entry would make the site read nothing at all."""
    engine = CATALOGUE.engine("sd1")
    values = {**engine.defaults(), "prompt": "a boat", "vaeModel": air}
    seen = seen_by_the_site(described(tmp_path, engine.request(values)))
    assert seen.resources == {128713: None} | ({version: None} if version else {})


def test_a_resource_in_two_fields_is_told_once(tmp_path):
    engine = CATALOGUE.engine("sd1")
    air = "urn:air:sd1:lora:civitai:1@2"
    values = {**engine.defaults(), "prompt": "a", "vaeModel": air, "loras": {air: 0.5}}
    seen = seen_by_the_site(described(tmp_path, engine.request(values)))
    assert seen.resources == {128713: None, 2: 0.5}


def test_an_engine_that_is_gone_says_nothing_that_is_not_known(tmp_path):
    gone = GenerationRequest(engine="gone", values={}, step_type="", input={}, prompt="a boat")
    path = described(tmp_path, gone)
    assert parse(read_text(path) or "").prompt == "a boat"
    assert "workflow" not in parse(read_text(path) or "").settings
