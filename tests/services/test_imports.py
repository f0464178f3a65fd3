"""Reading pictures back from their files, with nothing but the folder left."""

from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import PurePosixPath

import pytest
from PIL import Image as Pillow
from PIL import PngImagePlugin

from civitai_desktop import resources
from civitai_desktop.catalogue.loader import load
from civitai_desktop.domain.errors import DamagedPicture
from civitai_desktop.domain.events import ImagesImported
from civitai_desktop.domain.generation import GalleryQuery, Image, PictureFacts
from civitai_desktop.domain.look import PassedOver, Reason
from civitai_desktop.services.imports import Imports
from civitai_desktop.services.tasks import DiskThread, Workers
from civitai_desktop.storage.files import PictureFolder
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.metadata import compose
from civitai_desktop.storage.thumbnails import Thumbnails


class Reader:
    """Decodes with Pillow; a file named `gone.png` is deleted by somebody else just after."""

    def read(self, picture, thumbnail):
        try:
            with Pillow.open(picture) as image:
                image.load()
                image.convert("RGB").resize((4, 4)).save(thumbnail)
                return PictureFacts(width=image.width, height=image.height, micro=bytes(48))
        except OSError as error:
            raise DamagedPicture(str(error)) from error
        finally:
            if picture.name == "gone.png":
                picture.unlink()


class Decoders(Workers):
    """Workers of a busy program: `meanwhile` happens before the first work they are given.

    Attributes:
        meanwhile: Awaited once, and forgotten.
    """

    def __init__(self):
        super().__init__("decoder", 2)
        self.meanwhile = None

    async def run(self, work, *args, **kwargs):
        if meanwhile := self.meanwhile:
            self.meanwhile = None
            await meanwhile()
        return await super().run(work, *args, **kwargs)


@pytest.fixture
def folder(tmp_path):
    folder = PictureFolder(tmp_path / "pictures")
    folder.check()
    (folder.root / "2026-11-22").mkdir()
    return folder


@pytest.fixture
def disk():
    disk = DiskThread()
    yield disk
    disk.close()


@pytest.fixture
def decoders():
    decoders = Decoders()
    yield decoders
    decoders.close()


@pytest.fixture
def library(tmp_path):
    with closing(Library(tmp_path / "library.sqlite3")) as library:
        yield library


@pytest.fixture
def imported(tmp_path, folder, library, disk, decoders):
    """Import the folder once; returns the library and what was told."""
    told = []
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

    return run


def save(folder, name, text=None):
    chunks = PngImagePlugin.PngInfo()
    if text:
        chunks.add_text("parameters", text)
    image = Pillow.new("RGB", (64, 96), "teal")
    image.putpixel((0, 0), (len(name), 7, 7))
    image.save(folder.root / name, pnginfo=chunks)


def a_picture(folder, path):
    content = (folder.root / path).read_bytes()
    return Image(
        generation_id="g",
        blob_id="b",
        index=0,
        path=PurePosixPath(path),
        prompt="a paper boat",
        engine="sdxl",
        seed=None,
        width=64,
        height=96,
        size_bytes=len(content),
        sha256=sha256(content).hexdigest(),
        saved_at=datetime.now(UTC),
    )


async def test_a_lost_library_is_rebuilt_from_the_files(folder, imported):
    text = compose(prompt="a paper boat", engine="sdxl", steps=25, guidance=6.5, seed=42)
    save(folder, "2026-11-22/boat.png", text)

    library, told = await imported()

    (image,) = library.images(library.listing(GalleryQuery(text="paper")).ids)
    assert image.path == PurePosixPath("2026-11-22/boat.png")
    assert (image.engine, image.seed, image.width, image.height) == ("sdxl", 42, 64, 96)
    values = library.generation(image.generation_id).request.values
    assert (values["steps"], values["cfgScale"], values["seed"]) == (25, 6.5, 42)
    assert told == [ImagesImported(taken=1)]


async def test_a_second_look_finds_nothing_new_and_may_keep_quiet(folder, imported):
    save(folder, "2026-11-22/boat.png")
    await imported()

    library, told = await imported(quiet=True)

    assert told == [ImagesImported(taken=1)]
    assert library.count() == 1


async def test_a_picture_that_is_saved_meanwhile_does_not_come_in_twice(
    folder, imported, library, disk, decoders
):
    async def saved():
        save(folder, "2026-11-22/boat.png")
        await disk.run(library.add_image, a_picture(folder, "2026-11-22/boat.png"))

    decoders.meanwhile = saved
    _, told = await imported()

    assert library.count() == 1
    assert told == [ImagesImported()]


async def test_a_picture_that_its_generation_records_while_it_is_read_does_not_come_in_twice(
    folder, imported, library, disk, decoders
):
    save(folder, "2026-11-22/boat.png")

    async def recorded():
        await disk.run(library.add_image, a_picture(folder, "2026-11-22/boat.png"))

    async def listed():
        decoders.meanwhile = recorded

    decoders.meanwhile = listed
    await imported()

    (image,) = library.images(library.listing(GalleryQuery()).ids)
    assert image.generation_id == "g"


