"""The gallery's presenter against a real library."""

import asyncio

import pytest

from civitai_desktop.domain.errors import CivitaiError, FolderUnusable
from civitai_desktop.domain.events import (
    ImageChanged,
    ImageDeleted,
    ImageSaved,
    ImagesImported,
    KeyRefused,
)
from civitai_desktop.domain.generation import SortOrder
from civitai_desktop.storage.scan import FileStat, Seen
from civitai_desktop.ui.gallery.presenter import GalleryPresenter


@pytest.fixture
def errors() -> list[CivitaiError]:
    return []


@pytest.fixture
def presenter(qapp, house, errors):
    made = GalleryPresenter(house.gallery, errors.append)
    house.listeners.append(made.on_event)
    return made


class Counts:
    def __init__(self, presenter: GalleryPresenter) -> None:
        self.all: list[int] = []
        presenter.count_changed.connect(self.all.append)


def shown(presenter: GalleryPresenter) -> list[int]:
    return presenter.rows.ids_of(range(presenter.rows.rowCount()))


def settled(presenter: GalleryPresenter) -> list[int]:
    """Return what is shown once the whole answer is there; its beginning is shown before."""
    return [] if presenter.is_loading else shown(presenter)


@pytest.fixture
def six(house, image):
    """Six pictures: three prompts of each of two engines, two of them favourites."""
    made = []
    for nr in range(1, 7):
        prompt = ("a red fox", "a paper boat", "a foxglove")[nr % 3]
        engine = "flux" if nr % 2 else "z-image-turbo"
        made.append(house.add(image(nr, prompt=prompt, engine=engine, favourite=nr in {2, 5})))
    return {picture.id: picture for picture in made}


async def test_the_library_is_shown_newest_first_with_its_engines(presenter, running, six, until):
    counts, engines = Counts(presenter), []
    presenter.engines_changed.connect(engines.append)
    async with running(presenter):
        await until(lambda: counts.all and engines)
        assert shown(presenter) == [6, 5, 4, 3, 2, 1]
        assert counts.all == [6]
        assert sorted(engines[0]) == ["flux", "z-image-turbo"]


async def test_rows_that_are_asked_for_are_fetched(presenter, running, six, until):
    async with running(presenter):
        await until(lambda: len(settled(presenter)) == 6)
        first = presenter.rows.index(0)
        assert first.data() == "Image"
        await until(lambda: first.data() == six[6].prompt)


async def test_each_filter_narrows_what_is_shown(presenter, running, six, until):
    async with running(presenter):
        await until(lambda: len(settled(presenter)) == 6)

        presenter.show_favourites(True)
        await until(lambda: settled(presenter) == [5, 2])
        presenter.show_engine("flux")
        await until(lambda: settled(presenter) == [5])
        presenter.show_all()
        await until(lambda: settled(presenter) == [6, 5, 4, 3, 2, 1])
        presenter.show_order(SortOrder.OLDEST)
        await until(lambda: settled(presenter) == [1, 2, 3, 4, 5, 6])
        presenter.search(" fox ")
        await until(lambda: settled(presenter) == [2, 3, 5, 6])
        presenter.clear()
        await until(lambda: settled(presenter) == [1, 2, 3, 4, 5, 6])


async def test_while_one_types_only_the_last_text_is_searched(presenter, running, six, until):
    queries = []
    presenter.query_changed.connect(queries.append)
    async with running(presenter):
        for text in ("b", "bo", "boa", "boat"):
            presenter.search(text)
        await until(lambda: settled(presenter) == [4, 1])
        assert [query.text for query in queries] == ["boat"]


async def test_the_last_query_wins(presenter, running, six, until):
    counts = Counts(presenter)
    async with running(presenter):
        presenter.show_favourites(True)
        presenter.show_engine("flux")
        presenter.show_favourites(False)
        await until(lambda: counts.all)
        assert shown(presenter) == [5, 3, 1]
        assert counts.all == [3]


async def test_a_saved_picture_appears_if_the_query_finds_it(
    presenter, running, house, six, image, until
):
    async with running(presenter):
        await until(lambda: len(settled(presenter)) == 6)
        new = house.add(image(7, engine="flux"))
        presenter.on_event(ImageSaved(new))
        assert shown(presenter)[0] == 7

        presenter.show_engine("z-image-turbo")
        await until(lambda: settled(presenter) == [6, 4, 2])
        presenter.on_event(ImageSaved(house.add(image(8, engine="flux"))))
        assert shown(presenter) == [6, 4, 2]


async def test_new_pictures_that_a_filter_hides_are_counted_until_it_changes(
    presenter, running, house, six, image, until
):
    hidden = []
    presenter.hidden_changed.connect(hidden.append)
    async with running(presenter):
        await until(lambda: len(settled(presenter)) == 6)
        presenter.on_event(ImageSaved(house.add(image(7, engine="flux"))))
        presenter.show_engine("z-image-turbo")
        await until(lambda: settled(presenter) == [6, 4, 2])
        presenter.on_event(ImageSaved(house.add(image(8, engine="flux"))))
        presenter.on_event(ImageSaved(house.add(image(9, engine="z-image-turbo"))))
        presenter.on_event(ImageSaved(house.add(image(10, engine="flux"))))
        assert hidden == [1, 2]
        presenter.show_order(SortOrder.OLDEST)
        await until(lambda: settled(presenter) == [2, 4, 6, 9])
        presenter.on_event(ImageDeleted(8))
        assert hidden == [1, 2, 1]
        presenter.show_all()
        assert hidden == [1, 2, 1, 0]


