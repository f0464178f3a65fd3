"""Whose a generation is: the account that pays for it, as far as it can be known."""

import hashlib
from dataclasses import dataclass
from secrets import compare_digest, token_hex

_SALT_BYTES = 8
_MARK_LETTERS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The account a generation is sent with. The key itself is never kept.

    Attributes:
        name: The account's name at civitai.com; empty until the site has told it.
        mark: Salt and digest of the key, by which the same key is known again even where the site
            tells nothing; empty where no key was in force.
    """

    name: str = ""
    mark: str = ""

    @property
    def is_known(self) -> bool:
        """Whether anything is known of the account."""
        return bool(self.name or self.mark)

    def has_key(self, key: str) -> bool:
        """Tell whether this is the key that was in force then."""
        salt, _, digest = self.mark.partition(":")
        return bool(digest) and compare_digest(digest, _digest(salt, key))


def mark_of(key: str) -> str:
    """Return what tells a key from others without telling the key; another one at each call.

    A digest of random text as long as a key cannot be turned back, and the salt keeps two files
    from telling that they are of one account.
    """
    salt = token_hex(_SALT_BYTES)
    return f"{salt}:{_digest(salt, key)}"


def _digest(salt: str, key: str) -> str:
    return hashlib.sha256(f"{salt}:{key}".encode()).hexdigest()[:_MARK_LETTERS]
