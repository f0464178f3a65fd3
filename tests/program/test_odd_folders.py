"""The whole program in folders whose names are no text."""

import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.program.conftest import GivenOptions
from tests.program.sandbox_process import Sandbox
from tests.program.screen import program
from tests.qt_loop import Until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is text")


async def test_pictures_are_made_kept_and_shown_again_where_folders_have_no_text_for_a_name(
    sandbox: Sandbox,
    options: GivenOptions,
    until: Until,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    data, pictures = (tmp_path / os.fsdecode(name) for name in (b"d\xe4ta", b"b\xfclder"))
    chosen = replace(options(sandbox), data_dir=data, pictures_dir=pictures)
    for generations in (1, 2):
        async with program(chosen) as screen:
            await until(partial(screen.has_finished, generations - 1))
            screen.type("Prompt", "a lighthouse")
            screen.type("Images", "1")
            screen.click("Generate")
            await until(partial(screen.has_finished, generations))
            await until(lambda: all(map(screen.has_painted, screen.tiles())))
        assert len(list(pictures.glob("*/*"))) == generations
    assert (data / "library.sqlite3").exists()
