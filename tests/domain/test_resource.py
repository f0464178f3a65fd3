"""What a pasted text points at."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.domain.errors import InvalidInput
from civitai_desktop.domain.resource import Reference, Resource, read_reference


@pytest.mark.parametrize(
    ("text", "version_id", "resource_id"),
    [
        ("456", 456, None),
        (" 456 ", 456, None),
        ("urn:air:sdxl:lora:civitai:123@456", 456, 123),
        ("urn:air:sdxl:lora:civitai:123@456+789", 456, 123),
        ("urn:air:sdxl:lora:civitai:123", None, 123),
        ("https://civitai.com/models/123?modelVersionId=456", 456, None),
        ("https://civitai.com/models/123/a-slug?x=1&modelVersionId=456#c", 456, None),
        ("https://civitai.com/models/123", None, 123),
        ("https://civitai.com/models/123/a-slug", None, 123),
        ("civitai.com/models/123/", None, 123),
        ("https://www.civitai.com/models/123", None, 123),
        ("https://civitai.green/models/123", None, 123),
        ("https://civitai.com/api/download/models/456?type=Model", 456, None),
        ("https://civitai.com/api/v1/model-versions/456", 456, None),
        ("https://civitai.com/de/models/123", None, 123),
    ],
)
def test_a_text_names_a_version_or_a_resource(text, version_id, resource_id):
    assert read_reference(text) == Reference(version_id=version_id, resource_id=resource_id)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a boat",
        "-5",
        "9" * 40,
        "https://civitai.com/",
        "https://civitai.com/images/5",
        "https://civitai.com/models/",
        "https://civitai.com/models/abc",
        "https://civitai.com.example/models/123",
        "https://example.com/models/123?modelVersionId=456",
        "urn:air:sdxl:lora:huggingface:org/thing@main",
    ],
)
def test_anything_else_is_refused_in_words(text):
    with pytest.raises(InvalidInput) as caught:
        read_reference(text)
    assert caught.value.message.endswith(".")
    assert caught.value.next_step.endswith(".")


@given(st.text())
def test_no_text_is_a_bug(text):
    with contextlib.suppress(InvalidInput):
        read_reference(text)


def test_name_and_version_stand_in_one_line():
    resource = Resource(version_id=2, resource_id=1, name="Amber", version="v1", kind="", type="")
    assert resource.label == "Amber · v1"
