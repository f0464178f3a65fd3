"""Which answer counts, and when the site is asked: with answers that come when the test says so."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from civitai_desktop.domain.errors import CivitaiError, Unreachable
from civitai_desktop.domain.resource import Offer, Resource, ResourcePage, ResourceQuery
from civitai_desktop.services.ports import ResourceSite
from civitai_desktop.services.resources import Resources
from civitai_desktop.services.tasks import DiskThread
from civitai_desktop.storage.shelf import Previews, ShelfFile
from civitai_desktop.ui.resource_picker.finds import Wish
from civitai_desktop.ui.resource_picker.presenter import PickerPresenter


class Site(ResourceSite):
    """Answers a search with one find named after its words, once it is let go.

    Attributes:
        asked: The words of every search, in order.
        failure: Raised instead of an answer.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failure: CivitaiError | None = None
        self._gates: dict[str, asyncio.Event] = {}

    def hold(self, text: str) -> asyncio.Event:
        """Keep the answer to these words back until the event is set."""
        return self._gates.setdefault(text, asyncio.Event())

    async def search(self, query: ResourceQuery, cursor: str | None) -> ResourcePage:
        self.asked.append(query.text)
        if query.text in self._gates:
            await self._gates[query.text].wait()
        if self.failure is not None:
            raise self.failure
        found = Resource(
            version_id=len(self.asked),
            resource_id=1,
            name=query.text,
            version="",
            kind="lora",
            type="LORA",
        )
        return ResourcePage(offers=(Offer((found,)),), cursor=None)

    async def version(self, version_id: int) -> Resource:
        if version_id == 1:
            await self.hold("version 1").wait()
        return Resource(
            version_id=version_id,
            resource_id=1,
            air=f"urn:air:sdxl:lora:civitai:1@{version_id}",
            name=f"version {version_id}",
            version="",
            kind="lora",
            type="LORA",
        )


Begin = Callable[[], AbstractAsyncContextManager[PickerPresenter]]


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def begin(site: Site, catalogue, tmp_path: Path, qapp) -> Begin:
    """Begin to choose a LoRA for SDXL."""

    @asynccontextmanager
    async def begun() -> AsyncIterator[PickerPresenter]:
        disk, errors = DiskThread(), []
        files = ShelfFile(tmp_path / "shelf.json"), Previews(tmp_path / "previews")
        picker = PickerPresenter(Resources(site, *files, disk), catalogue, errors.append)
        engine = catalogue.engine("sdxl")
        picker.begin(Wish(engine=engine, field=engine.by_role("loras")))
        yield picker
        await picker.aclose()
        disk.close()
        assert errors == []

    return begun


def names(picker: PickerPresenter) -> list[str]:
    return [offer.best.name for offer in picker.finds.rows.offers]


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_an_answer_to_former_words_comes_too_late(begin, site, until):
    async with begin() as picker:
        slow = site.hold("slow")
        picker.finds.search("slow")
        await until(lambda: "slow" in site.asked)
        picker.finds.search("quick")
        await until(lambda: names(picker) == ["quick"])
        slow.set()
        await turns()
        assert names(picker) == ["quick"]


async def test_typing_is_waited_for(begin, site, until):
    async with begin() as picker:
        for text in ("a", "am", "amb", "amber"):
            picker.finds.search(text)
        await until(lambda: names(picker) == ["amber"])
        assert site.asked == ["", "amber"]


async def test_what_failed_is_asked_for_again_by_wish_only(begin, site, until):
    site.failure = Unreachable("Civitai cannot be reached.")
    async with begin() as picker:
        said = []
        picker.finds.changed.connect(said.append)
        await until(lambda: said and said[-1].can_retry)
        picker.finds.more()
        await turns()
        assert len(site.asked) == 1
        site.failure = None
        picker.finds.retry()
        await until(lambda: names(picker))
        assert not said[-1].can_retry


async def test_the_details_are_those_of_the_last_choice(begin, site, until):
    async with begin() as picker:
        picker.paste("1")
        await turns()
        picker.paste("2")
        await until(lambda: picker.chosen.is_usable)
        site.hold("version 1").set()
        await turns()
        assert picker.chosen.resource.version_id == 2


async def test_every_dialog_hears_of_a_picture_once(begin, site, until, tmp_path):
    Previews(tmp_path / "previews").store(2, b"picture")
    async with begin() as picker:
        heard = []
        picker.preview_ready.connect(heard.append)
        lora = await site.version(2)
        picker.want_previews([lora])
        picker.want_previews([lora])
        await until(lambda: heard == [2])
        picker.begin(picker.wish)
        picker.want_previews([lora])
        await until(lambda: heard == [2, 2])


async def test_nothing_begins_once_it_is_closed(begin, site):
    async with begin() as picker:
        picker.end()
        picker.finds.more()
        picker.want_previews([await site.version(2)])
        await turns()
        assert site.asked == []
