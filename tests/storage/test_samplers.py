"""A1111's names of samplers and schedules, found among an engine's."""

import pytest

from civitai_desktop.storage.samplers import SAMPLERS, SCHEDULES, spelled, taken_apart

SDCPP = ["euler", "heun", "dpm2", "dpm++2s_a", "dpm++2m", "euler_a", "lcm"]
COMFY = ["euler", "euler_ancestral", "dpmpp_2m", "dpmpp_2m_sde", "uni_pc"]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("DPM++ 2M Karras", ("DPM++ 2M", "Karras")),
        ("DPM++ 2M SDE Exponential", ("DPM++ 2M SDE", "Exponential")),
        ("dpm++ 2m karras", ("dpm++ 2m", "Karras")),
        ("dpmpp_2m_karras", ("dpmpp_2m", "karras")),
        ("euler_ancestral_sgm_uniform", ("euler_ancestral", "sgm_uniform")),
        ("my_simple", ("my_simple", "")),
        ("Euler a", ("Euler a", "")),
        ("DDIM", ("DDIM", "")),
        ("Karras", ("Karras", "")),
        ("", ("", "")),
    ],
)
def test_a_schedule_at_the_end_is_taken_off(name, parts):
    assert taken_apart(name) == parts


@pytest.mark.parametrize(
    ("name", "choices", "spelling"),
    [
        ("Euler a", SDCPP, "euler_a"),
        ("Euler a", COMFY, "euler_ancestral"),
        ("euler A", COMFY, "euler_ancestral"),
        ("DPM++ 2M", SDCPP, "dpm++2m"),
        ("DPM++ 2M", COMFY, "dpmpp_2m"),
        ("dpmpp_2m_sde", COMFY, "dpmpp_2m_sde"),
        ("dpmpp_2m", SDCPP, "dpm++2m"),
        ("Euler Ancestral", SDCPP, "euler_a"),
        ("k_euler_a", COMFY, "euler_ancestral"),
        ("UniPC", SDCPP, None),
        ("Restart", COMFY, None),
    ],
)
def test_a_sampler_is_found_as_the_engine_spells_it(name, choices, spelling):
    assert spelled(name, SAMPLERS, choices) == spelling


def test_a_schedule_is_found_as_the_engine_spells_it():
    assert spelled("SGM Uniform", SCHEDULES, ["karras", "sgm_uniform"]) == "sgm_uniform"
    assert spelled("Normal", SCHEDULES, ["simple", "discrete"]) == "discrete"


def test_no_spelling_stands_for_two_samplers():
    spellings = [each for many in SAMPLERS.values() for each in many]
    assert len(spellings) == len(set(spellings))
