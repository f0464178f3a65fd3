"""Whether a refusal means that the engine is gone: by the paths and sentences servers write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.domain.errors import (
    CivitaiError,
    EngineNotOffered,
    InvalidInput,
    NotAllowed,
    NotEnoughBuzz,
    NotFound,
    Unreachable,
)
from civitai_desktop.services.refusals import judged
from tests.workshop import CATALOGUE

SDXL = "urn:air:sdxl:checkpoint:civitai:101055@128078"


def a_request(engine_id: str):
    engine = CATALOGUE.engine(engine_id)
    values = {name: value for name, value in engine.defaults().items() if value is not None}
    pictures = {each.name: ("https://x/a.png",) for each in engine.fields if each.kind == "images"}
    picture = {each.name: "https://x/a.png" for each in engine.fields if each.kind == "image"}
    checkpoints = {each.name: SDXL for each in engine.fields if each.required and each.resource}
    return engine.request(values | pictures | picture | checkpoints | {"prompt": "a boat"})


KLEIN = a_request("flux2-klein-9b")
SENT = {"engine": "flux2", "model": "klein", "operation": "createImage", "modelVersion": "9b"}


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("$.steps[0].input.engine", "engine"),
        ("steps[0].input.engine", "engine"),
        ("Steps[0].Input.Engine", "engine"),
        ("/steps/0/input/engine", "engine"),
        ("$['steps'][0]['input']['engine']", "engine"),
        ("input.engine", "engine"),
        ("engine", "engine"),
        ("$.steps[0].input.model", "model"),
        ("$.steps[0].input.operation", "operation"),
        ("$.steps[0].input.modelVersion", "modelVersion"),
        ("$.steps[0].$type", "modelVersion"),
    ],
)
def test_a_path_that_ends_with_a_discriminator_means_the_engine(path, named) -> None:
    error = judged(KLEIN, InvalidInput("See errors.", {path: "Anything."}))
    assert isinstance(error, EngineNotOffered)
    assert str(error).startswith("Civitai no longer offers this engine. Choose another one")
    names = list(SENT)
    assert error.discriminators == {n: SENT[n] for n in names[: names.index(named) + 1]}
    assert error.complaints == {}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Read unrecognized type discriminator id 'flux2'. Path: $.steps[0].input", "engine"),
        ("Unrecognized type discriminator: klein", "model"),
        (
            "The JSON value could not be converted to ImageGenInput. Path: "
            "$.steps[0].input.operation | LineNumber: 0 | BytePositionInLine: 57.",
            "operation",
        ),
        ("Unrecognized type discriminator", "modelVersion"),
        ("Unknown engine 'flux2'.", "engine"),
        ("Unknown engine.", "engine"),
        ("The engine flux2 is no longer available.", "engine"),
        ("Engine 'flux2' is not supported", "engine"),
        ("unsupported operation: createImage", "operation"),
        ("The model 'klein' has been retired.", "model"),
        ("Model version '9b' is not available any more", "modelVersion"),
    ],
)
@pytest.mark.parametrize("kind", [InvalidInput, NotAllowed, NotFound])
def test_a_sentence_may_say_so_too(kind, text, named) -> None:
    error = judged(KLEIN, kind(text))
    assert isinstance(error, EngineNotOffered)
    assert list(error.discriminators)[-1] == named
    if kind is InvalidInput:
        said = judged(KLEIN, InvalidInput("Wrong.", {"$.steps[0].input": text}))
        assert isinstance(said, EngineNotOffered)


@pytest.mark.parametrize(
    "error",
    [
        InvalidInput("Wrong.", {"$.steps[0].input.width": "Must be a multiple of 16."}),
        InvalidInput("Wrong.", {"$.steps[0].input.loras": "This model is not available."}),
        InvalidInput("Prompt requires mature content but workflow does not allow it"),
        InvalidInput("The LoRA is not supported by this engine."),
        InvalidInput("The model 'urn:air:sdxl:lora:civitai:1@2' is not available."),
        InvalidInput("Invalid model."),
        InvalidInput("The JSON value could not be converted. Path: $.steps[0].input.width | 0"),
        NotAllowed("Civitai refused: insufficient_scope."),
        NotEnoughBuzz("Unknown engine 'flux2'."),
        Unreachable("Unknown engine 'flux2'."),
    ],
)
def test_any_other_refusal_stays_what_it_is(error: CivitaiError) -> None:
    assert judged(KLEIN, error) is error


def test_what_else_is_wrong_is_kept() -> None:
    said = {"$.steps[0].input.engine": "Unknown.", "$.steps[0].input.width": "Too large."}
    error = judged(KLEIN, InvalidInput("See errors.", said))
    assert isinstance(error, EngineNotOffered)
    assert error.complaints == {"$.steps[0].input.width": "Too large."}


@pytest.mark.parametrize("engine", CATALOGUE, ids=lambda each: each.id)
def test_every_engine_knows_its_discriminators_from_its_fields(engine) -> None:
    request = a_request(engine.id)
    for name, value in engine.discriminators.items():
        gone = judged(request, InvalidInput("No.", {f"$.steps[0].input.{name}": "Unknown."}))
        assert isinstance(gone, EngineNotOffered), name
        assert gone.discriminators.items() <= engine.discriminators.items()
        assert gone.discriminators[name] == value
    for field in engine.fields:
        error = InvalidInput("No.", {f"$.steps[0].input.{field.name}": "Not supported."})
        assert judged(request, error) is error, field.name


@given(st.text(), st.dictionaries(st.text(), st.text(), max_size=3))
def test_whatever_a_server_says_is_judged(text: str, said: dict[str, str]) -> None:
    assert isinstance(judged(KLEIN, InvalidInput(text, said)), InvalidInput)
