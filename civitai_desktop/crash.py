"""The log, and one report of an unexpected error, from wherever it came; never with the key."""

import asyncio
import faulthandler
import logging
import re
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack, suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from civitai_desktop import __version__
from civitai_desktop.storage.private import make_private, private_opener

log = logging.getLogger(__name__)

_LOG_BYTES = 1_000_000
_LOG_FILES = 3
_LAST_LINES = 40
_NOISY = ("httpx", "httpcore", "asyncio", "qasync", "PIL")
"""At INFO, httpx writes whole addresses, signatures included."""

_BEARER = re.compile(r"(bearer\s+)[^\s'\"]+", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"([?&][^=&\s'\"]*(?:sig|token|key|credential)[^=&\s'\"]*=)[^&\s'\"]+", re.IGNORECASE
)
_SHORTEST = 8
"""Characters of the shortest text that is taken for a secret; hiding "e" would hide the log."""

_HIDDEN = "[hidden]"


class Redaction:
    """Takes secrets out of texts: keys it was told of, bearer headers, signed addresses."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()

    def hide(self, secret: str | None) -> None:
        """Take `secret` out of every text from now on."""
        if secret and len(secret) >= _SHORTEST:
            self._secrets.add(secret)

    def clean(self, text: str) -> str:
        """Return `text` without secrets."""
        # Longest first: one may be part of another. A copy: any thread may log.
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, _HIDDEN)
        return _SIGNATURE.sub(rf"\1{_HIDDEN}", _BEARER.sub(rf"\1{_HIDDEN}", text))


class _CleanFormatter(logging.Formatter):
    """Redacts the finished line, so that arguments and tracebacks are covered too."""

    def __init__(self, redaction: Redaction) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._redaction = redaction

    def format(self, record: logging.LogRecord) -> str:
        try:
            text = super().format(record)
        except Exception:  # noqa: BLE001  a line must not bring down what it tells about
            text = f"{record.levelname} {record.name}: {record.msg!r} does not fit its arguments"
        return self._redaction.clean(text)


class _PrivateLogFile(RotatingFileHandler):
    """A log that only its owner may read: prompts and folders stand in it."""

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding="utf-8", opener=private_opener)


class _LastLines(logging.Handler):
    """Keeps the newest lines for a report."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=_LAST_LINES)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class CrashReporter:
    """Writes the log, and turns whatever nobody expected into one report.

    Attributes:
        redaction: Told of every key as soon as it is known.
        on_report: Called on the thread of the error with the report's text; None until there is
            a window to show it.
    """

    def __init__(self) -> None:
        self.redaction = Redaction()
        self.on_report: Callable[[str], None] | None = None
        self._last = _LastLines()
        self._last.setFormatter(_CleanFormatter(self.redaction))
        self._handlers: list[logging.Handler] = [self._last]
        self._undo = ExitStack()

    def install(self, log_file: Path | None, level: str = "INFO") -> None:
        """Write the log to `log_file`, and listen to everything that can fail.

        None, or a file that cannot be written, means a log on standard error only.
        """
        console = logging.StreamHandler()
        console.setLevel(logging.WARNING)
        self._handlers.append(console)
        if log_file is not None:
            try:
                make_private(log_file.parent)
                self._handlers.append(
                    _PrivateLogFile(
                        log_file, maxBytes=_LOG_BYTES, backupCount=_LOG_FILES, encoding="utf-8"
                    )
                )
            except OSError as error:
                log.warning("There is no log file: %s", error)
        self._set_levels(level)
        for handler in self._handlers:
            handler.setFormatter(_CleanFormatter(self.redaction))
            logging.getLogger().addHandler(handler)
            self._undo.callback(handler.close)
            self._undo.callback(logging.getLogger().removeHandler, handler)
        self._undo.callback(setattr, sys, "excepthook", sys.excepthook)
        self._undo.callback(setattr, threading, "excepthook", threading.excepthook)
        sys.excepthook = self._raised
        threading.excepthook = self._raised_in_thread
        if sys.stderr is not None and not faulthandler.is_enabled():
            # What stands in for standard error may have no file behind it.
            with suppress(OSError):
                faulthandler.enable()
                self._undo.callback(faulthandler.disable)

    def _set_levels(self, level: str) -> None:
        levels = {"": level.upper()} | dict.fromkeys(_NOISY, "WARNING")
        for name, its_level in levels.items():
            logger = logging.getLogger(name)
            self._undo.callback(logger.setLevel, logger.level)
            logger.setLevel(its_level)
        # A handler that fails would print the record as it is, secrets included.
        self._undo.callback(setattr, logging, "raiseExceptions", logging.raiseExceptions)
        logging.raiseExceptions = False

    def uninstall(self) -> None:
        """Close the log and give the hooks back."""
        self._undo.close()

    def loop_failed(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Report what reached the event loop's exception handler."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self._report(context.get("message", ""), error)
        else:
            log.error("The event loop complains: %s", context.get("message"))

    def _raised(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            self._report("An error nobody expected", error.with_traceback(trace))

    def _raised_in_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            name = arguments.thread.name if arguments.thread else "unknown"
            self._report(f"An error in thread {name}", arguments.exc_value)

    def _report(self, message: str, error: BaseException) -> None:
        log.error("%s", message, exc_info=error)
        if self.on_report is not None:
            self.on_report(self.text(error))

    def text(self, error: BaseException) -> str:
        """Return the report: versions, the traceback, the last lines of the log."""
        import platform  # noqa: PLC0415  wanted here only, and its patterns are many

        frozen = " (packaged)" if getattr(sys, "frozen", False) else ""
        lines = [
            f"Civitai Desktop {__version__}{frozen}",
            f"Python {platform.python_version()} on {platform.platform()}",
            "",
            *traceback.format_exception(error),
            "Last lines of the log:",
            *self._last.lines,
        ]
        return self.redaction.clean("\n".join(line.rstrip("\n") for line in lines))
