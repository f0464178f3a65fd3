"""A request's terms as the library and the saved form keep them."""

from typing import Any

from civitai_desktop.domain.terms import Buzz, Terms


def written_terms(terms: Terms) -> dict[str, str | bool]:
    """Return what is stored; nothing for what is left to Civitai."""
    wallet = {} if terms.wallet is None else {"wallet": terms.wallet.value}
    mature = {} if terms.allow_mature is None else {"allow_mature": terms.allow_mature}
    return {**wallet, **mature}


def read_terms(document: Any) -> Terms:
    """Read what `written_terms` wrote; what cannot be read is left to Civitai."""
    if not isinstance(document, dict):
        return Terms()
    wallet, mature = document.get("wallet"), document.get("allow_mature")
    return Terms(
        wallet=next((each for each in Buzz if each == wallet), None),
        allow_mature=mature if isinstance(mature, bool) else None,
    )
