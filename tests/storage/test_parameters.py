"""The text's grammar: what others write is read, what we write survives the strictest reader."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from civitai_desktop.storage.parameters import PictureResource, PictureText, compose, parse

CREATED_AT = datetime(2026, 11, 22, 15, 2, 11, tzinfo=timezone(timedelta(hours=1)))


def test_the_whole_text_stands_in_the_agreed_order():
    text = compose(
        prompt="a paper boat,\nat dusk",
        negative_prompt="blurry",
        engine="sd1",
        steps=25,
        sampler="dpm++2m",
        scheduler="karras",
        guidance=6.5,
        seed=123,
        width=832,
        height=1216,
        clip_skip=2,
        created_at=CREATED_AT,
        resources=[
            PictureResource(version_id=128713, type="checkpoint"),
            PictureResource(version_id=77, type="lora", weight=0.8),
        ],
    )

    assert text == (
        "a paper boat,\nat dusk\n"
        "Negative prompt: blurry\n"
        "Steps: 25, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 123, Size: 832x1216, "
        "Clip skip: 2, engine: sd1, workflow: txt2img, App: civitai-desktop 0.1.0, "
        "Created Date: 2026-11-22T14:02:11, "
        'Civitai resources: [{"type":"checkpoint","modelVersionId":128713},'
        '{"type":"lora","weight":0.8,"modelVersionId":77}]'
    )


def test_what_is_unknown_is_left_out_but_steps_are_always_there():
    assert compose(prompt="boat", engine="imagen") == (
        "boat\nSteps: 0, engine: imagen, workflow: txt2img, App: civitai-desktop 0.1.0"
    )


def test_a_text_of_our_own_is_read_back():
    resources = (
        PictureResource(version_id=1, type="checkpoint"),
        PictureResource(version_id=2, type="lora", weight=-0.5),
    )
    text = compose(
        prompt="boat",
        negative_prompt="sea",
        engine="sdxl",
        steps=20,
        seed=2**53,
        created_at=CREATED_AT,
        resources=resources,
    )

    read = parse(text)

    assert (read.prompt, read.negative_prompt, read.resources) == ("boat", "sea", resources)
    assert read.settings["Steps"] == "20"
    assert read.settings["Seed"] == str(2**53)
    assert read.settings["Created Date"] == "2026-11-22T14:02:11"


@pytest.mark.parametrize(
    ("sampler", "scheduler", "written"),
    [
        ("euler_a", "simple", "Euler a"),
        ("euler", "karras", "Euler"),
        ("dpm2", "karras", "DPM2 Karras"),
        ("dpm++2s_a", "discrete", "DPM++ 2S a"),
        ("res_multistep", "karras", "res_multistep"),
    ],
)
def test_samplers_have_the_names_that_the_site_knows(sampler, scheduler, written):
    text = compose(prompt="", engine="sdxl", sampler=sampler, scheduler=scheduler)

    assert parse(text).settings["Sampler"] == written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Steps: 20 of them", " Steps: 20 of them"),
        ("stairs\nSteps: 20 of them", "stairs\n Steps: 20 of them"),
        ("climb Steps: 20", "climb Steps: 20"),
        ("a sign: Negative prompt: none", "a sign: Negative prompt : none"),
        ("Template: a {boat}", " Template: a {boat}"),
        ("Negative Template: fog", " Negative Template: fog"),
        ("Parameters : wild", " Parameters : wild"),
        ("Parameters: wild", " Parameters: wild"),
        ("one\r\n\r\n  \ntwo\rthree", "one\n\n  \ntwo\nthree"),
        ("\ufffenul\0 and \ud83d alone\ufeff", "nul and  alone"),
        ("\n  edges \n", "edges \n"),
    ],
)
def test_words_that_look_like_the_grammar_get_a_space(typed, written):
    text = compose(prompt=typed, engine="sdxl")

    assert text.rpartition("\n")[0] == written
    assert parse(text).prompt == whole(typed)


def test_only_what_the_grammar_cannot_carry_is_written_twice():
    assert "Exact prompt" not in compose(prompt="a\n\n  b", negative_prompt="c\n\nd", engine="x")
    assert "Exact prompt" not in compose(prompt="a \n", negative_prompt=" c\n\n", engine="x")
    assert "Exact prompt" in compose(prompt="\na", negative_prompt="c", engine="x")
    assert "Exact prompt" in compose(prompt="a", negative_prompt=" ", engine="x")


def test_words_that_somebody_has_changed_in_the_file_are_theirs():
    text = compose(prompt=" a boat", negative_prompt="fog", engine="sdxl")
    assert parse(text).prompt == " a boat"
    assert parse(text.replace("a boat", "a raft")).prompt == "a raft"
    assert parse(re.sub("Exact prompt: [^,]+", "Exact prompt: W10=", text)).prompt == "a boat"


@pytest.mark.parametrize(
    ("air", "resource"),
    [
        (
            "urn:air:sdxl:checkpoint:civitai:101055@128078",
            PictureResource(version_id=128078, type="checkpoint", weight=0.5),
        ),
        ("urn:air:flux:lora:huggingface:someone/thing@main", None),
        ("urn:air:sdxl:lora:civitai:101055", None),
        ("urn:air:sdxl:lora:civitai:101055@latest", None),
        ("not an AIR", None),
    ],
)
def test_only_a_version_at_civitai_becomes_a_resource(air, resource):
    assert PictureResource.from_air(air, 0.5) == resource


# What the strictest reader does, step by step, without forgiving anything.


def strictly_read(text: str) -> tuple[str, str, dict[str, str], list[dict[str, object]]]:
    lines = [line for line in text.split("\n") if line.strip()]
    at = next(at for at, line in enumerate(lines) if line.startswith("Steps: "))
    line = lines.pop(at)
    assert at == len(lines), "the settings come last"
    resources: list[dict[str, object]] = []
    if found := re.search(r", Civitai resources: (\[\{.*?\}\])", line):
        resources = json.loads(found[1])
        line = line.replace(found[0], "")
    assert '"' not in line
    line = re.sub(", Exact prompt: [A-Za-z0-9_=-]+", "", line)
    settings = {}
    for pair in line.split(", "):
        key, value = pair.split(": ")
        assert ":" not in value or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", value)
        settings[key] = value
    prompt, *negative = "\n".join(lines).split("Negative prompt:")
    assert len(negative) <= 1
    return prompt, "".join(negative), settings, resources


def whole(text: str) -> str:
    """Return what a database can hold: everything but halves of signs."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")


