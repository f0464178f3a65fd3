"""What a running generation shows between two answers."""

from dataclasses import replace

from civitai_desktop.domain.generation import Generation, GenerationRequest, GenerationState
from civitai_desktop.domain.workflow import Blob, Workflow, WorkflowStatus
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


def test_a_failure_is_one_tile_with_its_reason():
    failed = replace(RUNNING, state=GenerationState.FAILED, problem="No worker was free.")
    (tile,) = Progress(generation=failed).tiles(0)
    assert (tile.phase, tile.problem) == (Phase.FAILED, "No worker was free.")


def test_canceling_is_said_until_the_end():
    progress = replace(seen(WorkflowStatus.PROCESSING, progress=0.5), canceling=True)
    assert texts(progress) == ["Canceling"] * 2
