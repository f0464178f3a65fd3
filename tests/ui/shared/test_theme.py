"""Colours that everybody can read."""

import re
from dataclasses import asdict

import pytest

from civitai_desktop import resources
from civitai_desktop.domain.preferences import Appearance
from civitai_desktop.ui.shared.theme import DARK, LIGHT, Colours, Theme

ON = {
    "text": ("background", "panel", "field"),
    "dim": ("background", "panel", "field"),
    "warning_text": ("panel",),
    "bad": ("panel",),
}


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize(
    ("text", "ground"), [(text, ground) for text, grounds in ON.items() for ground in grounds]
)
def test_text_has_enough_contrast(colours: Colours, text: str, ground: str):
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= 4.5


def test_the_style_sheet_uses_only_colours_that_exist():
    sheet = resources.path("themes/window.qss").read_text(encoding="utf-8")
    assert set(re.findall(r"@(\w+)", sheet)) <= set(asdict(DARK))


def test_a_choice_outweighs_the_system(qapp):
    theme = Theme(qapp, Appearance.LIGHT)
    assert theme.colours is LIGHT
    theme.choose(Appearance.DARK)
    assert theme.colours is DARK
