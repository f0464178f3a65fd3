"""Texts in JSON that other programs put into a picture: ComfyUI on Civitai, SwarmUI, Fooocus ..."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from civitai_desktop.storage.picture_text import (
    PictureResource,
    PictureText,
    merged,
    resources_of,
    whole_signs,
)

_PROMPTS = ("prompt", "positiveprompt", "c")
_NEGATIVES = ("negativeprompt", "negative", "uc", "undesiredcontent")
_SETTINGS: Mapping[str, Sequence[str]] = {
    "Steps": ("steps", "numinferencesteps"),
    "Sampler": ("sampler", "samplername"),
    "Schedule type": ("scheduler", "schedule"),
    "CFG scale": ("cfgscale", "cfg", "guidancescale", "guidance", "scale"),
    "Seed": ("seed", "noiseseed"),
    "Size": ("size", "resolution"),
    "Clip skip": ("clipskip",),
    "Denoising strength": ("denoisingstrength", "denoise", "promptstrength"),
    "Model": ("model", "basemodel", "basemodelname", "usestablediffusionmodel"),
    "VAE": ("vae", "usevaemodel"),
    "workflow": ("workflowid",),
}
"""By the name of the settings line, what programs call it; signs and capitals left away."""

_LEAST_SETTINGS = 3
"""A text without a prompt and with fewer is about something else."""
_SAMPLERS = frozenset({"KSampler", "KSamplerAdvanced", "KSampler (Efficient)"})
_FILES = ("ckpt_name", "unet_name", "vae_name", "lora_name", "model_name")
_DEEPEST = 20
"""Nodes between a sampler and the words of its prompt; more is a circle."""

Node = Mapping[str, Any]
Nodes = Mapping[str, Node]


def read(text: str) -> PictureText | None:
    """Return what a JSON text says of a picture; None if it is none, or of another kind."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    found = _swarm(said) or _comfy(said) or _flat(said)
    return found if found.prompt or len(found.settings) >= _LEAST_SETTINGS else None


def _flat(said: Mapping[str, Any]) -> PictureText:
    """Read fields by their names, whatever the program: they differ in signs and capitals only."""
    fields: dict[str, Any] = {}
    for key, value in said.items():
        fields.setdefault(re.sub(r"[\W_]", "", key).casefold(), value)
    prompt = next(filter(None, (_words(fields.get(name)) for name in _PROMPTS)), "")
    negative = next(filter(None, (_words(fields.get(name)) for name in _NEGATIVES)), "")
    told = {name: _first(fields, names) for name, names in _SETTINGS.items()}
    sides = [_written(fields.get(side)) for side in ("width", "height")]
    if all(sides) and not told["Size"]:
        told["Size"] = "x".join(sides)
    told["Size"] = re.sub(r"^\(\s*(\d+)\s*,\s*(\d+)\s*\)$", r"\1x\2", told["Size"])
    return PictureText(
        prompt=prompt,
        negative_prompt=negative,
        settings={name: value for name, value in told.items() if value},
        resources=resources_of(fields.get("resources") or fields.get("civitairesources")),
    )


def _swarm(said: Mapping[str, Any]) -> PictureText | None:
    """Source: SwarmUI's documentation, Image Metadata Format."""
    params = said.get("sui_image_params")
    return _flat(params) if isinstance(params, dict) else None


def _comfy(said: Mapping[str, Any]) -> PictureText | None:
    """Read a graph of nodes, or what Civitai wrote beside it for those who cannot."""
    nodes = {key: node for key, node in said.items() if _is_node(node)}
    extra, beside = said.get("extra"), _decoded(said.get("extraMetadata"))
    if not nodes and not isinstance(beside, dict):
        return None
    told = _flat(beside) if isinstance(beside, dict) else PictureText()
    if not told.prompt:
        told = _graph(nodes)
    airs = extra.get("airs") if isinstance(extra, dict) else None
    used = (PictureResource.from_air(air) for air in airs or () if isinstance(air, str))
    # The types are known from the AIRs only, the weights from the others only.
    resources = merged([*filter(None, used), *told.resources, *_of_nodes(nodes)])
    return replace(told, resources=resources)


def _graph(nodes: Nodes) -> PictureText:
    """Read the first sampler of a graph and what leads to it."""
    samplers = [node for node in nodes.values() if node["class_type"] in _SAMPLERS]
    if not samplers:
        return PictureText()
    inputs = samplers[0]["inputs"]
    told = _flat({key: value for key, value in inputs.items() if not isinstance(value, list)})
    latent = _linked(nodes, inputs.get("latent_image"))
    sides = [_written(latent.get(side)) for side in ("width", "height")]
    size = {"Size": "x".join(sides)} if all(sides) else {}
    return PictureText(
        prompt=_words_of(nodes, inputs.get("positive")),
        negative_prompt=_words_of(nodes, inputs.get("negative")),
        settings={**told.settings, **size},
    )


def _words_of(nodes: Nodes, link: Any) -> str:
    for _ in range(_DEEPEST):
        inputs = _linked(nodes, link)
        words = [inputs.get(key) for key in ("populated_text", "text", "text_g", "string", "value")]
        if found := next(filter(None, map(_words, words)), ""):
            return found
        link = next((value for value in words if isinstance(value, list)), None) or inputs.get(
            "conditioning"
        )
    return ""


def _of_nodes(nodes: Nodes) -> Iterator[PictureResource]:
    """Yield what nodes load by AIR: Civitai puts one where others have the name of a file."""
    for node in nodes.values():
        inputs = node["inputs"]
        weight = inputs.get("strength_model")
        for air in (inputs.get(name) for name in _FILES):
            if isinstance(air, str):
                entries = [{"air": air, "weight": weight}]
                yield from resources_of(entries)


def _is_node(node: Any) -> bool:
    return (
        isinstance(node, dict)
        and isinstance(node.get("class_type"), str)
        and isinstance(node.get("inputs"), dict)
    )


def _linked(nodes: Nodes, link: Any) -> Mapping[str, Any]:
    """Return the inputs of the node that a link leads to."""
    node = nodes.get(str(link[0])) if isinstance(link, list) and link else None
    inputs: Mapping[str, Any] = node["inputs"] if node else {}
    return inputs


def _decoded(value: Any) -> Any:
    """Decode what Civitai wrote as JSON inside of JSON."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return None


def _first(fields: Mapping[str, Any], names: Iterable[str]) -> str:
    return next(filter(None, (_written(fields.get(name)) for name in names)), "")


def _words(value: Any) -> str:
    return whole_signs(value).strip() if isinstance(value, str) else ""


def _written(value: Any) -> str:
    """Write a value as a settings line would; "" for what is no number and no name."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("model_name")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return (
        whole_signs(str(value)).strip() if not isinstance(value, int) or abs(value) < 10**30 else ""
    )
