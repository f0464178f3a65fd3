"""Tests of the account, the services and the resources."""

from typing import Any

import pytest


async def test_the_account_has_a_name(sandbox: Any) -> None:
    account = (await sandbox.api.get("/api/v1/me")).json()
    assert {"id", "username", "tier", "status"} <= set(account)


async def test_the_balance_is_told_by_wallet(sandbox: Any) -> None:
    answer = await sandbox.api.get("/api/trpc/buzz.getBuzzAccount")
    wallets = answer.json()["result"]["data"]["json"]
    assert set(wallets) == {"blue", "green", "yellow"}
    assert sum(wallets.values()) == 1000


async def test_every_engine_is_a_service(sandbox: Any, catalogue: Any) -> None:
    body = (await sandbox.anyone.get("/v2/services", params={"limit": 500})).json()
    assert body["totalCount"] == len(body["items"]) == len(catalogue.engines)
    assert {"engine": "sdcpp", "ecosystem": "zImage", "model": "turbo"}.items() <= next(
        item["parameters"].items() for item in body["items"] if item["name"] == "Z-Image Turbo"
    )


async def test_services_are_filtered_and_paged(sandbox: Any) -> None:
    flux = (await sandbox.anyone.get("/v2/services", params={"prefix": "image/flux2"})).json()
    assert {item["parameters"]["engine"] for item in flux["items"]} == {"flux2"}
    page = {"prefix": "image/flux2", "limit": 1, "offset": 1}
    second = (await sandbox.anyone.get("/v2/services", params=page)).json()
    assert second["items"] == flux["items"][1:2]
    for nothing in ({"category": "video"}, {"status": "degraded"}, {"tags": "x"}, {"query": "~"}):
        assert (await sandbox.anyone.get("/v2/services", params=nothing)).json()["items"] == []


async def test_any_resource_of_civitai_is_known(sandbox: Any) -> None:
    air = "urn:air:sdxl:lora:civitai:82098@87153"
    resource = (await sandbox.anyone.get(f"/v2/resources/{air}")).json()
    assert (resource["air"], resource["canGenerate"]) == (air, True)
    assert (await sandbox.anyone.get(f"/v2/resources/{air}")).json() == resource


@pytest.mark.parametrize(
    ("air", "status"),
    [("nonsense", 400), ("urn:air:sdxl:lora:huggingface:org/thing@main", 404)],
)
async def test_other_resources_are_not(air: str, status: int, sandbox: Any) -> None:
    assert (await sandbox.anyone.get(f"/v2/resources/{air}")).status_code == status
