"""One program per data folder: a second start brings the first window forward."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_ANSWER_MS = 1000


class SingleInstance(QObject):
    """Holds a data folder for this process.

    A lock file decides, because it survives a killed program correctly; the local socket only
    carries the wish to be shown.
    """

    wanted = Signal()
    """Somebody has started the program again with the same data folder."""

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        digest = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:16]
        with suppress(OSError):
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._name = f"civitai-desktop-{digest}"
        self._path = data_dir / "lock"
        self._lock = QLockFile(str(self._path))
        self._lock.setStaleLockTime(0)
        self._server = QLocalServer(self)
        self._server.newConnection.connect(self._on_connection)

    def take(self) -> bool:
        """Take the folder; False if another process has it, which is then asked to show itself."""
        # Where no lock can be written, the library says what is wrong with the folder.
        if not self._lock.tryLock(0) and self._is_held():
            return False
        with suppress(OSError):
            self._path.chmod(0o600)
        QLocalServer.removeServer(self._name)
        self._server.listen(self._name)
        return True

    def release(self) -> None:
        """Give the folder back."""
        self._server.close()
        self._lock.unlock()

    def _is_held(self) -> bool:
        """Tell whether another process has the folder; a lock that it has left behind is taken.

        Qt takes such a lock over by itself, but for one that names no process, as a power cut
        leaves it, and one on a disk that is full: it writes another file first.
        """
        if self._ask_the_other() or self._is_holder_alive():
            return True
        with suppress(OSError):
            self._path.unlink()
        is_taken = self._lock.tryLock(0)
        # Another start may have been quicker.
        return not is_taken and self._is_holder_alive()

    def _is_holder_alive(self) -> bool:
        if self._lock.error() is not QLockFile.LockError.LockFailedError:
            return False
        holder, _, _ = self._lock.getLockInfo()
        if not holder:
            return False
        if os.name == "nt":
            # There, the file of one that is alive cannot be deleted, and a signal would end it.
            return True
        try:
            os.kill(holder, 0)
        except PermissionError:
            return True
        except (OSError, OverflowError):
            return False
        return holder != os.getpid()

    def _ask_the_other(self) -> bool:
        """Ask whoever has the folder to show itself; tell whether anybody answers."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        is_there = socket.waitForConnected(_ANSWER_MS)
        socket.disconnectFromServer()
        return is_there

    @Slot()
    def _on_connection(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.deleteLater()
        self.wanted.emit()
