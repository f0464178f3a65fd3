"""What a running generation shows between two answers of the server."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from civitai_desktop.domain.generation import Generation, GenerationState
from civitai_desktop.domain.workflow import Preparation, Workflow, WorkflowStatus
from civitai_desktop.ui.queue import waiting
from civitai_desktop.ui.queue.tiles import LiveTile, Phase

NameOf = Callable[[str], str]
"""Returns what the resource of an AIR is called; "" while nobody knows."""

_PREPARING = frozenset(
    {WorkflowStatus.UNASSIGNED, WorkflowStatus.PREPARING, WorkflowStatus.UNKNOWN}
)
"""While a workflow stands at one of these, what is loaded for it is what it waits for."""

_LONGEST_NAME = 40
"""Characters of a resource's name on a tile."""

_KINDS = {
    "checkpoint": "checkpoint",
    "diffusionmodel": "checkpoint",
    "unet": "checkpoint",
    "lora": "LoRA",
    "lycoris": "LoRA",
    "dora": "LoRA",
    "vae": "VAE",
    "embedding": "embedding",
    "controlnet": "ControlNet",
    "upscaler": "upscaler",
}
"""What a resource without a name is called, by the type in its AIR."""


def unnamed(_air: str) -> str:
    """Know no resource."""
    return ""


_NEARLY = 0.99
"""A bar that is only reckoned never says that it is done."""

