"""A start that fails: the window says so, stays usable, and tries again when it is asked to."""

import asyncio
from dataclasses import replace

import pytest

from civitai_desktop.options import Options
from civitai_desktop.places import Places
from tests.program.conftest import GivenOptions
from tests.program.sandbox_process import Sandbox
from tests.program.screen import program
from tests.qt_loop import Until

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def no_proxies_of_the_tester(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def test_a_sandbox_that_does_not_start_can_be_tried_again_and_nothing_is_lost(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    chosen = replace(options(sandbox, key=None), sandbox=True)
    state = Places(chosen).sandbox().data / "server"
    state.parent.mkdir(parents=True)
    state.write_text("in the way")
    async with program(chosen) as screen:
        await until(lambda: "The sandbox did not start." in screen.said("Message"))
        screen.type("Prompt", "a paper boat")
        screen.click("Generate")
        await until(lambda: screen.shows("Generate all the same"))
        screen.click("Generate all the same")
        await until(lambda: not screen.is_idle)

        state.unlink()
        await until(lambda: screen.shows("Try again"))
        screen.click("Try again")
        await until(lambda: screen.said("Balance") != "")
        assert "did not start" not in screen.said("Message")
        assert not screen.is_idle, "what was generated meanwhile waits for its turn, and fails not"


async def test_a_library_that_cannot_be_opened_is_tried_again_in_the_same_window(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    chosen = options(sandbox)
    library = Places(chosen).real("").library
    library.mkdir(parents=True)
    async with program(chosen, is_empty=True) as screen:
        await until(lambda: screen.shows("Try again"))
        assert not screen.shows("Generate")
        library.rmdir()
        screen.click("Try again")
        await until(lambda: screen.shows("Generate") and screen.said("Balance") != "")
        assert not screen.shows("Try again")


async def test_a_library_that_cannot_be_opened_is_tried_again_by_itself(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    chosen = options(sandbox)
    library = Places(chosen).real("").library
    library.mkdir(parents=True)
    async with program(chosen, is_empty=True, again_s=0.1) as screen:
        await until(lambda: screen.shows("Try again"))
        library.rmdir()
        await until(lambda: screen.shows("Generate") and screen.said("Balance") != "")
        assert not screen.shows("Try again")


async def test_what_nobody_expected_at_the_start_is_reported_and_the_window_says_so(
    sandbox: Sandbox, options: GivenOptions, until: Until
) -> None:
    reported: list[object] = []
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: reported.append(context.get("exception")))
    try:
        # No command line lets it through, and the client takes it for a bug of its caller.
        broken = replace(options(sandbox, key="a-key-of-nobody"), api_url="https://a\x00b.example")
        async with program(broken) as screen:
            await until(lambda: screen.shows("Try again"))
            assert "Reaching Civitai failed." in screen.said("Message")
            screen.type("Prompt", "a paper boat")
            screen.click("Generate")
            await until(lambda: screen.shows("Generate all the same"))
            screen.click("Generate all the same")
            await until(lambda: not screen.is_idle)
            await until(lambda: screen.shows("Try again"))
            screen.click("Try again")
            await until(lambda: len(reported) == 2)
            assert not screen.is_idle
    finally:
        loop.set_exception_handler(before)
    assert {type(error).__name__ for error in reported} == {"InvalidURL"}


async def test_a_wrong_proxy_is_named_and_takes_neither_window_nor_sandbox_away(
    sandbox: Sandbox, options: GivenOptions, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@127.0.0.1:port")
    monkeypatch.setenv("HTTP_PROXY", "socks4://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "fe80::/10,[::1],*none*")
    far = replace(options(sandbox, key="a-key-of-nobody"), api_url="https://far.civitai.example")
    async with program(far) as screen:
        await until(lambda: "HTTPS_PROXY" in screen.said("Message"))
        assert "secret" not in screen.said("Message")
        screen.type("Prompt", "a paper boat")
        screen.click("Generate")
        await until(lambda: "HTTPS_PROXY" in screen.said("Message") and screen.shows("Not now"))
        screen.click("Not now")
        assert screen.shows("Gallery")

    near: Options = replace(options(sandbox, key=None), sandbox=True)
    async with program(near) as screen:
        await until(lambda: screen.said("Balance") != "")
        assert "PROXY" not in screen.said("Message")
