"""Whose account it is and how much Buzz it has, as far as civitai.com tells."""

from collections.abc import Mapping
from dataclasses import dataclass

from civitai_desktop.domain.terms import Buzz, Terms
from civitai_desktop.services.accounts import Accounts
from civitai_desktop.services.ports import Site


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is known of the account.

    Attributes:
        username: None if the site does not tell.
        wallets: The Buzz in each; None if the site does not tell.
    """

    username: str | None = None
    wallets: Mapping[Buzz, int] | None = None

    @property
    def buzz(self) -> int | None:
        """Return the Buzz in all wallets together, or None."""
        return None if self.wallets is None else sum(self.wallets.values())

    def payable(self, terms: Terms) -> int | None:
        """Return the Buzz that may be spent on these terms, or None."""
        if self.wallets is None:
            return None
        return sum(self.wallets.get(each, 0) for each in terms.payers())


class Wallet:
    """Asks the site; knows nothing rather than failing."""

    def __init__(self, site: Site, accounts: Accounts) -> None:
        self._site = site
        self._accounts = accounts

    async def holdings(self) -> Holdings:
        """Ask for the balance, and for the name until it is known."""
        owner = await self._accounts.learn()
        return Holdings(owner.name or None, await self._site.balance())
