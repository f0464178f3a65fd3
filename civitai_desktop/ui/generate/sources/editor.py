"""The area of the form for pictures to start from: drop, paste, choose, look, remove."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QGridLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from civitai_desktop.ui.generate.sources.area import DropArea
from civitai_desktop.ui.generate.sources.offer import Offer
from civitai_desktop.ui.generate.sources.presenter import SourcePresenter, SourceView
from civitai_desktop.ui.generate.sources.thumbnail import SourceThumbnail
from civitai_desktop.ui.shared.widgets import caption, named, plain, styled

_COLUMNS = 4
_GAP_PX = 8
_UNDER_CAPTION_PX = 5
_FILTER = "*.png *.jpg *.jpeg *.webp"


class SourceEditor(QWidget):
    """Shows a `SourceView` and tells the presenter what is dropped, pasted, chosen, removed.

    Signals:
        arranged: Other pictures are shown now.
    """

    arranged = Signal()

    def __init__(self, presenter: SourcePresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._view = SourceView()
        self._thumbnails: list[SourceThumbnail] = []
        self._area = DropArea()
        self._grid = QGridLayout()
        self._choice = _OperationChoice()
        self._remark = styled(plain(QLabel()), "dim")
        self._refusal = styled(plain(named(QLabel(), "Source message")), "complaint")
        self._lay_out()
        self._area.offered.connect(presenter.take)
        self._area.nothing_offered.connect(presenter.nothing_offered)
        self._area.choose_wanted.connect(self._choose_files)
        self._choice.chosen.connect(presenter.choose_operation)
        presenter.view_changed.connect(self._show)
        presenter.refused.connect(self._show_refusal)
        presenter.thumbnail_ready.connect(self._show_thumbnail)

    def enter(self) -> None:
        """Give the keyboard to the area."""
        self._area.setFocus()

    def stops(self) -> list[QWidget]:
        """Return where the Tab key stops, in order."""
        crosses = [stop for each in self._thumbnails for stop in each.stops()]
        return [*crosses, *self._area.stops(), *self._choice.stops()]

    def _lay_out(self) -> None:
        for label in (self._remark, self._refusal):
            label.setWordWrap(True)
            label.setMinimumWidth(1)
            label.hide()
        self._grid.setContentsMargins(0, 0, 0, _GAP_PX - _UNDER_CAPTION_PX)
        self._grid.setSpacing(_GAP_PX)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._caption = caption(self.tr("Source picture"), self._area)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 14)
        column.setSpacing(_UNDER_CAPTION_PX)
        column.addWidget(self._caption)
        column.addLayout(self._grid)
        column.addWidget(self._area)
        column.addWidget(self._choice)
        column.addWidget(self._remark)
        column.addWidget(self._refusal)

    @Slot(object)
    def _show(self, view: SourceView) -> None:
        is_known = view.sources == self._view.sources
        if _task(view) != _task(self._view):
            self._show_refusal("")
        self._view = view
        if not is_known:
            self._show_sources()
        for index, each in enumerate(self._thumbnails):
            each.show_used(index < view.used)
        is_full = view.used > 1 and not view.has_room
        self._area.setVisible(view.can_take and not is_full)
        self._area.show_text(self._invitation())
        self._choice.show_operations(view.operations, view.operation)
        self._remark.setText(view.remark)
        self._remark.setVisible(bool(view.remark))
        self._caption.setVisible(view.can_take or bool(view.sources))
        self._fold()

    def _show_sources(self) -> None:
        for each in self._thumbnails:
            self._grid.removeWidget(each)
            each.hide()
            # Its button may be in the middle of its click.
            each.deleteLater()
        self._thumbnails = []
        for index, source in enumerate(self._view.sources):
            thumbnail = SourceThumbnail(index, source)
            thumbnail.removed.connect(self._presenter.remove)
            if (picture := self._presenter.thumbnail(source)) is not None:
                thumbnail.show_picture(picture)
            self._grid.addWidget(thumbnail, index // _COLUMNS, index % _COLUMNS)
            self._thumbnails.append(thumbnail)
        self.arranged.emit()

    def _invitation(self) -> str:
        if not self._view.sources:
            return self.tr("Drop a picture, or")
        more = self._view.has_room or not self._view.used
        return self.tr("Drop another, or") if more else self.tr("Drop one to replace it, or")

    @Slot(str)
    def _show_refusal(self, text: str) -> None:
        self._refusal.setText(text)
        self._refusal.setVisible(bool(text))
        self._area.setAccessibleDescription(text)
        self._fold()

    @Slot(str, QImage)
    def _show_thumbnail(self, source: str, picture: QImage) -> None:
        for each in self._thumbnails:
            if each.source == source:
                each.show_picture(picture)

    def _fold(self) -> None:
        # An engine that works from text alone has no source area at all.
        has_text = bool(self._refusal.text() or self._remark.text())
        self.setVisible(self._view.can_take or bool(self._view.sources) or has_text)

    @Slot()
    def _choose_files(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("Choose source pictures"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([self.tr("Pictures ({endings})").format(endings=_FILTER), "* (*)"])
        dialog.filesSelected.connect(self._take_files)
        dialog.open()

    @Slot(list)
    def _take_files(self, files: list[str]) -> None:
        self._presenter.take(Offer(files=tuple(map(Path, files))))


def _task(view: SourceView) -> tuple[object, ...]:
    """Return what a refusal was said of."""
    return view.can_take, view.sources, view.operation


class _OperationChoice(QWidget):
    """What can be done with the pictures, each in one line.

    Signals:
        chosen: An operation.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QRadioButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        texts = {
            "image-to-image": self.tr("Variant: paint over it, as far as set below"),
            "edit-image": self.tr("Edit: change what the prompt asks for"),
        }
        for operation, text in texts.items():
            button = named(QRadioButton(text), text.partition(":")[0] + " of the source")
            button.setProperty("operation", operation)
            self._group.addButton(button)
            self._buttons[operation] = button
            column.addWidget(button)
        self._group.buttonClicked.connect(self._clicked)

    def stops(self) -> list[QWidget]:
        """Return where the Tab key stops, in order."""
        return list(self._buttons.values())

    def show_operations(self, operations: tuple[str, ...], chosen: str) -> None:
        """Show which there are; without a choice, nothing."""
        self.setVisible(bool(operations))
        if chosen in self._buttons:
            self._buttons[chosen].setChecked(True)

    @Slot(QRadioButton)
    def _clicked(self, button: QRadioButton) -> None:
        self.chosen.emit(button.property("operation"))
