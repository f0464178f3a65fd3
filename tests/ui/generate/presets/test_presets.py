"""Presets as people use them: the button, its menu, the dialogs."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
)

from civitai_desktop.ui.shared.text_dialog import TextDialog

PROBLEM = "verdict"

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def button(desk) -> QPushButton:
    return desk.find("presets", QPushButton)


def menu(desk) -> QMenu:
    """Return the menu as it is when it is opened now."""
    found = button(desk).findChild(QMenu, "presets")
    found.aboutToShow.emit()
    return found


def press(found: QMenu, *path: str) -> None:
    for text in path[:-1]:
        [found] = [a.menu() for a in found.actions() if a.text() == text]
    [action] = [a for a in found.actions() if a.text() == path[-1]]
    assert action.isEnabled()
    action.trigger()


def asked(desk) -> TextDialog:
    return desk.panel.window().findChildren(TextDialog)[-1]


def name_it(desk, name: str) -> None:
    dialog = asked(desk)
    dialog.findChild(QLineEdit).setText(name)
    dialog.findChild(QPushButton, "save").click()


async def saved(desk, until, name: str) -> None:
    press(menu(desk), "Save form as preset…")
    name_it(desk, name)
    await until(lambda: name in desk.presets.names())


async def test_the_form_is_kept_under_a_name_and_comes_back(desk, until):
    desk.presenter.choose_engine("sdxl")
    desk.presenter.change("steps", 33)
    await saved(desk, until, "Portrait")
    assert button(desk).text() == "Portrait"

    desk.presenter.choose_engine("z-image-turbo")
    assert button(desk).text() == "Portrait *"
    assert button(desk).accessibleDescription() == "Portrait, changed"

    press(menu(desk), "Portrait *")
    assert (desk.presenter.engine.id, desk.presenter.values["steps"]) == ("sdxl", 33)
    assert button(desk).text() == "Portrait"


async def test_one_undo_brings_the_form_back(desk, until):
    desk.presenter.change("steps", 5)
    await saved(desk, until, "Quick")
    desk.presenter.choose_engine("sdxl")
    desk.presenter.change("steps", 40)
    desk.presets.apply("Quick")
    desk.presenter.undo()
    assert (desk.presenter.engine.id, desk.presenter.values["steps"]) == ("sdxl", 40)
    assert button(desk).text() == "Quick *"


async def test_a_preset_without_a_prompt_leaves_the_forms_alone(desk, until):
    await saved(desk, until, "Plain")
    desk.presenter.change("prompt", "a boat")
    assert button(desk).text() == "Plain"
    desk.presets.apply("Plain")
    assert desk.presenter.values["prompt"] == "a boat"


async def test_a_preset_with_a_prompt_brings_it(desk, until):
    desk.presenter.change("prompt", "a boat")
    await saved(desk, until, "Boat")
    desk.presenter.change("prompt", "a horse")
    desk.presets.apply("Boat")
    assert desk.find("prompt").toPlainText() == "a boat"


async def test_another_prompt_alone_changes_no_preset_and_can_be_kept_with_it(desk, until):
    desk.presenter.change("prompt", "a boat")
    await saved(desk, until, "Boat")
    desk.presenter.change("prompt", "a horse")
    assert button(desk).text() == "Boat"
    press(menu(desk), "Update “Boat”")
    await until(lambda: not desk.presets.can_be_updated())
    desk.presenter.change("prompt", "a cat")
    desk.presets.apply("Boat")
    assert desk.presenter.values["prompt"] == "a horse"
    desk.presenter.change("steps", 5)
    assert button(desk).text() == "Boat *"


async def test_a_changed_preset_is_updated(desk, until):
    await saved(desk, until, "Quick")
    desk.presenter.change("steps", 5)
    press(menu(desk), "Update “Quick”")
    await until(lambda: button(desk).text() == "Quick")
    desk.presenter.change("steps", 6)
    desk.presets.apply("Quick")
    assert desk.presenter.values["steps"] == 5


async def test_a_preset_is_renamed_and_deleted_from_the_menu(desk, until):
    await saved(desk, until, "Quick & dirty")
    press(menu(desk), "Rename", "Quick && dirty")
    name_it(desk, "Quick")
    await until(lambda: desk.presets.names() == ["Quick"])
    assert button(desk).text() == "Quick"

    removed = []
    desk.presets.removed.connect(removed.append)
    press(menu(desk), "Delete", "Quick")
    await until(lambda: desk.presets.names() == [])
    assert button(desk).text() == "Presets"

    desk.presets.restore(removed[0])
    await until(lambda: desk.presets.names() == ["Quick"])


async def test_a_name_that_is_taken_is_said(desk, until):
    await saved(desk, until, "Quick")
    press(menu(desk), "Save form as preset…")
    # Somebody else may have taken it while the dialog was open.
    asked(desk).chosen.emit("Quick")
    asked(desk).reject()
    await until(lambda: desk.errors)
    assert str(desk.errors[0]) == "There is a preset “Quick” already. Choose another name."


@pytest.mark.parametrize(
    ("name", "said"),
    [("Quick", "There is a preset “Quick” already."), (" ", "A preset needs a name."), ("Q", "")],
)
async def test_a_name_is_checked_while_it_can_be_mended(desk, until, name, said):
    await saved(desk, until, "Quick")
    press(menu(desk), "Save form as preset…")
    dialog = asked(desk)
    save, problem = dialog.findChild(QPushButton, "save"), dialog.findChild(QLabel, PROBLEM)
    assert not save.isEnabled()
    assert problem.isHidden()
    dialog.findChild(QLineEdit).setText(name)
    assert problem.text() == said
    assert save.isEnabled() is not bool(said)
    dialog.reject()


async def test_presets_are_exported_and_imported_through_a_dialog(desk, until, tmp_path):
    told: list[str] = []
    desk.presets.told.connect(told.append)
    await saved(desk, until, "Quick")
    press(menu(desk), "Export", "Quick")
    [dialog] = button(desk).findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "out.json"))
    await until(lambda: told == ["The presets are in out.json."])
    dialog.close()

    desk.presets.remove("Quick")
    await until(lambda: desk.presets.names() == [])
    press(menu(desk), "Import presets…")
    dialog = button(desk).findChildren(QFileDialog)[-1]
    dialog.fileSelected.emit(str(tmp_path / "out.json"))
    await until(lambda: told[-1] == "Imported: Quick.")
    dialog.close()
    assert desk.presets.names() == ["Quick"]


async def test_a_preset_of_an_unknown_engine_is_kept_and_says_so(desk, until, tmp_path):
    row = {"name": "Old", "engine": "gone", "values": {"steps": 3}}
    (tmp_path / "in.json").write_text(json.dumps({"format": 1, "presets": [row]}))
    desk.presets.bring_in(tmp_path / "in.json")
    await until(lambda: desk.presets.names() == ["Old"])
    desk.presenter.change("prompt", "a boat")
    before = desk.presenter.values

    press(menu(desk), "Old")
    assert "“gone”" in desk.errors[0].message
    assert desk.presenter.values == before
    assert button(desk).text() == "Presets"
    assert desk.presets.names() == ["Old"]


async def test_the_restored_form_shows_which_preset_it_is(open_desk, form_file, until):
    first = open_desk()
    first.presenter.change("steps", 7)
    await saved(first, until, "Seven")
    await until(lambda: form_file.load().values)

    desk = open_desk(form_file.load())
    desk.presets.start()
    await until(lambda: button(desk).text() == "Seven")


async def test_the_menu_opens_by_keyboard(desk, qtbot):
    button(desk).setFocus()
    qtbot.keyClick(button(desk), Qt.Key.Key_Space)
    opened = QApplication.activePopupWidget()
    assert isinstance(opened, QMenu)
    assert opened.accessibleName() == "Presets"
    opened.close()


async def test_the_settings_go_back_to_the_defaults_and_one_undo_brings_them_back(desk):
    desk.presenter.change("prompt", "a boat")
    desk.presenter.change("steps", 33)
    press(menu(desk), "Reset settings")
    defaults = desk.presenter.engine.defaults()
    assert desk.presenter.values == {**defaults, "prompt": "a boat"}
    desk.presenter.undo()
    assert desk.presenter.values["steps"] == 33


async def test_a_preset_that_holds_a_list_for_a_text_leaves_the_text_alone(desk):
    desk.presenter.change("prompt", "a boat")
    assert desk.presenter.apply("sdxl", {"prompt": ("a",), "sampler": ("b",), "steps": 33})
    assert desk.presenter.values["prompt"] == "a boat"
    assert desk.presenter.values["steps"] == 33
    assert desk.presenter.wrong() == {}
