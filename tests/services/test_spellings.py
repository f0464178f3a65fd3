"""One meaning in many spellings, and many meanings that look alike."""

import pytest

from civitai_desktop.services.spellings import is_same, is_same_resource, texts

AIR = "urn:air:sdxl:checkpoint:civitai:5@6"
ELSEWHERE = "urn:air:sdxl:checkpoint:huggingface:a/b"
TIMES = "\N{MULTIPLICATION SIGN}"


@pytest.mark.parametrize(
    "text",
    [
        AIR,
        f"{AIR}+77",
        f"{AIR}.safetensors",
        AIR.upper(),
        f" {AIR} ",
        "civitai:5@6",
        "6",
        "urn:air:sdxl:checkpoint:civitai:5",
    ],
)
def test_a_resource_is_known_by_its_version(text: str) -> None:
    assert is_same_resource(AIR, text)


@pytest.mark.parametrize(
    "text",
    ["urn:air:sdxl:checkpoint:civitai:5@7", "urn:air:sdxl:checkpoint:other:5@6", "56", "", ":"],
)
def test_another_resource_is_another(text: str) -> None:
    assert not is_same_resource(AIR, text)
    assert not is_same_resource("urn:air:sdxl:checkpoint:civitai:6", text)


def test_a_resource_of_another_site_is_known_by_its_name() -> None:
    assert is_same_resource(ELSEWHERE, f"{ELSEWHERE}@main".upper())
    assert not is_same_resource(ELSEWHERE, ELSEWHERE.replace("a/b", "a/c"))
    assert not is_same_resource(ELSEWHERE, "6")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zImage", "z-image"),
        ("createImage", "CREATE_IMAGE"),
        ("2", "2.0"),
        ("1024x1024", f"1024 {TIMES} 1024"),
        ("1024x768", "1024*768"),
        ("16:9", "16/9"),
        ("1K", "1k"),
    ],
)
def test_a_word_is_the_same_in_every_spelling(one: str, other: str) -> None:
    assert is_same(one, other)
    assert is_same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sdxl", "sd1"),
        ("1024x1024", "1024x768"),
        ("16:9", "9:16"),
        ("landscape_16_9", "portrait_16_9"),
        ("1K", "2K"),
        ("2", "2.1"),
    ],
)
def test_words_that_look_alike_are_not(one: str, other: str) -> None:
    assert not is_same(one, other)


def test_texts_are_found_however_deep_within_reason() -> None:
    nested: object = "deep"
    for _ in range(5000):
        nested = [nested]
    value = {"a": ["b", {"c": 7, "d": True}], "long": "x" * 401, "nested": nested}
    assert list(texts(value)) == ["a", "b", "c", "7", "d", "long", "nested"]
