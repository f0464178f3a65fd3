"""Tests of reading a submitted body: what is refused, and under which name."""

from collections.abc import Callable
from typing import Any

import pytest

from civitai_desktop.sandbox.orchestration.submission import read_submission
from civitai_desktop.sandbox.requests.catalogue import Catalogue
from civitai_desktop.sandbox.requests.complaints import Refused

Body = Callable[..., dict[str, Any]]


def complaints(body: Any, catalogue: Catalogue) -> dict[str, list[str]]:
    with pytest.raises(Refused) as refused:
        read_submission(body, catalogue)
    return refused.value.errors


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"width": 1001}, "width"),
        ({"width": 4096}, "width"),
        ({"quantity": 13}, "quantity"),
        ({"prompt": "x" * 10_001}, "prompt"),
        ({"prompt": None}, "prompt"),
        ({"sampleMethod": "telepathy"}, "sampleMethod"),
        ({"steps": "9"}, "steps"),
        ({"seed": -1}, "seed"),
        ({"loras": ["urn:air:zimage:lora:civitai:1@2"]}, "loras"),
        ({"diffuserModel": "101055"}, "diffuserModel"),
        ({"surprise": 1}, "surprise"),
        ({"engine": "midjourney"}, "engine"),
        ({"model": "ultra"}, "model"),
        ({"operation": None}, "operation"),
    ],
)
def test_a_wrong_input_is_named(
    values: dict[str, Any], path: str, turbo: Body, catalogue: Catalogue
) -> None:
    assert list(complaints(turbo(**values), catalogue)) == [f"steps[0].input.{path}"]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"tags": [str(n) for n in range(11)]}, "tags"),
        ({"tags": ["a", "a"]}, "tags"),
        ({"tags": ["x" * 201]}, "tags"),
        ({"externalId": "not/allowed"}, "externalId"),
        ({"externalId": "x" * 129}, "externalId"),
        ({"externalId": ""}, "externalId"),
        ({"currencies": ["gold"]}, "currencies"),
        ({"metadata": "text"}, "metadata"),
        ({"upgradeMode": "never"}, "upgradeMode"),
        ({"tips": {"civitai": 3}}, "tips"),
        ({"surprise": True}, "surprise"),
        ({"callbackUrl": "https://example.org"}, "callbackUrl"),
    ],
)
def test_a_wrong_field_around_the_steps_is_named(
    changes: dict[str, Any], path: str, turbo: Body, catalogue: Catalogue
) -> None:
    assert list(complaints(turbo() | changes, catalogue)) == [path]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ([], "$"),
        ({}, "steps"),
        ({"steps": []}, "steps"),
        ({"steps": ["x"]}, "steps[0]"),
        ({"steps": [{"$type": "videoGen", "input": {}}]}, "steps[0].$type"),
        ({"steps": [{"$type": ["imageGen"], "input": {}}]}, "steps[0].$type"),
        ({"steps": [{"$type": "imageGen"}]}, "steps[0].input.engine"),
        ({"steps": [{"$type": "imageGen", "input": []}]}, "steps[0].input"),
    ],
)
def test_a_body_of_the_wrong_shape_is_refused(body: Any, path: str, catalogue: Catalogue) -> None:
    assert path in complaints(body, catalogue)


def test_every_complaint_is_made_at_once(turbo: Body, catalogue: Catalogue) -> None:
    body = turbo(width=1, height=2, surprise=3) | {"tags": 4}
    assert len(complaints(body, catalogue)) == 4


def test_limits_are_those_of_the_engine_meant(turbo: Body, catalogue: Catalogue) -> None:
    flux = {"engine": "flux2", "model": "klein", "operation": "createImage", "modelVersion": "4b"}
    body = {"steps": [{"$type": "imageGen", "input": flux | {"prompt": "x", "quantity": 5}}]}
    assert list(complaints(body, catalogue)) == ["steps[0].input.quantity"]
    read_submission(turbo(quantity=5), catalogue)


def test_what_is_unset_has_the_engines_default(turbo: Body, catalogue: Catalogue) -> None:
    [step] = read_submission(turbo(), catalogue).steps
    assert (step.order.steps, step.order.sampler, step.order.output_format) == (9, "euler", "jpeg")
    assert not step.repeatable


def test_a_seed_of_nought_is_a_seed(turbo: Body, catalogue: Catalogue) -> None:
    [step] = read_submission(turbo(seed=0), catalogue).steps
    assert (step.order.seed, step.repeatable) == (0, True)


@pytest.mark.parametrize("engine", ["sdxl", "sd1", "z-image", "flux2"])
def test_a_plain_body_is_taken(engine: str, plain: Body, catalogue: Catalogue) -> None:
    submission = read_submission(plain(engine, width=512, height=768), catalogue)
    assert submission.plain
    assert (submission.steps[0].order.width, submission.steps[0].order.height) == (512, 768)


def test_a_plain_body_may_say_more(plain: Body, catalogue: Catalogue) -> None:
    body = plain(
        "sdxl",
        model="urn:air:sdxl:checkpoint:civitai:12345@67890",
        sampler="DPM++ 2M Karras",
        seed=5,
        clipSkip=2,
        aspectRatio="1:1",
        additionalNetworks=[{"air": "urn:air:sdxl:lora:civitai:1@2", "strength": 0.5}],
    )
    [step] = read_submission(body, catalogue).steps
    assert [r.air[-11:] for r in step.order.resources] == ["12345@67890", "civitai:1@2"]
    assert step.order.seed == 5


def test_a_plain_body_has_limits_too(plain: Body, catalogue: Catalogue) -> None:
    assert list(complaints(plain(quantity=11), catalogue)) == ["steps[0].input.quantity"]
    assert list(complaints(plain(prompt=None), catalogue)) == ["steps[0].input.prompt"]


def test_flux2_with_a_discriminator_is_the_official_one(catalogue: Catalogue) -> None:
    body = {
        "steps": [
            {"$type": "imageGen", "input": {"engine": "flux2", "model": "klein", "prompt": "x"}}
        ]
    }
    assert list(complaints(body, catalogue)) == ["steps[0].input.operation"]
