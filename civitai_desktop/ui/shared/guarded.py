"""Virtual functions that Qt calls: an exception is reported, and never goes through C++."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def guarded(otherwise: Callable[[], R]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Report what the override raises through `sys.excepthook`, and return `otherwise()` to Qt."""

    def decorate(method: Callable[P, R]) -> Callable[P, R]:
        @wraps(method)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return method(*args, **kwargs)
            except Exception as error:  # noqa: BLE001 - Qt cannot pass it on; the hook reports it
                sys.excepthook(type(error), error, error.__traceback__)
                return otherwise()

        return call

    return decorate


def nothing() -> Any:
    """Return None, what a virtual function without a result gives back."""
    return None
