"""Loading and building when it is wanted, and in a quiet moment before."""

import sys

import pytest
from PySide6.QtCore import QObject

from civitai_desktop.ui.shared.late import Late, LateLoader, Made
from civitai_desktop.ui.window.about import AboutDialog

QUIET = ("sched", "colorsys")
"""Modules of the standard library that nothing else here wants."""


@pytest.fixture
def unloaded(monkeypatch):
    for name in QUIET:
        monkeypatch.delitem(sys.modules, name, raising=False)


def test_what_is_late_is_what_the_module_has_under_that_name():
    about: Late[type[AboutDialog]] = Late("civitai_desktop.ui.window.about", "AboutDialog")
    assert about() is AboutDialog


def test_nothing_is_loaded_before_it_is_asked_for(unloaded):
    late: Late[object] = Late("sched", "scheduler")
    assert "sched" not in sys.modules
    late()
    assert "sched" in sys.modules


def test_what_is_made_is_made_once_and_known_from_then_on():
    made = Made(QObject)
    assert made.known is None
    assert made() is made()
    assert made.known is made()


def test_in_a_quiet_moment_all_is_loaded_one_after_the_other(qtbot, unloaded):
    parent = QObject()
    loader = LateLoader(tuple(reversed(QUIET)), parent)
    assert not loader.is_done
    loader.start()
    qtbot.waitUntil(lambda: "colorsys" in sys.modules)
    assert not loader.is_done
    qtbot.waitUntil(lambda: loader.is_done)
    assert "sched" in sys.modules
