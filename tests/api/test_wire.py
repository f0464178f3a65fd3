"""Reading what the server writes, and writing what it reads."""

import json
import logging
from contextlib import suppress
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.api import wire
from civitai_desktop.domain.errors import BadReply
from civitai_desktop.domain.terms import Buzz, Terms
from civitai_desktop.domain.workflow import Preparation, WorkflowStatus


def body(**fields) -> bytes:
    return json.dumps({"id": "wf", "status": "processing"} | fields).encode()


def test_fields_nobody_declared_do_no_harm() -> None:
    workflow = wire.workflow(
        body(
            surprise={"deep": [1]},
            createdAt=17,
            steps=[{"surprise": 1, "output": {"images": [{"id": "b", "surprise": []}]}}],
        )
    )
    assert [blob.id for blob in workflow.blobs] == ["b"]


def test_nulls_stand_for_nothing() -> None:
    assert wire.workflow(body(steps=None, transactions=None, cost=None)).blobs == ()
    steps = [{"output": None, "jobs": None, "metadata": None, "estimatedProgressRate": None}]
    assert wire.workflow(body(steps=steps)).blobs == ()


def test_a_picture_that_is_null_or_nameless_costs_itself_only() -> None:
    images = [None, {"url": ""}, {"id": "b"}]
    workflow = wire.workflow(body(steps=[{"output": {"images": images}}]))
    assert [blob.id for blob in workflow.blobs] == ["b"]


@pytest.mark.parametrize("tier", [None, "managed", "", 3, {"name": "cold"}])
def test_where_a_blob_is_stored_is_the_servers_own_affair(tier) -> None:
    images = [{"id": "b", "url": "https://b", "available": True}]
    plain = wire.workflow(body(steps=[{"output": {"images": images}}]))
    stored = [{**images[0], "tier": tier}]
    assert wire.workflow(body(steps=[{"output": {"images": stored}}])).blobs == plain.blobs


@pytest.mark.parametrize(
    "answer",
    [b"", b"<!doctype html>", b"null", b"[]", b'"ok"', b"{}", b'{"id": null}', b'"\xff"', b"\x00"],
)
def test_what_is_no_workflow_is_not_taken_for_one(answer: bytes) -> None:
    with pytest.raises(BadReply) as error:
        wire.workflow(answer)
    assert error.value.retryable


numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | numbers.map(str) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


fields = st.sampled_from(["id", "status", "cost", "transactions", "steps", "tags", "items", "url"])
answers = st.binary() | st.dictionaries(fields, json_values).map(json.dumps).map(str.encode)


@given(answers)
def test_any_answer_is_either_read_or_refused(answer: bytes) -> None:
    for read in (wire.workflow, wire.page, wire.quote, wire.blob):
        with suppress(BadReply):
            read(answer)


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", 1e300, "1e300"])
def test_what_is_no_amount_is_none(number) -> None:
    debit = {"type": "debit", "amount": number}
    image = {"id": "b", "width": number}
    workflow = wire.workflow(
        body(
            cost={"total": number},
            transactions={"list": [debit]},
            steps=[{"output": {"images": [image]}}],
        )
    )
    assert (workflow.cost, workflow.blobs[0].width) == (None, None)
    with pytest.raises(BadReply):
        wire.quote(json.dumps({"cost": {"total": number}}).encode())


