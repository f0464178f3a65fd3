"""Folders whose names are bytes and no text."""

import json
import os
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QFile

from civitai_desktop.nameable import nameable
from civitai_desktop.options import Options
from civitai_desktop.places import Places

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is text")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def latin(folder: Path, name: bytes = b"d\xe4ta") -> Path:
    return folder / os.fsdecode(name)


def test_a_name_that_is_text_stays(tmp_path: Path):
    assert nameable(tmp_path / "dä ta 日本") == tmp_path / "dä ta 日本"


def test_a_name_that_is_none_is_reached_by_one_that_is(tmp_path: Path):
    folder = latin(tmp_path)
    link = nameable(folder)
    (link / "a.txt").write_text("here")
    assert (folder / "a.txt").read_text() == "here"
    assert json.loads(json.dumps(str(link))) == str(link)
    assert QFile.exists(str(link / "a.txt"))


def test_the_same_folder_has_the_same_name_at_every_start(tmp_path: Path):
    folder = latin(tmp_path)
    link = nameable(folder)
    assert nameable(folder) == link
    assert nameable(latin(tmp_path, b"d\xe5ta")) != link


def test_a_link_that_leads_elsewhere_is_mended(tmp_path: Path):
    folder = latin(tmp_path)
    link = nameable(folder)
    link.unlink()
    link.symlink_to(tmp_path)
    assert nameable(folder).resolve() == folder


def test_where_the_cache_has_no_name_either_the_temporary_folder_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(latin(tmp_path, b"c\xe4che")))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    link = nameable(latin(tmp_path))
    assert link.is_relative_to(tmp_path / "tmp")
    assert link.resolve() == latin(tmp_path)


def test_every_place_of_the_program_has_a_name(tmp_path: Path):
    places = Places(
        Options(data_dir=latin(tmp_path), pictures_dir=latin(tmp_path, b"b\xfclder"), sandbox=True)
    )
    places.prepare()
    real, sandbox = places.real(""), places.sandbox()
    for path in (places.log, places.settings, real.library, real.pictures, real.thumbnails):
        str(path).encode()
    for path in (sandbox.library, sandbox.pictures, sandbox.previews):
        str(path).encode()
    assert places.data.resolve() == latin(tmp_path)
    assert sandbox.pictures.resolve() == latin(tmp_path, b"b\xfclder")
