"""Tests of the window run on the program's own loop."""

from tests.qt_loop import (
    Until,
    nothing_is_left_behind,
    pytest_asyncio_loop_factories,
    pytest_runtest_teardown,
    qapp_cls,
    until,
)

__all__ = [
    "Until",
    "nothing_is_left_behind",
    "pytest_asyncio_loop_factories",
    "pytest_runtest_teardown",
    "qapp_cls",
    "until",
]