AIR = "urn:air:sdxl:checkpoint:civitai:257749@290640"
WHOLE = {"resource": AIR, "queuePosition": 2, "progress": 0.4, "etaSeconds": 12}
READ = Preparation(resource=AIR, ahead=2, progress=0.4, seconds=12)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (WHOLE, READ),
        ({"resource": AIR, "queuePosition": 0}, Preparation(resource=AIR, ahead=0)),
        (WHOLE | {"queuePosition": "2", "progress": "0.4", "etaSeconds": 11.2}, READ),
        (WHOLE | {"surprise": {"a": 1}}, READ),
        ({"queuePosition": 3}, Preparation(ahead=3)),
        (
            {"resource": 7, "queuePosition": -1, "progress": 1.5, "etaSeconds": 1e300, "x": 1},
            None,
        ),
        (
            {"resource": [AIR], "queuePosition": True, "progress": "nan", "etaSeconds": "soon"},
            None,
        ),
        ({"resource": AIR, "progress": None, "etaSeconds": None}, Preparation(resource=AIR)),
        ({"etaSeconds": 10**400, "queuePosition": "9" * 400, "resource": " "}, None),
        ({}, None),
        (None, None),
        ([], None),
        ("loading", None),
        (5, None),
    ],
)
def test_what_is_loaded_is_read_whatever_is_odd_or_missing(said, read) -> None:
    assert wire.workflow(body(steps=[{"preparation": said}])).preparation == read
    beside = [{"preparation": None}, {"preparation": said}]
    assert wire.workflow(body(steps=beside)).preparation == read


@given(st.dictionaries(st.sampled_from([*WHOLE, "x"]), json_values), json_values)
def test_whatever_a_step_says_of_itself_is_read(preparation, given_input) -> None:
    steps = [{"preparation": preparation, "input": given_input}, {"preparation": given_input}]
    read = wire.workflow(body(steps=steps)).preparation or Preparation(ahead=0)
    assert read.ahead is None or read.ahead >= 0
    assert read.progress is None or 0 <= read.progress <= 1
    assert read.seconds is None or read.seconds >= 0


def test_what_a_step_works_with_is_read_as_it_is_told() -> None:
    given = {"engine": "sdcpp", "quantity": "4", "loras": {AIR: 1}}
    steps = [{"input": given}, {"input": None}, {"input": "odd"}, {"input": {}}, {}]
    assert wire.workflow(body(steps=steps)).inputs == (given,)


def test_one_bad_row_costs_itself_only(caplog: pytest.LogCaptureFixture) -> None:
    rows = [b'{"id":"a"}', b'{"id":1e999}', b"null", b'{"steps":7,"id":"x"}', b'{"id":"b"}']
    with caplog.at_level(logging.WARNING):
        found, _ = wire.page(b'{"items":[' + b",".join(rows) + b"]}")
    assert [workflow.id for workflow in found] == ["a", "x", "b"]
    assert caplog.text.count("cannot be read:") == 2


@pytest.mark.parametrize(
    ("steps", "progress"),
    [
        ([], None),
        ([{}], None),
        ([{"estimatedProgressRate": 0.25}], 0.25),
        ([{"jobs": [{"estimatedProgressRate": 0.25}, {"estimatedProgressRate": 0.5}]}], 0.5),
        ([{"estimatedProgressRate": 0.25}, {"estimatedProgressRate": 0.75}], 0.5),
        ([{"estimatedProgressRate": 1.5}], 1.0),
        ([{"estimatedProgressRate": 0}], None),
        ([{"estimatedProgressRate": -1}], None),
        ([{"estimatedProgressRate": "nan"}], None),
        ([{"estimatedProgressRate": None, "jobs": [{}]}], None),
    ],
)
def test_progress_is_a_share_of_all_steps(steps, progress) -> None:
    assert wire.workflow(body(steps=steps)).progress == progress


def test_the_shortest_queue_is_the_one_that_counts() -> None:
    jobs = [{"queuePosition": {"precedingJobs": n}} for n in (7, 3, None)]
    assert wire.workflow(body(steps=[{"jobs": [*jobs, {"queuePosition": None}]}])).jobs_ahead == 3
    assert wire.workflow(body(steps=[{"jobs": [{}]}])).jobs_ahead is None


