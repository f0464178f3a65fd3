"""Prints what the form would send, so that it can be checked without a network."""

import json
import sys
from dataclasses import replace
from typing import Any, cast

from civitai_desktop.api import wire
from civitai_desktop.catalogue import loader, templates
from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.domain.errors import CatalogueUnusable, CivitaiError, InvalidInput
from civitai_desktop.domain.generation import GenerationRequest, Value
from civitai_desktop.domain.terms import Buzz, Terms


def print_request(text: str) -> int:
    """Print the body for form values, or say on stderr what is wrong with them.

    A prompt with alternatives makes several bodies; they are printed one after the other.

    Args:
        text: A JSON object: "engine" is an id or a plain name such as "sdxl", "currencies" and
            "allowMatureContent" are the choices that belong to no engine, everything else is a
            value by field name. What is missing has its default, as in a new form.

    Returns:
        The exit code: 0, or 2 if the values make no request.
    """
    try:
        given = _object(text)
        catalogue = loader.shipped()
        terms = _terms(given)
        found = _requests(catalogue.engine(given.pop("engine")), given)
        requests = [replace(each, terms=terms) for each in found]
    except InvalidInput as error:
        complaints = [f"{name}: {complaint}" for name, complaint in error.complaints.items()]
        sys.stderr.writelines(f"{line}\n" for line in complaints or [error.message])
        return 2
    except CatalogueUnusable as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except CivitaiError as error:
        # The next step that the window would offer is none here.
        sys.stderr.write(f"{error.message}\n")
        return 2
    for request in requests:
        # Escaped, because not every terminal can show what a prompt may hold.
        sys.stdout.write(json.dumps(wire.template(request), indent=2) + "\n")
        if request.seed is not None and request.values.get("seed") is None:
            sys.stderr.write(f"The seed {request.seed} was drawn for this run.\n")
    return 0


def _object(text: str) -> dict[str, Any]:
    try:
        given = json.loads(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))
    except (json.JSONDecodeError, RecursionError) as error:
        raise InvalidInput(f"This is no JSON: {error}.", next_step="") from error
    except ValueError as error:
        raise InvalidInput("A number in it has too many digits.", next_step="") from error
    if not isinstance(given, dict):
        raise InvalidInput("The form's values must be a JSON object.", next_step="")
    if not isinstance(given.get("engine"), str):
        raise InvalidInput('Name an engine, such as "engine": "z-image-turbo".', next_step="")
    return given


def _terms(given: dict[str, Any]) -> Terms:
    wallets = given.pop("currencies", None)
    mature = given.pop("allowMatureContent", None)
    known = [each.value for each in Buzz]
    if wallets is not None and wallets not in [[each] for each in known]:
        one = " or ".join(f'["{each}"]' for each in known)
        raise InvalidInput(f"currencies must be {one}.", next_step="")
    if not isinstance(mature, bool | None):
        raise InvalidInput("allowMatureContent must be true or false.", next_step="")
    return Terms(wallet=Buzz(wallets[0]) if wallets else None, allow_mature=mature)


def _value(given: Any) -> Value:
    """Return a value as the form holds it; weighted resources may be given either way."""
    if not isinstance(given, list):
        return cast("Value", given)
    rows = [each for each in given if isinstance(each, dict) and "air" in each]
    if given and len(rows) == len(given):
        return {str(each["air"]): each.get("strength", 1) for each in rows}
    return tuple(given)


def _requests(engine: Engine, given: dict[str, Any]) -> list[GenerationRequest]:
    names = [field.name for field in engine.fields]
    unknown = [name for name in given if name not in names]
    if unknown:
        raise InvalidInput(
            f"{engine.label} has no field {', '.join(unknown)}; it takes {', '.join(names)}.",
            next_step="",
        )
    values = {name: _value(value) for name, value in given.items()}
    prompt = engine.by_role("prompt")
    if prompt and not isinstance(values.get(prompt.name, ""), str):
        # As a template it would be read as text, whatever it is.
        complaint = prompt.complaint(values[prompt.name])
        raise InvalidInput(complaint, {prompt.name: complaint}, next_step="")
    return templates.requests(engine, {**engine.defaults(), **values})
