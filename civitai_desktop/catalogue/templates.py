"""The form's prompt as a template: one request for each prompt that it stands for."""

from collections.abc import Mapping
from dataclasses import replace

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.domain.alternatives import expand
from civitai_desktop.domain.errors import InvalidInput
from civitai_desktop.domain.generation import GenerationRequest, Value


def prompts(engine: Engine, values: Mapping[str, Value]) -> tuple[str, ...]:
    """Return the prompts that these values stand for, at least one.

    Raises:
        InvalidInput: The alternatives are not clear, or too many; the prompt's field is named.
    """
    field = engine.by_role("prompt")
    if field is None:
        return ("",)
    try:
        return expand(str(values.get(field.name) or ""))
    except InvalidInput as error:
        raise InvalidInput(error.message, {field.name: error.message}, next_step="") from None


def with_prompt(engine: Engine, values: Mapping[str, Value], prompt: str) -> dict[str, Value]:
    """Return these values with another prompt; unchanged where the engine has none."""
    field = engine.by_role("prompt")
    return {**values, field.name: prompt} if field else dict(values)


def complaints(engine: Engine, values: Mapping[str, Value]) -> dict[str, str]:
    """Return what is wrong, by field name; the prompt's limits hold for each single prompt."""
    try:
        found = prompts(engine, values)
    except InvalidInput as error:
        return {**error.complaints, **engine.complaints(with_prompt(engine, values, "a picture"))}
    field = engine.by_role("prompt")
    for number, prompt in enumerate(found, start=1):
        text = field.complaint(prompt) if field else ""
        if field and text:
            which = f"Prompt {number} of {len(found)}: " if len(found) > 1 else ""
            rest = engine.complaints(with_prompt(engine, values, prompt))
            return {**rest, field.name: f"{which}{text}"}
    return engine.complaints(with_prompt(engine, values, found[0]))


def requests(engine: Engine, values: Mapping[str, Value]) -> list[GenerationRequest]:
    """Check `values` and build one request for each prompt; all keep the template in `values`.

    A seed that is filled in is everyone's, so that the prompts can be compared; a random one is
    drawn for each.

    Raises:
        InvalidInput: With a complaint for each field that does not fit.
    """
    wrong = complaints(engine, values)
    if wrong:
        raise InvalidInput(next(iter(wrong.values())), wrong, next_step="")
    return [_request(engine, values, prompt) for prompt in prompts(engine, values)]


def repeated(engine: Engine, request: GenerationRequest) -> GenerationRequest:
    """Return the same request, terms and all, with a new id, and a new seed if it was random.

    Its own prompt alone, not every other that its template stands for.

    Raises:
        InvalidInput: The engine's limits have changed meanwhile.
    """
    return replace(_request(engine, request.values, request.prompt), terms=request.terms)


def _request(engine: Engine, values: Mapping[str, Value], prompt: str) -> GenerationRequest:
    request = engine.request(with_prompt(engine, values, prompt))
    return replace(request, values={name: values.get(name) for name in request.values})
