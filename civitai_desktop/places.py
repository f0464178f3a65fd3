"""Where things lie: the two worlds, real and sandbox, each with files of its own."""

from dataclasses import dataclass
from pathlib import Path

import platformdirs

from civitai_desktop.nameable import nameable
from civitai_desktop.options import Options
from civitai_desktop.storage.private import FILE_MODE, close_to_others, make_private

_NAME = "civitai-desktop"
_FOLDER = "Civitai Desktop"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The files of one world; pictures of the sandbox never get among the real ones."""

    is_sandbox: bool
    data: Path
    pictures: Path
    thumbnails: Path

    @property
    def library(self) -> Path:
        """Return the database's path."""
        return self.data / "library.sqlite3"

    @property
    def form(self) -> Path:
        """Return the saved form's path."""
        return self.data / "form.json"

    @property
    def presets(self) -> Path:
        """Return the path of the user's presets."""
        return self.data / "presets.json"

    @property
    def shelf(self) -> Path:
        """Return the path of what is kept of used and starred resources."""
        return self.data / "resources.json"

    @property
    def sources(self) -> Path:
        """Return the folder of the pictures that generations start from."""
        return self.data / "sources"

    @property
    def previews(self) -> Path:
        """Return the cache folder of resources' pictures."""
        return self.thumbnails.with_name(self.thumbnails.name.replace("thumbnails", "previews"))


class Places:
    """Every path of the program, from what it was started with."""

    def __init__(self, options: Options) -> None:
        own = options.data_dir
        self.data = nameable(own or Path(platformdirs.user_data_dir(_NAME, appauthor=False)))
        cache = Path(platformdirs.user_cache_dir(_NAME, False))
        self._cache = self.data / "cache" if own else nameable(cache)
        self._pictures = options.pictures_dir
        self._stays_in_sandbox = options.sandbox

    def prepare(self) -> None:
        """Make the folders of data and cache, and close them to everybody but this user.

        A folder that holds more than ours, such as the home folder, keeps its rights.

        Raises:
            OSError: They cannot be made.
        """
        holds_more = {Path.home(), *Path.home().parents, *self._chosen_pictures().parents}
        for folder in (self.data, self.log.parent, self.data / "sandbox", self._cache):
            make_private(folder)
            if folder.resolve() not in holds_more:
                close_to_others(folder, (each for each in folder.iterdir() if each.is_file()))
        # Qt would make it readable for everybody.
        self.settings.touch(FILE_MODE)

    def _chosen_pictures(self) -> Path:
        return (self._pictures or _default()).resolve()

    @property
    def log(self) -> Path:
        """Return the log file's path."""
        return self.data / "log" / "civitai-desktop.log"

    @property
    def settings(self) -> Path:
        """Return the settings file's path."""
        return self.data / "settings.ini"

    def real(self, chosen_pictures: str) -> World:
        """Return the real account's world.

        Args:
            chosen_pictures: The user's own folder; empty for the default.
        """
        pictures = self._pictures or (Path(chosen_pictures) if chosen_pictures else _default())
        return World(
            is_sandbox=False,
            data=self.data,
            pictures=nameable(pictures),
            thumbnails=self._cache / "thumbnails",
        )

    def sandbox(self) -> World:
        """Return the sandbox's world."""
        pictures = self._pictures if self._stays_in_sandbox else None
        beside = self._pictures or _default()
        return World(
            is_sandbox=True,
            data=self.data / "sandbox",
            pictures=nameable(pictures or beside.with_name(f"{beside.name} Sandbox")),
            thumbnails=self._cache / "sandbox-thumbnails",
        )


def _default() -> Path:
    return Path(platformdirs.user_pictures_dir()) / _FOLDER
