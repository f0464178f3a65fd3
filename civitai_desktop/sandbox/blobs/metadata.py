"""The generation text inside a picture, in the grammar that Civitai writes and reads."""

import json
import re
from typing import Any

from civitai_desktop.sandbox.orchestration.orders import Order, Resource

_SAMPLERS = {
    "euler": "Euler",
    "euler_a": "Euler a",
    "heun": "Heun",
    "dpm2": "DPM2",
    "dpm++2s_a": "DPM++ 2S a",
    "dpm++2m": "DPM++ 2M",
    "dpm++2mv2": "DPM++ 2M",
    "ddim_trailing": "DDIM",
    "lcm": "LCM",
}
"""A1111's names for the samplers; the others keep their own."""

_CIVITAI_AIR = re.compile(r"urn:air:[^:]+:([^:]+):civitai:\d+@(\d+)")


def generation_text(order: Order, picture: int) -> str:
    """Return the prompt, the negative prompt and one line of settings.

    Args:
        order: What was asked for.
        picture: Which of its pictures, from 0.
    """
    lines = [_harmless(order.prompt)]
    if order.negative_prompt:
        lines.append(f"Negative prompt: {_harmless(order.negative_prompt)}")
    lines.append(_settings(order, picture))
    return "\n".join(lines)


def _harmless(text: str) -> str:
    # A prompt line that begins like the settings would be read as them.
    return re.sub(r"^Steps: ", " Steps: ", text, flags=re.MULTILINE)


def _settings(order: Order, picture: int) -> str:
    pairs: dict[str, Any] = {
        "Steps": order.steps,
        "Sampler": _sampler(order),
        "CFG scale": order.guidance,
        "Seed": order.seed + picture,
        "Size": f"{order.width}x{order.height}",
        "Clip skip": order.clip_skip,
        "engine": order.engine,
        "workflow": "img2img" if order.sources else "txt2img",
    }
    line = ", ".join(f"{key}: {value}" for key, value in pairs.items() if value is not None)
    resources = [entry for resource in order.resources if (entry := _resource(resource))]
    if resources:
        # The reader takes the list up to the first "}]", which no entry may therefore hold.
        line += f", Civitai resources: {json.dumps(resources, separators=(',', ':'))}"
    return line


def _sampler(order: Order) -> str | None:
    if order.sampler is None:
        return None
    name = _SAMPLERS.get(order.sampler, order.sampler)
    return f"{name} Karras" if order.scheduler == "karras" else name


def _resource(resource: Resource) -> dict[str, Any] | None:
    match = _CIVITAI_AIR.match(resource.air)
    if match is None:
        return None
    weight = {} if resource.weight is None else {"weight": resource.weight}
    return {"type": match[1], "modelVersionId": int(match[2]), **weight}
