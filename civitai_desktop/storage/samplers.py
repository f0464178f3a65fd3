"""Samplers and schedules by A1111's names, which people copy, and how the engines spell them."""

from collections.abc import Mapping, Sequence

SAMPLERS: Mapping[str, Sequence[str]] = {
    "Euler": ("euler",),
    "Euler a": ("euler_a", "euler_ancestral"),
    "LMS": ("lms",),
    "Heun": ("heun",),
    "DPM2": ("dpm2", "dpm_2"),
    "DPM2 a": ("dpm_2_ancestral",),
    "DPM++ 2S a": ("dpm++2s_a", "dpmpp_2s_ancestral"),
    "DPM++ 2M": ("dpm++2m", "dpmpp_2m"),
    "DPM++ SDE": ("dpmpp_sde",),
    "DPM++ 2M SDE": ("dpmpp_2m_sde",),
    "DPM++ 3M SDE": ("dpmpp_3m_sde",),
    "DPM fast": ("dpm_fast",),
    "DPM adaptive": ("dpm_adaptive",),
    "DDIM": ("ddim",),
    "DDPM": ("ddpm",),
    "DEIS": ("deis",),
    "UniPC": ("uni_pc",),
    "LCM": ("lcm",),
}
"""By A1111's name, what sdcpp and ComfyUI engines call the same sampler."""

SCHEDULES: Mapping[str, Sequence[str]] = {
    "Karras": ("karras",),
    "Exponential": ("exponential",),
    "SGM Uniform": ("sgm_uniform",),
    "Simple": ("simple",),
    "Normal": ("normal", "discrete"),
    "DDIM": ("ddim_uniform",),
    "Beta": ("beta",),
    "KL Optimal": ("kl_optimal",),
    "Align Your Steps": ("ays",),
}
"""By A1111's name, what the engines call the same schedule."""


def taken_apart(name: str) -> tuple[str, str]:
    """Part "DPM++ 2M Karras" into sampler and schedule; the schedule is "" where none is named.

    Nodes of ComfyUI write "dpmpp_2m_karras".
    """
    for schedule in SCHEDULES:
        sampler = name[: -len(schedule) - 1]
        if sampler and name.casefold() == f"{sampler} {schedule}".casefold():
            return sampler, schedule
    for schedule in (spelling for each in SCHEDULES.values() for spelling in each):
        sampler = name[: -len(schedule) - 1]
        if name.casefold() == f"{sampler}_{schedule}".casefold() and is_sampler(sampler):
            return sampler, schedule
    return name, ""


def is_sampler(name: str) -> bool:
    """Tell whether any engine, or A1111, has a sampler of that name."""
    known = [spelling for spellings in SAMPLERS.values() for spelling in spellings]
    return spelled(name, SAMPLERS, known) is not None


def spelled(name: str, names: Mapping[str, Sequence[str]], choices: Sequence[str]) -> str | None:
    """Find how an engine spells a name.

    Args:
        name: A1111's name, in any case, or the name that any engine has for it.
        names: `SAMPLERS` or `SCHEDULES`.
        choices: The engine's names.

    Returns:
        One of `choices`, or None if the engine does not have it.
    """
    # Diffusers' names begin with their author's initial.
    wanted = name.strip().casefold().removeprefix("k_")
    possible = {wanted, wanted.replace(" ", "_")}
    for known, spellings in names.items():
        if known.casefold() == wanted or possible & set(spellings):
            possible |= set(spellings)
    return next((choice for choice in choices if choice in possible), None)
