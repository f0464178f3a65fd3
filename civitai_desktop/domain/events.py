"""What the services tell whoever listens; immutable, and delivered in order."""

from collections.abc import Mapping
from dataclasses import dataclass

from civitai_desktop.domain.errors import NotSignedIn
from civitai_desktop.domain.generation import Generation, Image
from civitai_desktop.domain.look import HARMLESS, PassedOver
from civitai_desktop.domain.workflow import Workflow


@dataclass(frozen=True, slots=True)
class GenerationChanged:
    """A generation was added, moved on, or ended.

    Attributes:
        workflow: The server's last view of it; None where there was none to tell.
    """

    generation: Generation
    workflow: Workflow | None = None


@dataclass(frozen=True, slots=True)
class SourceUploading:
    """A picture that a generation starts from is on its way to Civitai.

    Attributes:
        share: How much of it is sent, 0.0 to 1.0.
    """

    generation_id: str
    share: float


@dataclass(frozen=True, slots=True)
class GenerationDismissed:
    """The user has put the tile of a failed generation away."""

    generation_id: str


@dataclass(frozen=True, slots=True)
class RetryAnswered:
    """It is known how a failed generation can go on, or that this cannot be found out now."""

    generation_id: str


@dataclass(frozen=True, slots=True)
class ImageSaved:
    """A picture is whole on disk and in the library."""

    image: Image


@dataclass(frozen=True, slots=True)
class ImageChanged:
    """A picture's row has changed (favourite)."""

    image: Image


@dataclass(frozen=True, slots=True)
class ImageDeleted:
    """A picture was deleted by the user."""

    image_id: int


@dataclass(frozen=True, slots=True)
class ImagesImported:
    """The pictures folder was looked through, and the library is in step with it.

    Attributes:
        taken: Pictures that are in the library now and were not before.
        found_again: Pictures whose file was renamed or moved, or is back.
        changed: Pictures whose file another program has changed.
        copies: Files that are exact copies of a picture, seen for the first time.
        missing: Pictures whose file is not there any more; they come back with it.
        passed_over: What was left out, by reason.
        redrawn: Ids of the pictures that look different now.
    """

    taken: int = 0
    found_again: int = 0
    changed: int = 0
    copies: int = 0
    missing: int = 0
    passed_over: tuple[PassedOver, ...] = ()
    redrawn: tuple[int, ...] = ()

    @property
    def has_news(self) -> bool:
        """Whether any picture of the library is another than before."""
        return any((self.taken, self.found_again, self.changed, self.missing))

    @property
    def unreadable(self) -> int:
        """The number of files and folders that may hold pictures, and could not be read."""
        return sum(each.count for each in self.passed_over if each.reason not in HARMLESS)


@dataclass(frozen=True, slots=True)
class FolderReading:
    """Files of the pictures folder are being read; told of a look that takes a while.

    Attributes:
        read: Files that are done with; as many as `files` at the end, however it ends.
        files: How many have to be read.
    """

    read: int
    files: int

    @property
    def is_over(self) -> bool:
        """Whether nothing is read any more."""
        return self.read >= self.files


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """Civitai can be reached again, or no longer.

    Attributes:
        problem: Why not, with the next step; empty while it can be reached.
        is_offline: Whether nobody answers at all; else something is wrong with the answers.
        is_astray: Whether somebody else answers, such as a network that wants a sign-in.
    """

    problem: str = ""
    is_offline: bool = False
    is_astray: bool = False


@dataclass(frozen=True, slots=True)
class FolderChanged:
    """Pictures can be saved again, or not for the moment; they are kept at Civitai meanwhile.

    Attributes:
        problem: Why not, with the next step; empty while they can be saved.
    """

    problem: str = ""


@dataclass(frozen=True, slots=True)
class LibraryChanged:
    """What is under way can be written down again, or not for the moment; it waits meanwhile.

    Attributes:
        problem: Why not, with the next step; empty while it can.
    """

    problem: str = ""


@dataclass(frozen=True, slots=True)
class PictureArriving:
    """A picture takes its time to arrive.

    Attributes:
        index: Of the picture in its generation, from 0.
        share: How much of it is there, 0.0 to 1.0; None where its size is not known.
    """

    generation_id: str
    index: int
    share: float | None


@dataclass(frozen=True, slots=True)
class RequestRefused:
    """The server does not take a request's values.

    Attributes:
        complaints: By the server's name for the field, such as "steps[0].input.width".
    """

    generation: Generation
    complaints: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EngineRefused:
    """The server does not know an engine any more.

    Attributes:
        discriminators: As `EngineNotOffered.discriminators`.
    """

    discriminators: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Deviated:
    """Civitai does otherwise than it was asked; told once, when that is first seen.

    Attributes:
        generation: Its `deviations` say what.
    """

    generation: Generation


@dataclass(frozen=True, slots=True)
class KeyRefused:
    """The API refused the key, or there is none; generations stay as they are until there is one.

    Attributes:
        problem: Which of both, one sentence.
        next_step: What the user can do, one sentence.
    """

    problem: str = "The key was refused."
    next_step: str = NotSignedIn.default_next_step


@dataclass(frozen=True, slots=True)
class KeyTaken:
    """The API takes the key that it has refused a while ago; everything goes on."""


@dataclass(frozen=True, slots=True)
class PaymentNeeded:
    """A failed generation can only be tried again as a new one, which waits for a word.

    Attributes:
        price: In Buzz.
        reason: Why, one sentence.
        next_step: What the user can do, free of charge or not.
        is_short: Whether the server says that there is too little Buzz.
    """

    generation: Generation
    price: int
    reason: str
    next_step: str
    is_short: bool = False


Event = (
    GenerationChanged
    | SourceUploading
    | GenerationDismissed
    | ImageSaved
    | ImageChanged
    | ImageDeleted
    | ImagesImported
    | FolderReading
    | ConnectionChanged
    | FolderChanged
    | LibraryChanged
    | PictureArriving
    | RequestRefused
    | EngineRefused
    | Deviated
    | KeyRefused
    | KeyTaken
    | PaymentNeeded
    | RetryAnswered
)
