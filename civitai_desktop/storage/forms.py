"""The saved form: one JSON file in the data folder, whole or not there."""

import logging
from pathlib import Path
from typing import Any

from civitai_desktop.domain.errors import FormUnusable
from civitai_desktop.domain.form import SavedForm
from civitai_desktop.storage.documents import read_document, set_aside, write_document
from civitai_desktop.storage.terms import read_terms, written_terms
from civitai_desktop.storage.values import frozen

log = logging.getLogger(__name__)


class FormFile:
    """Keeps the form between starts. A damaged file is put aside, and counts as none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> SavedForm:
        """Return the form as it was left, or an empty one where there is none.

        Raises:
            FormUnusable: It was damaged; the next call begins with an empty one.
        """
        try:
            document = read_document(self._path)
            values = {
                str(engine): {str(name): frozen(value) for name, value in fields.items()}
                for engine, fields in document["values"].items()
            }
            return SavedForm(
                engine=str(document["engine"]),
                values=values,
                favourites=_names(document.get("favourites")),
                recents=_names(document.get("recents")),
                sources=_names(document.get("sources")),
                operation=str(document.get("operation") or ""),
                terms=read_terms(document.get("terms")),
            )
        except FileNotFoundError:
            return SavedForm()
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("The saved form cannot be read: %s", error)
            message = "The form as you left it cannot be read."
            if aside := set_aside(self._path):
                message += f" It is kept as {aside.name}."
            raise FormUnusable(message) from error

    def save(self, form: SavedForm) -> None:
        """Keep `form`.

        Raises:
            OSError: The data folder is full or read-only; the old file is then unchanged.
        """
        document = {
            "engine": form.engine,
            "values": {engine: dict(values) for engine, values in form.values.items()},
            "favourites": form.favourites,
            "recents": form.recents,
            "sources": form.sources,
            "operation": form.operation,
            "terms": written_terms(form.terms),
        }
        write_document(self._path, document)


def _names(names: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(str, names))) if isinstance(names, list) else ()
