"""A folder that cannot be used at the start: told, waited for, and looked through at last."""

import asyncio

import pytest

from civitai_desktop.domain.events import FolderChanged, ImagesImported
from civitai_desktop.services.upkeep import Upkeep
from tests.services.looking import DAY, home_in, settings


@pytest.fixture
def home(tmp_path):
    with home_in(tmp_path) as home:
        yield home


def upkeep(home, sleep) -> Upkeep:
    return Upkeep(home.folder, home.imports, home.disk, home.told.append, sleep=sleep)


async def never(_: float) -> None:
    raise AssertionError("nothing has to be waited for")


def test_a_folder_that_can_be_used_is_swept_and_looked_through(home):
    home.save(f"{DAY}/a.png", settings("a boat"))
    left = home.root / DAY / f".00000000-{'a' * 32}.part"
    left.write_bytes(b"half")

    asyncio.run(upkeep(home, never).run())

    assert home.told == [ImagesImported(taken=1)]
    assert not left.exists()


def test_a_start_without_news_tells_nothing(home):
    home.save(f"{DAY}/a.png", settings("a boat"))
    home.save(f"{DAY}/broken.png").write_bytes(b"no picture")
    home.look()
    home.told.clear()

    asyncio.run(upkeep(home, never).run())

    assert home.told == []


def test_a_folder_that_is_in_the_way_at_the_start_is_used_as_soon_as_it_can_be(home):
    home.save("a.png", settings("a boat"))
    drive = home.root.rename(home.base / "drive")
    home.root.write_text("in the way")
    pauses = []

    async def sleep(pause_s: float) -> None:
        pauses.append(pause_s)
        if len(pauses) == 3:
            home.root.unlink()
            drive.rename(home.root)

    asyncio.run(upkeep(home, sleep).run())

    told, fine, found = home.told
    assert "is not a folder" in told.problem
    assert told.problem.endswith("It is tried again by itself.")
    assert fine == FolderChanged()
    assert found == ImagesImported(taken=1)
    assert len(pauses) == 3
