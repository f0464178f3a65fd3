"""Reading pictures back from their files, with nothing but the folder left."""

from pathlib import PurePosixPath

import pytest
from PIL import Image as Pillow
from PIL import PngImagePlugin

from civitai_desktop import resources
from civitai_desktop.catalogue.loader import load
from civitai_desktop.domain.errors import DamagedPicture
from civitai_desktop.domain.events import ImagesImported
from civitai_desktop.domain.generation import GalleryQuery, PictureFacts
from civitai_desktop.services.imports import Imports
from civitai_desktop.services.tasks import DiskThread, Workers
from civitai_desktop.storage.files import PictureFolder
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.metadata import compose
from civitai_desktop.storage.thumbnails import Thumbnails


class Reader:
    """Decodes with Pillow."""

    def read(self, picture, thumbnail):
        try:
            with Pillow.open(picture) as image:
                image.load()
                image.convert("RGB").resize((4, 4)).save(thumbnail)
                return PictureFacts(width=image.width, height=image.height, micro=bytes(48))
        except OSError as error:
            raise DamagedPicture(str(error)) from error


@pytest.fixture
def folder(tmp_path):
    folder = PictureFolder(tmp_path / "pictures")
    folder.check()
    (folder.root / "2026-11-22").mkdir()
    return folder


@pytest.fixture
async def imported(tmp_path, folder):
    """Import the folder once; returns the library and what was told."""
    disk, decoders, told = DiskThread(), Workers("decoder", 2), []
    library = await disk.run(Library, tmp_path / "library.sqlite3")
    imports = Imports(
        library,
        folder,
        Thumbnails(tmp_path / "thumbnails"),
        Reader(),
        load(resources.path("catalogue/engines.json")),
        disk,
        decoders,
        told.append,
    )

    async def run(**options):
        await imports.run(**options)
        return library, told

    yield run
    decoders.close()
    disk.close()
    library.close()


def save(folder, name, text=None):
    chunks = PngImagePlugin.PngInfo()
    if text:
        chunks.add_text("parameters", text)
    image = Pillow.new("RGB", (64, 96), "teal")
    image.putpixel((0, 0), (len(name), 7, 7))
    image.save(folder.root / name, pnginfo=chunks)


async def test_a_lost_library_is_rebuilt_from_the_files(folder, imported):
    text = compose(prompt="a paper boat", engine="sdxl", steps=25, guidance=6.5, seed=42)
    save(folder, "2026-11-22/boat.png", text)

    library, told = await imported()

    (image,) = library.images(library.listing(GalleryQuery(text="paper")).ids)
    assert image.path == PurePosixPath("2026-11-22/boat.png")
    assert (image.engine, image.seed, image.width, image.height) == ("sdxl", 42, 64, 96)
    values = library.generation(image.generation_id).request.values
    assert (values["steps"], values["cfgScale"], values["seed"]) == (25, 6.5, 42)
    assert told == [ImagesImported(1, 0)]


async def test_a_second_look_finds_nothing_new_and_may_keep_quiet(folder, imported):
    save(folder, "2026-11-22/boat.png")
    await imported()

    library, told = await imported(quiet=True)

    assert told == [ImagesImported(1, 0)]
    assert library.count() == 1


async def test_a_picture_without_a_text_is_taken_all_the_same(folder, imported):
    save(folder, "plain.png")

    library, _ = await imported()

    (image,) = library.images([1])
    assert (image.prompt, image.engine) == ("", "")


async def test_a_file_that_is_no_picture_is_left_out_and_counted(folder, imported):
    (folder.root / "broken.jpg").write_bytes(b"no picture")
    save(folder, "whole.png")

    library, told = await imported()

    assert library.count() == 1
    assert told == [ImagesImported(1, 1)]


async def test_parts_of_a_killed_run_and_other_files_are_not_looked_at(folder, imported):
    (folder.root / "2026-11-22" / ".0a.part").write_bytes(b"half")
    (folder.root / "notes.txt").write_text("mine")

    _, told = await imported()

    assert told == [ImagesImported(0, 0)]
