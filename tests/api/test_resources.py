"""Resources as the site describes them: read whatever it leaves out, and asked for as it likes."""

from datetime import UTC, datetime

import pytest
import pytest_asyncio

from civitai_desktop.api.resources import ResourceApi
from civitai_desktop.domain.errors import BadReply, DamagedPicture, NotFound, RateLimited
from civitai_desktop.domain.resource import ResourceQuery, ResourceSort

AIR = "urn:air:sdxl:lora:civitai:1@2"


def a_version(**more):
    return {"id": 2, "name": "v1", "baseModel": "SDXL 1.0"} | more


def an_item(**more):
    return {"id": 1, "name": "Amber", "type": "LORA", "modelVersions": [a_version()]} | more


def a_page(*items, cursor=None):
    return {"items": list(items), "metadata": {"nextCursor": cursor} if cursor else {}}


@pytest_asyncio.fixture
async def api(civitai):
    return ResourceApi(civitai.http, civitai.blobs)


async def test_a_search_repeats_its_parameters_and_never_asks_for_a_login(civitai, api):
    civitai.says(a_page())
    query = ResourceQuery(
        text="ink", kind="lora", base_models=("SDXL 1.0", "Pony"), sort=ResourceSort.NEWEST
    )
    await api.search(query, "7")
    assert sorted(civitai.asked.url.params.multi_items()) == [
        ("baseModels", "Pony"),
        ("baseModels", "SDXL 1.0"),
        ("cursor", "7"),
        ("limit", "40"),
        ("query", "ink"),
        ("sort", "Newest"),
        ("supportsGeneration", "true"),
        ("types", "DoRA"),
        ("types", "LORA"),
        ("types", "LoCon"),
    ]


async def test_an_empty_search_sends_no_empty_parameters(civitai, api):
    civitai.says(a_page())
    await api.search(ResourceQuery(), None)
    assert set(civitai.asked.url.params) == {"limit", "sort", "supportsGeneration"}


async def test_what_is_marked_as_mature_is_found_only_where_it_is_wanted(civitai, api):
    civitai.says(a_page())
    await api.search(ResourceQuery(with_mature=True), None)
    assert civitai.asked.url.params["nsfw"] == "true"


async def test_a_find_is_read(civitai, api):
    pictures = [
        {"url": "https://i.example/a/width=900/1.mp4", "type": "video", "nsfwLevel": 1},
        {"url": "https://i.example/a/original=true/2.jpeg", "type": "image", "nsfwLevel": 8},
        {"url": "https://i.example/a/original=true/3.jpeg", "type": "image", "nsfwLevel": 2},
    ]
    version = a_version(images=pictures, trainedWords=[" amber ", ""], supportsGeneration=True)
    item = an_item(
        type="LoCon",
        nsfw=True,
        creator={"username": "ada"},
        stats={"downloadCount": 12},
        modelVersions=[version],
    )
    civitai.says(a_page(item, cursor=9))

    page = await api.search(ResourceQuery(), None)

    found = page.offers[0].best
    assert page.cursor == "9"
    assert (found.resource_id, found.version_id, found.air) == (1, 2, "")
    assert (found.name, found.version, found.kind, found.type) == ("Amber", "v1", "lora", "LoCon")
    assert (found.base_model, found.words, found.creator) == ("SDXL 1.0", ("amber",), "ada")
    assert (found.downloads, found.is_mature, found.can_generate) == (12, True, True)
    assert found.preview_url == "https://i.example/a/width=450/3.jpeg"


async def test_the_version_that_was_searched_for_comes_first(civitai, api):
    versions = [a_version(id=3, baseModel="Pony"), a_version(id=2), a_version(id=1)]
    civitai.says(a_page(an_item(modelVersions=versions)))
    page = await api.search(ResourceQuery(base_models=("SDXL 1.0",)), None)
    assert [each.version_id for each in page.offers[0].versions] == [2, 1, 3]


@pytest.mark.parametrize(
    "bad", [{"name": "no id"}, 7, None, {"id": 5}, an_item(modelVersions=[{"name": "no id"}])]
)
async def test_a_row_that_cannot_be_used_costs_only_itself(civitai, api, bad):
    civitai.says(a_page(bad, an_item()))
    page = await api.search(ResourceQuery(), None)
    assert [offer.best.version_id for offer in page.offers] == [2]


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"items": 5}', b'"\xff"'])
async def test_a_page_that_cannot_be_read_is_said(civitai, api, body):
    civitai.says(body)
    with pytest.raises(BadReply):
        await api.search(ResourceQuery(), None)


