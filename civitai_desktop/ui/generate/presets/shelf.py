"""What one does with presets, and which one the form shows."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.domain.errors import CivitaiError, PresetsUnusable
from civitai_desktop.domain.generation import Value
from civitai_desktop.domain.preset import Preset
from civitai_desktop.services.presets import Presets
from civitai_desktop.services.tasks import TaskScope
from civitai_desktop.ui.generate.presenter import PROMPTS, GeneratePresenter
from civitai_desktop.ui.shared.wording import few_of

_SOURCE = "source"
"""The role of pictures to start from: they belong to one picture, not to settings."""

_MOST_NAMES = 5
"""So many of the presets that are imported are named."""


class PresetShelf(QObject):
    """Keeps track of the preset in the form, and carries out what the menu is asked for.

    Signals:
        changed: The presets, or which one is in the form, are others now.
        told: A sentence about what has been done.
        removed: A `Preset` has been deleted; `restore` brings it back.
        applied: The name of a preset that the form has taken over.

    Attributes:
        current: The name of the preset that the form was filled from; "" for none.
        is_changed: Whether the form's settings have been changed since. A prompt is no setting:
            each picture has its own.
    """

    changed = Signal()
    told = Signal(str)
    removed = Signal(object)
    applied = Signal(str)

    def __init__(
        self,
        presets: Presets,
        form: GeneratePresenter,
        on_error: Callable[[CivitaiError], None],
    ) -> None:
        super().__init__()
        self._presets = presets
        self._form = form
        self._on_error = on_error
        self._tasks = TaskScope(on_error)
        self.current = ""
        self.is_changed = False
        self._former = ""
        # Told at every change of the form, whoever makes it.
        form.hint_changed.connect(self._compare)
        form.undo_available.connect(self._on_undo_available)

    def start(self) -> None:
        """Read the presets."""
        self._do(self._load(), "presets")

    async def aclose(self) -> None:
        """Stop what is under way."""
        await self._tasks.aclose()

    def can_be_updated(self) -> bool:
        """Tell whether the current preset would become another one, be it by its prompt alone."""
        preset = self._presets.get(self.current)
        return preset is not None and not self._is_shown(preset)

    def names(self) -> list[str]:
        """Return the presets' names in order."""
        return [each.name for each in self._presets]

    def objection(self, name: str, former: str = "") -> str:
        """Return why a preset cannot be called so, in words; "" if it can.

        Args:
            name: As it was typed.
            former: What it is called now; "" for a new one.
        """
        return self._presets.objection(name, former)

    def engine_label(self, name: str) -> str:
        """Return which engine a preset is for, as people read it."""
        preset = self._presets.get(name)
        return self._form.catalogue.label(preset.engine) if preset else ""

    @Slot(str)
    def apply(self, name: str) -> None:
        """Fill the form from a preset; the form's own undo brings the former values back."""
        preset = self._presets.get(name)
        if preset is not None and self._form.apply(preset.engine, preset.values):
            self._show(name)
            self.applied.emit(name)

    @Slot(str)
    def add(self, name: str) -> None:
        """Keep the form under a new name."""
        self._do(self._add(self._preset(name)), "new preset")

    @Slot()
    def update(self) -> None:
        """Keep the form under the name of the preset that it shows."""
        self._do(self._update(self._preset(self.current)), "change preset")

    def rename(self, name: str, wanted: str) -> None:
        """Call a preset something else."""
        self._do(self._rename(name, wanted), "rename preset")

    @Slot(str)
    def remove(self, name: str) -> None:
        """Delete a preset."""
        self._do(self._remove(name), "delete preset")

    @Slot(object)
    def restore(self, preset: Preset) -> None:
        """Bring a deleted preset back."""
        self._do(self._add(preset), "restore preset")

    def bring_in(self, path: Path) -> None:
        """Take over the presets of a file."""
        self._do(self._bring_in(path), "import presets")

    def pass_on(self, path: Path, names: list[str]) -> None:
        """Write presets into a file."""
        self._do(self._pass_on(path, names), "export presets")

    async def _load(self) -> None:
        problem = await self._presets.load()
        engine, values = self._form.engine.id, self._form.values
        shown = (each.name for each in self._presets if each.is_in(engine, values))
        self._show(next(shown, ""))
        if problem:
            self._on_error(PresetsUnusable(problem))

    async def _add(self, preset: Preset) -> None:
        await self._presets.add(preset)
        self._show(preset.name.strip() if self._is_shown(preset) else self.current)

    async def _update(self, preset: Preset) -> None:
        await self._presets.update(preset)
        self._show(preset.name)

    async def _rename(self, name: str, wanted: str) -> None:
        new = await self._presets.rename(name, wanted)
        self._show(new if name == self.current else self.current)

    async def _remove(self, name: str) -> None:
        preset = self._presets.get(name)
        await self._presets.remove(name)
        self._show("" if name == self.current else self.current)
        self.removed.emit(preset)

    async def _bring_in(self, path: Path) -> None:
        new, damaged = await self._presets.bring_in(path)
        self._show(self.current)
        said = [self.tr("Imported: {names}.").format(names=few_of(new, _MOST_NAMES))] if new else []
        if damaged:
            said.append(self.tr("Damaged, and left out: {n}.").format(n=damaged))
        self.told.emit(" ".join(said) or self.tr("All presets of the file are there already."))

    async def _pass_on(self, path: Path, names: list[str]) -> None:
        await self._presets.pass_on(path, names)
        self.told.emit(self.tr("The presets are in {name}.").format(name=path.name))

    def _do(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._tasks.spawn(work, name=name)

    def _preset(self, name: str) -> Preset:
        engine, values = self._form.engine, self._form.values
        return Preset(name=name, engine=engine.id, values=_worth_keeping(engine, values))

    def _is_shown(self, preset: Preset) -> bool:
        return preset.is_in(self._form.engine.id, self._form.values)

    def _show(self, name: str) -> None:
        self.current = name
        self.is_changed = not self._fits()
        self.changed.emit()

    def _fits(self) -> bool:
        preset, engine = self._presets.get(self.current), self._form.engine
        prompts = [field.name for role in PROMPTS if (field := engine.by_role(role))]
        return preset is None or preset.is_in(engine.id, self._form.values, but=prompts)

    @Slot(bool)
    def _on_undo_available(self, available: bool) -> None:
        if available:
            self._former = self.current
        else:
            self._show(self._former)

    @Slot()
    def _compare(self) -> None:
        is_changed = not self._fits()
        if is_changed != self.is_changed:
            self.is_changed = is_changed
            self.changed.emit()


def _worth_keeping(engine: Engine, values: dict[str, Value]) -> dict[str, Value]:
    return {
        field.name: values[field.name]
        for field in engine.fields
        if field.role != _SOURCE and (field.role not in PROMPTS or values[field.name])
    }
