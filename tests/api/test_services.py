"""The live list of services: its pages, its odd rows, and that it needs no key."""

import pytest

from civitai_desktop.api.services import ServicesApi
from civitai_desktop.domain.errors import BadReply, ServerFault
from civitai_desktop.domain.service import Service, ServiceStatus


@pytest.fixture
def services(civitai) -> ServicesApi:
    return ServicesApi(civitai.http)


def row(model: str, status: str = "available") -> dict[str, object]:
    return {"id": f"image/{model}", "parameters": {"model": model}, "status": status, "tags": []}


async def test_a_service_says_how_it_is_chosen_and_how_it_is_doing(civitai, services) -> None:
    civitai.says({"items": [row("klein", "degraded")], "totalCount": 1, "limit": 100, "offset": 0})
    assert await services.services() == [
        Service(parameters={"model": "klein"}, status=ServiceStatus.DEGRADED)
    ]
    assert civitai.asked.url.path == "/v2/services"
    assert civitai.asked.url.params["category"] == "image"


async def test_it_is_asked_without_a_key_where_there_is_none(civitai, services) -> None:
    civitai.key = None
    civitai.says({"items": []})
    assert await services.services() == []
    assert "authorization" not in civitai.asked.headers


async def test_every_page_is_read(civitai, services) -> None:
    civitai.says(
        {"items": [row("a")] * 100, "totalCount": 101}, {"items": [row("b")], "totalCount": 101}
    )
    assert len(await services.services()) == 101
    assert [request.url.params["offset"] for request in civitai.requests] == ["0", "100"]


async def test_a_list_without_an_end_is_left_in_time(civitai, services) -> None:
    civitai.says({"items": [row("a")], "totalCount": 1_000_000})
    await services.services()
    assert len(civitai.requests) == 10


async def test_an_odd_row_costs_itself_only(civitai, services) -> None:
    civitai.says({"items": [{"parameters": {"model": 7}}, None, row("a", "resting")]})
    assert await services.services() == [
        Service(parameters={"model": "a"}, status=ServiceStatus.UNKNOWN)
    ]


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"items": 1}'])
async def test_an_answer_that_cannot_be_read_is_none(civitai, services, body) -> None:
    civitai.says(body)
    with pytest.raises(BadReply):
        await services.services()


async def test_a_server_that_is_broken_is_told(civitai, services) -> None:
    civitai.refuses(503)
    with pytest.raises(ServerFault):
        await services.services()


async def test_a_service_is_called_by_its_name_else_by_what_there_is(civitai, services) -> None:
    civitai.says(
        {
            "items": [
                row("a") | {"id": "image/a", "name": " Amber "},
                row("b") | {"id": "image/b", "name": None},
                row("c") | {"id": 7, "name": ["odd"]},
            ]
        }
    )
    assert [each.label for each in await services.services()] == ["Amber", "image/b", "c"]
