"""What to say of a workflow that failed or withholds pictures: Civitai's codes in words."""

from collections.abc import Iterable

from civitai_desktop.domain.workflow import Workflow, WorkflowStatus

_ENDINGS = {
    WorkflowStatus.CANCELED: "Civitai has canceled this generation.",
    WorkflowStatus.FAILED: "The generation failed.",
    WorkflowStatus.EXPIRED: "The generation took too long and has expired.",
}

_RECOGNISED = "Civitai makes no such pictures. Change the prompt."

_WORDS = {
    "no_provider_available": "No machine could take it as it stands. "
    "Try again later, or with another engine, a smaller size or fewer LoRAs.",
    "blocked": "Civitai blocked its content. Change the prompt or the pictures it starts from.",
    "timeout": "It took too long. It can be tried again as it is.",
    "expired": "It took too long. It can be tried again as it is.",
    "maturecontent": "The content was rated mature. Mature content is a choice under Advanced.",
    "nsfwlevel": "The content was rated mature, which one of the resources forbids. "
    "Leave it out, or change the prompt.",
    "nsfwlevelsourceimagerestricted": "A picture to start from does not tell how it was made, "
    "so that only PG and PG-13 results are handed out. Change the prompt or that picture.",
    "childreference": "Something in the prompt was taken for a child. Change the prompt.",
    "bestiality": _RECOGNISED,
    "child sexual - anime": _RECOGNISED,
    "child sexual - realistic": _RECOGNISED,
}
"""By code in lower case, as far as they have been seen; the vendor's contract lists none."""


def failure(workflow: Workflow) -> str:
    """Say how a workflow that did not succeed has ended, and why."""
    return " ".join((_ENDINGS[workflow.status], *_in_words(workflow.reasons)))


def withheld(workflow: Workflow) -> str:
    """Say why pictures are withheld; "" where the server does not tell."""
    codes = (blob.blocked_reason for blob in workflow.blobs if blob.blocked_reason)
    return " ".join(_in_words(codes))


def missing(workflow: Workflow, saved: int, quantity: int) -> str:
    """Say which of the pictures asked for are not there, and why; "" where all are."""
    if saved >= quantity:
        return ""
    blocked = min(sum(not blob.may_come for blob in workflow.blobs), quantity - saved)
    others = quantity - saved - blocked
    told = []
    if blocked:
        were = "was" if blocked == 1 else "were"
        told.append(f"{blocked} of {quantity} pictures {were} withheld. {withheld(workflow)}")
    if others > 0:
        told.append(f"Civitai has made {quantity - others} of {quantity} pictures and no more.")
    return " ".join(told).strip()


def _in_words(reasons: Iterable[str]) -> list[str]:
    """Put known codes into sentences; whatever else the server says is quoted as it stands."""
    said = (_WORDS.get(reason.lower()) or _quoted(reason) for reason in reasons)
    return list(dict.fromkeys(said))


def _quoted(reason: str) -> str:
    return reason if reason.endswith((".", "!", "?")) else f"Reason: {reason}."
