"""What the program was started with."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from civitai_desktop import __version__

API_URL = "https://orchestration.civitai.com"
SITE_URL = "https://civitai.com"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line and the environment, read once.

    Attributes:
        sandbox: Stay in the sandbox whether or not there is a key.
        data_dir: Library, settings and log; None for the system's place.
        pictures_dir: Where pictures are saved; None for the user's choice.
        print_request: Form values as JSON, whose request is printed instead of opening a window.
        key: CIVITAI_API_KEY; overrides the keyring and is never stored.
    """

    sandbox: bool = False
    data_dir: Path | None = None
    pictures_dir: Path | None = None
    api_url: str = API_URL
    site_url: str = SITE_URL
    log_level: str = "info"
    print_request: str | None = None
    key: str | None = field(default=None, repr=False)


def read(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Options:
    """Read the command line; ends the program with a sentence where it is wrong."""
    parser = argparse.ArgumentParser(
        prog="civitai-desktop",
        description="Type a prompt, see the price, keep every picture.",
        epilog="CIVITAI_API_KEY=...  a key for this run; it is not stored.",
    )
    parser.add_argument("--sandbox", action="store_true", help="work offline; spends no Buzz")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="library, settings, log")
    parser.add_argument("--pictures-dir", type=Path, metavar="DIR", help="where pictures go")
    parser.add_argument("--api-url", type=_url, default=API_URL, metavar="URL")
    parser.add_argument("--site-url", type=_url, default=SITE_URL, metavar="URL")
    parser.add_argument("--log-level", choices=_LEVELS, default="info")
    parser.add_argument(
        "--print-request", metavar="JSON", help="print what would be sent for these form values"
    )
    parser.add_argument("--version", action="version", version=f"Civitai Desktop {__version__}")
    read = parser.parse_args(arguments)
    return Options(**vars(read), key=environment.get("CIVITAI_API_KEY") or None)


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no address: {error}") from error
    if parts.scheme == "https" and parts.hostname:
        return text.rstrip("/")
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return text.rstrip("/")
    raise argparse.ArgumentTypeError(
        f"{text} must begin with https://, or the key would travel in the clear"
    )
