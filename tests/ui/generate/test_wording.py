"""How numbers are read and written in the form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.ui.generate import wording


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("  ", None),
        (" 12 ", 12),
        ("-3", -3),
        ("1.5", 1.5),
        ("1,5", 1.5),
        ("1e3", 1000.0),
        ("nan", "nan"),
        ("inf", "inf"),
        ("9" * 400, "9" * 400),
        ("12px", "12px"),
    ],
)
def test_what_is_typed_is_read_as_a_number_or_kept(text, value):
    assert wording.read_number(text) == value


@given(st.integers(-(10**14), 10**14) | st.floats(-1e6, 1e6).map(lambda x: round(x, 4)))
def test_a_number_that_is_written_is_read_back(number):
    assert wording.read_number(wording.written(number)) == number


@given(st.text())
def test_any_text_can_be_typed(text):
    wording.read_number(text)


def test_thousands_are_parted_by_commas():
    assert wording.grouped(1_234_567) == "1,234,567"


@pytest.mark.parametrize(
    ("text", "is_whole", "value"),
    [
        ("1,000", True, 1000),
        ("12,345,678", True, 12_345_678),
        ("1,125", False, 1.125),
        ("0,500", True, 0.5),
        ("1,5", True, 1.5),
        ("2.0", False, 2),
    ],
)
def test_a_comma_parts_thousands_in_whole_numbers_and_else_decimals(text, is_whole, value):
    read = wording.read_number(text, is_whole=is_whole)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("amount", "text"),
    [(8, "8"), (8.75, "8.75"), (0.3333, "0.333"), (999.9, "1,000"), (25_000, "25,000")],
)
def test_an_amount_of_buzz_is_never_written_with_an_exponent(amount, text):
    assert wording.buzz(amount) == text


def test_the_summary_leaves_out_what_an_engine_lacks(catalogue):
    engine = catalogue.engine("z-image-turbo")
    assert wording.summary(engine, engine.defaults()) == "Steps 9 · CFG 1 · euler"
    assert wording.summary(engine, {"steps": 4}) == "Steps 4"


def test_usual_price_and_time_are_the_catalogues(catalogue):
    assert wording.usual_price(catalogue.engine("z-image-turbo")) == "8 Buzz"
    assert wording.usual_time(catalogue.engine("z-image-turbo")) == "3\N{EN DASH}8 s"
    assert wording.usual_time(catalogue.engine("ernie-turbo")) == "13 s"
    assert wording.usual_time(catalogue.engine("flux2-klein-4b-base")) == ""


@pytest.mark.parametrize(
    ("generations", "images", "text"),
    [
        (1, 1, "Generate 1 image"),
        (1, 4, "Generate 4 images"),
        (6, 1, "Generate 6 images"),
        (6, 4, f"Generate 6 {wording.TIMES} 4 = 24 images"),
        (0, 4, "Generate"),
        (6, 0, "Generate"),
    ],
)
def test_the_button_says_how_many_pictures_come(generations, images, text):
    assert wording.generate_text(generations, images) == text


@pytest.mark.parametrize(
    ("prompts", "shown"),
    [
        (["a red boat, oil", "a blue boat, oil"], ["… red …", "… blue …"]),
        (["a big boat", "a boat"], ["… big boat", "… boat"]),
        (["red", "blue"], ["red", "blue"]),
        (["reddish boat", "redder boat"], ["reddish …", "redder …"]),
        (["a boat", "a boat at sea"], ["… boat", "… boat at sea"]),
    ],
)
def test_prompts_are_told_apart_by_whole_words(prompts, shown):
    assert wording.told_apart(prompts) == shown


@pytest.mark.parametrize(
    ("role", "value", "text"),
    [
        ("quality", "high", "High"),
        ("output_format", "webP", "WebP"),
        ("resolution", "2K", "2K"),
        ("variant", "edit-max", "edit-max"),
        ("sampler", "euler", "euler"),
        ("quality", None, ""),
    ],
)
def test_a_choice_is_written_as_people_read_it(role, value, text):
    assert wording.choice_text(role, value) == text
