"""Pictures, and exact copies of them, as a look through the folder compares them with files."""

from collections.abc import Mapping
from dataclasses import dataclass

from civitai_desktop.storage.scan import FileStat


@dataclass(frozen=True, slots=True)
class Known:
    """What the library takes the folder to hold.

    Attributes:
        files: By path, each with its size in bytes and its time; None where that is not known.
        saved: When those were saved whose time is not known; nanoseconds since 1970.
        sizes: Of all pictures, those whose file is missing included.
        mount: Where the drive was mounted that they lay on; "" if that is not known.
    """

    files: Mapping[str, tuple[int, int | None]]
    saved: Mapping[str, int]
    sizes: frozenset[int]
    mount: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A picture as a look needs it.

    Attributes:
        modified_ns: Of its file when that was last read; None if that is not known.
        inode: The same; 0 if that is not known.
        sha256: Hex digest of the bytes as served; of its file once others have changed that.
        file_sha256: Hex digest of the file, which may have our text beside them; "" if not known.
        is_missing: Whether its file was not there at the last look.
        is_own: Whether it was generated here, and not read back from its file.
        saved_at_ns: Nanoseconds since 1970.
    """

    id: int
    path: str
    size_bytes: int
    modified_ns: int | None
    inode: int
    sha256: str
    file_sha256: str
    is_missing: bool
    is_own: bool
    prompt: str
    seed: int | None
    saved_at_ns: int

    @property
    def digest(self) -> str:
        """What its file is made of, as far as that is known; "" if it is not at all."""
        return self.file_sha256 or self.sha256

    @property
    def was_never_read(self) -> bool:
        """Whether of its file only size and time are known, as of what older versions saved."""
        return not self.file_sha256

    def is_stat(self, stat: FileStat) -> bool:
        """Tell whether a file has the size and the time that this picture's had."""
        return (self.size_bytes, self.modified_ns) == (stat.size_bytes, stat.modified_ns)


@dataclass(frozen=True, slots=True)
class Copy:
    """A file that is exactly the same as a picture's own."""

    path: str
    image_id: int
    sha256: str
