"""Joins the form to the area for source pictures: drops on the panel, pictures for the prompt."""

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QDropEvent, QGuiApplication, QKeyEvent, QKeySequence

from civitai_desktop.ui.generate.panel import GeneratePanel
from civitai_desktop.ui.generate.presenter import GeneratePresenter
from civitai_desktop.ui.generate.sources.editor import SourceEditor
from civitai_desktop.ui.generate.sources.offer import Offer, offered, says_more
from civitai_desktop.ui.generate.sources.presenter import SourcePresenter
from civitai_desktop.ui.shared.guarded import guarded


class SourceFields(QObject):
    """Places the area, and takes pictures that land elsewhere in the form.

    A picture means a source wherever it is dropped or pasted; a text stays the field's own.
    """

    def __init__(
        self, panel: GeneratePanel, form: GeneratePresenter, presenter: SourcePresenter
    ) -> None:
        """Begin with the form that is shown.

        Args:
            panel: Has connected itself to `form` already: it changes its form before this.
        """
        super().__init__(panel)
        self._is_taking = False
        self._panel = panel
        self._presenter = presenter
        panel.place_source(SourceEditor(presenter))
        panel.setAcceptDrops(True)
        panel.installEventFilter(self)
        form.engine_changed.connect(self._equip)
        self._equip()
        presenter.start()

    @Slot()
    def _equip(self) -> None:
        if (prompt := self._panel.form.prompt) is not None:
            prompt.control.installEventFilter(self)
            prompt.control.viewport().installEventFilter(self)

    @guarded(bool)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A move comes again and again, and what is dragged stays the same.
        if event.type() is QEvent.Type.DragMove:
            is_taken = self._is_taking
        else:
            offer = self._offer(watched, event)
            is_taken = offer is not None
            if event.type() is QEvent.Type.DragEnter:
                self._is_taking = is_taken
            elif offer is not None:
                self._presenter.take(offer)
        if is_taken and isinstance(event, QDropEvent):
            event.acceptProposedAction()
        return is_taken

    def _offer(self, watched: QObject, event: QEvent) -> Offer | None:
        """Return the pictures that come with an event; None leaves it to the widget."""
        if isinstance(event, QDropEvent):
            offer = offered(event.mimeData())
            is_meant = offer and (watched is self._panel or not offer.is_in_text)
            return offer if is_meant else None
        if not (isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress):
            return None
        if not event.matches(QKeySequence.StandardKey.Paste):
            return None
        content = QGuiApplication.clipboard().mimeData()
        offer = offered(content)
        # Of what has both, such as a passage of a document, the prompt wants the text.
        is_picture = (
            offer is not None
            and not offer.is_in_text
            and (offer.files or offer.data or not says_more(content))
        )
        return offer if is_picture else None
