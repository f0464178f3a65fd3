"""From events to live tiles."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePosixPath

import pytest

from civitai_desktop.domain.events import (
    GenerationChanged,
    GenerationDismissed,
    ImageSaved,
    PictureArriving,
    RetryAnswered,
)
from civitai_desktop.domain.generation import GenerationState, Image
from civitai_desktop.domain.hold import HeldBy, Hold
from civitai_desktop.domain.workflow import Blob, WorkflowStatus
from civitai_desktop.ui.queue.presenter import QueuePresenter
from civitai_desktop.ui.queue.tiles import Phase
from tests.ui.queue.test_progress import RUNNING, view


class Runner:
    """Notes what it is asked for."""

    def __init__(self):
        self.asked = []

    def cancel(self, generation_id):
        self.asked.append(("cancel", generation_id))

    def retry(self, generation):
        self.asked.append(("retry", generation.id))

    def pay_again(self, generation):
        self.asked.append(("pay again", generation.id))

    def dismiss(self, generation):
        self.asked.append(("dismiss", generation.id))


@pytest.fixture
def runner():
    return Runner()


class Time:
    """Seconds that pass when they are told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Time()


@pytest.fixture
def presenter(qapp, runner, clock):
    presenter = QueuePresenter(runner, {"sdxl": 10.0}, clock)
    yield presenter
    presenter.stop()


def an_image(index: int) -> Image:
    return Image(
        generation_id=RUNNING.id,
        blob_id=f"blob-{index}",
        index=index,
        path=PurePosixPath("2026-11-22/boat.jpg"),
        prompt="a boat",
        engine="sdxl",
        seed=1,
        width=64,
        height=64,
        size_bytes=1,
        sha256="",
        saved_at=datetime.now(UTC),
    )


def changed(state: GenerationState, **parts) -> GenerationChanged:
    return GenerationChanged(replace(RUNNING, state=state, **parts))


def test_saved_pictures_leave_the_queue_one_by_one(presenter):
    presenter.on_event(GenerationChanged(RUNNING, view(WorkflowStatus.PROCESSING)))
    presenter.on_event(ImageSaved(an_image(0)))
    assert [tile.index for tile in presenter.tiles] == [1]


def test_a_generation_that_succeeded_leaves_the_queue(presenter, qtbot):
    presenter.on_event(GenerationChanged(RUNNING))
    with qtbot.waitSignals([presenter.finished, presenter.running_changed]):
        presenter.on_event(changed(GenerationState.SUCCEEDED))
    assert presenter.tiles == ()


def test_a_failure_stays_until_it_is_put_away(presenter):
    presenter.on_event(changed(GenerationState.FAILED, problem="No worker was free."))
    assert len(presenter.tiles) == 1
    presenter.on_event(GenerationDismissed(RUNNING.id))
    assert presenter.tiles == ()


def test_a_retry_can_be_seen_until_it_is_answered(presenter):
    presenter.on_event(changed(GenerationState.FAILED, problem="No worker was free."))
    for wish in (presenter.retry, presenter.pay_again):
        wish(RUNNING.id)
        assert [(tile.text, tile.is_busy) for tile in presenter.tiles] == [("Checking…", True)]
        presenter.on_event(RetryAnswered("another"))
        assert presenter.tiles[0].is_busy
        presenter.on_event(RetryAnswered(RUNNING.id))
        assert [(tile.text, tile.is_busy) for tile in presenter.tiles] == [("Failed", False)]


def test_what_is_held_is_no_running_job_and_a_try_can_be_seen(presenter):
    counts = []
    waiting = []
    presenter.running_changed.connect(counts.append)
    presenter.held_changed.connect(waiting.append)
    presenter.on_event(GenerationChanged(RUNNING, view(WorkflowStatus.PROCESSING)))
    hold = Hold.begun(HeldBy.WORKFLOW, "Civitai says nothing.", datetime.now(UTC), None)
    presenter.on_event(changed(GenerationState.RUNNING, hold=hold))
    assert counts == [1, 0]
    assert [tile.phase for tile in presenter.tiles] == [Phase.HELD]
    presenter.retry(RUNNING.id)
    assert [(tile.text, tile.is_busy) for tile in presenter.tiles] == [("Checking…", True)]
    presenter.on_event(changed(GenerationState.RUNNING, hold=hold))
    assert [(tile.text, tile.is_busy) for tile in presenter.tiles] == [
        ("Waiting for Civitai", False)
    ]
    presenter.on_event(changed(GenerationState.RUNNING))
    assert len(presenter.tiles) == RUNNING.request.quantity
    assert counts == [1, 0, 1]
    assert waiting == [1, 0]


def test_a_picture_that_takes_long_says_how_far_it_is(presenter):
    blobs = (Blob(id="a", url="https://x", available=True), Blob(id="b", available=True))
    presenter.on_event(GenerationChanged(RUNNING, view(WorkflowStatus.SUCCEEDED, blobs=blobs)))
    assert [tile.text for tile in presenter.tiles] == ["Saving", "Saving"]
    presenter.on_event(PictureArriving(RUNNING.id, 0, 0.4))
    presenter.on_event(PictureArriving(RUNNING.id, 1, None))
    presenter.on_event(PictureArriving("another", 1, 0.1))
    assert [(tile.text, tile.share) for tile in presenter.tiles] == [
        ("Saving 40 %", 0.4),
        ("Saving, slowly", None),
    ]


def test_what_nothing_is_heard_of_says_why_and_does_not_move_on(presenter, clock):
    presenter.on_event(GenerationChanged(RUNNING, view(WorkflowStatus.PROCESSING, progress=0.5)))
    presenter.hold("Offline")
    clock.now += 2
    presenter.hold("Offline")
    assert {(tile.text, tile.share) for tile in presenter.tiles} == {("Offline", 0.5)}
    presenter.hold("")
    assert all(tile.share > 0.5 and "left" in tile.text for tile in presenter.tiles)


def test_an_old_failure_is_shown_but_is_no_news(presenter):
    told = []
    presenter.finished.connect(told.append)
    presenter.on_event(changed(GenerationState.FAILED, problem="It was long ago."))
    assert told == []


def test_wishes_reach_the_generation_they_are_about(presenter, runner):
    presenter.on_event(GenerationChanged(RUNNING, view(WorkflowStatus.PROCESSING)))
    presenter.cancel(RUNNING.id)
    presenter.retry(RUNNING.id)
    presenter.dismiss(RUNNING.id)
    presenter.cancel("somebody else's")
    assert runner.asked == [(wish, RUNNING.id) for wish in ("cancel", "retry", "dismiss")]
    assert presenter.tiles[0].text == "Canceling"


def test_tiles_are_told_only_when_they_change(presenter):
    told = []
    presenter.tiles_changed.connect(told.append)
    for _ in range(3):
        presenter.on_event(GenerationChanged(RUNNING, view(WorkflowStatus.SCHEDULED)))
    assert len(told) == 1
