"""How a price comes about, shown and spoken."""

from civitai_desktop.domain.workflow import Quote
from civitai_desktop.ui.generate.price.view import Bill
from civitai_desktop.ui.generate.wording import TIMES

USUAL = Quote(
    total=35,
    base=32,
    factors={"base": 8, "size": 1, "quantity": 4},
    fees={"additionalNetworks": 2, "urn:air:sdxl:lora:civitai:1@2": 0.5, "tip: creators": 1},
)


def bill(quote: Quote = USUAL, **changes) -> Bill:
    return Bill(**{"quote": quote, "requests": 1, "pictures": 4, "payable": None, **changes})


def test_a_base_among_the_factors_is_counted_once():
    assert bill().view().detail.splitlines() == [
        "8 Buzz  base",
        f"{TIMES} 4  quantity",
        "+ 2 Buzz  additional networks",
        "+ 0.5 Buzz  urn:air:sdxl:lora:civitai:1@2",
        "+ 1 Buzz  tip: creators",
        "8.75 Buzz per picture",
    ]


def test_it_is_spoken_in_words():
    said = bill().view().spoken
    assert said.startswith(
        "35 Buzz. 8 Buzz base, times 4 quantity, plus 2 Buzz additional networks"
    )
    assert TIMES not in said


def test_a_total_without_parts_stands_alone():
    view = bill(Quote(total=8), pictures=1).view()
    assert (view.text, view.detail, view.spoken) == ("8 Buzz", "", "8 Buzz")


def test_what_is_missing_is_counted_where_the_balance_is_known():
    assert bill(payable=35).view().remark == "Cost preview"
    short = bill(payable=30, requests=2).view()
    assert short.remark == "Not enough Buzz: 40 missing"
    assert short.is_warning
    assert "40 missing" in short.spoken


def test_the_server_is_believed_where_the_balance_is_not_known():
    view = bill(Quote(total=8, insufficient=True)).view()
    assert (view.remark, view.enough_for, view.missing) == ("Not enough Buzz", 0, 0)
    assert bill(Quote(total=8)).view().enough_for is None


def test_large_amounts_are_written_out_with_commas():
    quote = Quote(total=1_250_000, base=1_234_567, fees={"tip: creators": 15_433})
    view = bill(quote, pictures=10, payable=0).view()
    assert (view.text, view.remark) == (
        "1,250,000 Buzz",
        "Not enough Buzz: 1,250,000 missing",
    )
    assert view.detail.splitlines() == [
        "1,234,567 Buzz  base",
        "+ 15,433 Buzz  tip: creators",
        "125,000 Buzz per picture",
    ]