def squeezed(text: str) -> str:
    """Return what must survive: everything but blanks and what no file can carry."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe]", "", text)


GRAMMAR = ("Steps: 20", "Negative prompt:", "Negative Template: ", "Template: ", "Parameters :")
TRAILERS = (", Hashes: {", ", Civitai resources: [{", "Resources: ", "}]", "<lora:a:1>")
OURS = (", App: civitai-desktop 0", ", Exact prompt: ", "\nSteps: 3, Sampler: a, Seed: 2", "\u2028")
WORDS = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.lists(st.sampled_from([*GRAMMAR, *TRAILERS, *OURS, *'\r\n ,:"x一🐈\0'])).map("".join),
)


@given(
    prompt=WORDS,
    negative=WORDS,
    name=WORDS,
    steps=st.none() | st.integers(0, 200),
    guidance=st.none() | st.floats(0, 30),
    seed=st.none() | st.integers(0, 2**64 - 1),
    resources=st.lists(
        st.builds(
            PictureResource,
            version_id=st.integers(1, 2**53),
            type=WORDS,
            weight=st.none() | st.floats(-10, 10),
        ),
        max_size=3,
    ),
)
@example("", "", "", None, None, None, [])
@example("Steps: 1\nNegative prompt:", "Steps: 2", "a, b: c", 3, None, None, [])
@example(" \n one\n\n\ttwo ", "\n\nthree\n\n", "a", 3, None, None, [])
@example("Steps: 3, App: civitai-desktop 1", "Negative prompt: Steps: 3", "a", 3, None, None, [])
def test_whatever_is_typed_the_strictest_reader_gets_it_back(
    prompt, negative, name, steps, guidance, seed, resources
):
    text = compose(
        prompt=prompt,
        negative_prompt=negative,
        engine=name,
        sampler=name,
        steps=steps,
        guidance=guidance,
        seed=seed,
        created_at=CREATED_AT,
        resources=resources,
    )
    read = parse(text)
    strict_prompt, strict_negative, settings, entries = strictly_read(text)

    assert (read.prompt, read.negative_prompt) == (whole(prompt), whole(negative))
    # Others see a space more inside, and no blank lines.
    assert squeezed(strict_prompt) == squeezed(prompt)
    assert squeezed(strict_negative) == squeezed(negative)
    assert read.settings == settings
    assert settings["Steps"] == str(steps or 0)
    assert settings.get("Seed") == (None if seed is None else str(seed))
    assert [entry["modelVersionId"] for entry in entries] == [r.version_id for r in resources]
    assert [r.version_id for r in read.resources] == [r.version_id for r in resources]
    assert [r.weight for r in read.resources] == [r.weight for r in resources]


# What others have written.


def test_a_text_from_a1111_is_read():
    read = parse(
        "masterpiece, <lora:boat:0.7>\n\nsecond line\n"
        "Negative prompt: bad hands,\nworse feet\n"
        "Steps: 30, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 512x768, "
        'Lora hashes: "boat: 0a1b, sea: 2c3d", Model: dream, Version: v1.9.3'
    )

    assert read.prompt == "masterpiece, <lora:boat:0.7>\n\nsecond line"
    assert read.negative_prompt == "bad hands,\nworse feet"
    assert read.settings["Lora hashes"] == '"boat: 0a1b, sea: 2c3d"'
    assert read.settings["Model"] == "dream"
    assert read.settings["Version"] == "v1.9.3"


def test_a_text_from_civitai_is_read():
    read = parse(
        "boat\nSteps: 9, Seed: 7, Created Date: 2026-11-22T14:02:11.1234567Z, "
        'Hashes: {"model": "a,b:{c}"}, '
        'Civitai resources: [{"type":"lora","weight":1,"modelVersionId":5,"modelName":"a } b"},'
        '{"air":"urn:air:sdxl:checkpoint:civitai:1@6"},'
        '{"air":"urn:air:flux:lora:huggingface:x/y@main"}], '
        'Civitai metadata: {"remixOfId": 3, "deep": {"x": [1, 2]}}, Clip skip: 2'
    )

    assert read.resources == (
        PictureResource(version_id=5, type="lora", weight=1),
        PictureResource(version_id=6, type="checkpoint"),
    )
    assert read.settings == {
        "Steps": "9",
        "Seed": "7",
        "Created Date": "2026-11-22T14:02:11.1234567Z",
        "Clip skip": "2",
    }


def test_a_text_longer_than_anybody_types_says_nothing():
    assert parse("x" * 500_001) == PictureText()
    assert parse("x" * 500_000 + "\nSteps: 1") == PictureText()


def test_loras_in_a_table_of_hashes_are_told():
    hashes = 'Hashes: {"model": "0a", "lora:ink": "1f", "lora:oils": "2e"}'
    assert parse(f"a\nSteps: 1, {hashes}").settings == {
        "Steps": "1",
        "Lora hashes": '"ink: 1f, oils: 2e"',
    }
    assert parse(f'a\nSteps: 1, {hashes}, Lora hashes: "ink: 1f"').settings["Lora hashes"] == (
        '"ink: 1f"'
    )


@pytest.mark.parametrize(
    ("text", "prompt", "negative", "steps"),
    [
        ("Parameters :boat\nSteps: 20", "boat", "", "20"),
        ("a boat. Negative prompt: fog. Steps: 20, Seed: 1", "a boat", "fog", "20"),
        ("boat\r\nNegative prompt: fog\r\nSteps: 20\r\n", "boat", "fog", "20"),
        ("boat\nTemplate: a {b}\nmore of it\nSteps: 20", "boat", "", "20"),
        ("boat\nNegative Template: fog\nNegative prompt: fog\nSteps: 20", "boat", "fog", "20"),
        ("one\nNegative prompt: two Negative prompt: three\nSteps: 1", "one", "two three", "1"),
        ("Steps: ", "", "", ""),
        ("boat\nSteps: 2, Resources: x, Seed: 1", "boat", "", "2"),
    ],
)
def test_odd_but_known_shapes_are_read(text, prompt, negative, steps):
    read = parse(text)

    assert (read.prompt, read.negative_prompt) == (prompt, negative)
    assert read.settings["Steps"] == steps


def test_what_stands_behind_the_extensions_old_keys_is_cut_off():
    assert dict(parse("Steps: 2, Resources: x, Seed: 1").settings) == {"Steps": "2"}


@pytest.mark.parametrize("text", ["a boat", "no Steps: here", "Steps: 3 of them\nand\n\na door"])
def test_a_text_without_settings_is_a_prompt(text):
    assert parse(text) == PictureText(prompt=text)
    assert parse(f"{text}\nNegative prompt: fog") == PictureText(prompt=text, negative_prompt="fog")


@pytest.mark.parametrize(
    "text", ["", " \n", '{"a": 1}', "[1]", "<xml/>", "a\0b", "\ufffd\ufffd", "{"]
)
def test_a_text_that_is_no_words_says_nothing(text):
    assert parse(text) == PictureText()


@pytest.mark.parametrize(
    "entries",
    ["[{", "{}", "[1]", '[{"modelVersionId":"5"}]', '[{"modelVersionId":true}]', "[" * 100_000],
)
def test_resources_that_make_no_sense_are_left_out(entries):
    read = parse(f"boat\nSteps: 1, Civitai resources: {entries}")

    assert read.resources == ()
    assert read.settings == {"Steps": "1"}


def test_a_weight_that_is_no_strength_is_left_out():
    for weight in ("NaN", "true", '"1"', "1" + "0" * 400):
        read = parse(f'Steps: 1, Civitai resources: [{{"modelVersionId":5,"weight":{weight}}}]')
        assert read.resources == (PictureResource(version_id=5),)


@given(text=st.one_of(WORDS, WORDS.map(lambda words: words + "\nSteps: 1, " + words)))
@example('Steps: 1, Sampler: "\\ud83d", Model: x, Exact prompt: WyJcdWQ4M2QiLCAiIl0=')
@example('{"prompt": "\\ud83d", "steps": "\\udc00", "seed": 1, "cfg": 2}')
def test_any_text_can_be_read_and_what_it_says_can_be_kept(text):
    read = parse(text)
    for said in (read.prompt, read.negative_prompt, *read.settings, *read.settings.values()):
        said.encode()


def test_the_date_is_written_in_utc_for_every_zone():
    zones = [UTC, timezone(timedelta(hours=-8)), timezone(timedelta(hours=9))]
    texts = {
        compose(prompt="", engine="x", created_at=CREATED_AT.astimezone(zone)) for zone in zones
    }

    assert len(texts) == 1
