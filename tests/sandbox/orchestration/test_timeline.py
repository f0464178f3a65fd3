"""Tests of what a step is doing at a given moment."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.sandbox.orchestration.timeline import (
    TERMINAL,
    Plan,
    Status,
    look,
    make_plan,
    overall,
)

START = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
WALK = tuple(Status)

ends = st.sampled_from(sorted(TERMINAL))
seconds = st.floats(0, 60)
plans = st.builds(
    make_plan,
    accepted_at=st.just(START),
    seconds=st.tuples(st.floats(0.01, 5), st.floats(5, 60)),
    pictures=st.integers(1, 12),
    speed=st.floats(0.1, 100_000),
    queues=st.booleans(),
    end=ends,
)


def plan(*, pictures: int = 4, end: Status = Status.SUCCEEDED, queues: bool = True) -> Plan:
    return make_plan(
        accepted_at=START, seconds=(3, 8), pictures=pictures, speed=1, queues=queues, end=end
    )


def statuses(of: Plan) -> list[Status]:
    moments = [look(of, START + timedelta(seconds=tenth / 10)).status for tenth in range(100)]
    return list(dict.fromkeys(moments))


def test_a_step_walks_through_every_phase_to_success() -> None:
    assert statuses(plan()) == ["unassigned", "preparing", "scheduled", "processing", "succeeded"]


def test_a_plain_step_is_never_scheduled() -> None:
    assert statuses(plan(queues=False)) == ["unassigned", "preparing", "processing", "succeeded"]


def test_four_pictures_of_a_quick_engine_take_six_to_eight_seconds() -> None:
    assert 6 <= (plan().ends_at - START).total_seconds() <= 8


def test_pictures_are_ready_one_after_another_and_the_last_one_ends_it() -> None:
    of = plan()
    before = [look(of, moment - timedelta(microseconds=1)).ready for moment in of.ready_at]
    at = [look(of, moment).ready for moment in of.ready_at]
    assert (before, at) == ([0, 1, 2, 3], [1, 2, 3, 4])
    assert look(of, of.ready_at[-1]).status is Status.SUCCEEDED


def test_a_failure_comes_after_some_pictures_and_stays() -> None:
    of = plan(end=Status.FAILED)
    last = look(of, START + timedelta(days=1))
    assert (last.status, last.ready) == (Status.FAILED, 2)


def test_a_stop_keeps_what_was_ready_by_then() -> None:
    of = plan()
    stopped = of.ready_at[1] + timedelta(milliseconds=1)
    seen = look(of, stopped + timedelta(hours=1), stopped)
    assert (seen.status, seen.ready, seen.completed_at) == (Status.CANCELED, 2, stopped)


def test_a_stop_after_the_end_changes_nothing() -> None:
    of = plan()
    late = of.ends_at + timedelta(seconds=1)
    assert look(of, late, late).status is Status.SUCCEEDED


def test_the_queue_shortens_until_the_step_has_its_turn() -> None:
    of = plan()
    queued = [look(of, START + timedelta(seconds=tenth / 10)) for tenth in range(70)]
    ahead = [seen.preceding_jobs for seen in queued if seen.preceding_jobs is not None]
    assert ahead[0] == 3
    assert ahead == sorted(ahead, reverse=True)
    assert look(of, of.processing_at).preceding_jobs is None


def test_downloads_come_first_and_then_ones_own_is_counted() -> None:
    of = plan()
    spans = (of.scheduled_at - of.preparing_at) / 100
    seen = [look(of, of.preparing_at + spans * k).preparation for k in range(100)]
    loads = [each for each in seen if each]
    assert len(loads) == 100
    assert [each.ahead for each in loads] == sorted((each.ahead for each in loads), reverse=True)
    assert (loads[0].ahead, loads[0].progress, loads[-1].ahead) == (2, None, 0)
    shares = [each.progress for each in loads if each.progress is not None]
    assert shares == sorted(shares)
    assert shares[-1] > 0.9
    assert look(of, of.scheduled_at).preparation is None
    assert look(of, START).preparation is None


@given(of=plans, earlier_s=seconds, later_s=seconds, stop_s=st.none() | seconds)
def test_nothing_ever_goes_backwards(
    of: Plan, earlier_s: float, later_s: float, stop_s: float | None
) -> None:
    earlier_s, later_s = sorted((earlier_s, later_s))
    stop = None if stop_s is None else START + timedelta(seconds=stop_s)
    earlier, later = (look(of, START + timedelta(seconds=s), stop) for s in (earlier_s, later_s))
    assert WALK.index(earlier.status) <= WALK.index(later.status)
    assert earlier.ready <= later.ready
    assert not earlier.status.is_terminal or earlier == later
    if earlier.status is later.status and earlier.progress is not None:
        assert later.progress is not None
        assert 0 <= earlier.progress <= later.progress <= 1


def test_a_workflow_is_as_far_as_its_slowest_step_and_ends_as_its_worst() -> None:
    assert overall([Status.SUCCEEDED, Status.PREPARING, Status.PROCESSING]) is Status.PREPARING
    assert overall([Status.SUCCEEDED, Status.FAILED]) is Status.FAILED
    assert overall([Status.SUCCEEDED, Status.SUCCEEDED]) is Status.SUCCEEDED
