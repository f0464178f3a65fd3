"""Tests of JSON Patch."""

from typing import Any

import pytest

from civitai_desktop.sandbox.requests.json_patch import BadPatch, apply_patch


@pytest.mark.parametrize(
    ("patch", "after"),
    [
        ([], {"tags": ["a", "b"], "metadata": {"n/o": 1}}),
        (
            [{"op": "replace", "path": "/tags", "value": []}],
            {"tags": [], "metadata": {"n/o": 1}},
        ),
        (
            [{"op": "add", "path": "/tags/0", "value": "c"}, {"op": "remove", "path": "/tags/2"}],
            {"tags": ["c", "a"], "metadata": {"n/o": 1}},
        ),
        (
            [
                {"op": "test", "path": "/metadata/n~1o", "value": 1},
                {"op": "replace", "path": "/metadata/n~1o", "value": 2},
            ],
            {"tags": ["a", "b"], "metadata": {"n/o": 2}},
        ),
    ],
)
def test_operations_are_applied_in_order(patch: Any, after: Any) -> None:
    before = {"tags": ["a", "b"], "metadata": {"n/o": 1}}
    assert apply_patch(before, patch) == after
    assert before == {"tags": ["a", "b"], "metadata": {"n/o": 1}}


@pytest.mark.parametrize(
    "patch",
    [
        {},
        ["x"],
        [{"op": "replace", "path": "/none", "value": 1}],
        [{"op": "remove", "path": "/tags/5"}],
        [{"op": "add", "path": "/tags/x", "value": 1}],
        [{"op": "test", "path": "/tags/0", "value": "z"}],
        [{"op": "move", "path": "/tags", "from": "/metadata"}],
        [{"op": "add", "path": 5, "value": 1}],
    ],
)
def test_a_patch_that_does_not_fit_is_refused(patch: Any) -> None:
    with pytest.raises(BadPatch):
        apply_patch({"tags": ["a"], "metadata": {}}, patch)
