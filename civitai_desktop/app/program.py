"""Builds the window and one world after the other, and takes all of it down in reverse order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial

from civitai_desktop.app.connection import check_key, start_of, upkeep_of, vault_account
from civitai_desktop.app.screen import screen_built
from civitai_desktop.app.services import Services, services_opened
from civitai_desktop.app.start_steps import Start
from civitai_desktop.crash import CrashReporter
from civitai_desktop.domain.errors import CivitaiError, LibraryUnusable, StartFailed
from civitai_desktop.options import Options
from civitai_desktop.places import Places, World
from civitai_desktop.services.account import Account
from civitai_desktop.services.tasks import TaskScope
from civitai_desktop.storage.vault import KeyVault
from civitai_desktop.ui.account.presenter import AccountPresenter
from civitai_desktop.ui.runtime.application import Application
from civitai_desktop.ui.runtime.preferences_store import PreferencesStore
from civitai_desktop.ui.runtime.single_instance import SingleInstance
from civitai_desktop.ui.shared.imaging import warm_up_image_plugins
from civitai_desktop.ui.shared.theme import Theme
from civitai_desktop.ui.window.main_window import MainWindow
from civitai_desktop.ui.window.notices import Notices
from civitai_desktop.ui.window.shell import Desk, Shell

LIBRARY_AGAIN_S = 15.0
"""A disk gets room, and a lock goes, without anybody's pressing a button."""


async def run(
    application: Application,
    instance: SingleInstance,
    options: Options,
    places: Places,
    reporter: CrashReporter,
    *,
    again_s: float = LIBRARY_AGAIN_S,
) -> None:
    """Show the window until it is closed, in one world after the other.

    Args:
        again_s: How long a library that cannot be opened is left alone.
    """
    async with shell_opened(application, options, places, reporter) as shell:
        application.quit_wanted.connect(shell.window.close)
        instance.wanted.connect(shell.window.bring_forward)
        while not shell.is_closed:
            shell.changed.clear()
            try:
                async with workspace_opened(shell, options, places):
                    # What was said of the tries before holds no more.
                    shell.notices.start_tried_again()
                    await shell.changed.wait()
            except LibraryUnusable as error:
                await _without_world(shell, error, again_s)
            except CivitaiError as error:
                await _without_world(shell, error)
            except Exception as error:  # noqa: BLE001  reported as the bug it is; the window stays
                asyncio.get_running_loop().call_exception_handler(
                    {"message": "The workspace failed", "exception": error}
                )
                await _without_world(shell, StartFailed("The window could not be filled."))


async def _without_world(shell: Shell, error: CivitaiError, again_s: float | None = None) -> None:
    """Say why there is nothing to be shown, until the window is closed or it is tried again.

    Args:
        again_s: After so long it is tried again by itself; None for never.
    """
    if shell.is_closed:
        return
    shell.present()
    shell.notices.start_failed(error)
    shell.notices.start_wanted.connect(shell.show_again)
    with suppress(TimeoutError):
        await asyncio.wait_for(shell.changed.wait(), again_s)
    shell.notices.start_wanted.disconnect(shell.show_again)


@asynccontextmanager
async def shell_opened(
    application: Application, options: Options, places: Places, reporter: CrashReporter
) -> AsyncIterator[Shell]:
    """Build the window and what outlives a workspace."""
    async with AsyncExitStack() as stack:
        preferences = PreferencesStore(str(places.settings))
        theme = Theme(application, preferences.value.appearance)
        warm_up_image_plugins()
        account = Account(
            KeyVault(account=vault_account(options.api_url)),
            partial(check_key, options.api_url),
            options.key,
        )
        reporter.redaction.hide(account.key)
        window = MainWindow(theme, preferences)
        # Here, while Python and Qt are whole: at the very end it would be torn down in any order.
        stack.callback(window.deleteLater)
        notices = Notices(window.strip)
        reporter.on_report = notices.bug_reported.emit
        stack.callback(setattr, reporter, "on_report", None)
        account_presenter = AccountPresenter(account, reporter.redaction.hide)
        stack.push_async_callback(account_presenter.aclose)
        shell = Shell(
            window,
            theme,
            account,
            account_presenter,
            preferences,
            notices,
            stays_in_sandbox=options.sandbox,
            log_folder=places.log.parent,
            hide=reporter.redaction.hide,
        )
        stack.push_async_callback(shell.aclose)
        yield shell


@asynccontextmanager
async def workspace_opened(
    shell: Shell, options: Options, places: Places
) -> AsyncIterator[Services]:
    """Build one world's workspace, show it, and connect it once it has been painted.

    Raises:
        LibraryUnusable, CatalogueUnusable: There is nothing to show.
    """
    choice = shell.preferences.value
    world = places.sandbox() if shell.shows_sandbox else places.real(choice.pictures_folder)
    async with AsyncExitStack() as stack:
        # Closed last: until everything has stopped, somebody may be in the middle of a request.
        connections = await stack.enter_async_context(AsyncExitStack())
        services = await stack.enter_async_context(
            services_opened(world, choice.name_pattern, shell.notices.error)
        )
        presenter = await screen_built(services, shell, stack)
        shell.enter(
            Desk(
                is_sandbox=world.is_sandbox,
                acts=presenter.acts,
                key_changed=presenter.key_changed,
                pictures=world.pictures,
                fixed_because=_fixed_because(world, options),
                unknown_services=services.availability.unknown_services,
            )
        )
        stack.callback(shell.leave)
        if notice := services.library.notice:
            shell.notices.error(LibraryUnusable(notice))
        starting = _Starting(
            shell,
            start_of(services, world, shell, options, connections, presenter),
            upkeep_of(services, shell),
        )
        stack.push_async_callback(starting.aclose)
        shell.notices.start_wanted.connect(starting.begin)
        stack.callback(shell.notices.start_wanted.disconnect, starting.begin)
        starting.begin()
        yield services


class _Starting:
    """Carries out a start once the window is painted, and again when it is asked to."""

    def __init__(self, shell: Shell, *starts: Start) -> None:
        self._shell = shell
        self._starts = starts
        self._tasks = TaskScope(shell.notices.error)

    def begin(self) -> None:
        self._tasks.spawn(self._run(), name="start")

    async def _run(self) -> None:
        await self._shell.painted.wait()
        self._shell.start()
        first, *others = self._starts
        await first.run()
        for each in others:
            self._tasks.spawn(each.run(), name="upkeep")

    async def aclose(self) -> None:
        await self._tasks.aclose()


def _fixed_because(world: World, options: Options) -> str:
    if options.pictures_dir:
        return (
            f"--pictures-dir set the pictures folder at the start: {world.pictures}. "
            "Start the program without it to choose another here."
        )
    if world.is_sandbox:
        return f"The sandbox keeps its pictures in {world.pictures}."
    return ""
