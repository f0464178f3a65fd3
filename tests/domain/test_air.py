"""AIRs as they are pasted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.domain.air import Air, is_air, version_number
from civitai_desktop.domain.errors import InvalidInput


def test_every_part_is_read():
    air = Air.parse("urn:air:sdxl:lora:civitai:122359@135867+style.safetensors")
    assert air == Air(
        ecosystem="sdxl",
        type="lora",
        source="civitai",
        id="122359",
        version="135867",
        file="style.safetensors",
    )


@pytest.mark.parametrize(
    "text",
    [
        "urn:air:sdxl:checkpoint:civitai:101055@128078",
        "urn:air:flux1:checkpoint:civitai:618692",
        "urn:air:sd1:embedding:civitai:7808@9208+easynegative.pt",
        "urn:air:other:lora:huggingface:black-forest-labs/FLUX.1-dev@main",
        "urn:air:zimage:lora:civitai:1+part.safetensors",
    ],
)
def test_an_air_is_written_as_it_was_read(text):
    assert str(Air.parse(text)) == text
    assert is_air(text)


def test_spaces_around_a_pasted_air_do_not_matter():
    assert Air.parse("  urn:air:sd1:lora:civitai:1@2\n").version == "2"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "128078",
        "https://civitai.com/models/101055?modelVersionId=128078",
        "urn:air:sdxl:lora:civitai",
        "urn:air:sdxl:lora:civitai:",
        "urn:air::lora:civitai:1",
        "urn:air:sdxl:lora:civitai:1@",
        "urn:air:sdxl:lora:civitai:1@2 and more",
        "urn:air:sdxl:lora:civitai:1@2\nurn:air:sdxl:lora:civitai:3@4",
    ],
)
def test_what_is_no_air_is_refused_with_the_next_step(text):
    assert not is_air(text)
    with pytest.raises(InvalidInput) as refused:
        Air.parse(text)
    assert refused.value.next_step == "Copy it from the resource page."


@given(st.from_regex(r"urn:air:[a-z@+: .]{0,20}", fullmatch=True).map(str.strip))
def test_the_question_and_the_reading_agree(text):
    try:
        Air.parse(text)
    except InvalidInput:
        assert not is_air(text)
    else:
        assert is_air(text)


_WORD = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,10}", fullmatch=True)


@given(_WORD, _WORD, _WORD, _WORD, st.none() | _WORD, st.none() | _WORD)
def test_what_is_written_is_read_back(ecosystem, kind, source, number, version, file):
    air = Air(ecosystem=ecosystem, type=kind, source=source, id=number, version=version, file=file)
    assert Air.parse(str(air)) == air


@pytest.mark.parametrize(
    ("air", "number"),
    [
        ("urn:air:sd1:checkpoint:civitai:5@6", 6),
        ("URN:AIR:SD1:CHECKPOINT:CIVITAI:5@6+77", 6),
        ("civitai:5@6", 6),
        ("urn:air:sd1:checkpoint:civitai:5", None),
        ("urn:air:sd1:checkpoint:huggingface:5@6", None),
        (f"civitai:1@{'9' * 40}", None),
        ("", None),
    ],
)
def test_a_version_at_civitai_has_a_number(air: str, number: int | None) -> None:
    assert version_number(air) == number
