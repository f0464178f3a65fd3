"""What holds for every test: generated cases may take as long as the machine does."""

import sys

import pytest
from hypothesis import HealthCheck, settings

# A slow moment of a shared machine is no failure of the program.
settings.register_profile(
    "patient", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")


@pytest.fixture
def nobody_closes_generators():
    """Run as qasync does by itself: without the hooks that close what was dropped."""
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=None, finalizer=None)
    yield
    sys.set_asyncgen_hooks(*hooks)
