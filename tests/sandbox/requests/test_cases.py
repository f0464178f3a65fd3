"""Which fields an input has depending on the others, as a request meets it."""

from typing import Any

import pytest

from civitai_desktop.sandbox.orchestration.submission import read_submission
from civitai_desktop.sandbox.requests.catalogue import Engine, read_catalogue
from civitai_desktop.sandbox.requests.complaints import Refused

CATALOGUE = read_catalogue()
PICTURE = "https://example.org/boat.png"
QWEN = {"engine": "qwen", "operation": "editImage", "prompt": "a boat", "images": [PICTURE]}
GPT = {**QWEN, "engine": "openai", "model": "gpt-image-2"}
KREA = {"engine": "fal", "model": "krea2", "operation": "createImage", "prompt": "a boat"}


def engine_of(**sent: Any) -> str:
    """Return who runs an input, which must be accepted."""
    body = {"steps": [{"$type": "imageGen", "input": sent}]}
    [step] = read_submission(body, CATALOGUE).steps
    return step.engine_id


def refused(**sent: Any) -> dict[str, list[str]]:
    """Return what is wrong with an input, by field."""
    with pytest.raises(Refused) as caught:
        engine_of(**sent)
    return {path.rpartition(".")[2]: said for path, said in caught.value.errors.items()}


def test_the_original_edit_takes_one_picture_and_no_size():
    assert engine_of(**QWEN, model="edit", quantity=1) == "qwen-api-edit"
    sent = QWEN | {"model": "edit", "images": [PICTURE] * 2, "quantity": 2}
    assert refused(**sent, width=1024, height=1024) == {
        "images": ["Must hold at most 1."],
        "quantity": ["Must be at most 1."],
        "width": ["This field is unknown."],
        "height": ["This field is unknown."],
    }


@pytest.mark.parametrize("model", [{}, {"model": "edit-plus"}, {"model": "2.0"}])
def test_the_others_take_three_and_a_size(model):
    sent = QWEN | {"images": [PICTURE] * 3, "quantity": 6, "width": 1024, "height": 1536} | model
    assert engine_of(**sent) == "qwen-api-edit"


@pytest.mark.parametrize("sent", [QWEN, GPT], ids=["qwen", "gpt"])
@pytest.mark.parametrize(("given", "missing"), [("width", "height"), ("height", "width")])
def test_one_side_alone_is_refused_where_nothing_stands_in_for_the_other(sent, given, missing):
    assert refused(**sent, **{given: 1024}) == {missing: [f"Must be given together with {given}."]}
    assert engine_of(**sent, width=1024, height=1024)
    assert engine_of(**sent)


def test_one_side_alone_is_taken_where_the_engine_has_a_default_for_the_other():
    sent = {"engine": "sdcpp", "ecosystem": "zImage", "model": "turbo", "operation": "createImage"}
    assert engine_of(**sent, prompt="a boat", width=640) == "z-image-turbo"


def test_what_clients_send_as_a_constant_may_be_there_and_filled():
    assert engine_of(**KREA) == engine_of(**KREA, imageStyleReferences=[]) == "krea2-medium"
    style = [{"imageUrl": PICTURE, "strength": 1}]
    assert engine_of(**KREA, size="large", imageStyleReferences=style) == "krea2-large"
    assert refused(**KREA, imageStyleReferences="none") == {
        "imageStyleReferences": ["Must be like []."]
    }


@pytest.mark.parametrize(
    ("version", "engine_id"),
    [
        ({}, "grok"),
        ({"version": None}, "grok"),
        ({"version": "v1.0"}, "grok"),
        ({"version": "v2.0"}, "grok-2"),
    ],
)
def test_grok_without_a_version_is_the_first(version, engine_id):
    sent = {"engine": "grok", "operation": "createImage", "prompt": "a boat"}
    assert engine_of(**sent, **version) == engine_id


def test_a_version_that_nobody_knows_is_refused_with_those_there_are():
    sent = {"engine": "grok", "operation": "createImage", "prompt": "a boat", "version": "v9"}
    versions = {each.discriminators.get("version") for each in CATALOGUE.engines if is_grok(each)}
    assert refused(**sent) == {"version": [f"Must be one of {', '.join(sorted(versions))}."]}


def is_grok(engine: Engine) -> bool:
    return engine.discriminators["engine"] == "grok"
