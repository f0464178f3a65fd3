"""Widgets in the rubbish are torn down on the UI thread, whoever allocates.

The collector at work is the one of the application that all tests share.
"""

import asyncio
import threading
import weakref

from PySide6.QtWidgets import QWidget

from tests.ui.conftest import Until


def throw_away_a_widget() -> list[int]:
    """Leave a widget that only a cycle keeps alive; the list will name the thread of its end."""
    ended_on: list[int] = []
    widget = QWidget()
    widget.cycle = widget
    weakref.finalize(widget, lambda: ended_on.append(threading.get_ident()))
    return ended_on


def allocate_plenty() -> list[list[int]]:
    """Do what makes Python's own collector run many times over."""
    return [[number] for number in range(200_000)]


async def test_a_worker_that_allocates_tears_no_widget_down():
    ended_on = throw_away_a_widget()
    kept = await asyncio.to_thread(allocate_plenty)
    assert kept
    # The application may have looked meanwhile, on this thread.
    assert set(ended_on) <= {threading.get_ident()}


async def test_the_ui_thread_tears_it_down_soon(until: Until):
    ended_on = throw_away_a_widget()
    kept = await asyncio.to_thread(allocate_plenty)
    await until(lambda: ended_on)
    assert kept
    assert ended_on == [threading.get_ident()]