async def test_a_picture_that_was_read_back_first_belongs_to_its_generation_afterwards(
    folder, imported
):
    save(folder, "2026-11-22/boat.png")
    library, _ = await imported()
    (read_back,) = library.images(library.listing(GalleryQuery()).ids)
    library.set_favourite(read_back.id, favourite=True)

    recorded = library.add_image(a_picture(folder, "2026-11-22/boat.png"))

    assert library.images(library.listing(GalleryQuery()).ids) == [recorded]
    assert (recorded.id, recorded.saved_at) == (read_back.id, read_back.saved_at)
    assert (recorded.generation_id, recorded.blob_id, recorded.prompt) == ("g", "b", "a paper boat")
    assert recorded.favourite
    assert library.generation(read_back.generation_id) is None
    assert library.saved_blobs("g") == {"b"}


async def test_a_picture_without_a_text_is_taken_all_the_same(folder, imported):
    save(folder, "plain.png")

    library, _ = await imported()

    (image,) = library.images([1])
    assert (image.prompt, image.engine) == ("", "")


@pytest.mark.parametrize("seed", ["9" * 30, "9" * 5000, "-1", "1e3", "many"])
async def test_a_seed_that_is_none_is_left_out(folder, imported, seed):
    save(folder, "boat.png", f"a boat\nSteps: 9, Seed: {seed}, engine: sdxl")

    library, _ = await imported()

    (image,) = library.images([1])
    assert (image.prompt, image.seed) == ("a boat", None)


async def test_a_file_that_is_no_picture_is_left_out_and_counted(folder, imported):
    (folder.root / "broken.jpg").write_bytes(b"no picture")
    save(folder, "whole.png")

    library, told = await imported()

    assert library.count() == 1
    assert told == [
        ImagesImported(taken=1, passed_over=(PassedOver(Reason.NO_PICTURE, 1, ("broken.jpg",)),))
    ]


async def test_a_file_that_vanishes_is_left_out_and_counted(folder, imported):
    save(folder, "gone.png")
    save(folder, "whole.png")

    library, told = await imported()

    assert library.count() == 1
    assert told == [
        ImagesImported(taken=1, passed_over=(PassedOver(Reason.NO_ACCESS, 1, ("gone.png",)),))
    ]


async def test_parts_of_a_killed_run_and_other_files_are_not_looked_at(folder, imported):
    (folder.root / "2026-11-22" / ".0a.part").write_bytes(b"half")
    (folder.root / "notes.txt").write_text("mine")

    _, told = await imported()

    assert told == [ImagesImported()]


async def test_settings_of_an_engine_that_nobody_knows_are_read_under_their_usual_names(
    folder, imported
):
    text = "a boat\nNegative prompt: blurry\nSteps: 9, CFG scale: 1, Seed: 42, engine: sdcpp"
    save(folder, "2026-11-22/boat.png", text)
    library, _ = await imported()
    (image,) = library.images(library.listing(GalleryQuery()).ids)
    request = library.generation(image.generation_id).request
    assert (request.engine, request.seed) == ("sdcpp", 42)
    assert request.values == {
        "prompt": "a boat",
        "negativePrompt": "blurry",
        "width": 64,
        "height": 96,
        "steps": 9,
        "cfgScale": 1,
        "seed": 42,
    }


async def test_an_engine_is_known_by_its_checkpoint(folder, imported):
    resources = 'Civitai resources: [{"type":"checkpoint","modelVersionId":128078}]'
    save(folder, "2026-11-22/boat.png", f"a boat\nSteps: 25, engine: sdcpp, {resources}")
    library, _ = await imported()
    (image,) = library.images(library.listing(GalleryQuery()).ids)
    assert image.engine == "sdxl"
    assert library.generation(image.generation_id).request.values["steps"] == 25


@pytest.mark.parametrize(
    ("text", "prompt", "seed"),
    [
        ("Steps: 9, Seed: 5, engine: sdxl", "", 5),
        ("a boat,\n\nat dusk", "a boat,\n\nat dusk", None),
        ("a boat\nNegative prompt: fog", "a boat", None),
        ("a boat Negative prompt: fog Steps: 9, Sampler: LMS, Seed: 5", "a boat", 5),
        ('{"extraMetadata": "{\\"prompt\\": \\"a boat\\", \\"seed\\": 5}"}', "a boat", 5),
        ('{"something": "else"}', "", None),
    ],
)
async def test_a_picture_keeps_what_its_text_says_however_little(
    folder, imported, text, prompt, seed
):
    save(folder, "boat.png", text)

    library, _ = await imported()

    (image,) = library.images([1])
    assert (image.prompt, image.seed) == (prompt, seed)


async def test_the_guidance_of_a_flux_picture_from_forge_is_the_distilled_one(folder, imported):
    save(folder, "boat.png", "a boat\nSteps: 9, CFG scale: 1, Distilled CFG Scale: 3.5, Seed: 5")

    library, _ = await imported()

    (image,) = library.images([1])
    assert library.generation(image.generation_id).request.values["cfgScale"] == 3.5
