"""What the form can take over from a pasted text with prompt and settings."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Field, Kind
from civitai_desktop.domain.alternatives import escape
from civitai_desktop.domain.generation import Value
from civitai_desktop.storage.parameters import PictureResource, PictureText, parse
from civitai_desktop.storage.samplers import SAMPLERS, SCHEDULES, spelled, taken_apart

_LEAST_SETTINGS = 3
"""A line with fewer is prose; A1111 draws the same line."""
_LONGEST = 200_000
"""In characters; what is longer is no prompt with its settings."""
_KEYS = "Steps|Sampler|CFG scale|Seed|Size|Clip skip"
_PAIR = r", [^\n,:]+: [^\n,]*"
_SETTINGS_WITHOUT_STEPS = re.compile(
    rf"^(?=(?:{_KEYS}): [^\n,]*{_PAIR}{_PAIR}(?:,[^\n]*)?\Z)", re.MULTILINE
)
_LORA_TAG = re.compile(r"<lora:[^>]+>")

NUMBERS = {"steps": "Steps", "guidance": "CFG scale", "clip_skip": "Clip skip", "seed": "Seed"}
"""By role, where the text has a number."""
_FILES = {"checkpoint": "Model", "vae": "VAE"}
"""By role, where the text names a file that nobody here knows."""
_RESOURCES = {
    "checkpoint": frozenset({"checkpoint"}),
    "loras": frozenset({"lora", "locon", "lycoris", "dora"}),
    "embeddings": frozenset({"embed", "embedding", "textualinversion"}),
    "vae": frozenset({"vae"}),
}
"""By role, what such resources are called in a text."""
_NAMES = {"checkpoint": "Checkpoint", "loras": "LoRAs", "embeddings": "Embeddings", "vae": "VAE"}
"""By role, what people call it where the engine has no name for it."""
_SAID_ELSEWHERE = frozenset(
    {*NUMBERS.values(), "Size", "Sampler", "Schedule type", "Model", "VAE", "engine", "workflow"}
)
_OF_NO_USE = re.compile(r"hash|version|date|^(RNG|App)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that the text tells.

    Attributes:
        name: As people read it, such as "Guidance".
        text: Its value, in the text's own words.
        why: Why the form cannot take it over, with the next step; empty if it can.
    """

    name: str
    text: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedForm:
    """What a text with generation data means for one engine's form.

    Attributes:
        text: As it was pasted.
        values: What the form would take over, by field name.
        settings: All that the text tells, in the order of the form.
    """

    text: str
    values: Mapping[str, Value]
    settings: tuple[Setting, ...]


def is_generation_data(text: str) -> bool:
    """Tell whether `text` is a prompt with its settings, as Civitai and A1111 copy it."""
    return len(_parsed(text).settings) >= _LEAST_SETTINGS


def read(text: str, engine: Engine) -> PastedForm:
    """Find out what an engine's form can take over from generation data."""
    reading = _Reading(_parsed(text), engine)
    return PastedForm(text=text, values=reading.values, settings=tuple(reading.settings))


def number(text: str) -> int | float | None:
    """Return the value of one of `NUMBERS`, whole if the library can hold it, or None."""
    try:
        return int(text) if re.fullmatch("-?[0-9]{1,18}", text) else float(text)
    except ValueError:
        return None


def _parsed(text: str) -> PictureText:
    if len(text) > _LONGEST:
        return PictureText()
    text = text.replace("\r\n", "\n").strip()
    if "Steps: " not in text:
        # Civitai leaves them out where an engine has none; the grammar needs them.
        text = _SETTINGS_WITHOUT_STEPS.sub("Steps: 0, ", text, count=1)
    return parse(text)


