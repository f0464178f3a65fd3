"""The account as civitai.com tells it: known or unknown, never an error."""

import httpx
import pytest

BAD = [
    b"<html>",
    b"null",
    b"[]",
    b'"\xff"',
    b'{"result": {}}',
    b'{"result": {"data": {"json": {"blue": "much"}}}}',
    b'{"username": 7.5}',
]


async def test_the_name_is_read(civitai) -> None:
    civitai.says({"id": 1, "username": "ada", "tier": "free"})
    assert await civitai.site.username() == "ada"
    assert civitai.asked.url.path == "/api/v1/me"


async def test_the_balance_is_told_wallet_by_wallet(civitai) -> None:
    civitai.says({"result": {"data": {"json": {"blue": 1, "yellow": 20, "red": 5000}}}})
    assert await civitai.site.balance() == {"blue": 1, "green": 0, "yellow": 20}
    assert civitai.asked.url.path == "/api/trpc/buzz.getBuzzAccount"


@pytest.mark.parametrize("body", BAD)
async def test_an_answer_that_cannot_be_read_is_not_known(civitai, body) -> None:
    civitai.says(body)
    assert await civitai.site.username() is None
    assert await civitai.site.balance() is None


@pytest.mark.parametrize("status", [401, 403, 404, 500])
async def test_a_refusal_is_not_known(civitai, status) -> None:
    civitai.refuses(status)
    assert await civitai.site.username() is None
    assert await civitai.site.balance() is None


async def test_no_connection_is_not_known(civitai) -> None:
    civitai.answers.append(httpx.ConnectError("offline"))
    assert await civitai.site.username() is None
    assert await civitai.site.balance() is None
