"""Whose key is in force, so that nothing is sent in another account's stead."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from civitai_desktop.domain.errors import CivitaiError, OtherAccount
from civitai_desktop.domain.owner import Owner, mark_of
from civitai_desktop.services.ports import Site


class Accounts:
    """Tells accounts apart: by their key, and by the name the site has for them.

    The same key is the same account. Another key is the same account only where the site says so;
    where it says nothing, it may be another's. Only the key's mark is ever kept.
    """

    def __init__(
        self, key: Callable[[], str | None], site: Site, ready: Callable[[], Awaitable[None]]
    ) -> None:
        """Take the parts.

        Args:
            key: Tells the key in force; None before `ready` has returned.
            site: Knows the name.
            ready: Returns once there is a connection, and it is known whether there is a key.
        """
        self._key = key
        self._site = site
        self.ready = ready
        self._of: str | None = None
        self._owner = Owner()

    def owner(self) -> Owner:
        """Return the owner of the key in force, as far as known by now."""
        key = self._key()
        if key != self._of:
            self._of, self._owner = key, Owner(mark=mark_of(key)) if key else Owner()
        return self._owner

    async def learn(self) -> Owner:
        """Return the owner of the key in force, having asked the site for the name."""
        asked = self.owner()
        if asked.is_known and not asked.name:
            try:
                name = await self._site.username()
            except CivitaiError:
                # There is no connection at all.
                name = None
            # Another key may be in force by now.
            if name and self.owner() == asked:
                self._owner = replace(asked, name=name)
        return self.owner()

    async def is_mine(self, owner: Owner | None) -> bool:
        """Tell whether the key in force is certainly of this account; None is nobody known."""
        key = self._key()
        if owner is None or key is None:
            return False
        if owner.has_key(key):
            return True
        return bool(owner.name) and (await self.learn()).name == owner.name

    def completed(self, owner: Owner) -> Owner:
        """Return an owner with the name that has become known for its key since."""
        key = self._key()
        if owner.name or key is None or not owner.has_key(key):
            return owner
        return replace(owner, name=self.owner().name)


def elsewhere(owner: Owner | None) -> OtherAccount:
    """Say whose a generation is, as far as that is known."""
    if owner is not None and owner.name:
        return OtherAccount(
            f"This belongs to the account {owner.name}.", next_step="Enter its key to go on."
        )
    if owner is not None and owner.is_known:
        return OtherAccount("This belongs to the account of another key.")
    return OtherAccount("It is not known which account this was sent with.")
