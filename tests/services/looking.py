"""A pictures folder, a library and looks through the one for the other, without a window."""

import asyncio
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path, PurePosixPath

from PIL import Image as Pillow
from PIL import PngImagePlugin

from civitai_desktop import resources
from civitai_desktop.catalogue.loader import load
from civitai_desktop.domain.errors import DamagedPicture
from civitai_desktop.domain.events import ImagesImported
from civitai_desktop.domain.generation import (
    GalleryQuery,
    Generation,
    GenerationRequest,
    GenerationState,
    Image,
    PictureFacts,
)
from civitai_desktop.services.imports import Imports
from civitai_desktop.services.tasks import DiskThread, Workers
from civitai_desktop.storage.files import PictureFolder
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.scan import read_seen
from civitai_desktop.storage.thumbnails import Thumbnails

DAY = "2026-11-22"


class Reader:
    """Decodes with Pillow, and counts what it has decoded."""

    def __init__(self) -> None:
        self.decoded: list[str] = []

    def read(self, picture: Path, thumbnail: Path) -> PictureFacts:
        self.decoded.append(picture.name)
        try:
            with Pillow.open(picture) as image:
                image.load()
                image.convert("RGB").resize((4, 4)).save(thumbnail)
                micro = image.convert("RGB").resize((4, 4)).tobytes()
                return PictureFacts(width=image.width, height=image.height, micro=micro)
        except OSError as error:
            raise DamagedPicture(str(error)) from error


@lru_cache
def catalogue():
    return load(resources.path("catalogue/engines.json"))


@lru_cache
def picture(text: str = "", colour: str = "teal", side: int = 8) -> bytes:
    """Return a PNG with settings in it."""
    chunks = PngImagePlugin.PngInfo()
    if text:
        chunks.add_itxt("parameters", text)
    content = io.BytesIO()
    Pillow.new("RGB", (side, side), colour).save(content, "PNG", pnginfo=chunks)
    return content.getvalue()


def settings(prompt: str, seed: int = 5) -> str:
    return f"{prompt}\nSteps: 20, Seed: {seed}, Size: 8x8"


class Home:
    """A folder and its library; `look()` goes through it once, as the program does."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.root = base / "pictures"
        self.folder = PictureFolder(self.root)
        self.folder.check()
        self.library = Library(base / "data" / "library.sqlite3")
        self.library.use_root(self.root)
        self.thumbnails = Thumbnails(base / "thumbnails")
        self.reader = Reader()
        self.generated = 0
        self.told: list[ImagesImported] = []
        self.disk = DiskThread()
        self.decoders = Workers("decoder", 2)
        self.imports = Imports(
            self.library,
            self.folder,
            self.thumbnails,
            self.reader,
            catalogue(),
            self.disk,
            self.decoders,
            self.told.append,
        )

    def close(self) -> None:
        self.decoders.close()
        self.disk.close()
        self.library.close()

    def look(self) -> ImagesImported:
        asyncio.run(self.imports.run())
        return self.told[-1]

    def save(self, name: str, text: str = "", colour: str = "teal", side: int = 8) -> Path:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(picture(text, colour, side))
        return file

    def generate(self, name: str, prompt: str = "a boat", seed: int = 5, **changes) -> Image:
        """Save a picture as a generation does: served without a text, ours put in.

        Args:
            is_old: Whether a version did it that kept no digest of the file.
        """
        is_old = changes.pop("is_old", False)
        file = self.save(name, settings(prompt, seed), changes.pop("colour", "teal"))
        number = str(self.generated)
        self.generated += 1
        request = GenerationRequest(
            id=f"g{number}",
            engine="sdxl",
            values={},
            step_type="textToImage",
            input={},
            prompt=prompt,
            seed=seed,
        )
        self.library.add_generation(
            Generation(
                request=request,
                state=GenerationState.SUCCEEDED,
                created_at=datetime.now(UTC),
                cost=8,
            )
        )
        columns = {
            "generation_id": f"g{number}",
            "blob_id": "b",
            "index": 0,
            "path": PurePosixPath(name),
            "prompt": prompt,
            "engine": "sdxl",
            "seed": seed,
            "width": 8,
            "height": 8,
            "size_bytes": file.stat().st_size,
            "sha256": sha256(b"as served " + file.read_bytes()).hexdigest(),
            "saved_at": datetime.now(UTC),
        }
        seen = None if is_old else read_seen(file)[0]
        return self.library.add_image(Image(**{**columns, **changes}), seen)

    def images(self) -> list[Image]:
        """Return what the gallery shows, the newest first."""
        ids = self.library.listing(GalleryQuery()).ids
        by_id = {image.id: image for image in self.library.images(ids)}
        return [by_id[image_id] for image_id in ids]

    def shown(self) -> list[tuple[str, bool]]:
        """Return where the pictures of the gallery lie, and which have a star."""
        return sorted((str(image.path), image.favourite) for image in self.images())

    def star(self) -> Image:
        """Give the only picture a star."""
        (image,) = self.images()
        self.library.set_favourite(image.id, favourite=True)
        return image


@contextmanager
def home_in(base: Path) -> Iterator[Home]:
    home = Home(base)
    try:
        yield home
    finally:
        home.close()


def swap(one: Path, other: Path) -> None:
    """Let two files take each other's names."""
    aside = one.with_name("aside.tmp")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)
