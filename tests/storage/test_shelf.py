"""The shelf outlives the program, and a damaged file or a lost cache costs nothing else."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from civitai_desktop.domain.resource import Resource, Shelf
from civitai_desktop.storage.shelf import Previews, ShelfFile

AMBER = Resource(
    version_id=2,
    resource_id=1,
    air="urn:air:sdxl:lora:civitai:1@2",
    name="Amber — Æther",
    version="v1",
    kind="lora",
    type="LORA",
    words=("amber", "dusk"),
    can_generate=False,
    early_access_until=datetime(2026, 12, 24, tzinfo=UTC),
)


@pytest.fixture
def file(tmp_path: Path) -> ShelfFile:
    return ShelfFile(tmp_path / "resources.json")


def test_what_is_kept_comes_back_equal(file):
    shelf = Shelf(recent=(AMBER,), favourites=(replace(AMBER, early_access_until=None), AMBER))
    file.save(shelf)
    assert file.load() == shelf


def test_a_missing_file_is_an_empty_shelf(file):
    assert file.load() == Shelf()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"recent": [{}], "favourites": []}'])
def test_a_damaged_file_is_an_empty_shelf_and_is_logged(file, tmp_path, caplog, content):
    (tmp_path / "resources.json").write_bytes(content)
    assert file.load() == Shelf()
    assert "left out" in caplog.text
    file.save(Shelf(favourites=(AMBER,)))
    assert (tmp_path / "resources-damaged.json").read_bytes() == content


def test_pictures_are_kept_and_the_oldest_go_first(tmp_path):
    previews = Previews(tmp_path / "previews")
    for number in range(1, 6):
        previews.store(number, b"picture")
        os.utime(previews.path(number), (number, number))

    previews.prune(2, spare={1})

    assert [number for number in range(1, 6) if previews.has(number)] == [1, 4, 5]


def test_a_cache_that_cannot_be_written_costs_the_picture_only(tmp_path, caplog):
    (tmp_path / "previews").write_text("a file where the folder should be")
    previews = Previews(tmp_path / "previews")
    previews.prune(0, spare=())
    previews.store(1, b"picture")
    assert not previews.has(1)
    assert "not kept" in caplog.text
