"""The same sandbox and services as in tests/services."""

from tests.services.conftest import home, nothing_is_left_behind, sandbox, workshop

__all__ = ["home", "nothing_is_left_behind", "sandbox", "workshop"]
