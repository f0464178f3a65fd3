"""Where the shipped data files lie: in a wheel, an editable install, a checkout, a frozen build."""

import sys
from pathlib import Path

_PACKAGE = Path(__file__).parent


def path(name: str) -> Path:
    """Return the path of a shipped file, such as "catalogue/engines.json".

    Raises:
        FileNotFoundError: The installation is incomplete.
    """
    roots = [_PACKAGE / "_resources", _PACKAGE.parent / "resources"]
    if frozen := getattr(sys, "_MEIPASS", None):
        roots.insert(0, Path(frozen) / "civitai_desktop" / "_resources")
    for root in roots:
        if (root / name).exists():
            return root / name
    raise FileNotFoundError(f"{name} is not in {' or '.join(map(str, roots))}")
