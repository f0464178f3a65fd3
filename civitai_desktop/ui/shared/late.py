"""What no first paint shows: its code is loaded when it is wanted, or in a quiet moment before."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Slot

T = TypeVar("T")

_QUIET_MS = 400
"""After the first paint; by then the pictures in sight have been read."""
_PAUSE_MS = 15
"""Between two modules, so that each has a frame for itself."""


class Late(Generic[T]):
    """A class or function whose module is loaded when it is first asked for.

    It stands for an import that the start of the program cannot afford. The type is written where
    the name is bound, from an import for type checking only:

        _ABOUT: "Late[type[AboutDialog]]" = Late("civitai_desktop.ui.window.about", "AboutDialog")
    """

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.name = name

    def __call__(self) -> T:
        """Load it, if it has not been yet, and return it."""
        loaded: T = getattr(import_module(self.module), self.name)
        return loaded


class Made(Generic[T]):
    """Something that is built when it is first asked for, and then stays."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: list[T] = []

    def __call__(self) -> T:
        """Build it, if it has not been yet, and return it."""
        if not self._made:
            self._made.append(self._make())
        return self._made[0]

    @property
    def known(self) -> T | None:
        """Return it if it has been built."""
        return self._made[0] if self._made else None


class LateLoader(QObject):
    """Loads modules before they are wanted, one a turn of the loop, so that no click waits."""

    def __init__(self, modules: Sequence[str], parent: QObject) -> None:
        """Take the modules.

        Args:
            modules: By full name, each behind those that it imports.
        """
        super().__init__(parent)
        self._left = list(reversed(modules))
        self._timer = QTimer(self, interval=_QUIET_MS)
        self._timer.timeout.connect(self._load_next)

    @property
    def is_done(self) -> bool:
        """Tell whether all of them are loaded."""
        return not self._left

    def start(self) -> None:
        """Begin; call it once the window has been painted."""
        self._timer.start()

    @Slot()
    def _load_next(self) -> None:
        if not self._left:
            self._timer.stop()
            return
        self._timer.setInterval(_PAUSE_MS)
        import_module(self._left.pop())
