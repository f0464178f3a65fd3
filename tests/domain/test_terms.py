"""Which Buzz may pay on which terms."""

import pytest

from civitai_desktop.domain.terms import Buzz, Terms

BLUE, GREEN, YELLOW = Buzz.BLUE, Buzz.GREEN, Buzz.YELLOW


@pytest.mark.parametrize(
    ("terms", "payers"),
    [
        (Terms(), (BLUE, GREEN, YELLOW)),
        (Terms(allow_mature=False), (BLUE, GREEN, YELLOW)),
        (Terms(allow_mature=True), (YELLOW,)),
        (Terms(wallet=GREEN), (GREEN,)),
        (Terms(wallet=YELLOW, allow_mature=True), (YELLOW,)),
        (Terms(wallet=BLUE, allow_mature=True), ()),
    ],
)
def test_mature_content_is_paid_in_yellow_only(terms, payers) -> None:
    assert terms.payers() == payers
