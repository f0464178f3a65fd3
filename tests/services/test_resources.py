"""Finding resources in a sandbox: pages, pasted texts, the shelf, and what fits what."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from civitai_desktop.api.http import ApiClient, BlobClient
from civitai_desktop.api.resources import ResourceApi
from civitai_desktop.domain.errors import CivitaiError, InvalidInput, NotFound, Unreachable
from civitai_desktop.domain.resource import Offer, Resource, ResourcePage, ResourceQuery
from civitai_desktop.services.ports import ResourceSite
from civitai_desktop.services.resources import (
    MOST_RECENT,
    Resources,
    Search,
    fits,
    is_of_kind,
)
from civitai_desktop.services.tasks import DiskThread
from civitai_desktop.storage.shelf import Previews, ShelfFile
from tests.workshop import CATALOGUE, Sandbox

DREAMSHAPER = "urn:air:sd1:checkpoint:civitai:4384@128713"


class Desk:
    """The service over a sandbox that can be unplugged."""

    def __init__(self, home: Path, url: str, key: str) -> None:
        self.http = ApiClient(url, lambda: key)
        self.blobs = BlobClient()
        self.disk = DiskThread()
        self.previews = Previews(home / "previews")
        site = ResourceApi(self.http, self.blobs)
        self.resources = Resources(site, ShelfFile(home / "shelf.json"), self.previews, self.disk)

    async def aclose(self) -> None:
        await self.http.aclose()
        await self.blobs.aclose()
        self.disk.close()


@pytest_asyncio.fixture
async def desk(home: Path, sandbox: Sandbox) -> AsyncIterator[Desk]:
    desk = Desk(home, sandbox.url, sandbox.key)
    yield desk
    await desk.aclose()


@pytest_asyncio.fixture
async def offline(home: Path) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as stack:
        desk = Desk(home, "http://127.0.0.1:9", "key")
        stack.push_async_callback(desk.aclose)
        yield desk


async def everything(search: Search) -> list[Resource]:
    found: list[Resource] = []
    while offers := await search.more():
        found += [offer.best for offer in offers]
    assert search.is_done
    return found


async def test_a_search_goes_on_over_short_pages_to_the_end(desk: Desk) -> None:
    query = ResourceQuery(kind="lora", base_models=("SD 1.5", "Chroma"))
    found = await everything(desk.resources.search(query))
    assert len({each.version_id for each in found}) == len(found) > 3
    assert {each.base_model for each in found} == {"SD 1.5", "Chroma"}
    assert {each.kind for each in found} == {"lora"}
    assert {each.type for each in found} > {"LORA"}


class Pages(ResourceSite):
    """Gives these pages, and fails where one is an error."""

    def __init__(self, *pages: Any) -> None:
        self.pages = list(pages)
        self.cursors: list[str | None] = []

    async def search(self, query: ResourceQuery, cursor: str | None) -> ResourcePage:
        self.cursors.append(cursor)
        page = self.pages.pop(0)
        if isinstance(page, CivitaiError):
            raise page
        return page


def a_lora(number: int = 2, **more: Any) -> Resource:
    usual = {"air": f"urn:air:sd1:lora:civitai:1@{number}", "kind": "lora", "type": "LORA"}
    given = {"version_id": number, "resource_id": 1, "name": "Amber", "version": "v1", **usual}
    return Resource(**given | more)


def an_offer() -> Offer:
    return Offer((a_lora(),))


async def test_an_empty_page_is_not_the_end() -> None:
    site = Pages(
        ResourcePage(offers=(), cursor="a"), ResourcePage(offers=(an_offer(),), cursor=None)
    )
    search = Search(site, ResourceQuery())
    assert len(await search.more()) == 1
    assert await search.more() == ()
    assert site.cursors == [None, "a"]


async def test_a_cursor_that_does_not_move_is_not_asked_for_ever() -> None:
    stuck = ResourcePage(offers=(), cursor="a")
    search = Search(Pages(stuck, stuck), ResourceQuery())
    assert await search.more() == ()


async def test_a_page_that_failed_is_asked_for_again() -> None:
    first = ResourcePage(offers=(an_offer(),), cursor="a")
    site = Pages(first, Unreachable("Gone."), ResourcePage(offers=(an_offer(),), cursor=None))
    search = Search(site, ResourceQuery())
    await search.more()
    with pytest.raises(Unreachable):
        await search.more()
    assert len(await search.more()) == 1
    assert site.cursors == [None, "a", "a"]


@pytest.mark.parametrize(
    "text",
    [
        DREAMSHAPER,
        "128713",
        "https://civitai.com/models/4384?modelVersionId=128713",
        "https://civitai.com/models/4384/dreamshaper",
    ],
)
async def test_a_pasted_text_becomes_the_versions_own_air(desk: Desk, text: str) -> None:
    found = await desk.resources.resolve(text)
    assert (found.air, found.label) == (DREAMSHAPER, "DreamShaper · 8")
    assert desk.resources.known(DREAMSHAPER) == found


async def test_a_deleted_version_is_said_with_the_next_step(desk: Desk) -> None:
    with pytest.raises(NotFound) as caught:
        await desk.resources.resolve("urn:air:sdxl:lora:civitai:800002@810002")
    assert str(caught.value) == (
        "Civitai does not have this version, or no longer. Choose another one."
    )


async def test_a_text_that_names_nothing_asks_nobody(offline: Desk) -> None:
    with pytest.raises(InvalidInput):
        await offline.resources.resolve("a boat")


async def test_a_find_is_completed_and_keeps_what_only_the_list_knew(desk: Desk) -> None:
    query = ResourceQuery(text="first light", kind="lora")
    [found] = await everything(desk.resources.search(query))
    complete = await desk.resources.complete(found)
    assert complete.air == "urn:air:sdxl:lora:civitai:800001@810001"
    assert complete.can_generate is False
    assert complete.early_access_until is not None
    assert (complete.creator, complete.downloads) == (found.creator, found.downloads)


async def test_the_shelf_and_its_pictures_need_no_network(desk: Desk, offline: Desk) -> None:
    found = await desk.resources.resolve("128713")
    await desk.resources.used(found)
    await desk.resources.set_favourite(found, favourite=True)
    assert await desk.resources.fetch_preview(found)

    await offline.resources.load()
    await offline.resources.tidy()

    assert offline.resources.shelf == desk.resources.shelf
    assert offline.resources.known(DREAMSHAPER) == found
    assert await offline.resources.resolve(DREAMSHAPER) == found
    assert offline.resources.is_favourite(found)
    assert await offline.resources.fetch_preview(found)
    assert offline.resources.preview_path(128713).read_bytes().startswith(b"\xff\xd8")


async def test_without_a_network_nothing_else_is_known(offline: Desk) -> None:
    with pytest.raises(Unreachable):
        await offline.resources.resolve("128713")
    with pytest.raises(Unreachable):
        await offline.resources.search(ResourceQuery()).more()


async def test_a_name_is_known_from_the_shelf_however_the_air_is_spelled(
    desk: Desk, offline: Desk
) -> None:
    await desk.resources.used(await desk.resources.resolve(DREAMSHAPER))
    await offline.resources.load()
    for air in (
        DREAMSHAPER,
        DREAMSHAPER.upper(),
        f"{DREAMSHAPER}+77",
        f"{DREAMSHAPER}.safetensors",
        "air:sd1:checkpoint:civitai:4384@128713",
        "civitai:4384@128713",
    ):
        assert offline.resources.name(air) == "DreamShaper", air
    for air in ("", "civitai:4384@12871", f"{DREAMSHAPER}1", "urn:air:sd1:lora:other:4384@128713"):
        assert offline.resources.name(air) == "", air


async def test_the_last_used_comes_first_once_and_only_so_many_are_kept(offline: Desk) -> None:
    made = [a_lora(number) for number in range(MOST_RECENT + 5)]
    for each in (*made, made[-2]):
        await offline.resources.used(each)
    recent = offline.resources.shelf.recent
    assert recent[:2] == (made[-2], made[-1])
    assert len(recent) == len(set(recent)) == MOST_RECENT


async def test_a_star_can_be_taken_away(offline: Desk) -> None:
    amber = a_lora()
    await offline.resources.set_favourite(amber, favourite=True)
    await offline.resources.set_favourite(amber, favourite=True)
    assert offline.resources.shelf.favourites == (amber,)
    await offline.resources.set_favourite(amber, favourite=False)
    assert not offline.resources.is_favourite(amber)


@pytest.mark.parametrize(
    ("engine_id", "air", "expected"),
    [
        ("sdxl", "urn:air:sdxl:lora:civitai:1@2", True),
        ("sdxl", "urn:air:SDXL:lora:civitai:1@2", True),
        ("sdxl", "urn:air:sd1:lora:civitai:1@2", False),
        ("z-image-turbo", "urn:air:zimageturbo:lora:civitai:1@2", True),
        ("z-image-turbo", "urn:air:sdxl:lora:civitai:1@2", False),
        ("flux1-comfy", "urn:air:fluxkrea:lora:civitai:1@2", True),
        ("flux1-comfy", "urn:air:flux1:lora:civitai:1@2", True),
        ("flux1-comfy-variant", "urn:air:fluxkrea:lora:civitai:1@2", True),
        ("flux1-sdcpp", "urn:air:fluxkrea:lora:civitai:1@2", False),
    ],
)
def test_the_ecosystem_says_what_fits(engine_id: str, air: str, expected: bool) -> None:
    engine = CATALOGUE.engine(engine_id)
    field = engine.by_role("loras")
    assert field is not None
    assert fits(engine, field, air, None) is expected


@pytest.mark.parametrize(
    ("base_model", "expected"), [("Pony", True), ("SD 1.5", False), ("", True)]
)
def test_where_the_data_name_no_ecosystem_the_base_model_says_it(
    base_model: str, expected: bool
) -> None:
    engine = CATALOGUE.engine("sdxl")
    loras = engine.by_role("loras")
    assert loras is not None
    field = replace(loras, ecosystems=())
    lora = a_lora(base_model=base_model)
    assert fits(engine, field, lora.air, lora) is expected
    assert fits(engine, field, lora.air, None)


def test_the_versions_own_air_counts_more_than_how_it_is_spelled() -> None:
    engine = CATALOGUE.engine("sd1")
    field = engine.by_role("loras")
    assert field is not None
    assert fits(engine, field, "urn:air:sd15:lora:civitai:1@2", a_lora())


@pytest.mark.parametrize(
    ("air", "expected"),
    [
        ("urn:air:sdxl:lora:civitai:1@2", True),
        ("urn:air:sdxl:lycoris:civitai:1@2", True),
        ("urn:air:sdxl:checkpoint:civitai:1@2", False),
        ("urn:air:sdxl:something-new:civitai:1@2", True),
    ],
)
def test_the_type_says_which_field_it_is_for(air: str, expected: bool) -> None:
    field = CATALOGUE.engine("sdxl").by_role("loras")
    assert field is not None
    assert is_of_kind(field, air) is expected


@pytest.mark.parametrize("engine_id", ["flux1-comfy", "flux1-comfy-variant", "z-image-base"])
async def test_whatever_is_offered_for_an_engine_fits_it(engine_id: str, desk: Desk) -> None:
    engine = CATALOGUE.engine(engine_id)
    field = engine.by_role("loras")
    assert field is not None
    query = ResourceQuery(kind="lora", base_models=tuple(engine.base_models))
    found = await everything(desk.resources.search(query))
    offered = [await desk.resources.complete(each) for each in found]
    assert {each.base_model for each in offered} <= set(engine.base_models)
    assert all(fits(engine, field, each.air, each) for each in offered)
    if engine_id.startswith("flux1"):
        assert "Flux.1 Krea" in {each.base_model for each in offered}
