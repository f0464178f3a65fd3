"""The sandbox's resources: searched, paged, filtered and read as on civitai.com."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

MODELS = "/api/v1/models"
VERSIONS = "/api/v1/model-versions"


async def pages(sandbox: Any, **query: Any) -> list[list[dict[str, Any]]]:
    """Return all pages of a search."""
    found, cursor = [], {}
    while True:
        answer = await sandbox.anyone.get(MODELS, params=query | cursor)
        assert answer.is_success, answer.text
        body = answer.json()
        found.append(body["items"])
        if "nextCursor" not in body["metadata"]:
            return found
        cursor = {"cursor": body["metadata"]["nextCursor"]}


async def every(sandbox: Any, **query: Any) -> list[dict[str, Any]]:
    return [item for page in await pages(sandbox, **query) for item in page]


async def version(sandbox: Any, number: int) -> dict[str, Any]:
    return (await sandbox.anyone.get(f"{VERSIONS}/{number}")).json()


async def test_there_are_a_few_dozen_of_every_type_and_each_once(sandbox: Any) -> None:
    found = await every(sandbox)
    assert len(found) > 48
    assert len({item["id"] for item in found}) == len(found)
    versions = [each["id"] for item in found for each in item["modelVersions"]]
    assert len(set(versions)) == len(versions)
    types = {"Checkpoint", "LORA", "LoCon", "DoRA", "TextualInversion", "VAE"}
    assert {item["type"] for item in found} == types


async def test_a_page_is_short_where_the_base_model_is_another(sandbox: Any) -> None:
    found = await pages(sandbox, baseModels="SD 1.5", limit=5)
    assert len(found) > 3
    assert min(len(page) for page in found) < 5
    bases = {each["baseModel"] for page in found for item in page for each in item["modelVersions"]}
    assert bases == {"SD 1.5"}


async def test_types_are_repeated_and_words_searched(sandbox: Any) -> None:
    found = await every(sandbox, types=["LoCon", "DoRA"])
    assert {item["type"] for item in found} == {"LoCon", "DoRA"}
    found = await every(sandbox, query="ink lost")
    assert [item["name"] for item in found] == ["Lost Ink"]
    assert await every(sandbox, query="nothing of this name") == []


async def test_a_search_is_sorted(sandbox: Any) -> None:
    found = await every(sandbox, sort="Most Downloaded")
    downloads = [item["stats"]["downloadCount"] for item in found]
    assert downloads == sorted(downloads, reverse=True)
    newest = await every(sandbox, sort="Newest")
    assert [item["id"] for item in newest] != [item["id"] for item in found]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"favorites": "false"}, 401),
        ({"hidden": "false"}, 401),
        ({"query": "x", "page": "2"}, 400),
        ({"sort": "Best"}, 400),
    ],
)
async def test_what_the_site_refuses_is_refused(sandbox: Any, query: Any, status: int) -> None:
    assert (await sandbox.anyone.get(MODELS, params=query)).status_code == status


async def test_only_a_version_tells_its_air(sandbox: Any) -> None:
    listed = (await every(sandbox, query="dreamshaper"))[0]
    assert "air" not in listed["modelVersions"][0]
    found = await version(sandbox, 128713)
    assert found["air"] == "urn:air:sd1:checkpoint:civitai:4384@128713"
    mini = (await sandbox.anyone.get(f"{VERSIONS}/mini/128713")).json()
    assert (mini["air"], mini["canGenerate"]) == (found["air"], True)
    assert (await sandbox.anyone.get(f"{MODELS}/4384")).json() == listed


async def test_every_version_that_is_listed_can_be_read_but_the_deleted_one(sandbox: Any) -> None:
    missing = []
    for item in await every(sandbox):
        for each in item["modelVersions"]:
            for path in (VERSIONS, f"{VERSIONS}/mini"):
                answer = await sandbox.anyone.get(f"{path}/{each['id']}")
                if answer.status_code == 404:
                    missing.append(item["name"])
    assert missing == ["Lost Ink"] * 2


async def test_what_the_engines_begin_with_has_a_name(sandbox: Any, catalogue: Any) -> None:
    defaults = {
        str(field.default)
        for engine in catalogue.engines
        for field in engine.fields.values()
        if str(field.default).startswith("urn:air:")
    }
    assert len(defaults) > 1
    for air in defaults:
        found = await version(sandbox, int(air.partition("@")[2]))
        assert air.endswith(found["air"].rpartition(":")[2])


async def test_an_early_access_version_cannot_be_generated_with(sandbox: Any) -> None:
    early = (await every(sandbox, query="first light"))[0]["modelVersions"][0]
    assert early["earlyAccessEndsAt"] > sandbox.clock.now().isoformat()
    assert early["earlyAccessDeadline"] == early["earlyAccessEndsAt"]
    assert early["paidAccess"] == {"permanent": False, "endsAt": early["earlyAccessEndsAt"]}
    mini = (await sandbox.anyone.get(f"{VERSIONS}/mini/{early['id']}")).json()
    assert mini["canGenerate"] is False


async def test_a_version_may_be_for_those_who_bought_it_alone(sandbox: Any) -> None:
    bought = (await every(sandbox, query="velvet room"))[0]["modelVersions"][0]
    assert bought["paidAccess"] == {"permanent": True, "endsAt": None}
    assert (await version(sandbox, bought["id"]))["paidAccess"] == bought["paidAccess"]
    mini = (await sandbox.anyone.get(f"{VERSIONS}/mini/{bought['id']}")).json()
    assert mini["canGenerate"] is False


async def test_mature_resources_are_found_only_on_request(sandbox: Any) -> None:
    usual, all_of_them = await every(sandbox), await every(sandbox, nsfw="true")
    assert not any(item["nsfw"] for item in usual)
    assert any(item["nsfw"] for item in all_of_them)
    assert [item for item in all_of_them if not item["nsfw"]] == usual


async def test_what_cannot_be_generated_with_can_be_left_out(sandbox: Any) -> None:
    assert [item["name"] for item in await every(sandbox, query="workbench")] == ["Workbench"]
    assert await every(sandbox, query="workbench", supportsGeneration="true") == []


async def test_words_find_the_best_match_first_whatever_the_order(sandbox: Any) -> None:
    found = await every(sandbox, query="light", sort="Newest")
    assert found == await every(sandbox, query="light", sort="Oldest")
    assert len(found) > 2


async def test_every_resource_has_a_picture_that_needs_no_key(sandbox: Any) -> None:
    for item in (await pages(sandbox, sort="Most Downloaded"))[0][:3]:
        [picture] = item["modelVersions"][0]["images"]
        answer = await sandbox.anyone.get(picture["url"])
        with Image.open(BytesIO(answer.content)) as drawn:
            assert (drawn.format, drawn.width) == ("JPEG", 450)
    assert (await sandbox.anyone.get("/previews/1.jpeg")).status_code == 404
