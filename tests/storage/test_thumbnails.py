"""Thumbnail paths, and a cache that goes away in the middle."""

import shutil
from pathlib import Path

import pytest

from civitai_desktop.storage.thumbnails import Thumbnails


@pytest.fixture
def thumbnails(tmp_path: Path) -> Thumbnails:
    return Thumbnails(tmp_path / "cache")


def test_a_thousand_thumbnails_share_a_folder(thumbnails, tmp_path):
    assert thumbnails.path(7) == tmp_path / "cache" / "0" / "7.jpg"
    assert thumbnails.path(100_999) == tmp_path / "cache" / "100" / "100999.jpg"


def test_a_draft_becomes_the_thumbnail_of_its_image(thumbnails):
    draft = thumbnails.draft()
    draft.write_bytes(b"small")

    thumbnails.adopt(draft, 1234)

    assert thumbnails.path(1234).read_bytes() == b"small"
    assert not draft.exists()


def test_two_drafts_never_meet(thumbnails):
    assert thumbnails.draft() != thumbnails.draft()


def test_drafts_that_a_stopped_import_left_are_swept(thumbnails):
    kept, left = thumbnails.draft(), thumbnails.draft()
    for draft in (kept, left):
        draft.write_bytes(b"small")
    thumbnails.adopt(kept, 1)

    thumbnails.sweep()
    thumbnails.sweep()

    assert not left.exists()
    assert thumbnails.path(1).exists()


def test_a_deleted_thumbnail_is_gone_and_deleting_it_again_is_fine(thumbnails):
    draft = thumbnails.draft()
    draft.write_bytes(b"small")
    thumbnails.adopt(draft, 1)

    thumbnails.delete(1)
    thumbnails.delete(1)

    assert not thumbnails.path(1).exists()


def test_a_cache_deleted_in_the_middle_costs_the_thumbnail_only(thumbnails, tmp_path):
    draft = thumbnails.draft()
    shutil.rmtree(tmp_path / "cache")

    thumbnails.adopt(draft, 1)

    assert not thumbnails.path(1).exists()
    assert thumbnails.draft().parent.is_dir()


def test_a_cache_that_cannot_be_made_disturbs_nothing(tmp_path):
    (tmp_path / "cache").write_text("a file in its place")
    thumbnails = Thumbnails(tmp_path / "cache")

    thumbnails.adopt(thumbnails.draft(), 1)
    thumbnails.delete(1)
    thumbnails.sweep()
