"""What carries out the form's commands."""

from collections.abc import Callable, Mapping
from functools import partial

from civitai_desktop.ui.generate import commands
from civitai_desktop.ui.generate.panel import GeneratePanel
from civitai_desktop.ui.generate.presenter import GeneratePresenter


def acts_of(panel: GeneratePanel, presenter: GeneratePresenter) -> Mapping[str, Callable[[], None]]:
    """Return what each command of the form does, by its id."""
    return {
        commands.GENERATE.id: panel.generate,
        commands.UNDO.id: presenter.undo,
        commands.RESET.id: presenter.reset,
        commands.GO_TO_PROMPT.id: panel.focus_prompt,
        commands.HISTORY.id: panel.open_history,
        commands.OLDER.id: partial(panel.walk_history, 1),
        commands.NEWER.id: partial(panel.walk_history, -1),
        commands.RAISE_WEIGHT.id: partial(panel.change_weight, 1),
        commands.LOWER_WEIGHT.id: partial(panel.change_weight, -1),
    }
