"""The user's presets: kept, renamed, deleted, brought in and passed on."""

import asyncio
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, count
from pathlib import Path

from civitai_desktop.domain.errors import InvalidInput, PresetsUnusable
from civitai_desktop.domain.preset import LONGEST_NAME, Preset
from civitai_desktop.services.tasks import DiskThread
from civitai_desktop.storage.presets import UNREADABLE, PresetFile, read_presets, write_presets

_DIGITS = re.compile(r"(\d{1,9})", re.ASCII)


class Presets:
    """All presets, by name. A change that the disk does not take has not happened.

    Every method may raise `PresetsUnusable`.
    """

    def __init__(self, file: PresetFile, disk: DiskThread) -> None:
        self._file = file
        self._disk = disk
        self._all: dict[str, Preset] = {}
        # One change after the other, so that none is lost to another's failure.
        self._lock = asyncio.Lock()

    def __iter__(self) -> Iterator[Preset]:
        return iter(sorted(self._all.values(), key=_by_name))

    def get(self, name: str) -> Preset | None:
        """Return the preset of that name, or None."""
        return self._all.get(name)

    def objection(self, name: str, former: str = "") -> str:
        """Return why a preset cannot be called so, in a sentence; "" if it can.

        Args:
            name: As it was typed. Capitals do not tell two presets apart.
            former: What the preset is called now; "" for a new one.
        """
        name = name.strip()
        if not name:
            return "A preset needs a name."
        if len(name) > LONGEST_NAME:
            return f"The name is longer than {LONGEST_NAME} characters."
        others = (each for each in self._all if each != former)
        taken = next((each for each in others if each.casefold() == name.casefold()), None)
        return f"There is a preset “{taken}” already." if taken else ""

    async def load(self) -> str:
        """Read them, and return what could not be read, as a sentence; "" usually."""
        presets, problem = await self._disk.run(self._file.load)
        self._all = {each.name: each for each in presets}
        return problem

    async def add(self, preset: Preset) -> None:
        """Keep a new preset.

        Raises:
            InvalidInput: Its name is empty, too long, or taken.
        """
        async with self._lock:
            preset = replace(preset, name=self._free(preset.name))
            await self._keep({**self._all, preset.name: preset})

    async def update(self, preset: Preset) -> None:
        """Put `preset` in the place of the one of its name."""
        async with self._lock:
            await self._keep({**self._all, preset.name: preset})

    async def rename(self, name: str, wanted: str) -> str:
        """Call a preset something else, and return its name.

        Raises:
            InvalidInput: The name is empty, too long, or taken.
        """
        async with self._lock:
            preset = replace(self._all[name], name=self._free(wanted, but=name))
            rest = {each: kept for each, kept in self._all.items() if each != name}
            await self._keep({**rest, preset.name: preset})
            return preset.name

    async def remove(self, name: str) -> None:
        """Forget a preset; one that is not there is no error."""
        async with self._lock:
            await self._keep({each: kept for each, kept in self._all.items() if each != name})

    async def bring_in(self, path: Path) -> tuple[list[str], int]:
        """Take over the presets of a file.

        One that is there already is not taken twice; one whose name is taken gets a number.

        Returns:
            The names they have now, and how many could not be read.
        """
        try:
            found, damaged = await self._disk.run(read_presets, path)
        except OSError as error:
            raise PresetsUnusable(
                f"{path.name} cannot be read: {error.strerror or error}.",
                next_step="Choose another file.",
            ) from error
        except UNREADABLE as error:
            raise PresetsUnusable(
                f"{path.name} is no file of presets.", next_step="Choose a file that was exported."
            ) from error
        async with self._lock:
            merged = dict(self._all)
            for preset in found:
                _merge(merged, preset)
            new = [name for name in merged if name not in self._all]
            if new:
                await self._keep(merged)
            return new, damaged

    async def pass_on(self, path: Path, names: Iterable[str]) -> None:
        """Write presets into a file that `bring_in` reads."""
        presets = [self._all[name] for name in names if name in self._all]
        try:
            await self._disk.run(write_presets, path, presets)
        except OSError as error:
            raise PresetsUnusable(
                f"{path.name} cannot be written: {error.strerror}.",
                next_step="Choose another folder.",
            ) from error

    def _free(self, name: str, *, but: str = "") -> str:
        if objection := self.objection(name, but):
            raise InvalidInput(objection, next_step="Choose another name.")
        return name.strip()

    async def _keep(self, presets: dict[str, Preset]) -> None:
        await self._disk.run(self._file.save, sorted(presets.values(), key=_by_name))
        self._all = presets


def _merge(presets: dict[str, Preset], preset: Preset) -> None:
    """Add a preset under its name or the next one that is free, unless it is there."""
    there = {name.casefold(): kept for name, kept in presets.items()}
    # A file may hold any name; this one stands in one line of a menu.
    wanted = " ".join(preset.name.split())
    for ending in chain([""], (f" {n}" for n in count(2))):
        name = wanted[: LONGEST_NAME - len(ending)].strip() + ending
        kept = there.get(name.casefold())
        if kept is None:
            presets[name] = replace(preset, name=name)
            return
        if replace(kept, name=preset.name) == preset:
            return


def _by_name(preset: Preset) -> list[tuple[int, str]]:
    """Order as people do: 2 before 10."""
    parts = _DIGITS.split(preset.name.casefold())
    return [(int(each), "") if each.isdecimal() else (-1, each) for each in parts]
