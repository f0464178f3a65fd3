"""The proxies of Windows' and macOS' own settings; elsewhere the environment says it all."""

import logging
import sys
from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)


if sys.platform == "win32":
    import winreg
    from urllib.request import getproxies_registry  # type: ignore[attr-defined]

    _KEY = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"

    def _settings() -> dict[str, str]:
        found = dict(getproxies_registry())
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _KEY) as key:
                found["no"] = str(winreg.QueryValueEx(key, "ProxyOverride")[0])
        except FileNotFoundError:
            pass
        return found

elif sys.platform == "darwin":
    import _scproxy  # type: ignore[import-not-found]
    from urllib.request import getproxies_macosx_sysconf  # type: ignore[attr-defined]

    def _settings() -> dict[str, str]:
        found = dict(getproxies_macosx_sysconf())
        settings = _scproxy._get_proxy_settings()
        simple = ["<local>"] if settings.get("exclude_simple") else []
        found["no"] = ",".join([*simple, *filter(None, settings.get("exceptions", ()))])
        return found

else:

    def _settings() -> dict[str, str]:
        return {}


def of_the_system(ask: Callable[[], dict[str, str]] = _settings) -> Mapping[str, str]:
    """Return proxies by "http", "https" and "all", and exceptions by "no"; none is fine.

    Args:
        ask: Asks the system, as urllib does.
    """
    try:
        settings = dict(ask())
    except (OSError, ValueError) as error:
        log.warning("The system's proxy settings cannot be read: %s", error)
        return {}
    # Both systems write it as an address of HTTP.
    if socks := settings.pop("socks", ""):
        settings["all"] = f"socks5h://{socks.rpartition('://')[2]}"
    return {key: settings[key] for key in ("http", "https", "all", "no") if settings.get(key)}
