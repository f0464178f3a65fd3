"""Joins the form's resource fields to what is known of resources, and to the picker."""

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QTextCursor

from civitai_desktop.domain.alternatives import escape
from civitai_desktop.ui.generate.panel import GeneratePanel
from civitai_desktop.ui.generate.presenter import GeneratePresenter
from civitai_desktop.ui.generate.resources.editors import ResourceFieldEditor
from civitai_desktop.ui.resource_picker.desk import ResourceDesk
from civitai_desktop.ui.shared.late import Late, Made
from civitai_desktop.ui.shared.theme import Theme
from civitai_desktop.ui.shared.thumbnails import ThumbnailStore

if TYPE_CHECKING:
    from civitai_desktop.ui.resource_picker.dialog import PickerDialog
    from civitai_desktop.ui.resource_picker.finds import Wish
    from civitai_desktop.ui.resource_picker.presenter import PickerPresenter

_DIALOG: "Late[type[PickerDialog]]" = Late(
    "civitai_desktop.ui.resource_picker.dialog", "PickerDialog"
)
_WISH: "Late[type[Wish]]" = Late("civitai_desktop.ui.resource_picker.finds", "Wish")


class ResourceFields(QObject):
    """Equips the form's fields, opens the picker, and puts its answer into the field."""

    def __init__(
        self,
        panel: GeneratePanel,
        form: GeneratePresenter,
        desk: ResourceDesk,
        picker: "Made[PickerPresenter]",
        theme: Theme,
        pictures: ThumbnailStore,
    ) -> None:
        """Begin with the fields that are shown.

        Args:
            panel: Has connected itself to `form` already: it changes its fields before this.
            picker: Built when it is first opened.
            pictures: The cards' pictures, by version id.
        """
        super().__init__(panel)
        self._panel = panel
        self._form = form
        self._desk = desk
        self._picker = picker
        self._theme = theme
        self._pictures = pictures
        self._equipped: set[ResourceFieldEditor] = set()
        panel.arranged.connect(self._equip)
        self._equip()

    @Slot()
    def _equip(self) -> None:
        for editor in self._panel.form.editors():
            if not isinstance(editor, ResourceFieldEditor):
                continue
            editor.equip(self._desk, self._form.engine)
            if editor not in self._equipped:
                self._equipped.add(editor)
                editor.choose_wanted.connect(self._open)

    @Slot()
    def _open(self) -> None:
        editor = self.sender()
        if isinstance(editor, ResourceFieldEditor):
            is_new = self._picker.known is None
            picker = self._picker()
            if is_new:
                picker.used.connect(self._take)
            picker.begin(_WISH()(engine=self._form.engine, field=editor.field))
            dialog = _DIALOG()(picker, self._theme, self._pictures, self._panel.window())
            dialog.words_wanted.connect(self._add_words)
            dialog.open()

    @Slot(str)
    def _take(self, air: str) -> None:
        wish = self._picker().wish
        # Nothing hinders an assistive technology from changing the form under the dialog.
        if wish.engine is self._form.engine:
            editor = self._panel.form.editor(wish.field.name)
            if isinstance(editor, ResourceFieldEditor):
                editor.take(air)

    @Slot(str)
    def _add_words(self, words: str) -> None:
        """Write trigger words at the prompt's end, so that they can be taken back by undo."""
        prompt = self._panel.form.prompt
        if prompt is None:
            return
        text = prompt.control
        before = text.toPlainText()
        words = escape(words)
        if re.search(rf"(?:^|,)\s*{re.escape(words)}\s*(?:,|$)", before):
            return
        cursor = QTextCursor(text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        is_apart = not before.strip() or before.rstrip().endswith(",")
        space = "" if not before or before[-1].isspace() else " "
        cursor.insertText(f"{space if is_apart else ', '}{words}")
