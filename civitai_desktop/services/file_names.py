"""What saved pictures will be called, for whoever chooses the pattern."""

import logging

from civitai_desktop.domain.errors import InvalidInput
from civitai_desktop.storage import names

log = logging.getLogger(__name__)

TOKENS = names.TOKENS
DEFAULT_PATTERN = names.DEFAULT_PATTERN


def sample(pattern: str) -> str:
    """Return what a picture would be called, with its day's folder.

    Raises:
        InvalidInput: The pattern has a token that does not exist; the message names it.
    """
    return names.sample(pattern)


def usable(pattern: str) -> str:
    """Return `pattern`, or the default one where a settings file was spoiled by hand."""
    try:
        names.check_pattern(pattern)
    except InvalidInput as error:
        log.warning("The kept file-name pattern is left out: %s", error)
        return DEFAULT_PATTERN
    return pattern
