"""The log and the reports: everything in them but the key, whatever is logged and however."""

import asyncio
import faulthandler
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from civitai_desktop import __version__
from civitai_desktop.crash import CrashReporter, Redaction

KEY = "b33f-0123456789abcdef"
log = logging.getLogger("civitai_desktop.somewhere")


class Spoken:
    """An object that shows the key when it is printed."""

    def __repr__(self) -> str:
        return f"<Client key={KEY}>"


def raised(error: BaseException) -> BaseException:
    """Return an error as it is after it was raised, its cause included."""
    try:
        try:
            raise ValueError(f"cause: {KEY}")
        except ValueError as cause:
            raise error from cause
    except BaseException as caught:
        return caught


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "civitai-desktop.log"


@pytest.fixture
def reports() -> list[str]:
    return []


@contextmanager
def installed(log_file: Path, reports: list[str]) -> Iterator[CrashReporter]:
    reporter = CrashReporter()
    reporter.redaction.hide(KEY)
    reporter.on_report = reports.append
    reporter.install(log_file, "debug")
    try:
        yield reporter
    finally:
        reporter.uninstall()


@pytest.fixture
def reporter(log_file: Path, reports: list[str]) -> Iterator[CrashReporter]:
    with installed(log_file, reports) as reporter:
        yield reporter


@pytest.mark.parametrize(
    "speak",
    [
        lambda: log.error("the key is " + KEY),  # noqa: G003
        lambda: log.error("the key is %s", KEY),
        lambda: log.error("the keys are %r", {"key": KEY}),
        lambda: log.error("the client is %s", Spoken()),
        lambda: log.error("failed", exc_info=raised(KeyError(KEY))),
        lambda: log.error("headers: %s", httpx.Headers({"Authorization": f"Bearer {KEY}"}).raw),
        lambda: log.error("failed", stack_info=True, extra={"key": KEY}),
        lambda: logging.getLogger(KEY).error("from a logger of that name"),
    ],
)
def test_the_key_reaches_neither_log_nor_report_nor_console(
    log_file, reports, capfd, speak
) -> None:
    with installed(log_file, reports) as reporter:
        speak()
        reporter.loop_failed(None, {"message": KEY, "exception": raised(RuntimeError(KEY))})
    written = log_file.read_text()
    shown = "".join(capfd.readouterr())
    assert "RuntimeError: [hidden]" in written
    assert "RuntimeError: [hidden]" in shown
    assert "RuntimeError: [hidden]" in reports[0]
    for text in (written, shown, *reports):
        assert KEY not in text


UNFIT = f"""
import logging, pathlib, sys
from civitai_desktop.crash import CrashReporter
reporter = CrashReporter()
reporter.redaction.hide({KEY!r})
reporter.install(pathlib.Path(sys.argv[1]))
logging.error("%d boats", {KEY!r})
logging.error("%s %s boats", {KEY!r})
logging.getLogger().handlers[-1].stream.close()
logging.error("no disk for %s", {KEY!r})
"""


def test_a_line_that_cannot_be_written_neither_fails_nor_shows_its_key(log_file) -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNFIT, str(log_file)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    written = log_file.read_text()
    assert written.count("does not fit its arguments") == 2
    assert "no disk for [hidden]" in done.stderr
    assert KEY not in written + done.stderr


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Authorization: Bearer abc.def-1", "Authorization: Bearer [hidden]"),
        ("{'authorization': 'bearer abc'}", "{'authorization': 'bearer [hidden]'}"),
        ("GET https://b/x?sig=abc&exp=17", "GET https://b/x?sig=[hidden]&exp=17"),
        ("https://b/x?exp=17&SIG=abc%2F 200", "https://b/x?exp=17&SIG=[hidden] 200"),
        ("https://b/x?token=abc", "https://b/x?token=[hidden]"),
        ("a signature, a design=nice", "a signature, a design=nice"),
    ],
)
def test_what_is_secret_by_its_form_is_hidden_unknown(text: str, clean: str) -> None:
    assert Redaction().clean(text) == clean


def test_of_a_key_within_a_key_nothing_is_left() -> None:
    redaction = Redaction()
    for secret in ("abcdefgh", "abcdefghijk", "cdefghij", "", None):
        redaction.hide(secret)
    assert redaction.clean("abcdefghijk, abcdefgh") == "[hidden], [hidden]"


def test_a_text_too_short_for_a_key_does_not_hide_the_log() -> None:
    redaction = Redaction()
    redaction.hide("e")
    assert redaction.clean("the event loop") == "the event loop"


