"""Whose certificates count, and what is to be said where one does not."""

import logging
import os
import ssl
from collections.abc import Callable
from functools import cache
from pathlib import Path

import httpx
import truststore

from civitai_desktop.domain.errors import CertificateWrong

log = logging.getLogger(__name__)

_FILE, _FOLDER = "SSL_CERT_FILE", "SSL_CERT_DIR"

_NOT_YET, _EXPIRED, _OTHER_HOST, _OTHER_NUMBER = 9, 10, 62, 64
"""OpenSSL's numbers for why a certificate is not taken; X509_V_ERR_..."""

_CLOCK = "Check the date and the time of this computer; the program goes on by itself."
_SIGN_IN = (
    "Check whether this network asks for a sign-in in the browser, and whether a virus scanner or "
    "a proxy looks into connections; the program goes on by itself."
)
_REASONS = {
    _NOT_YET: ("The certificate that Civitai shows is not valid yet.", _CLOCK),
    _EXPIRED: ("The certificate that Civitai shows has expired.", _CLOCK),
    _OTHER_HOST: ("The certificate that Civitai shows is another site's.", _SIGN_IN),
    _OTHER_NUMBER: ("The certificate that Civitai shows is another site's.", _SIGN_IN),
}
_UNKNOWN_ISSUER = (
    "The certificate that Civitai shows is not one that this computer trusts.",
    _SIGN_IN,
)
_GONE = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
_NO_TLS = ("There is no encrypted connection to Civitai.", _SIGN_IN)


def trust() -> ssl.SSLContext:
    """Return the system's trust store, and with it what SSL_CERT_FILE adds.

    Raises nothing: a variable that leads nowhere must not close the door of those that need none.
    """
    return _trust(os.environ.get(_FILE, ""))


@cache
def _trust(added: str) -> ssl.SSLContext:
    # Made once, because each costs time.
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if added:
        try:
            context.load_verify_locations(cafile=added)
        except (OSError, ValueError) as error:
            log.warning("%s adds no certificates: %s", _FILE, error)
    return context


def from_tls(error: BaseException) -> CertificateWrong | None:
    """Return what to tell of a failed encryption; None if `error` has another cause."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        return None
    sentence, next_step = _NO_TLS
    if not isinstance(cause, ssl.SSLCertVerificationError):
        # Later on, or where one side simply goes, it is a connection like any other that is lost.
        if isinstance(cause, _GONE) or not isinstance(error, httpx.ConnectError):
            return None
    else:
        # Windows and macOS have numbers of their own, and say it in words.
        code = getattr(cause, "verify_code", None)
        expired = "expired" in str(cause).lower()
        sentence, next_step = _REASONS.get(_EXPIRED if expired else code or 0, _UNKNOWN_ISSUER)
    return CertificateWrong(f"{sentence}{_variables()}", next_step=next_step)


def _variables() -> str:
    """Return what is to be said of variables that choose whom to trust: they may be the cause."""
    told = ""
    for name, is_there in ((_FILE, Path.is_file), (_FOLDER, Path.is_dir)):
        value = os.environ.get(name)
        if value and _holds(is_there, value):
            told += f" {name} says whom to trust."
        elif value:
            told += f" {name} leads nowhere: correct it, or remove it."
    return told


def _holds(is_there: Callable[[Path], bool], value: str) -> bool:
    try:
        return is_there(Path(value))
    except (OSError, ValueError):
        return False
