"""Former prompts: walked through by keys, searched in a list, taken over with one undo."""

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QListView

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

PROMPTS = ("a {red|blue} boat", "a lighthouse\nat dusk", "a fox")


@pytest_asyncio.fixture
async def used(desk, until):
    """Return a desk where `PROMPTS` were submitted, the last one last."""
    await until(desk.is_priced)
    for prompt in PROMPTS:
        desk.presenter.change("prompt", prompt)
        desk.presenter.generate()
        await until(desk.is_priced)
    desk.find("prompt").setPlainText("half a thou")
    return desk


@pytest.fixture
def opened(used, until):
    """Return how to open the list of former prompts."""

    async def open_it():
        used.find("prompt_history").click()
        popup = QApplication.activePopupWidget()
        await until(lambda: rows(popup) == len(PROMPTS))
        return popup

    return open_it


def rows(popup) -> int:
    return popup.findChild(QListView).model().rowCount()


def shown(desk) -> str:
    return desk.find("prompt").toPlainText()


async def test_older_prompts_come_one_after_the_other_as_they_were_typed(used, until):
    for prompt in reversed(PROMPTS):
        used.panel.walk_history(1)
        await until(lambda prompt=prompt: shown(used) == prompt)
    used.panel.walk_history(1)
    assert shown(used) == PROMPTS[0]
    assert used.presenter.values["prompt"] == PROMPTS[0]


async def test_what_was_being_typed_comes_back(used, until):
    used.panel.walk_history(1)
    await until(lambda: shown(used) == "a fox")
    used.panel.walk_history(1)
    used.panel.walk_history(-1)
    used.panel.walk_history(-1)
    assert shown(used) == "half a thou"
    used.panel.walk_history(-1)
    assert shown(used) == "half a thou"


async def test_keys_faster_than_the_disk_are_all_counted(used, until):
    used.panel.walk_history(1)
    used.panel.walk_history(1)
    await until(lambda: shown(used) == PROMPTS[1])


async def test_an_edited_prompt_is_the_newest_of_a_new_walk(used, until):
    used.panel.walk_history(1)
    await until(lambda: shown(used) == "a fox")
    used.find("prompt").setPlainText("a fox at night")
    used.panel.walk_history(1)
    await until(lambda: shown(used) == "a fox")
    used.panel.walk_history(-1)
    assert shown(used) == "a fox at night"


async def test_a_prompt_that_was_just_submitted_is_not_shown_twice(used, until):
    used.find("prompt").setPlainText("a fox")
    used.panel.walk_history(1)
    await until(lambda: shown(used) == PROMPTS[1])


async def test_a_walk_after_generating_begins_at_the_newest(used, until):
    used.panel.walk_history(1)
    used.panel.walk_history(1)
    await until(lambda: shown(used) == PROMPTS[1])
    used.presenter.generate()
    used.panel.walk_history(1)
    await until(lambda: shown(used) == "a fox")


async def test_undo_takes_a_step_of_the_walk_back(used, until):
    used.panel.walk_history(1)
    await until(lambda: shown(used) == "a fox")
    used.find("prompt").undo()
    assert shown(used) == "half a thou"
    assert used.presenter.values["prompt"] == "half a thou"


async def test_the_list_shows_the_newest_first_each_in_one_paragraph(opened):
    model = (await opened()).findChild(QListView).model()
    assert [model.index(row).data() for row in range(3)] == [
        "a fox",
        "a lighthouse at dusk",
        "a {red|blue} boat",
    ]


async def test_typing_filters_and_enter_takes_over(used, opened, qtbot, until):
    popup = await opened()
    search = popup.findChild(QLineEdit)
    qtbot.keyClicks(search, "dusk")
    await until(lambda: rows(popup) == 1)
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert not popup.isVisible()
    assert shown(used) == "a lighthouse\nat dusk"
    assert used.find("prompt").hasFocus()

    used.find("prompt").undo()
    assert shown(used) == "half a thou"


async def test_arrows_walk_the_list_and_escape_leaves_everything(used, opened, qtbot):
    popup = await opened()
    search = popup.findChild(QLineEdit)
    qtbot.keyClick(search, Qt.Key.Key_Down)
    assert popup.findChild(QListView).currentIndex().data() == "a lighthouse at dusk"
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    assert shown(used) == "half a thou"


async def test_a_prompt_is_forgotten_and_the_next_one_marked(used, opened, qtbot, until):
    popup = await opened()
    search, prompts = popup.findChild(QLineEdit), popup.findChild(QListView)
    qtbot.keyClick(search, Qt.Key.Key_Down)
    qtbot.keyClick(search, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    await until(lambda: rows(popup) == 2)
    assert prompts.currentIndex().data() == "a {red|blue} boat"

    [forget] = prompts.actions()
    forget.trigger()
    await until(lambda: rows(popup) == 1)
    assert prompts.currentIndex().data() == "a fox"
    popup.close()
    used.panel.walk_history(2)
    await until(lambda: shown(used) == "a fox")


async def test_what_is_searched_while_a_prompt_is_forgotten_is_answered(opened, qtbot, until):
    popup = await opened()
    search = popup.findChild(QLineEdit)
    qtbot.keyClick(search, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    search.setText("dusk")
    await until(lambda: rows(popup) == 1)
    assert popup.findChild(QListView).currentIndex().data() == "a lighthouse at dusk"
    popup.close()


async def test_words_are_cut_from_the_search_and_nothing_is_forgotten(opened, qtbot, until):
    popup = await opened()
    search = popup.findChild(QLineEdit)
    qtbot.keyClicks(search, "a")
    search.selectAll()
    qtbot.keyClick(search, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    await until(lambda: not search.text())
    assert rows(popup) == len(PROMPTS)
    popup.close()


async def test_words_that_no_prompt_has_are_told(opened, qtbot, until):
    popup = await opened()
    search = popup.findChild(QLineEdit)
    qtbot.keyClicks(search, "zebra")
    await until(lambda: rows(popup) == 0)
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert popup.isVisible()
    popup.close()


async def test_a_prompt_that_was_refused_is_not_kept(desk, until):
    desk.presenter.change("prompt", "a {red boat")
    desk.presenter.generate()
    desk.panel.open_history()
    popup = QApplication.activePopupWidget()
    await until(lambda: not popup.findChild(QListView).isVisible())
    assert rows(popup) == 0
    popup.close()