async def test_new_pictures_that_a_search_does_not_find_are_counted(
    presenter, running, house, six, image, until
):
    hidden = []
    presenter.hidden_changed.connect(hidden.append)
    async with running(presenter):
        presenter.search("boat")
        await until(lambda: settled(presenter) == [4, 1])
        presenter.on_event(ImageSaved(house.add(image(7, prompt="no match"))))
        presenter.on_event(ImageSaved(house.add(image(8, prompt="two boats"))))
        await until(lambda: hidden)
        assert shown(presenter) == [8, 4, 1]
        assert hidden == [1]


async def test_during_a_search_the_library_decides_about_new_pictures(
    presenter, running, house, six, image, until
):
    async with running(presenter):
        presenter.search("boat")
        await until(lambda: settled(presenter) == [4, 1])
        presenter.on_event(ImageSaved(house.add(image(7, prompt="no match"))))
        presenter.on_event(ImageSaved(house.add(image(8, prompt="two boats"))))
        await until(lambda: settled(presenter) == [8, 4, 1])


async def test_a_picture_saved_while_the_list_is_read_is_not_lost(
    presenter, running, house, six, image, until
):
    counts = Counts(presenter)
    async with running(presenter):
        await asyncio.sleep(0)  # the library is being read by now
        presenter.on_event(ImageSaved(house.add(image(7))))
        house.library.delete_image(3)
        presenter.on_event(ImageDeleted(3))
        await until(lambda: len(counts.all) >= 4)
        assert shown(presenter) == [7, 6, 5, 4, 2, 1]


async def test_a_new_engine_is_offered(presenter, running, house, six, image, until):
    engines = []
    presenter.engines_changed.connect(engines.append)
    async with running(presenter):
        await until(lambda: engines)
        presenter.on_event(ImageSaved(house.add(image(7, engine="sdxl"))))
        await until(lambda: "sdxl" in engines[-1])


async def test_several_become_favourites_together_and_none_if_all_were(
    presenter, running, house, six, until
):
    async with running(presenter):
        await until(lambda: len(settled(presenter)) == 6)

        def favourites() -> list[int]:
            return [made.id for made in house.library.images([1, 2, 3]) if made.favourite]

        presenter.toggle_favourite([1, 2])
        await until(lambda: sorted(favourites()) == [1, 2])
        presenter.toggle_favourite([1, 2])
        await until(lambda: favourites() == [])


async def test_what_is_no_favourite_any_more_leaves_the_favourites(presenter, running, six, until):
    async with running(presenter):
        presenter.show_favourites(True)
        await until(lambda: settled(presenter) == [5, 2])
        presenter.toggle_favourite([5])
        await until(lambda: settled(presenter) == [2])
        presenter.toggle_favourite([4])
        await until(lambda: settled(presenter) == [4, 2])


async def test_deleting_takes_file_row_and_tile(presenter, running, house, six, until):
    async with running(presenter):
        await until(lambda: len(settled(presenter)) == 6)
        presenter.delete([6, 4])
        await until(lambda: settled(presenter) == [5, 3, 2, 1])
        assert not house.gallery.picture_path(six[6]).exists()
        assert house.library.count() == 4


async def test_a_file_that_cannot_be_deleted_is_told_and_stays(
    presenter, running, house, six, errors, until
):
    path = house.gallery.picture_path(six[6])
    path.unlink()
    path.mkdir()
    (path / "kept").touch()
    async with running(presenter):
        await until(lambda: len(settled(presenter)) == 6)
        presenter.delete([6])
        await until(lambda: errors)
        assert isinstance(errors[0], FolderUnusable)
        assert shown(presenter) == [6, 5, 4, 3, 2, 1]


async def test_after_a_look_rows_are_read_anew_and_the_missing_ones_gone(
    presenter, running, house, six, until
):
    async with running(presenter):
        await until(lambda: len(settled(presenter)) == 6)
        row = presenter.rows.index(presenter.rows.row_of(4))
        assert row.data() == "Image"
        await until(lambda: row.data(presenter.rows.ImageRole))
        seen = Seen(FileStat(1, 1), "ab")
        house.library.whereabouts.move({4: ("elsewhere.png", seen)})
        house.library.whereabouts.miss([6])

        presenter.on_event(ImagesImported(found_again=1, missing=1))

        await until(lambda: len(settled(presenter)) == 5)
        row = presenter.rows.index(presenter.rows.row_of(4))
        row.data()
        await until(lambda: row.data(presenter.rows.ImageRole))
        assert str(row.data(presenter.rows.ImageRole).path) == "elsewhere.png"


async def test_a_look_without_news_changes_nothing(presenter, running, six, until):
    redrawn = []
    presenter.rows.redrawn.connect(redrawn.append)
    async with running(presenter):
        await until(lambda: len(settled(presenter)) == 6)
        presenter.on_event(ImagesImported(copies=2))
        assert not presenter.is_loading
        assert redrawn == []


async def test_other_events_are_none_of_its_business(presenter, running, six, image, until):
    async with running(presenter):
        await until(lambda: len(settled(presenter)) == 6)
        presenter.on_event(KeyRefused())
        presenter.on_event(ImageChanged(six[3]))
        assert shown(presenter) == [6, 5, 4, 3, 2, 1]
