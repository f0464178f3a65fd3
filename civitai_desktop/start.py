"""Opens the window: QApplication and event loop; decides nothing."""

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress

from civitai_desktop.app import run
from civitai_desktop.crash import CrashReporter
from civitai_desktop.options import Options
from civitai_desktop.places import Places
from civitai_desktop.ui.runtime.application import Application
from civitai_desktop.ui.runtime.loop import Loop, LoopStopped
from civitai_desktop.ui.runtime.single_instance import SingleInstance

log = logging.getLogger(__name__)

SWITCH_S = 0.0005
"""How long a worker that is busy in Python may keep the UI thread waiting; Python's own choice is
ten times as long, and a single repaint may have to wait several times."""


def start(chosen: Options) -> int:
    """Run the program in its window and return its exit code."""
    sys.setswitchinterval(SWITCH_S)
    try:
        places = Places(chosen)
    except OSError as error:
        sys.stderr.write(f"A folder cannot be used: {error}. Choose another with --data-dir.\n")
        return 1
    # Where that fails, the library says what is wrong with the folder.
    with suppress(OSError):
        places.prepare()
    application = Application(sys.argv[:1])
    instance = SingleInstance(places.data)
    if not instance.take():
        return 0
    reporter = CrashReporter()
    reporter.install(places.log, chosen.log_level)
    try:
        with asyncio.Runner(loop_factory=lambda: Loop(application)) as runner:
            loop = runner.get_loop()
            loop.set_exception_handler(reporter.loop_failed)
            for number in (signal.SIGINT, signal.SIGTERM):
                # Windows has no such handlers; there Ctrl+C ends the process at once.
                with suppress(NotImplementedError):
                    loop.add_signal_handler(number, application.quit_wanted.emit)
            try:
                runner.run(run(application, instance, chosen, places, reporter))
            except LoopStopped:
                log.critical("The display is gone. What was under way goes on at the next start.")
                instance.release()
                logging.shutdown()
                # Every way out of here would run the loop again. What counts is on the disk.
                os._exit(1)
        return 0
    finally:
        instance.release()
        reporter.uninstall()
