"""Reaches the server of one world, once the window has been painted."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from civitai_desktop.app.services import Services
from civitai_desktop.app.start_steps import Start, Step
from civitai_desktop.domain.errors import LibraryUnusable
from civitai_desktop.options import API_URL, SITE_URL, Options
from civitai_desktop.places import World
from civitai_desktop.services.remote import Connection
from civitai_desktop.ui.shared.late import Late
from civitai_desktop.ui.window.shell import Shell
from civitai_desktop.ui.window.workspace_presenter import WorkspacePresenter

if TYPE_CHECKING:
    from civitai_desktop.services.sandbox import Address

_SANDBOX: "Late[Callable[[Path], AbstractAsyncContextManager[Address]]]" = Late(
    "civitai_desktop.services.sandbox", "sandbox_running"
)

Key = Callable[[], str | None]


def start_of(
    services: Services,
    world: World,
    shell: Shell,
    options: Options,
    stack: AsyncExitStack,
    presenter: WorkspacePresenter,
) -> Start:
    """Return what is to be done once the window is there: reach the server, then go on.

    Args:
        stack: Closes what is opened.
    """

    async def connect() -> None:
        services.remote.connecting()
        async with AsyncExitStack() as attempt:
            if world.is_sandbox:
                address = await attempt.enter_async_context(_SANDBOX()(world.data / "server"))
                door = civitai(address.url, address.url, partial(str, address.key))
            else:
                await shell.account_known.wait()
                door = civitai(
                    options.api_url,
                    options.site_url,
                    shell.key,
                    site_key=_site_key(options, shell),
                    largest_picture=options.largest_picture_mb << 20,
                )
            services.remote.connected(await attempt.enter_async_context(door))
            # Nothing of an attempt that failed stays open; all of one that did not stays.
            stack.push_async_exit(attempt.pop_all())

    async def greet() -> None:
        presenter.greet()

    reaching = "Reaching Civitai"
    return Start(
        (
            Step(name=reaching, work=connect, failed=services.remote.failed),
            Step(name="Taking up the generations", work=services.generations.resume),
            Step(name="Tidying up the resources", work=services.resources.tidy),
            Step(name="Greeting Civitai", work=greet, after=reaching),
        ),
        shell.notices.start_failed,
    )


def upkeep_of(services: Services, shell: Shell) -> Start:
    """Return what keeps library and folder in step while the window is open."""

    async def keep() -> None:
        await services.upkeep.run()
        if services.library.notice:
            # On top again: what was found in the folder must not cover why it was looked through.
            shell.notices.error(LibraryUnusable(services.library.notice))

    return Start(
        (Step(name="Looking after the pictures folder", work=keep),), shell.notices.start_failed
    )


@asynccontextmanager
async def civitai(
    api_url: str,
    site_url: str,
    key: Key,
    *,
    site_key: Key | None = None,
    largest_picture: int | None = None,
) -> AsyncIterator[Connection]:
    """Load the HTTP and JSON libraries, off the UI thread, and open the clients.

    Args:
        site_key: What the site is told, where that is not the API's own key.
        largest_picture: The most bytes a picture may have; None for the usual bound.

    Raises:
        ProxyUnusable: The API is to be reached through a proxy that is none.
    """
    await asyncio.to_thread(import_module, "civitai_desktop.api.resources")
    # After the first paint, because they cost as much time as the whole window.
    from civitai_desktop.api.blobs import BlobApi  # noqa: PLC0415
    from civitai_desktop.api.http import (  # noqa: PLC0415
        LARGEST_PICTURE,
        ApiClient,
        BlobClient,
    )
    from civitai_desktop.api.orchestration import OrchestrationApi  # noqa: PLC0415
    from civitai_desktop.api.proxies import read as read_proxies  # noqa: PLC0415
    from civitai_desktop.api.resources import ResourceApi  # noqa: PLC0415
    from civitai_desktop.api.services import ServicesApi  # noqa: PLC0415
    from civitai_desktop.api.site import SiteApi  # noqa: PLC0415

    proxies = read_proxies()
    async with AsyncExitStack() as stack:
        orchestration = ApiClient(api_url, key, proxies=proxies)
        # Said now, and not only when something is asked for.
        proxies.through(orchestration.absolute("/"))
        site = ApiClient(site_url, site_key or key, proxies=proxies)
        # Previews have a client of their own, so that no saved picture waits for them.
        blobs = BlobClient(proxies=proxies, largest=largest_picture or LARGEST_PICTURE)
        previews = BlobClient(proxies=proxies)
        for client in (orchestration, site, blobs, previews):
            stack.push_async_callback(client.aclose)
        yield Connection(
            key=key,
            orchestration=OrchestrationApi(orchestration),
            services=ServicesApi(orchestration),
            downloads=blobs,
            uploads=BlobApi(orchestration, blobs),
            site=SiteApi(site),
            resources=ResourceApi(site, previews),
        )


async def check_key(api_url: str, key: str) -> None:
    """Make sure that the API takes a key that is not in force yet.

    Raises:
        NotSignedIn: It does not.
        CivitaiError: Nothing is known about it.
    """
    async with civitai(api_url, api_url, partial(str, key)) as connection:
        await connection.orchestration.check_key()


def _site_key(options: Options, shell: Shell) -> Key:
    """A key that was made for another API is none of civitai.com's business."""
    same = (options.api_url == API_URL) == (options.site_url == SITE_URL)
    return shell.key if same else _no_key


def _no_key() -> None:
    return None


def vault_account(api_url: str) -> str:
    """Name the place in the keyring: each API has its own key."""
    return "default" if api_url == API_URL else urlsplit(api_url).netloc
