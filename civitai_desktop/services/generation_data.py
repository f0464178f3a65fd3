"""What the form can take over from a pasted text with prompt and settings."""

import re
from collections.abc import Mapping, Sequence

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Field
from civitai_desktop.domain.alternatives import escape
from civitai_desktop.domain.generation import Value
from civitai_desktop.services.pasted_form import PastedForm, Setting
from civitai_desktop.services.told_resources import NAMES, take_resources
from civitai_desktop.services.written_numbers import DISTILLED, NUMBERS, number, size
from civitai_desktop.storage.parameters import PictureText, parse
from civitai_desktop.storage.samplers import SAMPLERS, SCHEDULES, is_sampler, spelled, taken_apart
from civitai_desktop.storage.setting_pairs import unquoted

__all__ = ["PastedForm", "Setting", "is_generation_data", "read"]

_LEAST_SETTINGS = 3
"""A line with fewer is prose; A1111 draws the same line."""
_LONGEST = 200_000
"""In characters; what is longer is no prompt with its settings."""
_TAG = re.compile(r"<(?:lora|lyco|hypernet):[^>]+>", re.IGNORECASE)
_FILES = {"checkpoint": "Model", "vae": "VAE"}
"""By role, where the text names a file that nobody here knows."""
_HASHES = {"loras": "Lora hashes", "embeddings": "TI hashes"}
"""By role, where the text names files with their hashes."""
_NOTHING = frozenset({"", "none", "default", "automatic", "undefined", "null", "unknown"})
"""Names by which programs say that nothing was chosen."""
_SAID_ELSEWHERE = frozenset(
    {*NUMBERS.values(), DISTILLED, "Size", "Sampler", "Schedule type", "Model", "VAE"}
    | {"engine", "workflow", *_HASHES.values()}
)
_OF_NO_USE = re.compile(r"\b(hash|hashes|version|date)\b|^(RNG|App)$", re.IGNORECASE)


def is_generation_data(text: str) -> bool:
    """Tell whether `text` is a prompt with its settings, as Civitai and A1111 copy it."""
    return len(_parsed(text).settings) >= _LEAST_SETTINGS


def read(text: str, engine: Engine) -> PastedForm:
    """Find out what an engine's form can take over from generation data."""
    reading = _Reading(_parsed(text), engine)
    return PastedForm(text=text, values=reading.values, settings=tuple(reading.settings))


def _parsed(text: str) -> PictureText:
    return PictureText() if len(text) > _LONGEST else parse(text)


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
            if role == "guidance":
                self._take_guidance()
            else:
                self._take_number(role, key, told.settings.get(key, ""))
        self._take_sampler()
        resources = take_resources(told, engine)
        self.values |= resources.values
        self.settings += resources.settings
        self._leave_files()
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

    def _take_guidance(self) -> None:
        """Take the one guidance that an engine has from the two that a text may tell."""
        key = NUMBERS["guidance"]
        scale = self._told.settings.get(key, "")
        distilled = self._told.settings.get(DISTILLED, "")
        has_scale = not distilled or (number(scale) or 1) > 1
        if not distilled:
            self._take_number("guidance", key, scale)
        elif self._engine.family.startswith("Flux"):
            self._take_number("guidance", DISTILLED, distilled)
            if has_scale:
                self._leave(key, scale, "This engine takes the distilled guidance only.")
        elif has_scale:
            self._take_number("guidance", key, scale)
            self._leave(DISTILLED, distilled, "It is for Flux engines.")
        else:
            self._leave(key, scale, "Beside distilled guidance, 1 means that there is none.")
            self._leave(DISTILLED, distilled, "It is for Flux engines.")

    def _take_size(self, text: str) -> None:
        if not text:
            return
        sides = size(text)
        fields = [self._engine.by_role(role) for role in ("width", "height")]
        why = "It is no size."
        if sides:
            why = next(filter(None, map(_refusal, fields, sides)), "")
            if not why:
                self.values |= {f.name: side for f, side in zip(fields, sides, strict=True) if f}
        self.settings.append(Setting(name="Size", text=text, why=why))

    def _take_sampler(self) -> None:
        settings = self._told.settings
        sampler, schedule = taken_apart(_chosen(settings.get("Sampler", "")))
        schedule = _chosen(settings.get("Schedule type", "")) or schedule
        if not sampler and is_sampler(schedule):
            # Some programs call the sampler so.
            sampler, schedule = schedule, ""
        self._take_name("sampler", "Sampler", sampler, SAMPLERS)
        self._take_name("scheduler", "Schedule", schedule, SCHEDULES)

    def _take_name(
        self, role: str, name: str, text: str, names: Mapping[str, Sequence[str]]
    ) -> None:
        field = self._engine.by_role(role)
        if text and field is not None:
            self._take(role, name, text, spelled(text, names, field.choices))
        else:
            self._take(role, name, text)

    def _leave_files(self) -> None:
        """Tell of what the text names by files and hashes, which nobody here knows."""
        settings = self._told.settings
        told = {setting.name for setting in self.settings}
        for role, key in _FILES.items():
            field = self._engine.by_role(role)
            name = field.label if field else NAMES[role]
            why = "Choose it under Advanced." if field else "This engine takes none."
            # By its version's number it has been dealt with already.
            if name not in told:
                text = _chosen(settings.get(key, "")) or _chosen(settings.get(f"{key} hash", ""))
                self._leave(name, text, why)
        tags = " ".join(_TAG.findall(self._told.prompt))
        self._leave("LoRA tags", tags, "They have no effect here; add the LoRAs under Advanced.")
        for held, key in _HASHES.items():
            if NAMES[held] not in told and not (tags and held == "loras"):
                field = self._engine.by_role(held)
                why = "The text names their files; add them under Advanced."
                hashes = unquoted(settings.get(key, ""))
                self._leave(NAMES[held], hashes, why if field else "This engine takes none.")

    def _leave_the_rest(self) -> None:
        for key, value in self._told.settings.items():
            if key not in _SAID_ELSEWHERE and not _OF_NO_USE.search(key):
                self._leave(key, unquoted(value), "The form has no such field.")

    def _leave(self, name: str, text: str, why: str) -> None:
        if text:
            self.settings.append(Setting(name=name, text=text, why=why))


def _chosen(name: str) -> str:
    return "" if name.strip().casefold() in _NOTHING else name.strip()


def _refusal(field: Field | None, value: Value) -> str:
    return "This engine takes none." if field is None else field.complaint(value)
