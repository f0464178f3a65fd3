"""Opens the command palette and the overview of keys, which are loaded when first wanted."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from civitai_desktop.ui.runtime.preferences_store import PreferencesStore
from civitai_desktop.ui.shared.commands import Command
from civitai_desktop.ui.shared.late import Late, Made
from civitai_desktop.ui.window.actions import Actions
from civitai_desktop.ui.window.commands import COMMANDS, PALETTE

if TYPE_CHECKING:
    from civitai_desktop.ui.window.palette.overview import KeyOverview
    from civitai_desktop.ui.window.palette.popup import CommandPalette

_PALETTE: "Late[type[CommandPalette]]" = Late(
    "civitai_desktop.ui.window.palette.popup", "CommandPalette"
)
_OVERVIEW: "Late[type[KeyOverview]]" = Late(
    "civitai_desktop.ui.window.palette.overview", "KeyOverview"
)

_MOST_RECENT = 5


class CommandHelp(QObject):
    """Lets the user find what can be done, and by which key."""

    def __init__(self, window: QWidget, actions: Actions, preferences: PreferencesStore) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._preferences = preferences
        self._palette = Made(self._make_palette)

    @Slot()
    def open_palette(self) -> None:
        """Let the user type what to do."""
        self._palette().open_over(self._window, self._recent())

    @Slot()
    def open_overview(self) -> None:
        """Show every key."""
        _OVERVIEW()(self._window).open()

    def _make_palette(self) -> "CommandPalette":
        commands = tuple(each for each in COMMANDS if each is not PALETTE)
        actions = self._actions
        palette = _PALETTE()(commands, actions.why_not, actions.is_chosen, self._window)
        palette.chosen.connect(self._carry_out)
        return palette

    @Slot(object)
    def _carry_out(self, command: Command) -> None:
        others = [each for each in self._recent() if each != command.id]
        recent = [command.id, *others][:_MOST_RECENT]
        self._preferences.change(recent_commands=" ".join(recent))
        self._actions.carry_out(command)

    def _recent(self) -> list[str]:
        return self._preferences.value.recent_commands.split()
