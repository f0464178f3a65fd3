"""The user's choices and the window's place, in an INI file of the data folder."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from civitai_desktop.domain.preferences import Preferences

_PARSE: dict[type, Callable[[str], Any]] = {bool: lambda text: text.lower() == "true"}
"""An INI file gives everything back as text, and "false" would be a true one."""


class PreferencesStore:
    """Keeps one `Preferences`; the only code that knows QSettings.

    A value that was spoiled counts as absent. QSettings writes by itself a little later, and
    replaces the file as a whole.
    """

    def __init__(self, path: str) -> None:
        self._settings = QSettings(path, QSettings.Format.IniFormat)
        default = Preferences()
        self.value = Preferences(
            **{f.name: self._read(f.name, getattr(default, f.name)) for f in fields(default)}
        )

    def change(self, **changes: object) -> None:
        """Make these the user's choices from now on."""
        self.value = replace(self.value, **changes)  # type: ignore[arg-type]
        for name, value in changes.items():
            self._settings.setValue(name, str(value) if isinstance(value, str) else value)

    def choose_mature_resources(self, chosen: bool) -> None:
        """Make this the user's choice from now on."""
        self.change(mature_resources=chosen)

    def keep_place(self, geometry: QByteArray) -> None:
        """Remember where the window stands."""
        self._settings.setValue("window", geometry)

    def place(self) -> QByteArray:
        """Return where the window stood; empty at the first start."""
        value = self._settings.value("window")
        return value if isinstance(value, QByteArray) else QByteArray()

    def _read(self, name: str, default: Any) -> Any:
        text, kind = self._settings.value(name), type(default)
        try:
            return default if text is None else _PARSE.get(kind, kind)(str(text))
        except ValueError:
            return default
