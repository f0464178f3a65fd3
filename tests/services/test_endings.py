"""What is said of workflows that end badly."""

import pytest

from civitai_desktop.domain.workflow import Blob, Workflow, WorkflowStatus
from civitai_desktop.services.endings import failure, withheld


def ended(status=WorkflowStatus.FAILED, reasons=(), blocked=()) -> Workflow:
    blobs = tuple(Blob(id=str(n), blocked_reason=code) for n, code in enumerate(blocked))
    return Workflow(id="one", status=status, reasons=tuple(reasons), blobs=blobs)


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        ((), "The generation failed."),
        (("Out of memory.",), "The generation failed. Out of memory."),
        (("gpu lost",), "The generation failed. Reason: gpu lost."),
        (
            ("timeout", "expired"),
            "The generation failed. It took too long. It can be tried again as it is.",
        ),
    ],
)
def test_codes_become_sentences_and_the_rest_is_quoted(reasons, said) -> None:
    assert failure(ended(reasons=reasons)) == said


def test_each_reason_for_withholding_is_said_once() -> None:
    workflow = ended(blocked=("NsfwLevel", None, "NSFWLevel", "TooOdd"))
    assert withheld(workflow).count("rated mature") == 1
    assert withheld(workflow).endswith("Reason: TooOdd.")
    assert withheld(ended(blocked=(None,))) == ""