_USUAL_S = 12.0
"""Time of an engine whose usual time the catalogue does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One generation as it stands, and how it moves on by itself.

    Attributes:
        workflow: The server's last view; None before the first.
        seen_at: When that view came, in seconds of the presenter's clock.
        rate: Share done per second while processing, as reckoned from the last two views.
        saved: Positions of the pictures that are on disk.
        uploaded: Share of the picture it starts from that is sent; None while none is on its way.
        arrived: How much of each picture is there that takes its time to arrive, by position: a
            share, or None where that is not known.
        canceling: Whether the user has asked for the end.
        retrying: Whether it is being found out how it can go on after it failed.
    """

    generation: Generation
    usual_s: float = _USUAL_S
    workflow: Workflow | None = None
    seen_at: float = 0.0
    rate: float | None = None
    saved: frozenset[int] = frozenset()
    uploaded: float | None = None
    arrived: Mapping[int, float | None] = field(default_factory=dict)
    canceling: bool = False
    retrying: bool = False

    @property
    def is_moving(self) -> bool:
        """Whether it is on its way, neither at its end nor held."""
        return self.generation.hold is None and not self.generation.state.is_terminal

    def seen(self, generation: Generation, workflow: Workflow | None, now: float) -> "Progress":
        """Return what stands after another view of the server's, or of the row alone."""
        if workflow is None:
            return replace(self._moved(generation), uploaded=None)
        return replace(
            self._moved(generation),
            uploaded=None,
            workflow=workflow,
            seen_at=now,
            rate=self._rate_to(workflow, now),
        )

    def _moved(self, generation: Generation) -> "Progress":
        arrived = {} if generation.hold else self.arrived
        return replace(self, generation=generation, retrying=False, arrived=arrived)

    def _rate_to(self, workflow: Workflow, now: float) -> float | None:
        before, passed = self.workflow, now - self.seen_at
        both = before is not None and before.status is workflow.status is WorkflowStatus.PROCESSING
        if not both or passed <= 0:
            return self.rate
        gained = (workflow.progress or 0) - ((before.progress if before else None) or 0)
        return gained / passed if gained > 0 else self.rate

    def share(self, now: float) -> float | None:
        """Return the share done, 0.0 to 1.0, reckoned on from the last view; None if unknown."""
        if self.workflow is None:
            return None
        if self.workflow.status is not WorkflowStatus.PROCESSING:
            if preparation := self._preparation:
                return preparation.progress
            loading = self.workflow.status is WorkflowStatus.PREPARING
            return self.workflow.progress if loading else None
        return min((self.workflow.progress or 0) + self._speed * (now - self.seen_at), _NEARLY)

    @property
    def _speed(self) -> float:
        return self.rate or 1 / self.usual_s

    @property
    def _preparation(self) -> Preparation | None:
        """Return what has to be loaded first; None once that is over."""
        workflow = self.workflow
        return workflow.preparation if workflow and workflow.status in _PREPARING else None

    def tiles(self, now: float, held: str = "", name_of: NameOf = unnamed) -> list[LiveTile]:
        """Return a tile for each picture still to come; a single one for a failure.

        Args:
            now: In seconds of the presenter's clock.
            held: Why nothing is heard of the server, in two words; then nothing moves on by itself.
            name_of: Knows resources by name.
        """
        generation = self.generation
        if generation.state is GenerationState.FAILED:
            problem = generation.problem
            tile = self._tile(0, Phase.FAILED, None, "Failed", problem)
            return [replace(tile, text="Checking…", is_busy=True) if self.retrying else tile]
        if generation.state.is_terminal:
            return []
        if hold := generation.hold:
            first = min(set(range(generation.request.quantity)) - self.saved, default=0)
            tile = self._tile(first, Phase.HELD, None, waiting.title(hold), waiting.reason(hold))
            tile = replace(tile, brief=waiting.brief(hold))
            return [replace(tile, text="Checking…", is_busy=True) if self.retrying else tile]
        phase, share, text = self._stage(self.seen_at if held else now, name_of)
        if held and phase is not Phase.WAITING:
            text = held
        ready = self._ready()
        return [
            self._tile(index, Phase.SAVING, self.arrived.get(index), held or self._saving(index))
            if index in ready
            else self._tile(index, phase, share, text)
            for index in range(generation.request.quantity)
            if index not in self.saved
        ]

    def _saving(self, index: int) -> str:
        if index not in self.arrived:
            return "Saving"
        share = self.arrived[index]
        return "Saving, slowly" if share is None else f"Saving {share * 100:.0f} %"

    def _ready(self) -> set[int]:
        blobs = self.workflow.blobs if self.workflow else ()
        return {index for index, blob in enumerate(blobs) if blob.available}

    def _stage(self, now: float, name_of: NameOf) -> tuple[Phase, float | None, str]:
        state, workflow = self.generation.state, self.workflow
        share = self.share(now)
        if self.canceling:
            return Phase.QUEUED, share, "Canceling"
        if self.uploaded is not None:
            return Phase.LOADING, self.uploaded, f"Uploading source {self.uploaded * 100:.0f} %"
        if state is GenerationState.WAITING:
            return Phase.WAITING, None, "Waiting"
        if workflow is None:
            sending = state is GenerationState.SENDING
            return Phase.QUEUED, None, "Sending" if sending else "Queued"
        return self._at_civitai(workflow, now, name_of)

    def _at_civitai(
        self, workflow: Workflow, now: float, name_of: NameOf
    ) -> tuple[Phase, float | None, str]:
        share = self.share(now)
        if preparation := self._preparation:
            passed_s = now - self.seen_at
            return Phase.LOADING, share, _loading(preparation, name_of, passed_s)
        if workflow.status is WorkflowStatus.PREPARING:
            text = "Loading model" if share is None else f"Loading model {share:.0%}"
            return Phase.LOADING, share, text.replace("%", " %")
        if workflow.status is WorkflowStatus.PROCESSING and share is not None:
            left = max(1, round((1 - share) / self._speed))
            return Phase.GENERATING, share, f"{share * 100:.0f} % · {_duration(left)} left"
        if workflow.status.is_terminal:
            return Phase.SAVING, None, "Saving"
        ahead = workflow.jobs_ahead
        return Phase.QUEUED, None, f"Queued · {ahead} ahead" if ahead else "Queued"

    def _tile(
        self, index: int, phase: Phase, share: float | None, text: str, problem: str = ""
    ) -> LiveTile:
        return LiveTile(
            generation_id=self.generation.id,
            index=index,
            prompt=self.generation.request.prompt,
            phase=phase,
            share=share,
            text=text,
            problem=problem,
        )


def _loading(preparation: Preparation, name_of: NameOf, passed_s: float) -> str:
    """Say what is loaded, how much is before it, how far it is and how long it takes.

    Args:
        preparation: As the server told it.
        name_of: Knows resources by name; an AIR is nothing that people read.
        passed_s: Since it was told.
    """
    air = preparation.resource
    name = " ".join(name_of(air).split()) if air else ""
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME - 1].rstrip()}…"
    told = [f"Loading {name or _kind(air)}"]
    if preparation.ahead:
        told.append(f"{preparation.ahead} ahead")
    if preparation.progress is not None and (preparation.progress or not preparation.ahead):
        told.append(f"{preparation.progress * 100:.0f} %")
    if preparation.seconds is not None:
        told.append(_duration(max(1, round(preparation.seconds - passed_s))))
    return ", ".join(told)


def _kind(air: str) -> str:
    """Return what a resource is by the parts of its AIR, of which most may be missing."""
    return next((_KINDS[part] for part in air.lower().split(":") if part in _KINDS), "model")


def _duration(seconds: int) -> str:
    return f"{seconds} s" if seconds < 90 else f"{round(seconds / 60)} min"
