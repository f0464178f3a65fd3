"""The same sandbox and services as in tests/services."""

from tests.services.conftest import (
    home,
    in_the_background,
    nothing_is_left_behind,
    only_new_garbage,
    sandbox,
    slow,
    workshop,
)

__all__ = [
    "home",
    "in_the_background",
    "nothing_is_left_behind",
    "only_new_garbage",
    "sandbox",
    "slow",
    "workshop",
]