def test_reasons_come_first_cause_first_and_once() -> None:
    step = {
        "output": {"errors": ["one"], "message": "two"},
        "jobs": [
            {"reason": "three", "error": {"message": "four"}, "message": "one"},
            {"errors": ["five", {"message": "six"}], "blockedReason": "seven"},
        ],
        "metadata": {"error": "eight", "errors": ["nine"]},
    }
    failed = wire.workflow(body(status="failed", steps=[step, {"metadata": ["no object"]}]))
    assert failed.reasons == (
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
    )


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "x" * 301, "see https://internal", None, 7])
def test_what_is_no_sentence_is_no_reason(text) -> None:
    assert wire.workflow(body(steps=[{"jobs": [{"reason": text}]}])).reasons == ()


def test_a_price_is_taken_apart() -> None:
    quote = wire.quote(
        json.dumps(
            {
                "id": None,
                "cost": {
                    "base": 4,
                    "total": 12.1,
                    "factors": {"quantity": 2, "odd": "x"},
                    "fixed": {"additionalNetworks": 1},
                    "fees": {"urn:air:x": 2.5},
                    "tips": {"civitai": 0, "creators": 1},
                },
                "transactions": {"insufficientBuzz": True, "list": []},
            }
        ).encode()
    )
    assert (quote.total, quote.base, quote.insufficient) == (13, 4, True)
    assert quote.factors == {"quantity": 2}
    assert quote.fees == {"additionalNetworks": 1, "urn:air:x": 2.5, "tip: creators": 1}


def test_a_price_may_be_a_total_and_no_more() -> None:
    quote = wire.quote(b'{"cost": {"total": 0}}')
    assert (quote.total, quote.base, quote.insufficient) == (0, None, None)


@pytest.mark.parametrize("answer", [b"{}", b'{"cost": null}', b'{"cost": {"base": 4}}'])
def test_an_answer_without_a_price_is_none(answer: bytes) -> None:
    with pytest.raises(BadReply):
        wire.quote(answer)


def test_a_request_read_back_from_the_library_is_written_as_it_was(request_of) -> None:
    frozen = {"loras": MappingProxyType({"urn:air:a": 0.5}), "embeddings": ("urn:air:b",)}
    written = wire.template(request_of(input=frozen))
    assert json.loads(json.dumps(written))["steps"][0]["input"] == {
        "loras": {"urn:air:a": 0.5},
        "embeddings": ["urn:air:b"],
    }


def test_a_workflow_without_steps_is_still_a_workflow() -> None:
    workflow = wire.workflow(b'{"id": "wf"}')
    assert (workflow.status, workflow.blobs, workflow.reasons) == (WorkflowStatus.UNKNOWN, (), ())


def test_terms_left_to_civitai_are_left_out(request_of) -> None:
    assert wire.quoted(request_of()).keys() == {"steps"}


def test_terms_are_sent_with_the_quote_and_the_submission(request_of) -> None:
    request = request_of(terms=Terms(wallet=Buzz.BLUE, allow_mature=False))
    for body in (wire.quoted(request), wire.template(request)):
        assert body["currencies"] == ["blue"]
        assert body["allowMatureContent"] is False


DEBIT, CREDIT = {"type": "debit", "amount": 16}, {"type": "credit", "amount": 16}


@pytest.mark.parametrize(
    ("transactions", "total", "cost"),
    [
        ([CREDIT], 16, 0),
        ([CREDIT], 4, 0),
        ([CREDIT], None, None),
        ([DEBIT, CREDIT], 16, 0),
        ([DEBIT, CREDIT, CREDIT], 16, 0),
        ([DEBIT], 99, 16),
        ([DEBIT, {"type": "credit", "amount": 6}], 99, 10),
        ([{"type": "debit", "amount": -5}], 16, 16),
        ([], -5, None),
        ([], "-5", None),
        ([None, {"type": "debit", "amount": None}], 16, 16),
    ],
)
def test_what_is_given_back_is_no_cost(transactions, total, cost) -> None:
    read = wire.workflow(body(cost={"total": total}, transactions={"list": transactions}))
    assert read.cost == cost


def test_less_than_nothing_is_no_price() -> None:
    with pytest.raises(BadReply):
        wire.quote(b'{"cost": {"total": -5}}')