class _Reading:
    """Goes through a text for one engine, and notes what becomes of each thing in it."""

    def __init__(self, told: PictureText, engine: Engine) -> None:
        self.values: dict[str, Value] = {}
        self.settings: list[Setting] = []
        self._told = told
        self._engine = engine
        self._take("prompt", "Prompt", told.prompt, escape(told.prompt))
        self._take("negative_prompt", "Negative prompt", told.negative_prompt)
        self._take_size(told.settings.get("Size", ""))
        for role, key in NUMBERS.items():
            self._take_number(role, key, told.settings.get(key, ""))
        self._take_sampler()
        self._take_resources()
        self._leave_the_rest()

    def _take(self, role: str, name: str, text: str, value: Value = None) -> None:
        if not text:
            return
        field = self._engine.by_role(role)
        value = text if value is None else value
        # A prompt's limits are checked where it is shown, and it can be shortened there.
        is_prompt = role in {"prompt", "negative_prompt"}
        why = "" if is_prompt and field else _refusal(field, value)
        if field is not None and not why:
            self.values[field.name] = value
        self.settings.append(Setting(name=field.label if field else name, text=text, why=why))

    def _take_number(self, role: str, key: str, text: str) -> None:
        value = number(text)
        if text and value is None:
            self.settings.append(Setting(name=key, text=text, why="It is no number."))
        # Written where the engine had no steps, and where a seed was drawn.
        elif (role, value) not in {("steps", 0), ("seed", -1)}:
            self._take(role, key, text, value)

    def _take_size(self, text: str) -> None:
        if not text:
            return
        found = re.fullmatch(r"([0-9]{1,6})x([0-9]{1,6})", text)
        fields = [self._engine.by_role(role) for role in ("width", "height")]
        why = "It is no size."
        if found:
            sides = [int(side) for side in found.groups()]
            why = next(filter(None, map(_refusal, fields, sides)), "")
            if not why:
                self.values |= {f.name: side for f, side in zip(fields, sides, strict=True) if f}
        self.settings.append(Setting(name="Size", text=text, why=why))

    def _take_sampler(self) -> None:
        sampler, schedule = taken_apart(self._told.settings.get("Sampler", ""))
        schedule = self._told.settings.get("Schedule type", schedule)
        self._take_name("sampler", "Sampler", sampler, SAMPLERS)
        if schedule != "Automatic":
            self._take_name("scheduler", "Schedule", schedule, SCHEDULES)

    def _take_name(
        self, role: str, name: str, text: str, names: Mapping[str, Sequence[str]]
    ) -> None:
        field = self._engine.by_role(role)
        if text and field is not None:
            self._take(role, name, text, spelled(text, names, field.choices))
        else:
            self._take(role, name, text)

    def _take_resources(self) -> None:
        """Take resources by the number of their version; the form's fields look them up."""
        for role, types in _RESOURCES.items():
            told = [each for each in self._told.resources if each.type.lower() in types]
            field = self._engine.by_role(role)
            name = field.label if field else _NAMES[role]
            if field is None:
                self._leave(name, _resource_texts(told), "This engine takes none.")
            elif told:
                most = 1 if field.kind is Kind.RESOURCE else len(told)
                self.values[field.name] = _resource_value(field, told[:most])
                self.settings.append(Setting(name=name, text=_resource_texts(told[:most])))
                self._leave(name, _resource_texts(told[most:]), "This engine takes one.")
        known = frozenset().union(*_RESOURCES.values())
        others = [each for each in self._told.resources if each.type.lower() not in known]
        self._leave("Other resources", _resource_texts(others), "Not known here.")

    def _leave_the_rest(self) -> None:
        settings = self._told.settings
        told = {setting.name for setting in self.settings}
        for role, key in _FILES.items():
            field = self._engine.by_role(role)
            name = field.label if field else _NAMES[role]
            why = "Choose it under Advanced." if field else "This engine takes none."
            # By its version's number it has been dealt with already.
            if name not in told:
                self._leave(name, settings.get(key, ""), why)
        tags = " ".join(_LORA_TAG.findall(self._told.prompt))
        self._leave("LoRA tags", tags, "They have no effect here; add the LoRAs under Advanced.")
        for key, value in settings.items():
            if key not in _SAID_ELSEWHERE and not _OF_NO_USE.search(key):
                self._leave(key, value, "The form has no such field.")

    def _leave(self, name: str, text: str, why: str) -> None:
        if text:
            self.settings.append(Setting(name=name, text=text, why=why))


def _resource_texts(told: Iterable[PictureResource]) -> str:
    return "; ".join(map(_resource_text, told))


def _resource_text(resource: PictureResource) -> str:
    weight = "" if resource.weight is None else f", weight {resource.weight:g}"
    return f"version {resource.version_id}{weight}"


def _resource_value(field: Field, told: Sequence[PictureResource]) -> Value:
    ids = [str(each.version_id) for each in told]
    if field.kind is Kind.WEIGHTED_RESOURCES:
        weights = (1.0 if each.weight is None else each.weight for each in told)
        return dict(zip(ids, weights, strict=True))
    return tuple(ids) if field.kind is Kind.RESOURCES else ids[0]


def _refusal(field: Field | None, value: Value) -> str:
    return "This engine takes none." if field is None else field.complaint(value)
