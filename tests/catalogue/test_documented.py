"""The bodies that the documentation gives as working: the form can say each, word for word.

Their structure is Civitai's; prompts and addresses have been replaced. One more is not among
them: its prompt is a reference to another step's output, which is no form value.
"""

import json
from pathlib import Path

import pytest

from civitai_desktop import resources
from civitai_desktop.catalogue import loader
from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.domain.generation import Value

BODIES = json.loads(Path(__file__).with_name("documented.json").read_text("utf-8"))

ADDED = {
    # The documentation leaves it out; the schema cannot be told from the edit without it.
    "wan-image/v27Body": {"operation": "createImage"},
    # Newer than the documentation; without it the same version is meant.
    "grok/createBody": {"version": "v1.0"},
    "grok/editBody": {"version": "v1.0"},
    # The documented default, which the schema demands all the same. Pictures with weights of their
    # own have no editor in the form.
    "krea/mediumBody": {"imageStyleReferences": []},
    "krea/styleRefBody": {"imageStyleReferences": []},
}


@pytest.fixture(scope="module")
def catalogue():
    return loader.load(resources.path("catalogue/engines.json"))


def filled_in(engine: Engine, body: dict) -> dict[str, Value]:
    """Return the form values that mean `body`."""
    names = {field.name for field in engine.fields}
    return {name: as_value(value) for name, value in body.items() if name in names}


def as_value(value) -> Value:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return {each["air"]: each["strength"] for each in value}
    return tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body["name"])
def test_a_documented_body_comes_out_as_it_is(catalogue, body):
    engine = catalogue.engine(body["engine"])
    documented = body["input"] | ADDED.get(body["name"], {})

    sent = dict(engine.request(filled_in(engine, documented)).input)

    if "seed" not in documented:
        # Always sent, because the server never tells which one it drew.
        sent.pop("seed", None)
    assert sent == documented


def test_every_exception_is_one_of_the_bodies():
    assert set(ADDED) <= {body["name"] for body in BODIES}
