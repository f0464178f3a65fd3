"""What other programs make something of is told apart from words, however odd."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.domain.prompt_syntax import Foreign, foreign

FILLED_IN = [
    # Dynamic Prompts
    ("{2$$red|blue|green} car", ["2$$"]),
    ("{1-3$$ and $$red|blue}", ["1-3$$"]),
    ("{$$a|b}", ["$$"]),
    ("{0.5::red|0.25::blue}", ["0.5::", "0.25::"]),
    ("{.5::red|3::blue}", [".5::", "3::"]),
    ("{@red|blue} {~red|blue}", ["@", "~"]),
    ("a __animal__ at sea", ["__animal__"]),
    ("__colors/warm*__, __a-b.c__", ["__colors/warm*__", "__a-b.c__"]),
    ("__season(winter)__", ["__season(winter)__"]),
    ("${season=!{summer|winter}} in ${season}", ["${season=!", "${season}"]),
    # AUTOMATIC1111
    ("[cow|horse] in a field", ["[cow|horse]"]),
    ("[(red:1.2)|blue]", ["[(red:1.2)|blue]"]),
    ("{a [b|c]|d}", ["[b|c]"]),
    ("[from:to:0.5]", ["[from:to:0.5]"]),
    ("[to:10] [from::.25]", ["[to:10]", "[from::.25]"]),
    ("[(a:1.2):b:0.5]", ["[(a:1.2):b:0.5]"]),
    ("<lora:detail:0.8>", ["<lora:detail:0.8>"]),
    # SwarmUI, NovelAI, Midjourney
    ("<random:red,blue> <alternate:a|b>", ["<random:red,blue>", "<alternate:a|b>"]),
    ("<fromto[0.5]:a,b>", ["<fromto[0.5]:a,b>"]),
    ("||red|blue|| car", ["||red|blue||"]),
    ("1.3::masterpiece::, -1::ugly::", ["1.3::", "-1::"]),
    ("a boat::2 sea::-0.5", ["::2", "::-0.5"]),
    ("a boat --ar 16:9 --no text --tile", ["--ar 16:9", "--no text", "--tile"]),
]

WORDS = [
    "",
    "a red lighthouse at dusk",
    "{red|blue} car, {a|{b|c} d}",
    "{emphasis}, {{double}}",
    "(red:1.2) boat, ((old)), (sea:0.8)",
    "[out of focus], [[blurry]]",
    "[16:9] (16:9), 3:2, 12:30 at noon, ratio 1:1",
    "snake_case__name, long_hair, ____, _ _, ___",
    "std::vector and a::b, ::",
    "costs 2$$ or $5, 100%",
    "a --dashed -- line, well--made",
    "<3, x < y > z, <b>bold</b>",
    "a|b, a || b",
    ":| [ ] | :]",
    r"\[a|b\] \(c:1.2\) \__d__",
    "a [park at noon]",
    '{"scene": ["day|night", "a:b:0.5"], "name": "__x__"}',
    "夕暮れの灯台、【赤|青】",
]


@pytest.mark.parametrize(("prompt", "excerpts"), FILLED_IN)
@pytest.mark.parametrize("weighs", [True, False])
def test_what_another_program_fills_in_is_found(prompt, excerpts, weighs):
    assert list(foreign(prompt, weighs=weighs).filled_in) == excerpts


@pytest.mark.parametrize("prompt", WORDS)
def test_words_and_what_the_engine_understands_are_left_alone(prompt):
    assert foreign(prompt, weighs=True) == Foreign()
    assert foreign(prompt, weighs=False).filled_in == ()


def test_an_engine_that_does_not_weigh_words_reads_weights_as_text():
    found = foreign("(red:1.2) boat [out of focus] [16:9] (16:9) (plain)", weighs=False)
    assert found == Foreign(weighed=("(red:1.2)", "[out of focus]"))


def test_what_is_filled_in_is_not_told_twice():
    found = foreign("[(a:1.2)|b], [c:d:0.5]", weighs=False)
    assert found == Foreign(filled_in=("[(a:1.2)|b]", "[c:d:0.5]"))


def test_alternatives_are_foreign_where_they_make_no_prompts():
    assert foreign("{red|blue} car", weighs=True, has_choices=False).filled_in == ("{red|blue}",)


def test_an_excerpt_is_short_and_told_once():
    found = foreign(f"__a__ __a__ [{'x' * 100}|y]", weighs=True).filled_in
    assert found == ("__a__", f"[{'x' * 31}…")


_SIGNS = st.sampled_from([*"a1[]{}()|:$_<>-.,\\@ \n", "::", "__", "lora", "--ar", "||", "$$"])


@given(st.lists(_SIGNS, max_size=60).map("".join), st.booleans())
def test_every_excerpt_stands_in_the_prompt(prompt, weighs):
    found = foreign(prompt, weighs=weighs)
    plain = " ".join(prompt.split())
    assert all(each.rstrip("…") in plain for each in (*found.filled_in, *found.weighed))


@pytest.mark.parametrize("part", [*"[{", "[a|", "[a:", "__a", "1.", "::", "(a:", "||a", "<lora:"])
def test_a_long_prompt_of_beginnings_is_read(part):
    foreign(part * (10_000 // len(part)), weighs=False)
