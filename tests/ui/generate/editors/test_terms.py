"""Who pays, and mature content: each choice says what it means."""

import pytest
from PySide6.QtWidgets import QComboBox, QLabel

from civitai_desktop.domain.terms import Buzz, Terms
from civitai_desktop.ui.generate.editors.terms import TermsEditor

EVERY = [Terms(wallet=w, allow_mature=m) for w in (None, *Buzz) for m in (None, True, False)]


@pytest.fixture
def editor(qtbot) -> TermsEditor:
    editor = TermsEditor()
    qtbot.addWidget(editor)
    editor.show()
    return editor


@pytest.mark.parametrize("terms", EVERY, ids=str)
def test_what_is_shown_is_what_is_chosen(editor, terms, qtbot):
    with qtbot.assertNotEmitted(editor.edited):
        editor.show_terms(terms)
    assert editor.terms() == terms


def test_a_choice_is_told(editor, qtbot):
    with qtbot.waitSignal(editor.edited) as told:
        editor.findChild(QComboBox, "paid_with").setCurrentIndex(3)
    assert told.args == [Terms(wallet=Buzz.YELLOW)]


@pytest.mark.parametrize("terms", EVERY, ids=str)
def test_each_choice_says_what_it_means_to_a_screen_reader_too(editor, terms):
    editor.show_terms(terms)
    lines = [label.text() for label in editor.findChildren(QLabel)]
    for box in editor.findChildren(QComboBox):
        assert box.accessibleName() in {"Paid with", "Mature content"}
        assert box.accessibleDescription() in lines


@pytest.mark.parametrize("wallet", [Buzz.BLUE, Buzz.GREEN])
def test_buzz_that_does_not_pay_for_mature_content_is_said(editor, wallet):
    editor.show_terms(Terms(wallet=wallet, allow_mature=True))
    said = editor.findChild(QComboBox, "mature_content").accessibleDescription()
    assert said.startswith("This Buzz does not pay for it")
    [wrong] = [label for label in editor.findChildren(QLabel) if label.text() == said]
    assert wrong.property("kind") == "complaint"
