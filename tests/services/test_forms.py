"""The form comes back as it was left; a bad disk costs its memory and nothing else."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from civitai_desktop.domain.errors import FormUnusable
from civitai_desktop.domain.form import SavedForm
from civitai_desktop.domain.terms import Buzz, Terms
from civitai_desktop.services.forms import Forms
from civitai_desktop.services.tasks import DiskThread
from civitai_desktop.storage.forms import FormFile

FORM = SavedForm(
    engine="z-image-turbo",
    values={
        "z-image-turbo": {
            "prompt": "déjà vu\n“x”",
            "seed": None,
            "steps": 9,
            "cfgScale": 1.5,
            "enhance": True,
            "loras": {"urn:air:a": 0.5},
            "embeddings": ("urn:air:b",),
        },
        "sdxl": {},
    },
    favourites=("sdxl", "gone"),
    recents=("sd1",),
    terms=Terms(wallet=Buzz.GREEN, allow_mature=False),
)


@pytest.fixture
def disk() -> Iterator[DiskThread]:
    disk = DiskThread()
    yield disk
    disk.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "form.json"


async def test_a_form_comes_back_as_it_was_left(file, disk) -> None:
    await Forms(FormFile(file), disk).save(FORM)
    assert await Forms(FormFile(file), disk).load() == FORM


async def test_a_first_start_has_an_empty_form(file, disk) -> None:
    assert await Forms(FormFile(file), disk).load() == SavedForm()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"engine": "x"}',
        b'{"engine": "x", "values": 7}',
        b'{"engine": "x", "values": {"x": 7}}',
        b'{"engine": "x", "values"',
    ],
)
async def test_a_damaged_form_is_put_aside_and_told(file, disk, content) -> None:
    file.write_bytes(content)
    forms = Forms(FormFile(file), disk)
    with pytest.raises(FormUnusable, match=r"It is kept as form-damaged\.json\."):
        await forms.load()
    assert file.with_name("form-damaged.json").read_bytes() == content
    assert await forms.load() == SavedForm()
    await forms.save(FORM)
    assert await forms.load() == FORM


async def test_a_second_damaged_form_leaves_the_first_alone(file, disk) -> None:
    for content, name in ((b"one", "form-damaged.json"), (b"two", "form-damaged-2.json")):
        file.write_bytes(content)
        with pytest.raises(FormUnusable, match=name):
            await Forms(FormFile(file), disk).load()
    assert file.with_name("form-damaged.json").read_bytes() == b"one"
    assert file.with_name("form-damaged-2.json").read_bytes() == b"two"


@pytest.mark.skipif(os.geteuid() == 0, reason="root renames anything")
async def test_a_form_that_stays_where_it_is_is_not_said_to_be_kept(file, disk) -> None:
    file.write_bytes(b"damaged")
    file.parent.chmod(0o500)
    try:
        with pytest.raises(FormUnusable) as raised:
            await Forms(FormFile(file), disk).load()
    finally:
        file.parent.chmod(0o700)
    assert "kept as" not in str(raised.value)
    assert file.read_bytes() == b"damaged"


@pytest.mark.parametrize("more", ["", ', "favourites": 7, "recents": {"sd1": 1}', ', "terms": 3'])
async def test_a_form_of_an_earlier_version_is_whole(file, disk, more) -> None:
    file.write_text(f'{{"engine": "sdxl", "values": {{"sdxl": {{"steps": 9}}}}{more}}}')
    kept = await Forms(FormFile(file), disk).load()
    assert kept == SavedForm(engine="sdxl", values={"sdxl": {"steps": 9}})


async def test_a_disk_that_takes_nothing_leaves_the_form_before(file, disk, caplog) -> None:
    forms = Forms(FormFile(file), disk)
    await forms.save(FORM)
    file.with_suffix(".part").mkdir()
    with caplog.at_level(logging.WARNING):
        await forms.save(SavedForm(engine="another"))
    assert "could not be kept" in caplog.text
    assert await forms.load() == FORM


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
async def test_a_full_disk_leaves_the_form_before(file, disk, caplog) -> None:
    forms = Forms(FormFile(file), disk)
    await forms.save(FORM)
    file.with_suffix(".part").symlink_to("/dev/full")
    with caplog.at_level(logging.WARNING):
        await forms.save(SavedForm(engine="another"))
    assert "No space left" in caplog.text
    assert await forms.load() == FORM
