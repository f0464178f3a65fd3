"""Whatever is done to the folder, one picture is one row, and stars go where the bytes go."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from civitai_desktop.domain.events import ImagesImported
from civitai_desktop.storage.scan import read_seen
from tests.services.looking import Home, home_in, picture, swap
from tests.services.looking import settings as text_of

PLACES = ("a.png", "b.png", "x/a.png", "x/c.png", "y/b.png")
DONE = st.sampled_from(("move", "copy", "swap", "delete", "trash", "untrash", "touch", "new"))
STEPS = st.lists(
    st.tuples(DONE, st.sampled_from(PLACES), st.sampled_from(PLACES), st.booleans()),
    min_size=1,
    max_size=8,
)


class Folder:
    """The same folder, changed as people change theirs: nothing but whole pictures moves."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.made = 0

    def at(self, place: str) -> Path:
        file = self.home.root / place
        file.parent.mkdir(exist_ok=True)
        return file

    def do(self, what: str, one: str, other: str) -> None:
        source, target = self.at(one), self.at(other)
        trash = self.at(".Trash-1000/" + one.replace("/", "-"))
        if what == "new" and not source.exists():
            # An unknown picture where another one lay a moment ago is that one, changed.
            self.home.look()
            self.made += 1
            source.write_bytes(picture(text_of(f"picture {self.made}", self.made)))
            self.home.look()
        elif what == "untrash" and trash.exists() and not source.exists():
            trash.rename(source)
        elif source == target or not source.exists():
            return
        elif what == "move":
            source.replace(target)
        elif what == "copy":
            target.write_bytes(source.read_bytes())
        elif what == "swap" and target.exists():
            swap(source, target)
        elif what == "delete":
            source.unlink()
        elif what == "trash":
            source.replace(trash)
        elif what == "touch":
            source.touch()

    def contents(self) -> set[str]:
        files = (self.home.root / place for place in PLACES)
        return {read_seen(file)[0].sha256 for file in files if file.exists()}


@settings(max_examples=25, deadline=None)
@given(begun=st.sets(st.sampled_from(PLACES), min_size=1), steps=STEPS)
def test_the_gallery_shows_every_picture_of_the_folder_once(begun, steps):
    with TemporaryDirectory() as base, home_in(Path(base)) as home:
        folder = Folder(home)
        home.save("always.png", text_of("one that stays"))  # so that the folder is never empty
        for place in sorted(begun):
            folder.do("new", place, place)
        home.look()
        starred = {image.sha256 for image in home.images()[::2]}
        for image in home.images()[::2]:
            home.library.set_favourite(image.id, favourite=True)
        for what, one, other, looks in steps:
            folder.do(what, one, other)
            if looks:
                home.look()
        home.look()

        images = home.images()
        digests = [image.sha256 for image in images]
        assert len(set(digests)) == len(digests)
        assert set(digests) == folder.contents() | {read_seen(home.root / "always.png")[0].sha256}
        for image in images:
            assert read_seen(home.root / image.path)[0].sha256 == image.sha256
            assert image.favourite == (image.sha256 in starred)
        decoded = len(home.reader.decoded)
        told = home.look()
        assert not told.has_news
        assert told.copies == 0
        assert len(home.reader.decoded) == decoded
        assert told == ImagesImported(passed_over=told.passed_over)
