"""What the window does around a workspace: account, folders, menu, and which world is shown."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from civitai_desktop.domain.errors import CivitaiError, NotAllowed
from civitai_desktop.domain.preferences import Appearance
from civitai_desktop.services.account import Account
from civitai_desktop.services.tasks import TaskScope
from civitai_desktop.services.wallet import Holdings
from civitai_desktop.ui.account.presenter import AccountPresenter
from civitai_desktop.ui.runtime.preferences_store import PreferencesStore
from civitai_desktop.ui.shared.late import Late, LateLoader
from civitai_desktop.ui.shared.theme import Theme
from civitai_desktop.ui.window.command_help import CommandHelp
from civitai_desktop.ui.window.late_rooms import LATE_MODULES
from civitai_desktop.ui.window.main_window import MainWindow
from civitai_desktop.ui.window.notices import Notices
from civitai_desktop.ui.window.workspace import Workspace
from civitai_desktop.ui.window.workspace_presenter import WorkspacePresenter

if TYPE_CHECKING:
    from civitai_desktop.ui.account.dialog import AccountDialog
    from civitai_desktop.ui.shared.text_dialog import TextDialog
    from civitai_desktop.ui.window.about import AboutDialog

_ABOUT: "Late[type[AboutDialog]]" = Late("civitai_desktop.ui.window.about", "AboutDialog")
_ACCOUNT: "Late[type[AccountDialog]]" = Late("civitai_desktop.ui.account.dialog", "AccountDialog")
_FILE_NAMES: "Late[Callable[[str, QWidget], TextDialog]]" = Late(
    "civitai_desktop.ui.preferences.file_names", "file_names_dialog"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the shell needs of an open workspace.

    Attributes:
        acts: What carries out the commands of the rooms that are open, by their ids.
        key_changed: Goes on with the new key.
        pictures: The folder pictures are saved in.
        fixed_because: Why the folder cannot be chosen here; empty if it can.
        unknown_services: Lists what Civitai offers and the catalogue does not know.
    """

    is_sandbox: bool
    acts: Mapping[str, Callable[[], object]]
    key_changed: Callable[[], None]
    pictures: Path
    fixed_because: str = ""
    unknown_services: Callable[[], Sequence[str]] = tuple


