"""Takes over another version of the vendor's OpenAPI document, and says what is new in it.

The reduced document lies beside this file; the one that it replaces is kept as the version
before, so that the tests can hold the catalogue against both.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from reduction import differences, reduced, written
from schemas import Unbuildable

HERE = Path(__file__).parent
NEWEST = "contract.json"
BEFORE = "contract-before.json"


def take_over(document: Any, source: str, folder: Path) -> list[str]:
    """Put the document in the place of the newest one, and return what has changed.

    The same source once more replaces it and leaves the version before as it is.

    Raises:
        Unbuildable: It holds no image generation.
        OSError: The folder cannot be written to.
    """
    if not isinstance(document, dict):
        raise Unbuildable("This is no OpenAPI document.")
    after = reduced(document, source)
    if "ImageGenInput" not in after["components"]["schemas"]:
        raise Unbuildable("The document has no schema ImageGenInput.")
    newest, before = folder / NEWEST, folder / BEFORE
    if newest.exists() and json.loads(newest.read_text("utf-8"))["source"] != source:
        newest.replace(before)
    newest.write_text(written(after), "utf-8")
    if not before.exists():
        return []
    return differences(json.loads(before.read_text("utf-8")), after)


def main() -> int:
    """Take over, and print what has changed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("document", type=Path, help="the vendor's OpenAPI document (JSON)")
    parser.add_argument("source", help="where it is from, e.g. 'client 0.2.0-beta.92'")
    parser.add_argument("--folder", type=Path, default=HERE, metavar="DIR")
    chosen = parser.parse_args()
    try:
        document = json.loads(chosen.document.read_text("utf-8"))
        lines = take_over(document, chosen.source, chosen.folder)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(lines) or "Nothing that a request or an answer is made of has changed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
