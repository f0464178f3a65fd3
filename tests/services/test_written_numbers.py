"""Numbers and sizes however people and programs write them; what may be two numbers is none."""

import pytest

from civitai_desktop.services.written_numbers import number, numbers, size


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("7.0", 7),
        ("7.50", 7.5),
        (" 7 ", 7),
        ("+7", 7),
        ("-1", -1),
        (".5", 0.5),
        ("7.", 7),
        ("1e3", 1000.0),
        ("7,5", 7.5),
        ("0,75", 0.75),
        ("7,500", None),
        ("1,234,567", None),
        ("7, 5", None),
        ("7;5", None),
        ("20 steps", None),
        ("20/30", None),
        ("1_000", None),
        ("nan", None),
        ("inf", None),
        ("1e999", None),
        ("9" * 5000, None),
        ("", None),
        ("None", None),
        (str(2**63 - 1), 2**63 - 1),
        (str(2**64), float(2**64)),
    ],
)
def test_a_number_is_read_whole_or_not_at_all(text, value):
    assert number(text) == value
    assert type(number(text)) is type(value)


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("512x768", (512, 768)),
        ("512 x 768", (512, 768)),
        ("512X768", (512, 768)),
        ("512\u00d7768", (512, 768)),
        ("512 \u00d7 768 px", (512, 768)),
        ("512*768", (512, 768)),
        ("512px x 768px", (512, 768)),
        ("512", None),
        ("512x", None),
        ("large", None),
        ("512x768x3", None),
        ("1234567x3", None),
        ("-1x3", None),
    ],
)
def test_a_size_is_two_sides(text, sides):
    assert size(text) == sides


@pytest.mark.parametrize(
    ("settings", "guidance"),
    [
        ({"CFG scale": "7"}, 7),
        ({"CFG scale": "1", "Distilled CFG Scale": "3.5"}, 3.5),
        ({"Distilled CFG Scale": "3,5"}, 3.5),
        ({"CFG scale": "4", "Distilled CFG Scale": "3.5"}, 4),
        ({"CFG scale": "1"}, 1),
        ({}, None),
    ],
)
def test_distilled_guidance_counts_where_there_is_no_other(settings, guidance):
    assert numbers(settings)["guidance"] == guidance
