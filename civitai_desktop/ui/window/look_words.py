"""What a look through the pictures folder has found and done, in whole sentences."""

from PySide6.QtCore import QCoreApplication

from civitai_desktop.domain.events import FolderReading, ImagesImported
from civitai_desktop.domain.look import PassedOver, Reason

_CONTEXT = "Look"
_MOST_SENTENCES = 2


_DONE = (
    (
        "taken",
        "1 picture was new in the folder.",
        "{n} pictures were new in the folder.",
    ),
    (
        "found_again",
        "1 picture was moved, renamed or brought back.",
        "{n} pictures were moved, renamed or brought back.",
    ),
    (
        "changed",
        "1 picture was changed by another program, and is read anew.",
        "{n} pictures were changed by other programs and are read anew.",
    ),
    (
        "copies",
        "1 file is an exact copy of a picture, which is shown once.",
        "{n} files are exact copies of pictures, which are shown once.",
    ),
    (
        "missing",
        "1 picture is not in the folder any more, and is hidden.",
        "{n} pictures are not in the folder any more, and are hidden.",
    ),
)
"""What was done: the event's attribute, and how it is told of one and of several."""

_SHORT = (
    ("taken", "1 new", "{n} new"),
    ("found_again", "1 moved, renamed or back", "{n} moved, renamed or back"),
    ("changed", "1 changed", "{n} changed"),
    ("copies", "1 exact copy", "{n} exact copies"),
    ("missing", "1 hidden until its file is back", "{n} hidden until their files are back"),
)
"""The same in a few words, where there is much to tell."""

_LEFT_OUT = {
    Reason.NO_PICTURE: (
        "1 file is no whole picture and is left out: {names}.",
        "{n} files are no whole pictures and are left out: {names}.",
    ),
    Reason.DAMAGED: (
        "1 picture is damaged, and stays in the gallery: {names}.",
        "{n} pictures are damaged, and stay in the gallery: {names}.",
    ),
    Reason.NO_ACCESS: (
        "1 file or folder cannot be read and is left out: {names}.",
        "{n} files or folders cannot be read, left out: {names}.",
    ),
    Reason.NO_FILE: (
        "1 link or device leads to no file and is left out: {names}.",
        "{n} links or devices lead to no file, left out: {names}.",
    ),
    Reason.BAD_NAME: (
        "1 name is not readable text; rename it: {names}.",
        "{n} names are not readable text; rename them: {names}.",
    ),
    Reason.LOOP: (
        "1 linked folder leads back, or to what is read already: {names}.",
        "{n} linked folders lead back, or to what is read already: {names}.",
    ),
    Reason.HIDDEN: (
        "1 hidden or trash folder is left out: {names}.",
        "{n} hidden or trash folders are left out: {names}.",
    ),
}
"""What was passed over, by reason: of one and of several."""


def reading(event: FolderReading) -> str:
    """Tell how far the reading of the folder is."""
    text = QCoreApplication.translate(
        _CONTEXT, "The pictures folder is being read: {read} of {files} files."
    )
    return text.format(read=f"{event.read:,}", files=f"{event.files:,}")


def brief(event: ImagesImported) -> str:
    """Tell what was done in two sentences at most; "" if all there is to say is no more."""
    full = _sentences(event)
    if len(full) + bool(next_step(event)) <= _MOST_SENTENCES:
        return ""
    counts = [(getattr(event, name), one, many) for name, one, many in _SHORT]
    told = [_filled(count, one, many) for count, one, many in counts if count]
    text = QCoreApplication.translate(_CONTEXT, "The pictures folder has changed: {what}.")
    sentences = [text.format(what=", ".join(told))] if told else full[:1]
    if event.unreadable:
        sentences.append(
            _filled(
                event.unreadable,
                "1 file or folder cannot be read or shown.",
                "{n} files or folders cannot be read or shown.",
            )
        )
    return " ".join(sentences)


def done(event: ImagesImported) -> str:
    """Tell all that was done; that nothing had to be, if so."""
    return " ".join(_sentences(event))


def _sentences(event: ImagesImported) -> list[str]:
    counts = [(getattr(event, name), one, many) for name, one, many in _DONE]
    told = [_filled(count, one, many) for count, one, many in counts if count]
    told += [_left_out(each) for each in event.passed_over]
    nothing = QCoreApplication.translate(
        _CONTEXT, "Every picture of the folder is in the gallery already."
    )
    return told if event.has_news or event.copies else [nothing, *told]


def next_step(event: ImagesImported) -> str:
    """Tell what can be done about what is not as it should be; "" if all is."""
    steps = []
    if event.missing:
        steps.append(
            QCoreApplication.translate(
                _CONTEXT, "What is hidden shows again with its star once its file is back."
            )
        )
    if event.unreadable:
        steps.append(QCoreApplication.translate(_CONTEXT, "The log names all that is left out."))
    return " ".join(steps)


def _left_out(passed: PassedOver) -> str:
    names = ", ".join(map(_printable, passed.names))
    if passed.count > len(passed.names):
        names += ", …"
    return _filled(passed.count, *_LEFT_OUT[passed.reason], names=names)


def _printable(name: str) -> str:
    """Return a name without what would break the line or turn it round."""
    return "".join(each if each.isprintable() else "\ufffd" for each in name)


def _filled(count: int, one: str, many: str, **values: str) -> str:
    text = QCoreApplication.translate(_CONTEXT, one if count == 1 else many)
    return text.format(n=f"{count:,}", **values)
