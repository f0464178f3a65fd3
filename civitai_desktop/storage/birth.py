"""When a file began to be, which no rename and no change of its content alters."""

import ctypes
import os
import struct
import sys
from pathlib import Path

_HERE = -100
_BIRTH = 0x800
_SIZE = 256
_MASK, _TIME = struct.Struct("I"), struct.Struct("qI")
_TIME_AT = 80
"""Linux' statx, which Python does not hand on: flags, size and places of its answer.

Source: man 2 statx.
"""


def born_ns(file: Path) -> int | None:
    """Return nanoseconds since 1970; None where the system does not tell.

    A file's number on its drive is given away again as soon as it is deleted, to the very next
    file as a rule; by its birth that one is known as another.
    """
    try:
        status = file.stat()
    except OSError:
        return None
    if sys.platform == "win32":
        return status.st_ctime_ns
    seconds = getattr(status, "st_birthtime", None)  # macOS and the BSDs
    if seconds is not None:
        return int(seconds * 1_000_000_000)
    return _from_statx(file)


def _from_statx(file: Path) -> int | None:
    statx = getattr(ctypes.CDLL(None), "statx", None)
    if statx is None:
        return None
    answer = ctypes.create_string_buffer(_SIZE)
    if statx(_HERE, os.fsencode(file), 0, _BIRTH, answer) != 0:
        return None
    (mask,) = _MASK.unpack_from(answer, 0)
    seconds, nanoseconds = _TIME.unpack_from(answer, _TIME_AT)
    if not mask & _BIRTH or not seconds:
        return None
    return int(seconds * 1_000_000_000 + nanoseconds)
