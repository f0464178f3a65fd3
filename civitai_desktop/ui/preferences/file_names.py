"""The dialog for the file-name pattern, with a live sample."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from civitai_desktop.domain.errors import InvalidInput
from civitai_desktop.services import file_names
from civitai_desktop.ui.shared.text_dialog import TextDialog


def file_names_dialog(pattern: str, parent: QWidget) -> TextDialog:
    """Return a dialog that asks for a pattern; one that cannot be filled in cannot be chosen."""
    tokens = " ".join(f"{{{token}}}" for token in file_names.TOKENS)
    known = _tr("For new pictures. It may contain:")
    return TextDialog(
        _tr("File names"),
        _tr("File name pattern"),
        pattern,
        _sampled,
        parent,
        remark=f"{known}\n{tokens}",
    )


def _sampled(pattern: str) -> tuple[str, bool]:
    try:
        return file_names.sample(pattern), True
    except InvalidInput as error:
        return error.message, False


def _tr(text: str) -> str:
    return QCoreApplication.translate("FileNames", text)
