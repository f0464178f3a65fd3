"""Saved pictures: listed, marked, deleted, and nothing half-way."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from civitai_desktop.domain.errors import FolderUnusable
from civitai_desktop.domain.events import ImageChanged, ImageDeleted
from civitai_desktop.domain.generation import GalleryQuery, Image
from civitai_desktop.services.gallery import Gallery
from tests.workshop import Workshop, a_request


@pytest.fixture
def gallery(workshop: Workshop) -> Gallery:
    return Gallery(
        workshop.library, workshop.folder, workshop.thumbnails, workshop.disk, workshop.tell
    )


@pytest_asyncio.fixture
async def images(workshop: Workshop) -> AsyncIterator[list[Image]]:
    request = a_request(quantity=3)
    workshop.generations.start(request)
    await workshop.ended(request)
    yield await workshop.images()


async def test_what_was_saved_is_found(gallery, images) -> None:
    listing = await gallery.listing(GalleryQuery(text="boat"))
    assert set(listing.ids) == {image.id for image in images}
    assert len((await gallery.listing(GalleryQuery(), limit=2)).ids) == 2
    assert sorted(await gallery.images(listing.ids), key=lambda i: i.index) == images
    assert await gallery.engines() == ["z-image-turbo"]
    generation = await gallery.generation(images[0].generation_id)
    assert generation.request.prompt == images[0].prompt
    assert await gallery.generation("unknown") is None


async def test_a_picture_and_its_thumbnail_lie_where_it_says(gallery, images) -> None:
    for image in images:
        assert gallery.picture_path(image).is_file()
        assert gallery.thumbnail_path(image.id).is_file()


async def test_a_favourite_is_told_and_kept(gallery, images, workshop) -> None:
    await gallery.set_favourite(images[1].id, True)
    changed = (await workshop.told(ImageChanged)).image
    assert (changed.id, changed.favourite) == (images[1].id, True)
    found = await gallery.listing(GalleryQuery(favourites=True))
    assert list(found.ids) == [images[1].id]
    await gallery.set_favourite(images[1].id, False)
    assert not (await gallery.listing(GalleryQuery(favourites=True))).ids


async def test_marking_what_is_gone_is_no_error(gallery, images, workshop) -> None:
    await gallery.set_favourite(10_000, True)
    assert workshop.all_told(ImageChanged) == []


async def test_a_deleted_picture_is_gone_with_file_row_and_thumbnail(
    gallery, images, workshop
) -> None:
    first = images[0]
    await gallery.delete(first)
    assert (await workshop.told(ImageDeleted)).image_id == first.id
    assert not gallery.picture_path(first).exists()
    assert not gallery.thumbnail_path(first.id).exists()
    assert await gallery.images([first.id]) == []
    assert len(workshop.files()) == 2


async def test_a_picture_whose_file_is_gone_can_still_be_deleted(gallery, images, workshop) -> None:
    gallery.picture_path(images[0]).unlink()
    await gallery.delete(images[0])
    assert await gallery.images([images[0].id]) == []


async def test_a_picture_on_a_drive_that_is_not_there_stays(gallery, images, workshop) -> None:
    away = workshop.pictures.rename(workshop.pictures.with_name("away"))
    with pytest.raises(FolderUnusable):
        await gallery.delete(images[0])
    away.rename(workshop.pictures)
    assert await gallery.images([images[0].id]) == [images[0]]
    assert gallery.picture_path(images[0]).is_file()
    assert workshop.all_told(ImageDeleted) == []