@pytest.mark.parametrize("name", ["sig", "X-Amz-Signature", "access_token", "X-Amz-Credential"])
def test_what_signs_an_address_is_hidden(name) -> None:
    cleaned = Redaction().clean(f"GET https://blobs.example/a?x=1&{name}=s3cr3t&y=2")
    assert cleaned == f"GET https://blobs.example/a?x=1&{name}=[hidden]&y=2"


def test_a_key_that_was_logged_before_it_was_known_is_not_in_a_report(reporter, reports) -> None:
    log.warning("typed: another-key")
    reporter.redaction.hide("another-key")
    reporter.loop_failed(None, {"exception": raised(KeyError("bug"))})
    assert "typed: [hidden]" in reports[0]


def test_a_report_tells_versions_traceback_and_the_last_lines(reporter, reports) -> None:
    for number in range(100):
        log.info("line %d.", number)
    reporter.loop_failed(None, {"message": "A task failed", "exception": raised(KeyError("bug"))})
    [report] = reports
    assert report.startswith(f"Civitai Desktop {__version__}\nPython 3.")
    assert "KeyError: 'bug'" in report
    assert "in raised" in report
    assert "line 99." in report
    assert "line 9." not in report


async def test_an_error_in_the_loop_is_one_report(reporter, reports) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(reporter.loop_failed)
    loop.call_soon(lambda: {}["bug"])
    await asyncio.sleep(0)
    assert len(reports) == 1
    assert "KeyError: 'bug'" in reports[0]


def test_a_complaint_of_the_loop_without_an_error_is_logged_only(
    reporter, reports, log_file
) -> None:
    reporter.loop_failed(None, {"message": "Task was destroyed"})
    assert reports == []
    assert "Task was destroyed" in log_file.read_text()


def test_an_error_in_a_thread_is_one_report_that_names_it(reporter, reports, log_file) -> None:
    thread = threading.Thread(target=lambda: {}["bug"], name="decode_0")
    thread.start()
    thread.join()
    assert len(reports) == 1
    assert "KeyError: 'bug'" in reports[0]
    assert "thread decode_0" in log_file.read_text()


def test_an_error_in_the_main_thread_is_one_report(reporter, reports) -> None:
    error = raised(KeyError("bug"))
    sys.excepthook(type(error), error, error.__traceback__)
    assert len(reports) == 1


def test_an_interrupt_is_no_error(reporter, reports) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert reports == []


def test_before_there_is_a_window_a_report_goes_to_the_log(reporter, log_file) -> None:
    reporter.on_report = None
    reporter.loop_failed(None, {"exception": raised(KeyError("bug"))})
    assert "KeyError: 'bug'" in log_file.read_text()


def test_addresses_that_httpx_tells_at_info_are_not_logged(reporter, log_file) -> None:
    httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))).get("http://b/?q=1")
    log.info("done")
    assert log_file.read_text().count("\n") == 1


@pytest.mark.parametrize("where", [None, "file/log", "folder"])
def test_a_log_that_cannot_be_written_is_no_obstacle(tmp_path, where, reports, capfd) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    reporter = CrashReporter()
    reporter.on_report = reports.append
    reporter.install(where and tmp_path / where)
    try:
        reporter.loop_failed(None, {"exception": raised(KeyError("bug"))})
    finally:
        reporter.uninstall()
    assert len(reports) == 1
    assert "KeyError: 'bug'" in capfd.readouterr().err


def test_without_a_console_there_is_still_a_log(log_file, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    reporter = CrashReporter()
    reporter.install(log_file)
    log.error("spoken")
    reporter.uninstall()
    assert "spoken" in log_file.read_text()


def test_everything_is_given_back_as_it_was(log_file) -> None:
    def state() -> tuple:
        names = ("", "httpx", "asyncio")
        levels = [logging.getLogger(name).level for name in names]
        handlers = list(logging.getLogger().handlers)
        hooks = (sys.excepthook, threading.excepthook, faulthandler.is_enabled())
        return levels, handlers, hooks, logging.raiseExceptions

    before = state()
    reporter = CrashReporter()
    reporter.install(log_file)
    assert sys.excepthook != before[2][0]
    assert threading.excepthook != before[2][1]
    reporter.uninstall()
    reporter.uninstall()
    assert state() == before
    log_file.unlink()
    log.error("after")
    assert not log_file.exists()
