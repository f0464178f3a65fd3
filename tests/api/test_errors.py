"""What each failure of HTTP means to the user, and how long the server asks to be left alone."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from civitai_desktop.api.errors import retry_after_s
from civitai_desktop.domain import errors

HTML = b"<!DOCTYPE html><html><body>Bad gateway, buzz off</body></html>"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.InvalidInput),
        (401, errors.NotSignedIn),
        (402, errors.NotEnoughBuzz),
        (403, errors.NotAllowed),
        (404, errors.NotFound),
        (407, errors.ProxyUnusable),
        (408, errors.ServerFault),
        (409, errors.NotAllowed),
        (422, errors.NotAllowed),
        (429, errors.RateLimited),
        (500, errors.ServerFault),
        (502, errors.ServerFault),
        (503, errors.ServerFault),
        (511, errors.BadReply),
        (599, errors.ServerFault),
    ],
)
@pytest.mark.parametrize("body", [HTML, b"", b'{"title": "So it is."}'])
async def test_a_status_means_the_same_whatever_the_body(civitai, status, kind, body) -> None:
    civitai.refuses(status, body)
    with pytest.raises(errors.CivitaiError) as failed:
        await civitai.orchestration.workflow("wf")
    assert type(failed.value) is kind
    assert "<" not in str(failed.value)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_an_api_that_sends_one_elsewhere_is_a_networks_sign_in(civitai, status) -> None:
    civitai.refuses(status, location="http://hotel.example/welcome")
    with pytest.raises(errors.BadReply) as failed:
        await civitai.orchestration.workflow("wf")
    assert failed.value.retryable
    assert "sign-in" in failed.value.next_step


async def test_a_page_in_place_of_json_is_a_networks_sign_in(civitai) -> None:
    civitai.says(HTML)
    with pytest.raises(errors.BadReply):
        await civitai.orchestration.workflow("wf")


@pytest.mark.parametrize("never_sent", [httpx.ConnectError, httpx.ConnectTimeout])
async def test_a_request_that_never_left_is_told_as_not_reached(civitai, never_sent) -> None:
    civitai.answers.append(never_sent("no route"))
    with pytest.raises(errors.Unreachable, match="cannot be reached"):
        await civitai.orchestration.workflow("wf")


@pytest.mark.parametrize(
    "lost", [httpx.ReadTimeout, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError]
)
async def test_a_request_whose_answer_is_lost_may_have_arrived(civitai, request_of, lost) -> None:
    civitai.answers.append(lost("gone"))
    with pytest.raises(errors.Unreachable, match=r"in time|was lost") as failed:
        await civitai.orchestration.submit(request_of())
    assert failed.value.retryable


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("", None),
        ("-7", None),
        ("soon", None),
        ("7.5", None),
        ("600", 600.0),
        ("86400", 600.0),
        ("9" * 400, 600.0),
        ("\xb2", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 600.0),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
    ],
)
def test_a_pause_is_read_in_seconds(text, seconds) -> None:
    response = httpx.Response(429, headers=[(b"retry-after", text.encode("latin-1"))])
    assert retry_after_s(response) == seconds


@pytest.mark.parametrize("zone", ["GMT", "-0000"])
def test_a_pause_may_be_a_date(zone) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=100)).replace("+0000", zone)
    seconds = retry_after_s(httpx.Response(503, headers={"retry-after": then}))
    assert seconds == pytest.approx(99, abs=20)


def test_no_header_is_no_wish() -> None:
    assert retry_after_s(httpx.Response(503)) is None


@pytest.mark.parametrize("status", [429, 503])
async def test_the_servers_wish_is_handed_on(civitai, status) -> None:
    civitai.refuses(status, retry_after="17")
    with pytest.raises(errors.CivitaiError) as failed:
        await civitai.orchestration.workflow("wf")
    assert failed.value.retry_after_s == 17


@pytest.mark.parametrize(
    ("retry_after", "date", "seconds"),
    [
        ("Wed, 21 Oct 2015 07:28:30 GMT", "Wed, 21 Oct 2015 07:28:00 GMT", 30.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:28:30 GMT", 0.0),
        ("Wednesday, 21-Oct-15 07:28:30 GMT", "Wed Oct 21 07:28:00 2015", 30.0),
        ("Wed, 21 Oct 2015 07:28:30 GMT", "Wed, 21 Oct 2015 09:28:00 +0200", 30.0),
        ("Wed, 21 Oct 2015 07:28:30 GMT", "nonsense", 0.0),
        ("7", "Wed, 21 Oct 2015 07:28:30 GMT", 7.0),
        ("Fri, 31 Dec 9999 23:59:59 -2359", "Wed, 21 Oct 2015 07:28:30 GMT", None),
        ("Mon, 01 Jan 0001 00:00:00 +2359", "Wed, 21 Oct 2015 07:28:30 GMT", 0.0),
    ],
)
def test_a_date_is_compared_with_the_servers_own_because_clocks_are_wrong(
    retry_after, date, seconds
) -> None:
    headers = {"retry-after": retry_after, "date": date}
    assert retry_after_s(httpx.Response(503, headers=headers)) == seconds
