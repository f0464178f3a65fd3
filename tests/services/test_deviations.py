"""What Civitai did otherwise than it was asked: seen in every spelling, and never imagined."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Kind
from civitai_desktop.domain.events import Deviated
from civitai_desktop.domain.generation import GenerationRequest, GenerationState
from civitai_desktop.domain.workflow import Workflow, WorkflowStatus
from civitai_desktop.services.deviations import CHOICES, Comparison, Done
from tests.services.test_generations import ends
from tests.workshop import CATALOGUE, NO_WAITING, a_request, opened

INK = "urn:air:sdxl:lora:civitai:600001@1800004"
FOG = "urn:air:sdxl:lora:civitai:600002@1800007"
OTHER = "urn:air:sdxl:checkpoint:civitai:5@6"
TIMES = "\N{MULTIPLICATION SIGN}"
NAMES = {INK: "Ink Lines", FOG: "Fog"}


def name_of(air: str) -> str:
    return NAMES.get(air, "")


COMPARE = Comparison(CATALOGUE, name_of)


def filled(engine: Engine) -> GenerationRequest:
    """Fill in as much as an engine takes."""
    values: dict[str, Any] = dict(engine.defaults())
    for field in engine.fields:
        match field.kind:
            case Kind.WEIGHTED_RESOURCES:
                values[field.name] = {INK: 1.0, FOG: 0.5}
            case Kind.RESOURCES:
                values[field.name] = (INK, FOG)
            case Kind.RESOURCE:
                values[field.name] = values[field.name] or OTHER
            case Kind.IMAGE:
                values[field.name] = "https://x/a.png"
            case Kind.IMAGES:
                values[field.name] = tuple(
                    f"https://x/{n}.png" for n in range(field.min_items or 1)
                )
            case Kind.CHOICE if values[field.name] is None:
                values[field.name] = field.choices[0]
    return engine.request(values | {"prompt": "a boat"})


REQUESTS = {engine.id: filled(engine) for engine in CATALOGUE}


def done(request: GenerationRequest, *inputs: Any) -> Done:
    view = Workflow(id="wf", status=WorkflowStatus.SUCCEEDED, inputs=inputs)
    return COMPARE(request, view)


def said(engine_id: str = "sdxl", **ran: Any) -> str:
    request = REQUESTS[engine_id]
    return done(request, {**request.input, **ran}).deviations


@pytest.mark.parametrize(
    ("ran", "text"),
    [
        ({"quantity": 4}, "Images: asked 8, ran 4."),
        ({"quantity": "4"}, "Images: asked 8, ran 4."),
        ({"quantity": 4.0}, "Images: asked 8, ran 4."),
        ({"width": 832, "height": 1216}, f"Size: asked 1024 {TIMES} 1024, ran 832 {TIMES} 1216."),
        ({"height": "768"}, f"Size: asked 1024 {TIMES} 1024, ran 1024 {TIMES} 768."),
        ({"steps": 20}, "Steps: asked 33, ran 20."),
        ({"cfgScale": "3.5"}, "Guidance: asked 7, ran 3.5."),
        ({"seed": 9}, "Seed: asked 7, ran 9."),
        ({"model": OTHER}, "Checkpoint: asked version 128078, ran version 6."),
        ({"ecosystem": "sd1"}, "Engine: asked SDXL, ran SD 1.5."),
        ({"ecosystem": "nova"}, "Engine: asked sdxl, ran nova."),
        ({"operation": "editImage"}, "Engine: asked createImage, ran editImage."),
        ({"loras": {FOG: 0.5}}, "Left out: Ink Lines."),
        ({"loras": [{"air": FOG, "strength": 0.5}]}, "Left out: Ink Lines."),
        ({"loras": []}, "Left out: Ink Lines, Fog."),
        ({"loras": None}, "Left out: Ink Lines, Fog."),
        (
            {"quantity": 4, "loras": {INK: 1}},
            "Images: asked 8, ran 4.\nLeft out: Fog.",
        ),
    ],
)
def test_what_differs_is_said(ran: dict[str, Any], text: str) -> None:
    engine = CATALOGUE.engine("sdxl")
    values = dict(REQUESTS["sdxl"].values) | {"quantity": 8, "steps": 33, "seed": 7}
    request = engine.request(values)
    told = done(request, {**request.input, **ran}).deviations
    assert sorted(told.splitlines()) == sorted(text.splitlines())


def test_fewer_pictures_are_counted() -> None:
    engine = CATALOGUE.engine("sdxl")
    request = engine.request(dict(REQUESTS["sdxl"].values) | {"quantity": 8})
    for ran, quantity in ((4, 4), ("4", 4), (9, 8), (0, 8), (None, 8), ("few", 8)):
        assert done(request, {**request.input, "quantity": ran}).quantity == quantity


def test_another_model_of_a_family_is_called_by_its_name() -> None:
    assert said("flux2-klein-9b", modelVersion="4b") == (
        "Engine: asked Flux.2 Klein 9B, ran Flux.2 Klein 4B."
    )


@pytest.mark.parametrize(
    ("engine_id", "ran", "differs"),
    [
        ("gpt-image-1", {"size": f"1024{TIMES}1024"}, False),
        ("gpt-image-1", {"size": "1024 x 1024"}, False),
        ("gpt-image-1", {"size": "1536x1024"}, True),
    ],
)
def test_a_size_in_one_word(engine_id: str, ran: dict[str, Any], differs: bool) -> None:
    engine = CATALOGUE.engine(engine_id)
    values = dict(REQUESTS[engine_id].values) | {"size": "1024x1024"}
    request = engine.request(values)
    assert bool(done(request, {**request.input, **ran}).deviations) is differs


def test_what_was_left_to_the_server_is_no_deviation() -> None:
    found = 0
    for engine in CATALOGUE:
        for field in engine.fields:
            if field.role in CHOICES and "auto" in field.choices:
                values = dict(REQUESTS[engine.id].values) | {field.name: "auto"}
                request = engine.request(values)
                if field.name in request.input:
                    found += 1
                    echo = {**request.input, field.name: field.choices[-1]}
                    assert done(request, echo).deviations == ""
    assert found


@pytest.mark.parametrize("engine_id", REQUESTS)
def test_no_engine_alarms_falsely(engine_id: str) -> None:
    request = REQUESTS[engine_id]
    sent = dict(request.input)
    backwards = dict(reversed(sent.items()))
    as_text = {
        name: str(value) if isinstance(value, int | float) else value
        for name, value in sent.items()
    }
    shouted = {name.upper(): value for name, value in sent.items()}
    renamed = {f"{name}Value": value for name, value in sent.items()} | {"prompt": "a boat"}
    more = {**sent, "priority": "low", "maxQuantity": 4, "nothing": None, "list": [1, {"a": 2}]}
    turned = {
        name: [{"air": air, "strength": str(weight)} for air, weight in value.items()]
        if isinstance(value, dict)
        else {each["air"]: each["strength"] for each in value}
        if isinstance(value, list) and value and isinstance(value[0], dict)
        else value
        for name, value in sent.items()
    }
    floats = {n: float(v) if type(v) is int and n != "seed" else v for n, v in sent.items()}
    echoes: list[Any] = [sent, backwards, as_text, shouted, renamed, more, turned, floats]
    for echo in (*echoes, {}, {"prompt": "a boat"}, {"surprise": 1}):
        told = done(request, echo)
        assert told == Done(deviations="", quantity=request.quantity), echo
    assert done(request).deviations == ""
    # Another step beside it, before or after.
    assert done(request, {"image": "https://x"}, sent, {"prompt": "upscale"}).deviations == ""


@pytest.mark.parametrize("engine_id", REQUESTS)
def test_what_a_server_leaves_out_or_does_not_understand_is_no_deviation(engine_id: str) -> None:
    sent = dict(REQUESTS[engine_id].input)
    lists = {
        f.name
        for f in CATALOGUE.engine(engine_id).fields
        if f.kind in {"weighted_resources", "resources"}
    }
    for name in sent:
        without = {each: value for each, value in sent.items() if each != name}
        odd = {**sent, name: {"$ref": "other", "path": "x"}}
        if name not in lists:
            assert done(REQUESTS[engine_id], without).deviations == "", name
            assert done(REQUESTS[engine_id], odd).deviations == "", name


RENAMED = {"additionalNetworks": {INK: {"strength": 1}, FOG: {"strength": 0.5}}}


@pytest.mark.parametrize(
    ("more", "text"),
    [
        (RENAMED, ""),
        ({"networks": [{"modelVersionId": 1800004}, {"modelVersionId": 1800007}]}, ""),
        ({"additionalNetworks": {INK.upper(): 1, f"{FOG}+77": 1}}, ""),
        ({"additionalNetworks": {INK: 1}}, "Left out: Fog."),
        ({}, "Left out: Ink Lines, Fog."),
    ],
)
def test_loras_are_found_under_another_name_too(more: dict[str, Any], text: str) -> None:
    sent = {name: value for name, value in REQUESTS["sdxl"].input.items() if name != "loras"}
    assert done(REQUESTS["sdxl"], sent | more).deviations == text


SAME = [
    (OTHER, "urn:air:sdxl:checkpoint:civitai:5@6+77"),
    (OTHER, "urn:air:sdxl:checkpoint:civitai:5@6.safetensors"),
    (OTHER, "AIR:SDXL:checkpoint:CIVITAI:5@6"),
    (OTHER, "civitai:5@6"),
    (OTHER, "6"),
    (OTHER, "urn:air:sdxl:checkpoint:civitai:5"),
    ("urn:air:sdxl:checkpoint:civitai:5", OTHER),
    ("urn:air:sdxl:checkpoint:huggingface:a/b", "urn:air:sdxl:checkpoint:huggingface:A/b@main"),
]
DIFFERENT = [
    (OTHER, "urn:air:sdxl:checkpoint:civitai:5@7"),
    (OTHER, "urn:air:sdxl:checkpoint:other:5@6"),
    (OTHER, "56"),
    ("urn:air:sdxl:checkpoint:huggingface:a/b", "urn:air:sdxl:checkpoint:huggingface:a/c"),
]


@pytest.mark.parametrize(
    ("asked", "ran", "differs"),
    [(*pair, False) for pair in SAME] + [(*pair, True) for pair in DIFFERENT],
)
def test_a_resource_is_the_same_however_it_is_spelled(asked: str, ran: str, differs: bool) -> None:
    engine = CATALOGUE.engine("sdxl")
    values = dict(REQUESTS["sdxl"].values) | {"model": asked, "loras": {asked: 1.0}}
    request = engine.request(values)
    echo = {**request.input, "model": ran, "loras": {ran: 1}}
    assert len(done(request, echo).deviations.splitlines()) == (2 if differs else 0)


def test_a_picture_of_many_megabytes_in_an_answer_takes_no_time() -> None:
    sent = {name: value for name, value in REQUESTS["sdxl"].input.items() if name != "loras"}
    echo = sent | {"preview": "data:image/png;base64," + "A" * 20_000_000}
    assert done(REQUESTS["sdxl"], echo).deviations == "Left out: Ink Lines, Fog."


def test_the_air_of_what_a_word_stands_for_is_no_deviation() -> None:
    assert said("z-image-turbo", model="urn:air:zimageturbo:checkpoint:civitai:1@2") == ""


def test_an_engine_that_has_vanished_is_not_compared() -> None:
    request = GenerationRequest(
        engine="gone", values={}, step_type="imageGen", input={"quantity": 8}, prompt="", quantity=8
    )
    assert done(request, {"quantity": 4}) == Done(deviations="", quantity=8)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_a_server_echoes_is_compared(data: st.DataObject) -> None:
    request = REQUESTS[data.draw(st.sampled_from(sorted(REQUESTS)))]
    names = st.sampled_from(sorted(request.input))
    echo = data.draw(st.dictionaries(names, json_values, max_size=6))
    told = done(request, {**request.input, **echo})
    assert 1 <= told.quantity <= request.quantity
    assert len(told.deviations) < 4000


def changed(**ran: Any) -> dict[str, Any]:
    """Return the rule by which the server works with other values."""
    return {"method": "POST", "path": "/workflows$", "ran": ran}


async def test_what_was_done_otherwise_is_written_down_and_told_once(home, sandbox) -> None:
    sandbox.misbehave(changed(quantity=2, width=128))
    request = a_request(quantity=4)
    async with opened(home, sandbox) as workshop:
        workshop.generations.start(request)
        generation = await workshop.ended(request)
        assert generation.state is GenerationState.SUCCEEDED
        assert generation.deviations == (
            f"Images: asked 4, ran 2.\nSize: asked 64 {TIMES} 64, ran 128 {TIMES} 64."
        )
        # Two are missing, but none was withheld.
        assert (generation.saved, generation.problem) == (2, "")
        [event] = workshop.all_told(Deviated)
        assert event.generation.id == request.id
    async with opened(home, sandbox) as workshop:
        await workshop.generations.resume()
        assert (await workshop.row(request.id)).deviations == generation.deviations
        assert workshop.all_told(Deviated) == []


async def test_what_is_seen_again_is_not_told_again(home, slow) -> None:
    slow.misbehave(changed(quantity=2), NO_WAITING)
    request = a_request(quantity=4)
    async with opened(home, slow) as workshop:
        workshop.generations.start(request)
        await workshop.told(Deviated)
        slept = len(workshop.slept)
        await workshop.until(lambda: len(workshop.slept) > slept + 3)
        assert len(workshop.all_told(Deviated)) == 1
    async with opened(home, slow) as workshop:
        await workshop.generations.resume()
        await workshop.until(lambda: len(workshop.slept) > 3)
        assert workshop.all_told(Deviated) == []


async def test_what_is_withheld_of_the_fewer_is_still_said(home, sandbox) -> None:
    sandbox.misbehave(ends(blocked=[0]))
    request = a_request(quantity=2)
    async with opened(home, sandbox) as workshop:
        workshop.generations.start(request)
        generation = await workshop.ended(request)
    assert generation.problem.startswith("1 of 2 pictures was withheld.")
    assert generation.deviations == ""


async def test_the_sandbox_does_as_it_is_asked_with_every_engine(workshop) -> None:
    for engine in CATALOGUE.from_text():
        needed = {field.name: OTHER for field in engine.fields if field.required and field.resource}
        request = engine.request({**engine.defaults(), **needed, "prompt": "a boat"})
        workflow = await workshop.api.submit(request)
        assert workflow.inputs, engine.id
        assert COMPARE(request, workflow) == Done(deviations="", quantity=request.quantity)
