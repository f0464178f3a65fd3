"""The area of the form for pictures to start from: drop, paste, choose, look, remove."""

from pathlib import Path

from PySide6.QtCore import QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from civitai_desktop.ui.generate.editor import IconButton, draw_icon
from civitai_desktop.ui.generate.source_offer import Offer, offered
from civitai_desktop.ui.generate.source_presenter import THUMBNAIL_PX, SourcePresenter, SourceView
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.widgets import caption, named, plain, styled

_COLUMNS = 4
_GAP_PX = 8
_AREA_PX = 35
_RADIUS_PX = 6
_UNDER_CAPTION_PX = 5
_FILTER = "*.png *.jpg *.jpeg *.webp"


class SourceEditor(QWidget):
    """Shows a `SourceView` and tells the presenter what is dropped, pasted, chosen, removed."""

    def __init__(self, presenter: SourcePresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._view = SourceView()
        self._thumbnails: list[_Thumbnail] = []
        self._area = _DropArea()
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
        self.setFocusProxy(self._area)

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
        if (view.can_take, view.sources) != (self._view.can_take, self._view.sources):
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
            thumbnail = _Thumbnail(index, source)
            thumbnail.removed.connect(self._presenter.remove)
            if (picture := self._presenter.thumbnail(source)) is not None:
                thumbnail.show_picture(picture)
            self._grid.addWidget(thumbnail, index // _COLUMNS, index % _COLUMNS)
            self._thumbnails.append(thumbnail)

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


class _DropArea(QWidget):
    """A dashed field that takes drops, Ctrl+V, and clicks on its two buttons.

    Signals:
        offered: An `Offer`.
        nothing_offered: There was no picture in the clipboard.
        choose_wanted: The user wants to choose files.
    """

    offered = Signal(object)
    nothing_offered = Signal()
    choose_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "Source picture")
        self._text = styled(QLabel(), "dim")
        self._choose = _link("Choose source picture", self.tr("choose a file"))
        self._paste = _link("Paste source picture", self.tr("paste"))
        self._is_over = False
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(_AREA_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 10, 0)
        row.setSpacing(5)
        row.addStretch()
        for each in (self._text, self._choose, QLabel("·"), self._paste):
            row.addWidget(each)
        row.addStretch()
        self._choose.clicked.connect(self.choose_wanted)
        self._paste.clicked.connect(self._take_clipboard)

    def show_text(self, text: str) -> None:
        """Show what can be done here."""
        self._text.setText(text)

    @Slot()
    def _take_clipboard(self) -> None:
        if (offer := offered(QGuiApplication.clipboard().mimeData())) is None:
            self.nothing_offered.emit()
        else:
            self.offered.emit(offer)

    @guarded(nothing)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self._take_clipboard()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.choose_wanted.emit()
        else:
            super().keyPressEvent(event)

    @guarded(nothing)
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if offered(event.mimeData()) is not None:
            event.acceptProposedAction()
            self._mark(True)

    @guarded(nothing)
    def dragLeaveEvent(self, _event: object) -> None:
        self._mark(False)

    @guarded(nothing)
    def dropEvent(self, event: QDropEvent) -> None:
        self._mark(False)
        if (offer := offered(event.mimeData())) is not None:
            event.acceptProposedAction()
            self.offered.emit(offer)

    def _mark(self, is_over: bool) -> None:
        self._is_over = is_over
        self.update()

    @guarded(nothing)
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        role = QPalette.ColorRole
        is_marked = self._is_over or self.hasFocus()
        colour = self.palette().color(role.Highlight if is_marked else role.PlaceholderText)
        colour.setAlpha(255 if is_marked else 130)
        painter.setPen(
            QPen(colour, 1, Qt.PenStyle.SolidLine if is_marked else Qt.PenStyle.DashLine)
        )
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


class _Thumbnail(QWidget):
    """One picture, cut to a square, with a button that removes it.

    Signals:
        removed: The position of the picture.
    """

    removed = Signal(int)

    def __init__(self, index: int, source: str) -> None:
        super().__init__()
        named(self, f"Source {index + 1}")
        self.source = source
        self._index = index
        self._picture: QImage | None = None
        self._is_used = True
        self._remove = _RemoveButton(f"Remove source {index + 1}")
        self._remove.setParent(self)
        self._remove.move(THUMBNAIL_PX - self._remove.width() - 2, 2)
        self._remove.clicked.connect(self._removed)
        self.setFixedSize(THUMBNAIL_PX, THUMBNAIL_PX)
        self.setToolTip("" if source.startswith("source:") else source)

    def show_picture(self, picture: QImage) -> None:
        """Show the picture itself."""
        self._picture = picture
        self.update()

    def show_used(self, is_used: bool) -> None:
        """Show whether the engine takes it, or it is only kept."""
        self._is_used = is_used
        self.update()

    @Slot()
    def _removed(self) -> None:
        self.removed.emit(self._index)

    @guarded(nothing)
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), _RADIUS_PX, _RADIUS_PX)
        painter.setClipPath(shape)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        painter.setOpacity(1.0 if self._is_used else 0.35)
        if self._picture is not None:
            painter.drawImage(self.rect(), self._picture, _middle(self._picture))
        elif not self.source.startswith("source:"):
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Web"))


class _RemoveButton(IconButton):
    """A cross that can be seen on any picture."""

    def __init__(self, name: str) -> None:
        super().__init__("cross", name)

    @guarded(nothing)
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        is_marked = self.underMouse() or self.hasFocus()
        painter.setBrush(QColor(0, 0, 0, 220 if is_marked else 150))
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        white = QPalette.ColorRole.HighlightedText
        draw_icon(painter, "cross", self.rect().center(), 10, white)


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
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(4)
        texts = {
            "image-to-image": self.tr("Vary: paint over it, as far as you set"),
            "edit-image": self.tr("Edit: change what the prompt asks for"),
        }
        for operation, text in texts.items():
            button = named(QRadioButton(text), text.partition(":")[0] + " the source")
            button.setProperty("operation", operation)
            self._group.addButton(button)
            self._buttons[operation] = button
            column.addWidget(button)
        self._group.buttonClicked.connect(self._clicked)

    def show_operations(self, operations: tuple[str, ...], chosen: str) -> None:
        """Show which there are; without a choice, nothing."""
        self.setVisible(bool(operations))
        if chosen in self._buttons:
            self._buttons[chosen].setChecked(True)

    @Slot(QRadioButton)
    def _clicked(self, button: QRadioButton) -> None:
        self.chosen.emit(button.property("operation"))


def _link(name: str, text: str) -> QPushButton:
    button = styled(named(QPushButton(text), name), "link")
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button


def _middle(picture: QImage) -> QRect:
    """Return the largest square in the middle of a picture."""
    side = min(picture.width(), picture.height())
    square = QRect(0, 0, side, side)
    square.moveCenter(picture.rect().center())
    return square