class Shell(QObject):
    """Decides what is shown, and does what concerns no single picture.

    Attributes:
        changed: Set when another world must be shown, or none any more.
        is_closed: Whether the window was closed.
        painted: Set once the window is on the screen; what takes time begins then.
        account_known: Set once it is known whether there is a key.
        late: Loads what no first paint shows, in the quiet after it.
    """

    def __init__(
        self,
        window: MainWindow,
        theme: Theme,
        account: Account,
        account_presenter: AccountPresenter,
        preferences: PreferencesStore,
        notices: Notices,
        *,
        stays_in_sandbox: bool,
        log_folder: Path,
        hide: Callable[[str | None], None],
    ) -> None:
        """Take the parts.

        Args:
            stays_in_sandbox: Whether a stored key is left alone.
            hide: Hears of the key as soon as it is known, to keep it out of the log.
        """
        super().__init__()
        self.window = window
        self.theme = theme
        self.account = account
        self.preferences = preferences
        self.notices = notices
        self.changed = asyncio.Event()
        self.is_closed = False
        self.painted = asyncio.Event()
        self.account_known = asyncio.Event()
        self._account_presenter = account_presenter
        self._stays_in_sandbox = stays_in_sandbox
        self._log_folder = log_folder
        self._hide = hide
        self._is_started = False
        self.late = LateLoader(LATE_MODULES, self)
        self._desk: Desk | None = None
        self._standing = ""
        self._holdings = Holdings()
        self._tasks = TaskScope(notices.error)
        help_ = CommandHelp(window, window.actions_, preferences)
        acts: dict[str, Callable[[], object]] = {
            "account": self._open_account,
            "choose_folder": self._choose_folder,
            "file_names": self._choose_file_names,
            "open_folder": self._open_folder,
            "quit": window.close,
            "palette": help_.open_palette,
            "shortcuts": help_.open_overview,
            "open_log": self._open_log,
            "about": self._about,
        }
        choices: dict[str, Callable[[bool], object]] = {
            "details": window.fold_details,
            "full_screen": window.fill_screen,
            **{choice.value: partial(self._choose_appearance, choice) for choice in Appearance},
        }
        window.actions_.set_chosen(preferences.value.appearance.value, chosen=True)
        window.closed.connect(self._on_closed)
        window.painted.connect(self.painted.set)
        window.actions_.bind(acts)
        window.actions_.bind_choices(choices)
        window.status.account_wanted.connect(self._open_account)
        notices.account_wanted.connect(self._open_account)
        notices.folder_wanted.connect(self._choose_folder)
        account_presenter.changed.connect(self._on_account_changed)
        account_presenter.removed.connect(self._on_key_removed)
        account_presenter.noted.connect(notices.error)

    @property
    def shows_sandbox(self) -> bool:
        """Tell which world belongs on the screen: the real one once there is a key."""
        if self._stays_in_sandbox:
            return True
        return self.account.key is None and not self.preferences.value.signed_in

    def key(self) -> str | None:
        """Return the key in force, or None."""
        return self.account.key

    def start(self) -> None:
        """Find out, once, whether there is a key, and on the first start offer the choice."""
        if not self._is_started:
            self._is_started = True
            self.late.start()
            self._tasks.spawn(self._load_account(), name="key from the keyring")

    def show(self, workspace: Workspace, presenter: WorkspacePresenter) -> None:
        """Put a workspace into the window."""
        window, presenters = self.window, presenter.presenters
        presenters.gallery.count_changed.connect(window.status.show_pictures)
        presenters.queue.running_changed.connect(window.status.show_jobs)
        presenters.queue.held_changed.connect(window.status.show_waiting)
        presenters.generate.undo_available.connect(window.set_undo_available)
        presenters.generate.engine_changed.connect(window.show_engine)
        window.show_engine(presenters.generate.engine)
        window.set_undo_available(False)
        presenter.holdings_changed.connect(self._show_holdings)
        presenter.standing_changed.connect(self._show_standing)
        window.status.queue_wanted.connect(workspace.gallery.view.scrollToTop)
        window.status.show_jobs(0)
        window.status.show_waiting(0)
        self._standing = ""
        self._show_holdings(Holdings())
        window.show_workspace(workspace)
        self.present()
        workspace.form.focus_prompt()

    def present(self) -> None:
        """Bring the window to the screen, with whatever is in it."""
        if not self.is_closed:
            self.theme.dress()
            self.window.show()

    def enter(self, desk: Desk) -> None:
        """Take note of the workspace that is open now.

        While it was being built the window may have been closed, or a key entered.
        """
        self._desk = desk
        self.window.actions_.bind(desk.acts)
        if self.is_closed or desk.is_sandbox != self.shows_sandbox:
            self.changed.set()

    @Slot()
    def show_again(self) -> None:
        """Build the workspace anew."""
        self.changed.set()

    def leave(self) -> None:
        """The workspace is being closed."""
        if self._desk is not None:
            self.window.actions_.unbind(self._desk.acts)
        self._desk = None

    async def aclose(self) -> None:
        """Stop what is under way."""
        await self._tasks.aclose()

    async def _load_account(self) -> None:
        try:
            if not self._stays_in_sandbox:
                await self.account.load()
                self._hide(self.account.key)
        except CivitaiError:
            if self.preferences.value.signed_in:
                self._tell_left_out()
                raise
        finally:
            self.account_known.set()
        if self.account.key is not None:
            self._show_other_world()
        elif not (self._stays_in_sandbox or self.preferences.value.sandbox_chosen):
            self._welcome()
        self._tell_left_out()

    def _tell_left_out(self) -> None:
        """Say why the key that was set from outside is not in force."""
        reason = self.account.left_out
        if reason is None or self._stays_in_sandbox:
            return
        if self.window.is_welcoming:
            # It covers the strip.
            self._account_presenter.refused.emit(str(reason))
        else:
            self.notices.error(reason)

    def _welcome(self) -> None:
        welcome = self.window.show_welcome(self._account_presenter)
        welcome.sandbox_chosen.connect(self._choose_sandbox)

    @Slot()
    def _choose_sandbox(self) -> None:
        self.preferences.change(sandbox_chosen=True)
        self.window.hide_welcome()

    @Slot()
    def _on_account_changed(self) -> None:
        has_key = self.account.key is not None
        self.preferences.change(signed_in=has_key)
        self.window.hide_welcome()
        self.notices.account_changed(has_key=has_key)
        if has_key and self._stays_in_sandbox:
            self.notices.key_kept()
        if has_key and self._desk is not None and not self._desk.is_sandbox:
            self._desk.key_changed()
        self._show_other_world()

    @Slot()
    def _on_key_removed(self) -> None:
        if not self._stays_in_sandbox:
            self.notices.key_removed()

    def _show_other_world(self) -> None:
        if self._desk is None or self._desk.is_sandbox != self.shows_sandbox:
            self.changed.set()

    @Slot()
    def _on_closed(self) -> None:
        self.is_closed = True
        self.changed.set()

    @Slot(str)
    def _show_standing(self, standing: str) -> None:
        self._standing = standing
        self._show_holdings(self._holdings)

    @Slot(object)
    def _show_holdings(self, holdings: Holdings) -> None:
        self._holdings = holdings
        status = self.window.status
        if self.shows_sandbox:
            status.show_account(self.tr("Sandbox — offline, no Buzz is spent"), "warning")
        elif self.account.key is None:
            status.show_account(self.tr("No key"), "bad")
        elif self._standing:
            status.show_account(self._standing, "bad")
        else:
            status.show_account(holdings.username or self.tr("Signed in"), "good")
        status.show_balance(holdings.buzz)

    def _choose_appearance(self, appearance: Appearance, _chosen: bool) -> None:
        self.preferences.change(appearance=appearance)
        self.theme.choose(appearance)

    @Slot()
    def _open_account(self) -> None:
        offers_sandbox = not self.shows_sandbox and self.account.key is None
        _ACCOUNT()(self._account_presenter, self.window, offers_sandbox=offers_sandbox).open()

    @Slot()
    def _choose_folder(self) -> None:
        if self._desk is not None and self._desk.fixed_because:
            self.notices.remark(self._desk.fixed_because)
            return
        dialog = QFileDialog(self.window, self.tr("Choose the pictures folder"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        if self._desk is not None:
            dialog.setDirectory(str(self._desk.pictures))
        dialog.fileSelected.connect(self._take_folder)
        dialog.open()

    def _choose_file_names(self) -> None:
        dialog = _FILE_NAMES()(self.preferences.value.name_pattern, self.window)
        dialog.chosen.connect(self._take_pattern)
        dialog.open()

    @Slot(str)
    def _take_pattern(self, pattern: str) -> None:
        self.preferences.change(name_pattern=pattern)
        self.changed.set()

    @Slot(str)
    def _take_folder(self, path: str) -> None:
        self.preferences.change(pictures_folder=path)
        self.changed.set()

    def _open_folder(self) -> None:
        if self._desk is not None:
            self._show_folder(self._desk.pictures)

    def _open_log(self) -> None:
        self._show_folder(self._log_folder)

    def _show_folder(self, folder: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            yourself = self.tr("Open it yourself.")
            self.notices.error(NotAllowed(f"No file manager opens {folder}.", next_step=yourself))

    def _about(self) -> None:
        unknown = self._desk.unknown_services() if self._desk else ()
        _ABOUT()(self.window, unknown).open()
