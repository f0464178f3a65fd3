"""What other programs and ways of copying make of the settings is read all the same."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.storage.parameters import parse

PROMPT = "a boat (red:1.2),\nat dusk"
NEGATIVE = "fog, rain"

LINES = {
    "A1111": "Steps: 20, Sampler: Euler a, Schedule type: Karras, CFG scale: 7, Seed: 5, "
    'Size: 512x768, Model hash: 0a1b, Model: dream, Lora hashes: "oils: 1f, ink: 2e", '
    "Version: v1.10.1",
    "Forge": "Steps: 20, Sampler: Euler, Schedule type: Simple, CFG scale: 7, "
    "Distilled CFG Scale: 3.5, Seed: 5, Size: 512x768, Model: flux1-dev, "
    "Version: f2.0.1v1.10.1-previous-659, Module 1: ae, Module 2: clip_l",
    "SD.Next": "Steps: 20, Size: 512x768, Sampler: UniPC, Seed: 5, CFG scale: 7.0, App: SD.Next, "
    "Version: 2ce2b2d, Pipeline: StableDiffusionXLPipeline, Operations: txt2img; hires, "
    "Model: dream",
    "SD.Next with the program first": "App: SD.Next, Version: 2ce2b2d, "
    "Pipeline: StableDiffusionXLPipeline, Steps: 20, Seed: 5, Sampler: UniPC, CFG scale: 7, "
    "Size: 512x768",
    "Fooocus": "Steps: 20, Sampler: DPM++ 2M SDE Karras, Seed: 5, Size: 512x768, CFG scale: 7, "
    "Styles: \"['Fooocus V2', 'Fooocus Sharp']\", Raw prompt: \"a boat, red\", Sharpness: 2, "
    'ADM Guidance: "(1.5, 0.8, 0.3)", Version: Fooocus v2.5.5',
    "Civitai": "Steps: 20, CFG scale: 7, Sampler: Euler a, Seed: 5, Size: 512x768, "
    "Created Date: 2026-11-22T14:02:11.1234567Z, Clip skip: 2, "
    'Civitai resources: [{"type":"checkpoint","modelVersionId":1,"modelName":"a, b: c } d"}], '
    'Civitai metadata: {"remixOfId": 3, "deep": {"x": [1, "y, z: 1"]}}',
    "a model first": "Model: dream, Model hash: 0a1b, Steps: 20, Sampler: LCM, CFG scale: 7, "
    "Seed: 5, Size: 512x768",
    "other capitals": "steps: 20, sampler: Euler a, CFG Scale: 7, SEED: 5, size: 512x768",
}


def usual(prompt: str, negative: str, line: str) -> str:
    return f"{prompt}\nNegative prompt: {negative}\n{line}"


def indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))


WAYS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "line separators": lambda text: text.replace("\n", "\u2028"),
    "spelled breaks": lambda text: text.replace("\n", "\\r\\n"),
    "lone CR": lambda text: text.replace("\n", "\r"),
    "a byte order mark": lambda text: f"\ufeff{text}",
    "zero-width marks": lambda text: text.replace("\n", "\n\u200b"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "narrow no-break spaces in the grammar": lambda text: text.replace(": ", ":\u202f"),
    "indented": indented,
    "tabs": lambda text: text.replace("\nNeg", "\n\tNeg").replace(", Seed", ",\tSeed"),
    "another spelling": lambda text: text.replace("Negative prompt", "Negative Prompt"),
    "small letters": lambda text: text.replace("Negative prompt:", "negative prompt:"),
    "capitals": lambda text: text.replace("Negative prompt:", "NEGATIVE PROMPT :"),
    "empty lines between": lambda text: text.replace("\nNeg", "\n\n\nNeg") + "\n\n",
    "a comma at the end": lambda text: f"{text}, ",
    "templates": lambda text: (
        f"{text}\nTemplate: a {{red|blue}} boat,\nnice\n"
        "Template: another\nNegative Template: fog\nNegative Template: rain"
    ),
    "templates before": lambda text: text.replace(
        "\nNeg",
        "\nTemplate: a {red|blue}\nor so\nNegative Template: fog\nNegative Template: x\nNeg",
    ),
    "what the program says of itself": lambda text: f"{text}\nTime taken: 3.2 sec.\nA: 3.1 GB",
    "a fence": lambda text: f"```\n{text}\n```",
    "a label": lambda text: f"Parameters: {text}",
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_programs_text_is_read_however_it_was_copied(line, way):
    read = parse(way(usual(PROMPT, NEGATIVE, line)))

    assert (read.prompt, read.negative_prompt) == (PROMPT, NEGATIVE)
    assert read.settings["Steps"] == "20"
    assert read.settings["Seed"] == "5"
    assert read.settings["Size"] == "512x768"
    assert float(read.settings["CFG scale"]) == 7
    assert read.settings["Sampler"]


TRAPS = st.sampled_from(
    [
        *("a boat", "(red:1.2)", "[fog:0.5]", "<lora:ink:0.8>", "BREAK", "it's", "style: oil"),
        *("Steps: 5", "Steps: up", "steps: 3", "Model: thin", "Size: large", "Seed: pumpkin"),
        *("Sampler: tea", "Version: two", "VAE: x", "CFG scale: 7", "Prompt: b", "Template of"),
        *(
            '12" nail',
            '"quoted, text: here"',
            "(unclosed",
            "{open",
            "{a|b}",
            "...",
            "\u4e00",
            "a, b",
        ),
    ]
)
WORDS = st.lists(st.tuples(TRAPS, st.sampled_from([", ", " ", "\n", ". ", "\n\n"])), min_size=1)
PROSE = WORDS.map(lambda words: "".join(word + sign for word, sign in words).strip(" ,.\n"))


@given(prompt=PROSE.filter(bool), negative=PROSE, line=st.sampled_from([*LINES.values()]))
def test_whatever_is_typed_in_other_programs_is_a_prompt(prompt, negative, line):
    read = parse(usual(prompt, negative, line) if negative else f"{prompt}\n{line}")

    assert (read.prompt, read.negative_prompt) == (prompt, negative)
    assert (read.settings["Steps"], read.settings["Seed"]) == ("20", "5")


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_text_without_a_negative_prompt_has_none(line):
    for text in (f"{PROMPT}\n{line}", f"{PROMPT}\nNegative prompt: \n{line}", f"{line}\n{PROMPT}"):
        read = parse(text)
        assert (read.prompt, read.negative_prompt, read.settings["Seed"]) == (PROMPT, "", "5")


def test_small_letters_in_a_line_are_words_and_a_name_is_none():
    text = "a sign: negative prompt: none {} fog\nSteps: 20, Seed: 5, Size: 1x1"
    assert parse(text.format("Negative Prompt:")) == parse(text.format("\nNegative prompt:"))
    assert parse(text.format("Negative Prompt:")).negative_prompt == "fog"


def test_a_quoted_value_may_go_on_in_further_lines():
    read = parse(
        'a boat\nSteps: 20, Seed: 5, Hires prompt: "a, boat\n\nNegative prompt: fog, b", '
        "Size: 1x1\n"
        'Time taken: 3 sec, "so'
    )
    assert (read.prompt, read.negative_prompt, read.settings["Size"]) == ("a boat", "", "1x1")
    assert read.settings["Hires prompt"] == '"a, boat\n\nNegative prompt: fog, b"'


def test_json_may_go_on_in_further_lines():
    read = parse(
        'a boat\nSteps: 20, Seed: 5, Regions: {\n  "a": "b, c",\n\n  "d": {}\n}, Size: 1x1\n'
        "Time taken: 3 sec."
    )
    assert read.prompt == "a boat"
    assert (read.settings["Size"], read.settings["Regions"][-1]) == ("1x1", "}")


ONE_LINE = {
    "no sign between": "a boat Negative prompt: fog {line}",
    "no blank either": "a boatNegative prompt: fog{line}",
    "commas": "a boat, Negative prompt: fog, {line}",
    "full stops": "a boat. Negative prompt: fog. {line}",
    "small letters": "a boat negative prompt: fog {line}",
    "no-break spaces": "a boat\u00a0Negative\u00a0prompt:\u00a0fog\u00a0{line}",
}


@pytest.mark.parametrize("text", ONE_LINE.values(), ids=ONE_LINE)
@pytest.mark.parametrize("name", LINES)
def test_a_text_in_one_line_is_parted(text, name):
    if not LINES[name].startswith("Steps"):
        # Nobody could tell where a key begins that has no blank before it.
        text = text.replace("fog{line}", "fog {line}")
    read = parse(text.format(line=LINES[name]))

    assert (read.prompt, read.negative_prompt) == ("a boat", "fog")
    assert (read.settings["Steps"], read.settings["Seed"]) == ("20", "5")


@pytest.mark.parametrize(
    "first",
    [
        "Steps: up to the door",
        "Steps: 20, going up",
        "Steps: 20",
        "Steps: 20, Sampler: of wool, and a cat",
        "a door\nSteps: 3\nstone",
        "  Steps: 5, Seed: 3",
        "Steps: 5, Sampler: Euler, Seed: 3, Size: 1x1",
        "a door\nSize: huge",
        "a door\nSeed: 3, CFG scale: 2",
    ],
)
def test_settings_in_a_prompt_are_words(first):
    for text in (usual(first, NEGATIVE, LINES["A1111"]), f"{first}\n{LINES['A1111']}"):
        read = parse(text)

        assert (read.prompt, read.negative_prompt) in {
            (first.strip(), NEGATIVE),
            (first.strip(), ""),
        }
        assert (read.settings["Sampler"], read.settings["Steps"]) == ("Euler a", "20")
        assert (read.settings["Size"], read.settings["Seed"]) == ("512x768", "5")


@pytest.mark.parametrize("first", ["Steps: 5", "Steps: up", "Model: thin", "Size: large, a boat"])
@pytest.mark.parametrize("name", LINES)
def test_words_that_look_like_settings_may_begin_the_one_line(first, name):
    read = parse(f"{first} Negative prompt: fog, {LINES[name]}")
    assert (read.prompt, read.negative_prompt) == (first, "fog")
    assert (read.settings["Steps"], read.settings["Seed"]) == ("20", "5")

    read = parse(f"{first} in a hall. {LINES['A1111']}")
    assert (read.prompt, read.settings["Steps"]) == (f"{first} in a hall", "20")


def test_steps_counted_in_a_line_are_words_where_settings_follow_in_another():
    read = parse("stairs\nSteps: 3\nstone Negative prompt: fog Steps: 20, Seed: 5, Size: 1x1")
    assert (read.prompt, read.negative_prompt) == ("stairs\nSteps: 3\nstone", "fog")
    assert read.settings["Steps"] == "20"


def test_an_engine_without_steps_is_read_in_one_line_too():
    read = parse("a boat Negative prompt: fog Seed: 5, CFG scale: 7, Size: 1024x1024")
    assert (read.prompt, read.negative_prompt) == ("a boat", "fog")
    assert read.settings == {"Seed": "5", "CFG scale": "7", "Size": "1024x1024"}


def test_blanks_of_the_prompt_alone_stay():
    read = parse(usual("10\u00a0boats\n    at dusk", NEGATIVE, LINES["A1111"]))
    assert read.prompt == "10\u00a0boats\n    at dusk"


def test_settings_may_have_a_line_each():
    read = parse(
        "Prompt: a boat,\nat dusk\nNegative Prompt: fog\nSeed: 5\nStable Diffusion model: dream\n"
        "ControlNet model: None\nClip Skip: False\nSampler: euler_a\nWidth: 512\nHeight: 768\n"
        "Steps: 20\nGuidance Scale: 7.5\nSeamless Tiling: None"
    )
    assert (read.prompt, read.negative_prompt) == ("a boat,\nat dusk", "fog")
    assert read.settings == {
        "Seed": "5",
        "Model": "dream",
        "ControlNet model": "None",
        "Clip skip": "False",
        "Sampler": "euler_a",
        "Steps": "20",
        "CFG scale": "7.5",
        "Seamless Tiling": "None",
        "Size": "512x768",
    }


@pytest.mark.parametrize("sign", [" ", "; ", " | ", "\uff0c"])
@pytest.mark.parametrize("colon", [": ", "\uff1a"])
@pytest.mark.parametrize(
    "before", ["a boat\nNegative prompt: fog\n", "a boat Negative prompt: fog "]
)
def test_other_signs_or_none_may_stand_between_settings(sign, colon, before):
    line = "Steps: 20, Sampler: Euler a, Schedule type: Karras, CFG scale: 7.5, Seed: 5, Size: 1x2"
    read = parse(before + line.replace(", ", sign).replace(": ", colon))
    assert (read.prompt, read.negative_prompt) == ("a boat", "fog")
    assert read.settings == {
        "Steps": "20",
        "Sampler": "Euler a",
        "Schedule type": "Karras",
        "CFG scale": "7.5",
        "Seed": "5",
        "Size": "1x2",
    }


@pytest.mark.parametrize(
    "above", ["Version: v1.10", "Pipeline: X, Version: 2ce", "Model: a, Model hash: 0a"]
)
def test_settings_may_begin_a_line_further_up(above):
    line = "Steps: 20, Sampler: Euler a, Seed: 5"
    read = parse(usual(PROMPT, NEGATIVE, f"{above}\n{line}"))
    assert read.negative_prompt == NEGATIVE
    assert above.partition(":")[0] in read.settings
    assert (
        parse(usual(PROMPT, "Model: a tall woman", line)).negative_prompt == "Model: a tall woman"
    )


def test_a_prompt_in_headings_is_a_prompt():
    text = "Model: a tall woman\nSize: large\nVersion: of 1920\nStyles: oil"
    assert parse(text).prompt == text


@pytest.mark.parametrize("between", [",\n", "\n", ", \n  "])
def test_wrapped_settings_are_read(between):
    read = parse(usual(PROMPT, NEGATIVE, LINES["A1111"].replace(", ", between)))
    assert (read.prompt, read.negative_prompt) == (PROMPT, NEGATIVE)
    assert (read.settings["Steps"], read.settings["Model"]) == ("20", "dream")


LONG = (
    "Steps: 1 x ",
    "Steps: 1 Seed: 1 ",
    " Model",
    "\t \n",
    ', a: "x',
    ", a: {",
    ", a: (",
    "a: {",
    'a: "',
    "a: [",
    "Steps: 1, ",
    "Steps: 1\n",
    'a: "x\n',
    "(,a:",
    ":",
    ",",
    " ",
    "\n\n",
)


@pytest.mark.parametrize("piece", LONG)
def test_a_made_up_text_is_read_in_one_go(piece):
    """A reader that began again at each piece would take minutes, and hang here."""
    many = piece * (60_000 // len(piece))

    parse(many)
    parse(f"Seed: 5 {many}")
    assert parse(f"Steps: 2, Seed: 1, Size: 1x1, {many}").settings["Steps"] in {"1", "2"}
    assert parse(f"boat {many}\nSteps: 2, Seed: 1, Size: 1x1").settings["Seed"] == "1"
