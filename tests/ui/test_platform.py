"""The binding below the window keeps count of its references, on every Python it is installed on.

PySide6 6.12.0 loses a reference to None or True per call before Python 3.12, and the interpreter
aborts after some thousands of them.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

CHECKOUT = Path(__file__).parents[2]
CALLS = 1_000

COUNT = """
import json, sys
from PySide6.QtCore import QObject, Signal

# So many references to spare that a faulty binding is counted, not killed.
spare = [True] * 100_000 + [None] * 100_000

class Sender(QObject):
    sent = Signal(object)

def take(value):
    pass

sender = Sender()
sender.sent.connect(take)

def lost(call):
    call()
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(int(sys.argv[1])):
        call()
    after = sys.getrefcount(None), sys.getrefcount(True)
    return [was - now for was, now in zip(before, after)]

def call_void():
    sender.setObjectName("name")

def emit():
    sender.sent.emit(1)

print(json.dumps({"void method": lost(call_void), "emit": lost(emit)}))
"""


def test_calls_into_qt_lose_no_reference_to_none_or_true():
    command = [sys.executable, "-c", COUNT, str(CALLS)]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr

    for call, lost in json.loads(answer.stdout).items():
        # The interpreter itself moves a few; the fault takes one with every call.
        assert max(lost) < CALLS / 10, f"{call} loses references to (None, True): {lost}"


def test_the_faulty_release_is_ruled_out_before_python_312():
    pyproject = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    requirements = [Requirement(text) for text in pyproject["project"]["dependencies"]]
    on_311 = [
        requirement.specifier
        for requirement in requirements
        if requirement.name == "PySide6-Essentials"
        and (not requirement.marker or requirement.marker.evaluate({"python_version": "3.11"}))
    ]

    assert any("6.11.3" in releases for releases in on_311)
    assert not all("6.12.0" in releases for releases in on_311)