async def test_a_version_brings_its_own_air(civitai, api):
    ends = "2026-12-24T10:00:00.000Z"
    owner = {"name": "Amber", "type": "LORA", "nsfw": False}
    civitai.says(
        a_version(air=AIR, modelId=1, model=owner, earlyAccessEndsAt=ends), {"canGenerate": False}
    )
    found = await api.version(2)
    assert (found.air, found.name, found.resource_id) == (AIR, "Amber", 1)
    assert found.can_generate is False
    assert found.early_access_until == datetime(2026, 12, 24, 10, tzinfo=UTC)
    assert [request.url.path for request in civitai.requests] == [
        "/api/v1/model-versions/2",
        "/api/v1/model-versions/mini/2",
    ]


PAST = "2020-01-01T00:00:00.000Z"
FUTURE = "2126-12-24T10:00:00.000Z"
LATER = "2127-01-01T00:00:00+02:00"
ENDS = datetime(2126, 12, 24, 10, tzinfo=UTC)
OVER = datetime(2020, 1, 1, tzinfo=UTC)
FREE, PAID = (None, False), (None, True)
ACCESS = [
    ({}, FREE),
    *(
        (said, expected)
        for text, expected in ((FUTURE, (ENDS, False)), (PAST, (OVER, False)))
        for said in (
            {"earlyAccessEndsAt": text},
            {"earlyAccessDeadline": text},
            {"paidAccess": {"permanent": False, "endsAt": text}},
            {"paidAccess": {"endsAt": text}},
            {"earlyAccessEndsAt": None, "earlyAccessDeadline": text, "paidAccess": None},
        )
    ),
    ({"paidAccess": {"permanent": True}}, PAID),
    ({"paidAccess": {"permanent": True, "endsAt": FUTURE}, "earlyAccessEndsAt": FUTURE}, PAID),
    ({"earlyAccessDeadline": "9999-12-31T23:59:59.999Z"}, PAID),
    ({"earlyAccessEndsAt": "0001-01-01T00:00:00"}, FREE),
    ({"earlyAccessEndsAt": PAST, "paidAccess": {"endsAt": FUTURE}}, (ENDS, False)),
    ({"earlyAccessEndsAt": FUTURE, "earlyAccessDeadline": "2126-12-24T10:00:00"}, (ENDS, False)),
    (
        {"earlyAccessEndsAt": FUTURE, "earlyAccessDeadline": LATER},
        (datetime(2126, 12, 31, 22, tzinfo=UTC), False),
    ),
    *(
        ({name: odd}, FREE)
        for name in ("earlyAccessEndsAt", "earlyAccessDeadline", "paidAccess")
        for odd in (None, "", "soon", 5, 1.5, True, [], [FUTURE], {}, {"endsAt": 7}, "2126-13-40")
    ),
    ({"paidAccess": {"permanent": "no", "endsAt": [FUTURE]}}, FREE),
]


@pytest.mark.parametrize(("said", "expected"), ACCESS)
async def test_who_may_use_a_version_is_read_in_every_spelling(civitai, api, said, expected):
    civitai.says(a_page(an_item(modelVersions=[a_version(**said)])))
    [offer] = (await api.search(ResourceQuery(), None)).offers
    assert (offer.best.early_access_until, offer.best.is_paid_only) == expected
    civitai.answers.clear()
    civitai.says(a_version(air=AIR, modelId=1, **said), {})
    found = await api.version(2)
    assert (found.early_access_until, found.is_paid_only) == expected


async def test_a_version_is_read_though_nobody_says_who_may_use_it(civitai, api):
    civitai.says(a_version(air=AIR, modelId=1, earlyAccessEndsAt="soon"))
    civitai.refuses(500)
    found = await api.version(2)
    assert (found.air, found.name, found.can_generate) == (AIR, "Version 2", None)
    assert found.early_access_until is None


async def test_the_newest_version_of_a_resource_is_its_first(civitai, api):
    civitai.says(
        an_item(modelVersions=[a_version(id=9), a_version(id=2)]), a_version(id=9, air=AIR), {}
    )
    assert (await api.latest(1)).version_id == 9


async def test_a_resource_without_versions_is_not_there(civitai, api):
    civitai.says(an_item(modelVersions=[]))
    with pytest.raises(NotFound):
        await api.latest(1)


@pytest.mark.parametrize(("status", "error"), [(404, NotFound), (429, RateLimited)])
async def test_a_refusal_is_told_as_what_it_is(civitai, api, status, error):
    civitai.refuses(status)
    with pytest.raises(error):
        await api.version(2)


async def test_a_preview_is_fetched_without_the_key(civitai, api):
    civitai.says(b"a picture")
    assert await api.preview("https://image.example/1.jpeg") == b"a picture"
    assert "authorization" not in civitai.asked.headers


async def test_a_preview_without_end_is_given_up(civitai, api):
    civitai.says(b"x" * (9 * 2**20))
    with pytest.raises(DamagedPicture):
        await api.preview("https://image.example/1.jpeg")
