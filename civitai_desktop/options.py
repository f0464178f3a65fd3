"""What the program was started with."""

import argparse
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from civitai_desktop import __version__
from civitai_desktop.domain.addresses import is_loopback

API_URL = "https://orchestration.civitai.com"
SITE_URL = "https://civitai.com"
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})|%(\w+)%", re.ASCII)
_DIGITS = 6
"""Of megabytes: up to a terabyte."""

_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line and the environment, read once.

    Attributes:
        sandbox: Stay in the sandbox whether or not there is a key.
        data_dir: Library, settings and log; None for the system's place.
        pictures_dir: Where pictures are saved; None for the user's choice.
        largest_picture_mb: The most that a picture may have, in MB of 2**20 bytes.
        print_request: Form values as JSON, whose request is printed instead of opening a window.
        key: CIVITAI_API_KEY; overrides the keyring and is never stored.
    """

    sandbox: bool = False
    data_dir: Path | None = None
    pictures_dir: Path | None = None
    api_url: str = API_URL
    site_url: str = SITE_URL
    log_level: str = "info"
    largest_picture_mb: int = 512
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
    folder = partial(_folder, environment)
    parser.add_argument("--data-dir", type=folder, metavar="DIR", help="library, settings, log")
    parser.add_argument("--pictures-dir", type=folder, metavar="DIR", help="where pictures go")
    parser.add_argument("--api-url", type=_url, default=API_URL, metavar="URL")
    parser.add_argument("--site-url", type=_url, default=SITE_URL, metavar="URL")
    parser.add_argument("--log-level", choices=_LEVELS, default="info")
    parser.add_argument(
        "--largest-picture",
        type=_megabytes,
        default=512,
        metavar="MB",
        dest="largest_picture_mb",
        help="the largest file that is fetched",
    )
    parser.add_argument(
        "--print-request", metavar="JSON", help="print what would be sent for these form values"
    )
    parser.add_argument("--version", action="version", version=f"Civitai Desktop {__version__}")
    read = parser.parse_args(arguments)
    return Options(**vars(read), key=environment.get("CIVITAI_API_KEY") or None)


def _megabytes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text} is no number of megabytes; 512 is usual")
    return int(text)


def _folder(environment: Mapping[str, str], text: str) -> Path:
    """Return a folder as it was meant: a shell leaves what stands behind `--data-dir=` alone."""

    def value(name: re.Match[str]) -> str:
        return environment.get(name[name.lastindex or 0], name[0])

    if not text.strip():
        raise argparse.ArgumentTypeError("is empty; name a folder, or leave the option out")
    if "\0" in text:
        raise argparse.ArgumentTypeError("has a character that no folder's name may have")
    plain = _from_home(environment, _VARIABLE.sub(value, text))
    folder = Path(os.path.abspath(plain))  # noqa: PTH100  Path keeps what "x/.." goes around
    blocked = next((each for each in (folder, *folder.parents) if os.path.lexists(each)), folder)
    if os.path.lexists(blocked) and not os.path.isdir(blocked):  # noqa: PTH112  raises nothing
        raise argparse.ArgumentTypeError(f"{blocked} is no folder; name one, or rename that file")
    return folder


def _from_home(environment: Mapping[str, str], text: str) -> str:
    if text.startswith("~"):
        user = re.split(r"[/\\]" if os.sep == "\\" else "/", text)[0]
        home = environment.get("HOME", "") if user == "~" else ""
        home = home or os.path.expanduser(user)  # noqa: PTH111  the other raises RuntimeError
        if home == user:
            whose = f"the user {user[1:]}" if user != "~" else "this user"
            raise argparse.ArgumentTypeError(f"{text}: {whose} has no home folder here")
        return home + text[len(user) :]
    return text


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no address: {error}") from error
    if parts.scheme == "https" and not parts.hostname:
        raise argparse.ArgumentTypeError(f"{text} names no host; {API_URL} is one that does")
    if parts.scheme == "https":
        return text.rstrip("/")
    if parts.scheme == "http" and is_loopback(parts.hostname or ""):
        return text.rstrip("/")
    raise argparse.ArgumentTypeError(
        f"{text} must begin with https://, or the key would travel in the clear"
    )
