"""The strip that tells what went wrong."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QPushButton,
    QTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from civitai_desktop.ui.shared.messages import Message, MessageStrip, Severity

LONG = (
    "The pictures folder cannot be used because " + "the drive is not there and " * 20 + "x" * 300
)


@pytest.fixture
def desk(qtbot) -> QWidget:
    desk = QWidget()
    qtbot.addWidget(desk)
    desk.resize(1200, 800)
    desk.show()
    return desk


@pytest.fixture
def window(desk) -> QWidget:
    """Lays out as a window does; a real one would make the offscreen platform complain."""
    window = QWidget(desk)
    QVBoxLayout(window)
    window.resize(1100, 700)
    window.show()
    return window


@pytest.fixture
def strip(window) -> MessageStrip:
    strip = MessageStrip(window)
    window.layout().addWidget(strip)
    window.layout().addStretch(1)
    return strip


def shown(strip: MessageStrip) -> str:
    return strip.findChild(QTextEdit).toPlainText() if strip.isVisible() else ""


def press(qtbot, strip: MessageStrip, name: str) -> None:
    qtbot.mouseClick(strip.findChild(QAbstractButton, name), Qt.MouseButton.LeftButton)


def test_it_is_hidden_while_there_is_nothing_to_tell(strip):
    assert strip.isHidden()
    assert (strip.accessibleName(), strip.objectName()) == ("Message", "message")


def test_the_next_step_stands_behind_what_is_the_case(strip):
    strip.tell(Message(text="The key was refused.", next_step="Enter a new one."))
    assert shown(strip) == "The key was refused. Enter a new one."
    assert strip.accessibleDescription() == shown(strip)


@pytest.mark.parametrize(
    ("shown_s", "covered_s", "comes_back"),
    [(6.0, 1.0, False), (1.0, 1.0, True), (1.0, 180.0, False), (0.0, 180.0, False)],
    ids=["read", "hardly seen", "old", "never seen and old"],
)
@pytest.mark.parametrize("is_passing", [True, False])
@pytest.mark.parametrize("end", ["dismiss", "clear"])
def test_what_has_happened_comes_up_again_only_while_it_is_unread_and_new(
    qtbot, shown_s, covered_s, comes_back, is_passing, end
):
    now = [1000.0]
    strip = MessageStrip(clock=lambda: now[0])
    qtbot.addWidget(strip)
    strip.tell(Message(text="Steps: asked 9, ran 4.", is_passing=is_passing))
    now[0] += shown_s
    strip.tell(Message(text="Offline.", key="line"))
    now[0] += covered_s
    strip.dismiss() if end == "dismiss" else strip.clear("line")
    assert (strip.message is not None) == (comes_back or not is_passing)


def test_what_is_shown_stays_however_old(qtbot):
    now = [1000.0]
    strip = MessageStrip(clock=lambda: now[0])
    qtbot.addWidget(strip)
    strip.tell(Message(text="Offline.", key="line"))
    strip.tell(Message(text="Steps: asked 9, ran 4.", is_passing=True))
    now[0] += 600
    strip.clear("line")
    assert strip.message.text == "Steps: asked 9, ran 4."


def test_markup_in_a_message_is_shown_as_text(strip):
    strip.tell(Message(text="<b>bold</b>"))
    assert shown(strip) == "<b>bold</b>"


def test_the_newest_covers_the_older_which_comes_back(strip, qtbot):
    strip.tell(Message(text="Offline."))
    strip.tell(Message(text="The key was refused."))
    assert shown(strip) == "The key was refused."

    press(qtbot, strip, "dismiss_message")
    assert shown(strip) == "Offline."

    press(qtbot, strip, "dismiss_message")
    assert strip.isHidden()


def test_the_same_key_replaces_and_comes_to_the_top(strip, qtbot):
    strip.tell(Message(text="Offline since 14:02.", key="connection"))
    strip.tell(Message(text="The disk is full.", key="folder"))
    strip.tell(Message(text="Offline since 14:03.", key="connection"))
    assert shown(strip) == "Offline since 14:03."

    press(qtbot, strip, "dismiss_message")
    assert shown(strip) == "The disk is full."
    press(qtbot, strip, "dismiss_message")
    assert strip.isHidden()


def test_the_same_sentence_twice_is_one_message(strip, qtbot):
    strip.tell(Message(text="Offline."))
    strip.tell(Message(text="Offline."))
    press(qtbot, strip, "dismiss_message")
    assert strip.isHidden()


def test_what_is_over_is_taken_away_even_while_it_is_covered(strip, qtbot):
    strip.tell(Message(text="Offline.", key="connection"))
    strip.tell(Message(text="The disk is full.", key="folder"))
    strip.clear("connection")
    strip.clear("never told")
    assert shown(strip) == "The disk is full."

    strip.clear("folder")
    assert strip.isHidden()


def test_a_storm_of_messages_leaves_the_newest(strip, qtbot):
    for number in range(100):
        strip.tell(Message(text=f"Number {number}."))
    seen = []
    while strip.isVisible():
        seen.append(shown(strip))
        press(qtbot, strip, "dismiss_message")
    assert seen == [f"Number {number}." for number in range(99, 91, -1)]


def test_an_action_says_its_id_and_the_message_stays(strip, qtbot):
    acted = []
    strip.acted.connect(acted.append)
    actions = (("Account…", "account"), ("Copy report", "copy-report"))
    strip.tell(Message(text="The key was refused.", actions=actions))

    press(qtbot, strip, "copy_report")
    press(qtbot, strip, "account")

    assert acted == ["copy-report", "account"]
    assert strip.isVisible()


def test_buttons_go_with_their_message(strip):
    strip.tell(Message(text="The key was refused.", actions=(("Account…", "account"),)))
    strip.tell(Message(text="Offline."))
    assert not [each for each in strip.findChildren(QPushButton) if each.isVisible()]


def test_a_third_action_is_a_mistake():
    with pytest.raises(ValueError, match="at most 2"):
        Message(text="x", actions=(("a", "a"), ("b", "b"), ("c", "c")))


@pytest.mark.parametrize("width", [1100, 460])
@pytest.mark.parametrize("actions", [(), (("Choose folder…", "folder"), ("Copy report", "copy"))])
def test_a_long_message_wraps_and_is_whole(strip, window, qtbot, width, actions):
    window.resize(width, 700)
    strip.tell(Message(text=LONG, actions=actions))
    text = strip.findChild(QTextEdit)

    def is_whole() -> bool:
        needed = text.document().size().height()
        return text.height() >= needed and text.geometry().bottom() < strip.height()

    qtbot.waitUntil(is_whole)
    assert text.document().size().width() <= text.viewport().width()
    assert window.width() == width
    for button in strip.findChildren(QPushButton):
        if button.isVisible():
            assert strip.rect().contains(button.geometry())
            assert not button.geometry().intersects(text.geometry())


def test_each_severity_has_its_own_edge(strip):
    strip.setStyleSheet(
        "#message { border: 1px solid #000000; border-left: 4px solid #ff0000 }"
        '#message[severity="warning"] { border-left-color: #00ff00 }'
        '#message[severity="good"] { border-left-color: #0000ff }'
    )
    edges = []
    for severity in Severity:
        strip.tell(Message(text="Something.", severity=severity))
        edges.append(strip.grab().toImage().pixelColor(1, strip.height() // 2).name())
    assert edges == ["#ff0000", "#00ff00", "#0000ff"]


async def test_the_cross_follows_the_system_from_dark_to_light(strip, qapp):
    strip.tell(Message(text="Offline."))
    before, sheet = QPalette(qapp.palette()), qapp.styleSheet()
    # A sheet that another test has left would have a colour of its own.
    qapp.setStyleSheet("")
    seen = []
    try:
        for colour in ("#ff0000", "#0000ff"):
            palette = QPalette(before)
            palette.setColor(QPalette.ColorRole.PlaceholderText, QColor(colour))
            qapp.setPalette(palette)
            await asyncio.sleep(0)
            icon = strip.findChild(QToolButton).icon().pixmap(16, 16).toImage()
            seen.append(icon.pixelColor(8, 8).name())
    finally:
        qapp.setPalette(before)
        qapp.setStyleSheet(sheet)
    assert seen == ["#ff0000", "#0000ff"]
