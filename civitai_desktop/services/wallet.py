"""Whose account it is and how much Buzz it has, as far as civitai.com tells."""

from dataclasses import dataclass

from civitai_desktop.services.ports import Site


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is known of the account.

    Attributes:
        username: None if the site does not tell.
        buzz: In all wallets; None if the site does not tell.
    """

    username: str | None = None
    buzz: int | None = None


class Wallet:
    """Asks the site; knows nothing rather than failing."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._username: str | None = None

    async def holdings(self) -> Holdings:
        """Ask for the balance, and for the name until it is known."""
        if self._username is None:
            self._username = await self._site.username()
        return Holdings(self._username, await self._site.balance())

    def forget(self) -> None:
        """Another key may be another account's."""
        self._username = None
