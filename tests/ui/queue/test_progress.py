"""What a running generation shows between two answers."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.domain.generation import Generation, GenerationRequest, GenerationState
from civitai_desktop.domain.hold import HeldBy, Hold
from civitai_desktop.domain.workflow import Blob, Preparation, Workflow, WorkflowStatus
from civitai_desktop.ui.queue.progress import Progress
from civitai_desktop.ui.queue.tiles import Phase

REQUEST = GenerationRequest(
    engine="sdxl", values={}, step_type="imageGen", input={}, prompt="a boat", quantity=2
)
RUNNING = Generation(request=REQUEST, state=GenerationState.RUNNING, workflow_id="w")


def view(status: WorkflowStatus, **parts) -> Workflow:
    return Workflow(id="w", status=status, **parts)


def seen(status: WorkflowStatus, *, at: float = 0.0, **parts) -> Progress:
    return Progress(generation=RUNNING, usual_s=10).seen(RUNNING, view(status, **parts), at)


def texts(progress: Progress, now: float = 0.0) -> list[str]:
    return [tile.text for tile in progress.tiles(now)]


def test_there_is_a_tile_for_each_picture_to_come():
    progress = replace(seen(WorkflowStatus.UNASSIGNED), saved=frozenset({0}))
    assert [tile.index for tile in progress.tiles(0)] == [1]


def test_the_queue_tells_how_many_are_ahead():
    assert texts(seen(WorkflowStatus.SCHEDULED, jobs_ahead=3)) == ["Queued · 3 ahead"] * 2
    assert texts(seen(WorkflowStatus.SCHEDULED, jobs_ahead=0)) == ["Queued"] * 2


def test_a_source_on_its_way_is_told_until_the_generation_moves_on():
    waiting = replace(RUNNING, state=GenerationState.WAITING)
    uploading = Progress(generation=waiting, uploaded=0.4)
    assert texts(uploading) == ["Uploading source 40 %"] * 2
    assert uploading.tiles(0)[0].share == 0.4
    sending = replace(RUNNING, state=GenerationState.SENDING)
    assert texts(uploading.seen(sending, None, 1)) == ["Sending"] * 2


def test_loading_is_told_apart_from_generating():
    (tile, _) = seen(WorkflowStatus.PREPARING, progress=0.18).tiles(0)
    assert (tile.phase, tile.text) == (Phase.LOADING, "Loading model 18 %")


PONY = "urn:air:sdxl:checkpoint:civitai:257749@290640"


def loading(now: float = 0.0, **parts) -> str:
    progress = seen(WorkflowStatus.PREPARING, preparation=Preparation(**parts))
    names = {PONY: "Pony Diffusion"}
    return progress.tiles(now, "", lambda air: names.get(air, ""))[0].text


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({"ahead": 2}, "Loading Pony Diffusion, 2 ahead"),
        ({"ahead": 0, "progress": 0.4, "seconds": 12}, "Loading Pony Diffusion, 40 %, 12 s"),
        ({"progress": 0.4}, "Loading Pony Diffusion, 40 %"),
        ({"seconds": 12}, "Loading Pony Diffusion, 12 s"),
        ({"ahead": 2, "progress": 0.0, "seconds": 200}, "Loading Pony Diffusion, 2 ahead, 3 min"),
        ({"ahead": 0, "progress": 0.0}, "Loading Pony Diffusion, 0 %"),
        ({}, "Loading Pony Diffusion"),
    ],
)
def test_what_is_loaded_is_said_by_name_with_what_is_known_of_it(parts, text):
    assert loading(resource=PONY, **parts) == text


@pytest.mark.parametrize(
    ("air", "word"),
    [
        ("urn:air:sdxl:checkpoint:civitai:1@2", "checkpoint"),
        ("urn:air:sdxl:lora:civitai:1@2", "LoRA"),
        ("air:flux1:diffusionmodel:huggingface:a/b", "checkpoint"),
        ("civitai:1@2", "model"),
        ("", "model"),
        ("<b>odd</b>", "model"),
    ],
)
def test_what_has_no_name_is_never_shown_as_its_air(air, word):
    assert loading(resource=air, ahead=1) == f"Loading {word}, 1 ahead"


@given(
    st.builds(
        Preparation,
        resource=st.just(PONY) | st.text(),
        ahead=st.none() | st.integers(0, 10**6),
        progress=st.none() | st.floats(0, 1),
        seconds=st.none() | st.integers(0, 10**5),
    ),
    st.floats(0, 10**6),
)
def test_no_tile_ever_shows_an_air(preparation, now):
    progress = seen(WorkflowStatus.PREPARING, preparation=preparation)
    text = progress.tiles(now)[0].text
    assert text.startswith("Loading ")
    assert "urn:" not in text
    assert len(text) < 60


def test_a_name_is_one_short_line():
    progress = seen(WorkflowStatus.PREPARING, preparation=Preparation(resource=PONY))
    text = progress.tiles(0, "", lambda _: "Pony\n" * 30)[0].text
    assert len(text) <= 48
    assert text.endswith("…")
    assert "\n" not in text


def test_the_seconds_of_a_download_pass_and_its_share_fills_the_ring():
    assert loading(now=5, resource=PONY, seconds=12) == "Loading Pony Diffusion, 7 s"
    assert loading(now=50, resource=PONY, seconds=12) == "Loading Pony Diffusion, 1 s"
    progress = seen(WorkflowStatus.PREPARING, progress=0.9, preparation=Preparation(progress=0.4))
    assert progress.tiles(0)[0].share == 0.4


@pytest.mark.parametrize("status", [WorkflowStatus.SCHEDULED, WorkflowStatus.PROCESSING])
def test_what_was_loaded_is_no_news_any_more(status):
    progress = seen(status, progress=0.2, preparation=Preparation(resource=PONY, progress=1.0))
    assert "Loading" not in texts(progress)[0]


def test_progress_moves_on_by_itself_at_the_usual_pace():
    progress = seen(WorkflowStatus.PROCESSING, progress=0.2)
    assert texts(progress, now=0)[0] == "20 % · 8 s left"
    assert texts(progress, now=5)[0] == "70 % · 3 s left"


def test_two_views_tell_the_real_pace():
    first = seen(WorkflowStatus.PROCESSING, progress=0.2)
    second = first.seen(RUNNING, view(WorkflowStatus.PROCESSING, progress=0.3), 10)
    assert texts(second, now=10)[0] == "30 % · 70 s left"
    assert texts(second, now=20)[0] == "40 % · 60 s left"


def test_what_is_only_reckoned_never_says_that_it_is_done():
    progress = seen(WorkflowStatus.PROCESSING, progress=0.9)
    assert texts(progress, now=1000)[0] == "99 % · 1 s left"


def test_a_picture_that_is_available_is_being_saved():
    blobs = (Blob(id="a", url="https://x", available=True), Blob(id="b"))
    progress = seen(WorkflowStatus.PROCESSING, progress=0.5, blobs=blobs)
    assert [tile.phase for tile in progress.tiles(0)] == [Phase.SAVING, Phase.GENERATING]


def test_an_unknown_status_counts_as_queued():
    assert texts(seen(WorkflowStatus.UNKNOWN)) == ["Queued"] * 2


@pytest.mark.parametrize("by", HeldBy)
def test_what_is_held_is_one_tile_that_says_what_it_waits_for(by):
    noon = datetime(2026, 3, 1, 12, 30).astimezone()
    held = replace(RUNNING, hold=Hold.begun(by, "This is the case.", noon, None))
    progress = replace(Progress(generation=RUNNING), saved=frozenset({0}), canceling=True)
    [tile] = progress.seen(held, None, 1).tiles(1)
    assert (tile.phase, tile.index) == (Phase.HELD, 1)
    assert (
        tile.text
        == {
            HeldBy.WORKFLOW: "Waiting for Civitai",
            HeldBy.PICTURES: "Waiting for pictures",
            HeldBy.ACCOUNT: "Another account",
            HeldBy.FAULT: "Put aside",
        }[by]
    )
    next_time = "" if by is HeldBy.ACCOUNT else " Next time at 12:30."
    assert tile.problem == f"This is the case.{next_time}"
    assert (
        tile.brief
        == {
            HeldBy.WORKFLOW: "Asked for again at 12:30. Nothing is paid twice.",
            HeldBy.PICTURES: "Fetched again at 12:30. Nothing is paid twice.",
            HeldBy.ACCOUNT: "",
            HeldBy.FAULT: "Tried again at 12:30. Nothing is paid twice.",
        }[by]
    )


def test_a_failure_is_one_tile_with_its_reason():
    failed = replace(RUNNING, state=GenerationState.FAILED, problem="No worker was free.")
    (tile,) = Progress(generation=failed).tiles(0)
    assert (tile.phase, tile.problem) == (Phase.FAILED, "No worker was free.")


def test_canceling_is_said_until_the_end():
    progress = replace(seen(WorkflowStatus.PROCESSING, progress=0.5), canceling=True)
    assert texts(progress) == ["Canceling"] * 2
