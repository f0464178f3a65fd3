"""The first word to Civitai after the start, so that what is wrong is told before it matters."""

import logging

from civitai_desktop.domain.errors import CivitaiError
from civitai_desktop.services.line import Line
from civitai_desktop.services.polling import pause_after, pauses
from civitai_desktop.services.ports import Orchestration, Sleep

log = logging.getLogger(__name__)


async def greet(api: Orchestration, line: Line, *, sleep: Sleep) -> None:
    """Ask until Civitai takes the key; `line` tells meanwhile why it does not."""
    for pause_s in pauses():
        try:
            await line.call(api.check_key)
        except CivitaiError as error:
            if not error.retryable:
                # Such as a key that may submit and not list; a generation tells more.
                log.info("Civitai did not say whether it takes the key: %s", error)
                return
            line.failed(error)
            await sleep(pause_after(error, pause_s))
        else:
            return
