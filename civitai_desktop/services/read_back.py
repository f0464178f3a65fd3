"""What a picture file tells of how it was made: the generation that its text speaks of."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from civitai_desktop.catalogue.engine import USUAL_NAMES, Engine
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.domain.air import Air, is_air
from civitai_desktop.domain.generation import (
    Generation,
    GenerationRequest,
    GenerationState,
    PictureFacts,
    Value,
)
from civitai_desktop.services.written_numbers import number, numbers
from civitai_desktop.storage.picture_text import PictureText
from civitai_desktop.storage.scan import Seen

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_EARLIEST = 86_400_000_000
"""Microseconds since 1970: Windows has no local time for what was the year before somewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a file tells of itself.

    Attributes:
        path: Relative to the pictures folder.
        made_at: When it was last changed, as far as that can be believed; UTC.
        draft: Where its thumbnail lies until the picture has an id.
    """

    path: str
    facts: PictureFacts
    text: PictureText
    seen: Seen
    made_at: datetime
    draft: Path

    @property
    def seed(self) -> int | None:
        """The seed that its text tells; None if it tells none."""
        return seed_of(self.text)


def seed_of(text: PictureText) -> int | None:
    """Return the seed that a text tells; None if it tells none, or nothing that could be one."""
    seed = number(text.settings.get("Seed", ""))
    return seed if isinstance(seed, int) and seed >= 0 else None


def time_of(*candidates_ns: int, now: datetime) -> datetime:
    """Return the first of some file times that can be true; `now` if none can.

    A file may say any year: from -1199 to 33658 has been met, which no calendar of ours can hold.

    Args:
        candidates_ns: Nanoseconds since 1970.
        now: UTC.
    """
    latest = (now + _DAY - _EPOCH) // timedelta(microseconds=1)
    for each in candidates_ns:
        if _EARLIEST <= each // 1000 <= latest:
            return _EPOCH + timedelta(microseconds=each // 1000)
    return now


class Reading:
    """Makes up the generation that a picture's text tells of, as far as it does."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def generation(self, found: Found) -> Generation:
        """Return such a generation; its id is the same for the same bytes."""
        text = found.text
        engine = self._engine(text)
        engine_id = engine.id if engine else text.settings.get("engine", "")
        values = _values(engine, found) if engine else _usual_values(found)
        request = GenerationRequest(
            id=f"file-{found.seen.sha256[:27]}",
            engine=engine_id,
            values=values,
            step_type="",
            input=values,
            prompt=text.prompt,
            seed=found.seed,
        )
        return Generation(
            request=request, state=GenerationState.SUCCEEDED, created_at=found.made_at
        )

    def _engine(self, text: PictureText) -> Engine | None:
        """Return the engine that a text names, or that alone begins with its checkpoint."""
        engine_id = text.settings.get("engine", "")
        if engine_id in self._catalogue:
            return self._catalogue.engine(engine_id)
        versions = {str(each.version_id) for each in text.resources if each.type == "checkpoint"}
        fitting = [
            engine
            for engine in self._catalogue.from_text()
            if (field := engine.by_role("checkpoint"))
            and isinstance(field.default, str)
            and is_air(field.default)
            and Air.parse(field.default).version in versions
            and engine.discriminators.get("engine") == engine_id
        ]
        return fitting[0] if len(fitting) == 1 else None


def _told(found: Found) -> dict[str, Value]:
    """Return what a file tells, by role."""
    return {
        "prompt": found.text.prompt,
        "negative_prompt": found.text.negative_prompt,
        "width": found.facts.width,
        "height": found.facts.height,
        **numbers(found.text.settings),
    }


def _usual_values(found: Found) -> dict[str, Value]:
    """Return what a file tells by the names that most engines have for it."""
    told = _told(found)
    return {name: told[role] for role, name in USUAL_NAMES.items() if told.get(role) is not None}


def _values(engine: Engine, found: Found) -> dict[str, Value]:
    """Return the form that would make such a picture; what does not fit keeps its default."""
    told = _told(found)
    values = engine.defaults()
    for field in engine.fields:
        value = told.get(field.role)
        if not field.is_empty(value) and not field.complaint(value):
            values[field.name] = value
    return values
