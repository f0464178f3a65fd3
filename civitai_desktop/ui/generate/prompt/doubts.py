"""What is asked once before a prompt is sent that means something else in another program."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from civitai_desktop.catalogue.remarks import Remark


class Doubts(QObject):
    """Asks about each doubt once; who has heard it and presses Generate again means it.

    Signals:
        asked: What speaks against sending it; "" takes the question back.
    """

    asked = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._heard: set[str] = set()
        self._is_asking = False

    def raised(self, remarks: Mapping[str, Remark]) -> str:
        """Ask about what was not asked yet, and return the field it stands in; "" for nothing."""
        doubts = {name: each.doubt for name, each in remarks.items() if each.doubt}
        new = {name: doubt for name, doubt in doubts.items() if doubt not in self._heard}
        self._heard.update(new.values())
        self._ask(" ".join(dict.fromkeys(new.values())))
        return next(iter(new), "")

    def withdraw(self) -> None:
        """Ask no more: the form is another one now."""
        self._ask("")

    def _ask(self, doubt: str) -> None:
        if doubt or self._is_asking:
            self._is_asking = bool(doubt)
            self.asked.emit(doubt)
