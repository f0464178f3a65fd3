"""Uploads: where the bytes go, with what beside them, and what is said when they are refused."""

import httpx
import pytest

from civitai_desktop.api.blobs import BlobApi
from civitai_desktop.domain.errors import BadReply, InvalidInput, NotAllowed, NotSignedIn
from tests.api.conftest import API, KEY, Civitai

BYTES = bytes(range(256)) * 3000
SIGNED = f"{API}/v2/consumer/blobs?sig=abc&exp=1"
BLOB = {"id": "up1.png", "url": "https://blobs.example/up1.png?sig=x", "available": True}


async def upload(civitai: Civitai, told=lambda share: None):
    return await BlobApi(civitai.http, civitai.blobs).upload(BYTES, "image/png", told)


async def test_the_bytes_are_sent_as_they_are_to_the_address_that_was_asked_for(civitai) -> None:
    civitai.says({"uploadUrl": SIGNED, "expiresAt": "2030-01-01T00:00:00Z"}, BLOB)
    blob = await upload(civitai)
    slot, sent = civitai.requests
    assert (slot.method, slot.url.path) == ("GET", "/v2/consumer/blobs/upload")
    assert (sent.method, str(sent.url)) == ("POST", SIGNED)
    assert sent.read() == BYTES
    assert sent.headers["content-type"] == "image/png"
    assert sent.headers["content-length"] == str(len(BYTES))
    assert (blob.id, blob.url) == ("up1.png", BLOB["url"])


async def test_how_much_is_sent_is_told_from_nothing_to_all(civitai) -> None:
    civitai.says({"uploadUrl": SIGNED}, BLOB)
    shares = []
    await upload(civitai, shares.append)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
    assert len(shares) > 3


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (SIGNED, None),
        (f"{API}/v2/consumer/blobs?X-Amz-Signature=abc", None),
        ("https://elsewhere.example/put?sig=abc", None),
        ("https://elsewhere.example/put", None),
        (f"{API}:444/put", None),
        (f"{API}/v2/consumer/blobs", f"Bearer {KEY}"),
        (f"{API}/v2/consumer/blobs?kind=image", f"Bearer {KEY}"),
        ("/v2/consumer/blobs", f"Bearer {KEY}"),
    ],
)
async def test_the_key_goes_to_the_apis_own_origin_and_only_without_a_signature(
    civitai, url, key
) -> None:
    civitai.says({"uploadUrl": url}, BLOB)
    await upload(civitai)
    assert civitai.requests[1].headers.get("authorization") == key


@pytest.mark.parametrize(
    "url", ["http://elsewhere.example/put?sig=a", "ftp://x/y", "https://x:port/"]
)
async def test_no_picture_leaves_for_an_address_that_is_not_encrypted(civitai, url) -> None:
    civitai.says({"uploadUrl": url})
    with pytest.raises(BadReply):
        await upload(civitai)
    assert len(civitai.requests) == 1


async def test_a_redirect_takes_the_picture_nowhere(civitai) -> None:
    civitai.says({"uploadUrl": SIGNED})
    civitai.says({}, status=307, location="https://elsewhere.example/")
    with pytest.raises(BadReply):
        await upload(civitai)
    assert [request.url.host for request in civitai.requests] == ["orchestration.example"] * 2


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (413, b"", "This picture is too large for Civitai. Make it smaller than 64 MB."),
        (415, b"", "Civitai does not take this kind of picture. Save it as PNG, JPEG or WebP."),
        (422, b"", "Civitai refused this picture. Choose another picture."),
        (
            422,
            b'{"detail": "It shows a real person."}',
            "Civitai refused this picture: It shows a real person. Choose another picture.",
        ),
        (400, b"<html>", "Civitai cannot read this picture. Choose another picture, or save this"),
    ],
)
async def test_a_refusal_is_a_sentence_with_what_to_do(civitai, status, body, said) -> None:
    civitai.says({"uploadUrl": SIGNED})
    civitai.refuses(status, body)
    with pytest.raises(InvalidInput) as caught:
        await upload(civitai)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_an_address_that_has_expired_is_not_the_keys_fault(civitai, status) -> None:
    for _ in range(2):
        civitai.says({"uploadUrl": SIGNED})
        civitai.refuses(status)
    with pytest.raises(NotAllowed) as caught:
        await upload(civitai)
    assert not caught.value.retryable


async def test_one_fresh_address_is_asked_for_after_one_that_has_expired(civitai) -> None:
    civitai.says({"uploadUrl": SIGNED})
    civitai.refuses(403)
    civitai.says({"uploadUrl": SIGNED})
    civitai.says({"id": "b1", "available": True, "url": "https://blobs.example/b1"}, status=201)
    assert (await upload(civitai)).id == "b1"


async def test_a_key_that_was_sent_and_refused_is(civitai) -> None:
    civitai.says({"uploadUrl": "/v2/consumer/blobs"})
    civitai.refuses(401)
    with pytest.raises(NotSignedIn):
        await upload(civitai)


@pytest.mark.parametrize("slot", [{}, {"uploadUrl": None}, {"uploadUrl": ""}, b"<html>"])
async def test_an_answer_without_an_address_is_none_of_civitais(civitai, slot) -> None:
    civitai.says(slot)
    with pytest.raises(BadReply):
        await upload(civitai)


async def test_a_connection_that_breaks_may_be_tried_again(civitai) -> None:
    civitai.says({"uploadUrl": SIGNED})
    civitai.answers.append(httpx.WriteError("broken pipe"))
    with pytest.raises(Exception, match="connection to Civitai was lost") as caught:
        await upload(civitai)
    assert caught.value.retryable
