"""Everything the user can be told went wrong, each with what to do next.

CivitaiError
├── InvalidInput          the form or the request must change first
│   └── EngineNotOffered  the server does not know the engine any more
├── NotSignedIn           the key is missing, wrong or has been withdrawn
├── NotEnoughBuzz         the wallet or the key's budget is exhausted
├── NotAllowed            the server refuses for another reason
├── OtherAccount          what is asked for is, or may be, another account's
├── NotFound              the workflow, blob or resource is gone
├── TooLarge              a picture or an answer is larger than this program takes
├── RateLimited           ask again later                            (retryable)
├── Unreachable           no answer at all                           (retryable)
│   ├── ProxyUnusable     the proxy is set wrongly, or refuses       (retryable)
│   ├── CertificateWrong  who answers does not prove to be Civitai   (retryable)
│   └── StartFailed       a step of the start failed unexpectedly    (retryable)
├── ServerFault           the server is broken for the moment        (retryable)
├── BadReply              an answer that is not the API's            (retryable)
│   └── AnothersReply     an answer about something else             (retryable)
├── GenerationFailed      the workflow ended without its pictures
├── DamagedPicture        the bytes that arrived are not a whole picture (retryable)
├── SourceUnusable        a picture cannot be what a generation starts from
├── FolderUnusable        the pictures folder is missing or read-only
├── LibraryUnusable       the database cannot be opened
├── CatalogueUnusable     the engines' data file is damaged
├── FormUnusable          the form of the last start is damaged
├── PresetsUnusable       a file of presets is damaged, of a newer version, or cannot be written
├── UnknownEngine         a saved form names an engine that is not in the catalogue
└── NoSafeKeyring         the key cannot be kept between starts

Anything else that is raised is a bug and is reported as one.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

LONGEST = 2000
"""Characters of the longest text that is shown: whatever a server says, a window has an end."""


def bounded(text: str) -> str:
    """Return `text`, or its beginning and a sign that there is more."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


ANOTHERS = "Civitai's answer is about another generation."


class CivitaiError(Exception):
    """Something went wrong that the user can be told about.

    Attributes:
        message: What is the case, one sentence.
        next_step: What the user can do about it, one sentence; may be empty.
        retryable: Whether the same request may succeed later without a change.
        retry_after_s: The server's own wish, in seconds; None if it named none.
    """

    retryable: ClassVar[bool] = False
    default_next_step: ClassVar[str] = ""

    def __init__(
        self, message: str, *, next_step: str | None = None, retry_after_s: float | None = None
    ) -> None:
        super().__init__(bounded(message))
        self.message = bounded(message)
        self.next_step = bounded(self.default_next_step if next_step is None else next_step)
        self.retry_after_s = retry_after_s

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class InvalidInput(CivitaiError):
    """The request cannot be accepted as it stands.

    Attributes:
        complaints: Field name (wire name, "" for the whole) to a sentence about it.
    """

    default_next_step = "Change it and try again."

    def __init__(
        self,
        message: str,
        complaints: Mapping[str, str] | None = None,
        *,
        next_step: str | None = None,
    ) -> None:
        super().__init__(message, next_step=next_step)
        told = {field: bounded(text) for field, text in (complaints or {}).items()}
        self.complaints: Mapping[str, str] = MappingProxyType(told)


class EngineNotOffered(InvalidInput):
    """The server does not know an engine any more that the catalogue has.

    Attributes:
        discriminators: What is sent to choose such an engine, up to the one it does not know.
    """

    def __init__(
        self, discriminators: Mapping[str, str], complaints: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(
            "Civitai no longer offers this engine.",
            complaints,
            next_step="Choose another one; what is filled in stays.",
        )
        self.discriminators: Mapping[str, str] = MappingProxyType(dict(discriminators))


class NotSignedIn(CivitaiError):
    """The API refused the key, or there is none."""

    default_next_step = "Enter a new one under Account."


class NotEnoughBuzz(CivitaiError):
    """The wallets or the key's budget do not cover the price. Never repeated by itself."""

    default_next_step = "Add Buzz on civitai.com or choose something cheaper."


class NotAllowed(CivitaiError):
    """The server refuses, and the key is not the reason."""


class OtherAccount(CivitaiError):
    """What was begun with one account's key is not gone on with another's."""

    default_next_step = "Enter the key it was started with to go on."


class NotFound(CivitaiError):
    """What was asked for does not exist, or no longer."""


class TooLarge(CivitaiError):
    """A body is larger than this program takes; asking again would not make it smaller."""


class RateLimited(CivitaiError):
    """Too many requests at once."""

    retryable = True
    default_next_step = "The program goes on by itself."


class Unreachable(CivitaiError):
    """No answer came: offline, time-out, connection lost. The request may have arrived."""

    retryable = True
    default_next_step = "Check the connection; the program goes on by itself."


class ProxyUnusable(Unreachable):
    """The way through a proxy does not work; what waits for it goes on once it does.

    The sentence names the variable, and never what stands in it: that may be a password.
    """


class CertificateWrong(Unreachable):
    """Whoever answers does not prove to be Civitai, so that nothing is said to him."""


class StartFailed(Unreachable):
    """A step of the start failed in a way that nobody expected; what waits for it goes on later."""

    default_next_step = "Press Try again, or start the program again."


class ServerFault(CivitaiError):
    """The server failed (5xx). The request may have been carried out all the same."""

    retryable = True
    default_next_step = "The program tries again by itself."


class BadReply(ServerFault):
    """An answer that is not the API's, such as a hotel network's sign-in page."""

    default_next_step = "Check whether this network asks for a sign-in in the browser."


class AnothersReply(BadReply):
    """An answer about another workflow, or another generation's, than the one asked for."""

    default_next_step = "The program tries again by itself."


class GenerationFailed(CivitaiError):
    """The workflow ended without all of its pictures."""

    default_next_step = "Retry, or change the prompt."


class DamagedPicture(CivitaiError):
    """The bytes that arrived are not a whole picture."""

    retryable = True
    default_next_step = "It is fetched again by itself."


class SourceUnusable(CivitaiError):
    """A picture cannot be what a generation starts from."""

    default_next_step = "Choose another picture."


class FolderUnusable(CivitaiError):
    """The pictures folder is missing, full or read-only."""

    default_next_step = "Choose another pictures folder in the File menu."


class LibraryUnusable(CivitaiError):
    """The library's database cannot be opened or is damaged."""


class CatalogueUnusable(CivitaiError):
    """The engines' data file is missing or damaged."""

    default_next_step = "Install Civitai Desktop again."


class FormUnusable(CivitaiError):
    """The form as it was left cannot be read; the file is put aside."""

    default_next_step = "The form begins anew; your prompts are in the prompt history."


class PresetsUnusable(CivitaiError):
    """A file of presets cannot be read or written; nothing in it is lost."""


class UnknownEngine(CivitaiError):
    """A saved form or picture names an engine that is not in the catalogue."""

    default_next_step = "Choose another engine; the prompt is kept."


class NoSafeKeyring(CivitaiError):
    """There is no keyring that keeps secrets safely; the key lives until the program ends."""

    default_next_step = "Enter it again at the next start, or set CIVITAI_API_KEY."
