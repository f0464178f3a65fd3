"""What the form and the queue can ask about resources by name."""

from tests.ui.resource_shop import DREAMSHAPER, shop_opened


async def test_an_unknown_name_is_asked_for_once_and_known_afterwards(
    tmp_path, catalogue, sandbox, until, qtbot
):
    lower = "air:sd1:checkpoint:civitai:4384@128713"
    async with shop_opened(tmp_path, catalogue, sandbox.url, sandbox.key) as shop:
        assert [shop.desk.name(lower) for _ in range(9)] == [""] * 9
        await until(lambda: shop.desk.name(lower))
        assert shop.desk.name(lower) == shop.desk.name(DREAMSHAPER) == "DreamShaper"
        assert sandbox.requests()["GET /api/v1/model-versions/{id:int}"] == 1


async def test_what_nobody_knows_is_not_asked_for_again(tmp_path, catalogue, sandbox, until, qtbot):
    gone = "urn:air:sdxl:lora:civitai:800002@810002"
    foreign = "urn:air:sdxl:lora:huggingface:a/b"
    answered: list[str] = []
    async with shop_opened(tmp_path, catalogue, sandbox.url, sandbox.key) as shop:
        shop.desk.answered.connect(answered.append)
        assert (shop.desk.name(gone), shop.desk.name(foreign)) == ("", "")
        await until(lambda: answered)
        assert shop.desk.name(gone) == ""
        assert not shop.desk.is_asked("810002")
        assert sandbox.requests()["GET /api/v1/model-versions/{id:int}"] == 1
