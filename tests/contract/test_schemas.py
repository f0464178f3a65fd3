"""Every body that the catalogue can make against the vendor's contract, by JSON Schema.

The contracts are those beside the catalogue's builder: the newest, which the catalogue is made
from, and the one before, which a server may still speak.
"""

from typing import Any

import pytest

from civitai_desktop import resources
from civitai_desktop.api import wire
from civitai_desktop.catalogue import loader
from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.domain.terms import Buzz, Terms
from civitai_desktop.sandbox.orchestration.submission import read_submission
from civitai_desktop.sandbox.requests.catalogue import read_catalogue
from civitai_desktop.sandbox.requests.complaints import Refused
from tests.contract.forms import beyond, complete, filled, forms
from tests.contract.vendor import FOLDER, Contract

CATALOGUE = loader.load(resources.path("catalogue/engines.json"))
SANDBOX = read_catalogue()
NEWEST = Contract(FOLDER / "contract.json")
BEFORE = Contract(FOLDER / "contract-before.json")

of_every_engine = pytest.mark.parametrize("engine", list(CATALOGUE), ids=lambda engine: engine.id)


def bodies(engine: Engine) -> list[dict[str, Any]]:
    return [wire.quoted(engine.request(form)) for form in forms(engine)]


def inputs(engine: Engine) -> list[dict[str, Any]]:
    return [body["steps"][0]["input"] for body in bodies(engine)]


def undocumented(engine: Engine, complaints: set[str]) -> set[str]:
    """Return the complaints that the catalogue gives no reason for."""
    listed = {f"{field}: missing" for field in engine.omitted}
    beyond = tuple(f"{field}: " for field in engine.exceeded)
    return {each for each in complaints - listed if not each.startswith(beyond)}


def name_of(contract: Contract, engine: Engine) -> str | None:
    return contract.chosen(engine.discriminators)


@of_every_engine
def test_every_body_is_valid_against_the_newest_contract(engine):
    name = name_of(NEWEST, engine)
    assert name is not None
    for sent in inputs(engine):
        assert NEWEST.chosen(sent) == name
        assert undocumented(engine, NEWEST.complaints(name, sent)) == set(), sent


@of_every_engine
@pytest.mark.parametrize("contract", [NEWEST, BEFORE], ids=["newest", "before"])
def test_the_contracts_would_refuse_what_is_wrong(engine, contract):
    name = name_of(contract, engine)
    if name is None:
        pytest.skip("the contract before does not know this engine")
    sent = dict(engine.request(filled(engine)).input)
    without = {field: value for field, value in sent.items() if field != "prompt"}
    assert "prompt: missing" in contract.complaints(name, without)
    more = contract.complaints(name, sent | {"surprise": 1}) - contract.complaints(name, sent)
    assert any("surprise" in each for each in more)
    assert any(
        each.startswith("prompt: ") for each in contract.complaints(name, sent | {"prompt": 1})
    )


@of_every_engine
def test_every_body_is_valid_against_the_contract_before_as_far_as_it_goes(engine):
    newest, name = name_of(NEWEST, engine), name_of(BEFORE, engine)
    if newest not in BEFORE.inputs():
        pytest.skip("the contract before does not know this input")
    assert name == newest
    added = set(NEWEST.properties(newest)) - set(BEFORE.properties(name))
    for sent in inputs(engine):
        known = {field: value for field, value in sent.items() if field not in added}
        assert undocumented(engine, BEFORE.complaints(name, known)) == set(), sent


@of_every_engine
def test_what_the_contract_demands_and_a_request_may_lack_is_listed_with_its_reason(engine):
    demanded = NEWEST.required(name_of(NEWEST, engine))
    lacking = {field for sent in inputs(engine) for field in demanded - set(sent)}
    assert lacking == set(engine.omitted)
    assert all(reason.endswith(".") for reason in engine.omitted.values())


@of_every_engine
def test_where_values_go_beyond_the_contract_is_listed_with_its_reason(engine):
    name = name_of(NEWEST, engine)
    found = set().union(*(NEWEST.complaints(name, sent) for sent in inputs(engine)))
    beyond = {each.partition(": ")[0] for each in found if not each.endswith(": missing")}
    assert beyond == set(engine.exceeded)
    assert all(reason.endswith(".") for reason in engine.exceeded.values())


@of_every_engine
def test_what_is_sent_around_the_input_is_valid_too(engine):
    body = wire.template(engine.request(filled(engine)))
    complaints = NEWEST.complaints("WorkflowTemplate", body)
    around = {each for each in complaints if not each.startswith("steps/0/input/")}
    assert around == {f"{field}: missing" for field in CATALOGUE.omitted}


def test_who_chooses_a_wallet_leaves_nothing_out_that_is_demanded_around_the_input():
    terms = Terms(wallet=Buzz.BLUE, allow_mature=False)
    request = CATALOGUE.default.request(filled(CATALOGUE.default))
    body = wire.template(request) | wire._terms(terms)
    assert NEWEST.complaints("WorkflowTemplate", body) == set()


@of_every_engine
def test_all_that_the_contract_knows_of_an_input_is_a_field_or_said_to_be_none(engine):
    known = set(NEWEST.properties(name_of(NEWEST, engine)))
    fields = {field.name for field in engine.fields}
    assert known == {*fields, *engine.discriminators, *engine.constants, *engine.unshown}


@of_every_engine
def test_the_sandbox_lets_pass_what_the_form_has_no_field_for(engine):
    body = wire.quoted(engine.request(filled(engine)))
    body["steps"][0]["input"] |= dict.fromkeys(engine.unshown, "whatever")
    [step] = read_submission(body, SANDBOX).steps
    assert step.engine_id == engine.id


def test_every_input_of_the_contract_is_an_engine():
    assert {name_of(NEWEST, engine) for engine in CATALOGUE} == set(NEWEST.inputs())


def test_an_engine_does_what_its_input_is_for():
    for engine in CATALOGUE:
        operation = engine.discriminators.get("operation", "createImage").casefold()
        needs_picture = "edit" in operation or operation in {"createvariant", "image-to-image"}
        assert needs_picture == (engine.operation != "text-to-image"), engine.id
        assert ("edit" in operation) == (engine.operation == "edit-image"), engine.id


@of_every_engine
def test_the_sandbox_takes_every_body(engine):
    for body in bodies(engine):
        [step] = read_submission(body, SANDBOX).steps
        assert step.engine_id == engine.id


@of_every_engine
def test_a_body_without_what_is_implied_means_the_same_engine(engine):
    body = wire.quoted(engine.request(filled(engine)))
    for name in engine.implied:
        del body["steps"][0]["input"][name]
    [step] = read_submission(body, SANDBOX).steps
    assert step.engine_id == engine.id


@of_every_engine
def test_the_form_and_the_sandbox_refuse_what_lies_beyond_a_limit(engine):
    for field in engine.fields:
        for value in beyond(field):
            body = wire.quoted(engine.request(complete_but_for_cases(engine)))
            body["steps"][0]["input"][field.name] = field.wire_value(value)
            assert engine.complaints({**complete(engine), field.name: value}), (field.name, value)
            with pytest.raises(Refused):
                read_submission(body, SANDBOX)


def complete_but_for_cases(engine: Engine) -> dict[str, Any]:
    """Return the fullest form that the engine takes."""
    form = complete(engine)
    return filled(engine) if engine.complaints(form) else form
