"""Statuses: which there are, which are the end, and what an unknown one means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.domain.workflow import WorkflowStatus

RUNNING = ["unassigned", "preparing", "scheduled", "processing"]
OVER = ["succeeded", "failed", "expired", "canceled"]


@pytest.mark.parametrize("text", RUNNING)
def test_a_status_on_the_way_is_not_the_end(text: str) -> None:
    assert WorkflowStatus(text).value == text
    assert not WorkflowStatus(text).is_terminal


@pytest.mark.parametrize("text", OVER)
def test_a_last_status_is_the_end_however_it_is_spelled(text: str) -> None:
    for spelling in (text, text.capitalize(), text.upper()):
        assert WorkflowStatus(spelling).value == text
        assert WorkflowStatus(spelling).is_terminal


@given(st.text().filter(lambda text: text.lower() not in {*RUNNING, *OVER}))
def test_a_status_of_tomorrow_counts_as_still_running(text: str) -> None:
    assert WorkflowStatus(text) is WorkflowStatus.UNKNOWN
    assert not WorkflowStatus(text).is_terminal
