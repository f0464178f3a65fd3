"""What a template stands for: every combination, nothing else, and a word where it is not clear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.domain.alternatives import MOST, escape, expand
from civitai_desktop.domain.errors import InvalidInput
from civitai_desktop.domain.prompt_syntax import foreign

plain = st.text(alphabet="ab \\(),", max_size=6).filter(lambda text: not text.endswith("\\"))
hostile = st.text(alphabet='a{|}[]\\ $:2"@', max_size=24)


@st.composite
def written(draw, depth: int = 2) -> tuple[str, list[str]]:
    """Write a template, and what it stands for, each in its own way."""
    template, prompts = "", [""]
    for _ in range(draw(st.integers(0, 2))):
        text = draw(plain)
        template, prompts = template + text, [prompt + text for prompt in prompts]
        if depth and draw(st.booleans()):
            choice = draw(st.lists(written(depth=depth - 1), min_size=2, max_size=3))
            template += "{" + "|".join(each for each, _ in choice) + "}"
            ends = [end for _, many in choice for end in many]
            prompts = [prompt + end for prompt in prompts for end in ends]
    return template, prompts


@pytest.mark.parametrize(
    ("template", "prompts"),
    [
        ("a boat", ("a boat",)),
        ("", ("",)),
        ("a {red|blue} boat", ("a red boat", "a blue boat")),
        ("{a|b}{1|2}", ("a1", "a2", "b1", "b2")),
        ("{a|{b|c} d}", ("a", "b d", "c d")),
        ("a{ big|} boat", ("a big boat", "a boat")),
        ("{a|a}", ("a",)),
        (r"\{a\|b\}", ("{a|b}",)),
        (r"{a\|b|c\}}", ("a|b", "c}")),
        (r"\(a\) \\ \n", (r"\(a\) \\ \n",)),
        ("a|b", ("a|b",)),
        ("{a [b|c] d|e}", ("a [b|c] d", "e")),
        ("{[a]|[b]}", ("[a]", "[b]")),
        ("{a [{b|c}|d]|e}", ("a [b|d]", "a [c|d]", "e")),
        ("{[a|b}", ("[a", "b")),
        ("{a]|b}", ("a]", "b")),
        (r"{\[a|b\]}", (r"\[a", r"b\]")),
        ("[{a|b}]", ("[a]", "[b]")),
    ],
)
def test_a_template_stands_for_every_combination(template, prompts):
    assert expand(template) == prompts


@pytest.mark.parametrize(
    "text", ["{emphasis}", '{"scene": {"light": "blue"}}', "{}", "{{}}", "{[a|b]}"]
)
def test_braces_without_a_choice_stay(text):
    assert expand(text) == (text,)


@pytest.mark.parametrize(
    "text",
    [
        "{2$$red|blue}",
        "a {1-2$$ and $$red|blue} car",
        "{$$a|b}",
        "{ 0.5::red|blue}",
        "{red|0.25::blue}",
        "{@red|blue} {~a|b} {!c|d}",
        "{2$$red|{dark|light} blue}",
        "{2$${red|blue}|green}",
        "${season=summer|winter}",
        "${season=!{summer|winter}} in ${season}",
    ],
)
def test_what_other_programs_fill_in_stays_whole(text):
    assert expand(text) == (text,)
    assert escape(text) == text
    assert foreign(text, weighs=True).filled_in


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "b|c"}',
        "{'a': 'b|c'}",
        '{a: "b|c"}',
        '{\n  "scene": {"light": "warm|cold"},\n  "n": 1|2,\n}',
        'like this: {"a b" : "c|d"}',
        "{\N{LEFT DOUBLE QUOTATION MARK}a\N{RIGHT DOUBLE QUOTATION MARK}: b|c}",
    ],
)
def test_a_bar_in_json_is_text(text):
    assert expand(text) == (text,)


@pytest.mark.parametrize(
    ("template", "prompts"),
    [
        ('{"scene": "{red|blue}"}', ('{"scene": "red"}', '{"scene": "blue"}')),
        ('{"red"|"blue"}', ('"red"', '"blue"')),
        ("{note: red|blue}", ("note: red", "blue")),
        ("{costs 2$$|a::b}", ("costs 2$$", "a::b")),
        ("{a|{2$$b|c}}", ("a", "{2$$b|c}")),
        (r"\${5|6}", (r"\$5", r"\$6")),
    ],
)
def test_what_only_looks_like_it_offers_its_choice(template, prompts):
    assert expand(template) == prompts


def test_alternatives_inside_braces_without_a_choice_are_taken():
    assert expand("{ {a|b} }") == ("{ a }", "{ b }")


@given(written())
def test_nested_alternatives_give_what_their_parts_give(case):
    template, prompts = case
    if len(prompts) <= MOST:
        assert expand(template) == tuple(dict.fromkeys(prompts))


@given(hostile)
def test_an_escaped_prompt_stands_for_itself_alone(prompt):
    assert expand(escape(prompt)) == (prompt,)


@given(hostile)
def test_any_text_gives_prompts_or_a_sentence(text):
    try:
        found = expand(text)
    except InvalidInput as error:
        found = (error.message,)
    assert found
    assert len(found) <= MOST


@pytest.mark.parametrize("prompt", ["a boat", '{"light": "blue"}', r"\(a\)", "a|b", "{x}"])
def test_what_needs_no_backslash_gets_none(prompt):
    assert escape(prompt) == prompt


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("a {red boat", r"The { at character 3 is never closed. Write \{ for a real brace."),
        ("{a|{b|c}", r"The { at character 1 is never closed. Write \{ for a real brace."),
        ("a red} boat", r"The } at character 6 closes nothing. Write \} for a real brace."),
        (r"{a|b\}", r"The { at character 1 is never closed. Write \{ for a real brace."),
    ],
)
def test_a_brace_without_a_partner_is_named(template, said):
    with pytest.raises(InvalidInput) as caught:
        expand(template)
    assert str(caught.value) == said


def test_as_many_as_are_allowed_are_made():
    assert len(expand("{0|1|2|3|4|5|6|7|8|9}" * 2)) == MOST


@pytest.mark.parametrize(
    "template",
    [
        "{0|1|2|3|4|5|6|7|8|9}{0|1|2|3|4|5|6|7|8|9}{a|b}",
        "{" + "|".join(map(str, range(MOST + 1))) + "}",
        "{a|b}" * 5000,
        "".join(f"{{{number}|" for number in range(5000)) + "}" * 5000,
    ],
)
def test_more_are_refused_in_words(template):
    with pytest.raises(InvalidInput, match="more than 100 prompts"):
        expand(template)


def test_thousands_of_braces_without_a_choice_are_read():
    assert expand("{" * 20_000 + "}" * 20_000) == ("{" * 20_000 + "}" * 20_000,)
