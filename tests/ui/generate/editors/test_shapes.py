"""The sizes that the shapes mean."""

from dataclasses import replace

import pytest

from civitai_desktop.ui.generate.editors.shapes import SHAPES, shape_of, shape_text, size_for
from civitai_desktop.ui.generate.wording import TIMES


def test_every_shape_fits_every_engine_but_one_and_lies_as_it_stands(catalogue):
    missing = set()
    for engine in catalogue.from_text():
        if engine.by_role("width") is None or engine.by_role("height") is None:
            continue
        for shape in SHAPES:
            if (size := size_for(engine, shape)) is None:
                missing.add((engine.id, shape))
                continue
            width, height = size
            assert width / height == pytest.approx(shape[0] / shape[1], rel=0.08), engine.id
            assert size_for(engine, (shape[1], shape[0])) in {None, (height, width)}, engine.id
            values = {**engine.defaults(), "prompt": "a boat", "width": width, "height": height}
            assert engine.complaints(values) == {}, (engine.id, shape)
    # Its sides are 832 to 1216 px.
    assert missing == {("flux1-sdcpp", (9, 16)), ("flux1-sdcpp", (16, 9))}


@pytest.mark.parametrize(
    ("name", "shape", "size"),
    [
        ("z-image-turbo", (1, 1), (1024, 1024)),
        ("z-image-turbo", (2, 3), (832, 1216)),
        ("z-image-turbo", (4, 5), (912, 1152)),
        ("sdxl", (4, 5), (896, 1152)),
        ("sdxl", (16, 9), (1344, 768)),
        ("sd1", (1, 1), (512, 512)),
    ],
)
def test_a_recommended_size_is_taken_and_else_the_default_area(catalogue, name, shape, size):
    assert size_for(catalogue.engine(name), shape) == size


def test_of_two_recommended_sizes_the_one_that_does_not_change_the_price_is_taken(catalogue):
    assert size_for(catalogue.engine("z-image-turbo"), (3, 2)) == (1216, 832)


def test_a_shape_stays_within_narrow_limits(catalogue):
    engine = catalogue.engine("z-image-turbo")
    fields = [replace(each, max=1100) if each.role == "width" else each for each in engine.fields]
    narrow = replace(engine, fields=fields, sizes=((1024, 1024),))
    assert size_for(narrow, (16, 9)) == (1088, 624)


def test_a_shape_that_the_limits_do_not_allow_is_none(catalogue):
    engine = catalogue.engine("flux1-sdcpp")
    assert size_for(engine, (9, 16)) is None
    assert size_for(engine, (2, 3)) == (832, 1216)


def test_where_no_multiple_is_named_sides_are_a_multiple_of_16(catalogue):
    width, height = size_for(catalogue.engine("ideogram4"), (4, 5))
    assert (width % 16, height % 16) == (0, 0)


@pytest.mark.parametrize(
    ("choice", "shape", "text"),
    [
        ("16:9", (16, 9), "16:9"),
        ("2.35:1", (2.35, 1), "2.35:1"),
        ("1024x1536", (1024, 1536), f"1024 {TIMES} 1536"),
        ("square", (1, 1), "1:1"),
        ("square_hd", (1, 1), "1:1 HD"),
        ("portrait_16_9", (9, 16), "9:16"),
        ("landscape_4_3", (4, 3), "4:3"),
        ("auto", None, "Auto"),
    ],
)
def test_an_engines_word_for_a_size_is_drawn_and_read(choice, shape, text):
    assert (shape_of(choice), shape_text(choice)) == (shape, text)


def test_every_shape_on_offer_can_be_drawn(catalogue):
    for engine in catalogue.from_text():
        for field in engine.fields:
            if field.role in {"aspect_ratio", "image_size", "size"}:
                unknown = [choice for choice in field.choices if shape_of(choice) is None]
                assert unknown in ([], ["auto"]), engine.id
