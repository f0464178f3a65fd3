"""Numbers as a server may write them."""

import pytest

from civitai_desktop.domain.numbers import finite


@pytest.mark.parametrize(("value", "number"), [(4, 4.0), (0.5, 0.5), ("7", 7.0), (" 1e3 ", 1000.0)])
def test_a_number_may_be_written_as_text(value: object, number: float) -> None:
    assert finite(value) == number


@pytest.mark.parametrize("value", [None, True, "few", "nan", "inf", [4], {}, 10**400, "9" * 400])
def test_what_is_no_number_is_none(value: object) -> None:
    assert finite(value) is None
