"""The program is killed between submitting and saving; the next start loses and repeats nothing."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from civitai_desktop import resources
from civitai_desktop.catalogue import loader
from civitai_desktop.domain.generation import Generation
from civitai_desktop.storage.library import Library
from tests.program.sandbox_process import Sandbox, sandbox_process

SUBMISSION = r"/workflows\?.*whatif=false"
BLOB = r"/v2/consumer/blobs/"
PICTURES = 4
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Site:
    """Where one program does its work: its folders, and the sandbox it talks to."""

    data: Path
    pictures: Path
    sandbox: Sandbox

    @property
    def library(self) -> Path:
        return self.data / "library.sqlite3"

    def files(self) -> list[Path]:
        """Return the saved pictures."""
        return [path for path in self.pictures.glob("*/*") if not path.name.startswith(".")]

    def parts(self) -> list[Path]:
        """Return the pictures that were begun and not finished."""
        return list(self.pictures.glob("*/.*.part"))

    def states(self) -> list[str]:
        """Return how far the generations have come, read beside the running program."""
        with closing(sqlite3.connect(f"{self.library.as_uri()}?mode=ro", uri=True)) as database:
            return [state for (state,) in database.execute("SELECT state FROM generation")]


@contextmanager
def started(site: Site) -> Iterator[None]:
    """Run the program as a process, and kill it at the end of the block."""
    command = [sys.executable, "-m", "civitai_desktop"]
    folders = ["--data-dir", str(site.data), "--pictures-dir", str(site.pictures)]
    civitai = ["--api-url", site.sandbox.url, "--site-url", site.sandbox.url]
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "CIVITAI_API_KEY": site.sandbox.key,
    }
    with subprocess.Popen([*command, *folders, *civitai], env=environment) as process:
        try:
            yield
        finally:
            assert process.poll() is None, "it has ended by itself"
            process.kill()


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until `condition` holds, looking as often as a short moment needs."""
    give_up = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.005)


def press_generate(library: Path) -> None:
    """Leave what a press of the button writes before anything is sent: a row that waits.

    The next start takes it up by itself, so that no hand is needed to press the button.
    """
    engine = loader.load(resources.path("catalogue/engines.json")).default
    values = {**engine.defaults(), "prompt": "a lighthouse at dusk", "quantity": PICTURES}
    with closing(Library(library)) as opened:
        opened.add_generation(Generation(request=engine.request(values)))


def is_sending(site: Site) -> bool:
    return site.states() == ["sending"]


def has_arrived(site: Site) -> bool:
    return bool(site.sandbox.workflows())


def has_begun_a_picture(site: Site) -> bool:
    return bool(site.parts())


def has_saved_one(site: Site) -> bool:
    return len(site.files()) >= 1


def has_saved_three(site: Site) -> bool:
    return len(site.files()) >= 3


def is_held(site: Site) -> bool:
    """Tell whether a generation waits for its account, as its row says."""
    with closing(sqlite3.connect(f"{site.library.as_uri()}?mode=ro", uri=True)) as database:
        return any(
            json.loads(hold)["by"] == "account"
            for (hold,) in database.execute("SELECT hold FROM generation WHERE hold <> ''")
        )


def test_killed_while_sending_it_waits_for_the_account_that_has_sent_it(tmp_path: Path) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text(json.dumps([{"path": SUBMISSION, "lose_answer": True}]))
    other_faults = tmp_path / "other-faults.json"
    bob = {"path": "/api/v1/me$", "status": 200, "body": {"username": "bob"}}
    other_faults.write_text(json.dumps([bob]))
    with (
        sandbox_process("--speed", "20", "--faults", str(faults)) as ours,
        sandbox_process("--key", "somebody-elses", "--faults", str(other_faults)) as others,
    ):
        site = Site(tmp_path / "data", tmp_path / "pictures", ours)
        press_generate(site.library)
        with started(site):
            wait_for(lambda: has_arrived(site))
        assert site.states() == ["sending"]
        faults.write_text("[]")
        elsewhere = Site(site.data, site.pictures, others)
        with started(elsewhere):
            wait_for(lambda: is_held(elsewhere))
        assert others.workflows() == []
        with started(site):
            wait_for(lambda: site.states() == ["succeeded"])
        assert len(ours.workflows()) == 1
        assert len(site.files()) == PICTURES


@pytest.mark.parametrize(
    ("kill_when", "fault"),
    [
        (is_sending, {"path": SUBMISSION, "drop": True}),
        (has_arrived, {"path": SUBMISSION, "lose_answer": True}),
        (has_arrived, {"path": SUBMISSION, "delay_s": 0}),
        (has_begun_a_picture, {"path": BLOB, "delay_s": PATIENCE_S}),
        (has_saved_one, {"path": BLOB, "delay_s": PATIENCE_S, "skip": 1}),
        (has_saved_three, {"path": BLOB, "delay_s": PATIENCE_S, "skip": 3}),
    ],
    ids=[
        "the submission is lost",
        "its answer is lost",
        "the server works on it",
        "pictures have begun to arrive",
        "one of four is saved",
        "three of four are saved",
    ],
)
def test_a_killed_program_finds_every_picture_and_pays_once(
    tmp_path: Path, kill_when: Callable[[Site], bool], fault: dict[str, object]
) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text(json.dumps([fault]))
    with sandbox_process("--speed", "20", "--faults", str(faults)) as sandbox:
        site = Site(tmp_path / "data", tmp_path / "pictures", sandbox)
        press_generate(site.library)
        with started(site):
            wait_for(lambda: kill_when(site))
        assert len(site.files()) < PICTURES
        faults.write_text("[]")
        with started(site):
            wait_for(lambda: site.states() == ["succeeded"])

        assert len(sandbox.workflows()) == 1
        assert sorted(file.read_bytes() for file in site.files()) == sorted(sandbox.pictures())
        assert site.parts() == []
        with closing(Library(site.library)) as library:
            assert library.count() == PICTURES
