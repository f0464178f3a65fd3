"""References to pictures of this machine: found in a request, and replaced by addresses."""

import pytest

from civitai_desktop.domain.generation import GenerationRequest
from civitai_desktop.domain.source import addressed, local_pictures, media_type, reference

ONE, OTHER = reference("a" * 64, "png"), reference("b" * 64, "jpeg")
WEB = "https://example.com/c.png"


def a_request(**values) -> GenerationRequest:
    return GenerationRequest(
        engine="e", values=values, step_type="imageGen", input=values, prompt="a boat"
    )


def test_pictures_are_found_with_their_fields_each_once() -> None:
    request = a_request(prompt="a boat", images=[ONE, WEB, OTHER, ONE], mask=OTHER, steps=4)
    assert local_pictures(request) == {ONE: "images", OTHER: "mask"}
    assert local_pictures(a_request(prompt=f"not {ONE}", image=WEB)) == {}


def test_only_references_are_replaced_and_the_form_keeps_them() -> None:
    request = a_request(image=ONE, images=[OTHER, WEB], prompt="a boat")
    sent = addressed(request, lambda each: f"https://civitai/{each[-4:]}")
    assert sent.input["image"] == "https://civitai/.png"
    assert sent.input["images"] == ["https://civitai/jpeg", WEB]
    assert (sent.id, sent.values) == (request.id, request.values)


def test_a_request_without_any_stays_the_very_same() -> None:
    request = a_request(image=WEB)
    assert addressed(request, str) is request


def test_an_address_of_the_web_has_no_type_here() -> None:
    assert media_type(OTHER) == "image/jpeg"
    with pytest.raises(ValueError, match="names no picture"):
        media_type(WEB)
