"""One account's screen: form, gallery, details, and the viewer over them; how they act together."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from civitai_desktop.domain.generation import Image
from civitai_desktop.ui.gallery.details import DetailsPanel
from civitai_desktop.ui.gallery.panel import GalleryPanel
from civitai_desktop.ui.generate.panel import GeneratePanel
from civitai_desktop.ui.queue.tiles import LiveTile
from civitai_desktop.ui.shared.widgets import styled
from civitai_desktop.ui.viewer.room import ViewerRoom


class Workspace(QWidget):
    """Puts the panels side by side. Selecting shows details, opening shows the viewer."""

    image_selected = Signal(object)
    """The one `Image` that is selected, or None."""

    def __init__(
        self,
        form: GeneratePanel,
        gallery: GalleryPanel,
        details: DetailsPanel,
        viewer: ViewerRoom,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.form = form
        self.gallery = gallery
        self.details = details
        self.viewer = viewer
        self._edge = _line()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for widget in (form, gallery, self._edge, details):
            row.addWidget(widget, 1 if widget is gallery else 0)
        viewer.cover(self)
        gallery.selection_changed.connect(self._on_selection)
        viewer.closed.connect(gallery.view.setFocus)
        details.keyboard_left.connect(gallery.view.setFocus)

    def show_details(self, shown: bool) -> None:
        """Fold or unfold the panel on the right."""
        self.details.setVisible(shown)
        self._edge.setVisible(shown)

    def selected_ids(self) -> Sequence[int]:
        """Return the ids of all selected pictures, in the gallery's order."""
        return self.gallery.view.selected_ids()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.viewer.fill(self.rect())

    @Slot(object)
    def _on_selection(self, selection: Image | LiveTile | None) -> None:
        count = len(self.selected_ids())
        if count > 1:
            self.details.show_many(count)
        else:
            self.details.show_selection(selection)
        self.image_selected.emit(selection if isinstance(selection, Image) else None)


def _line() -> QFrame:
    line = styled(QFrame(), "rule")
    line.setFixedWidth(1)
    return line
