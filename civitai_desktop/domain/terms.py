"""How a request is paid for and what its pictures may show, whatever the engine."""

from dataclasses import dataclass
from enum import StrEnum


class Buzz(StrEnum):
    """A kind of Buzz; spelled as the API spells it, in the order in which they pay."""

    BLUE = "blue"
    GREEN = "green"
    YELLOW = "yellow"

    @property
    def pays_mature(self) -> bool:
        """Whether it pays for mature content; the others pay for safe pictures only."""
        return self is Buzz.YELLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the whole request is sent with; None leaves the choice to Civitai.

    Attributes:
        wallet: The only wallet that may pay; None lets blue pay first, then green, then yellow.
        allow_mature: True asks for yellow Buzz, False keeps mature content out; with None the
            wallet that pays decides.

    Source: Orchestration guide, "Buzz currencies" and "Mature content".
    """

    wallet: Buzz | None = None
    allow_mature: bool | None = None

    def payers(self) -> tuple[Buzz, ...]:
        """Return the wallets that may pay on these terms; none where they contradict."""
        chosen = tuple(Buzz) if self.wallet is None else (self.wallet,)
        return tuple(each for each in chosen if each.pays_mature or not self.allow_mature)
