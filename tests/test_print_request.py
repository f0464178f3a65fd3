"""The request, printed by the program as it is started."""

import json
import subprocess
import sys

import pytest

from civitai_desktop import resources
from civitai_desktop.catalogue import loader

PROGRAM = [sys.executable, "-m", "civitai_desktop", "--print-request"]
PICTURE = "https://example.org/boat.png"


def printed(values: object) -> subprocess.CompletedProcess[str]:
    text = values if isinstance(values, str) else json.dumps(values)
    return subprocess.run([*PROGRAM, text], capture_output=True, text=True, timeout=30)


def test_the_body_is_printed_whole_with_defaults_filled_in():
    answer = printed({"engine": "z-image-turbo", "prompt": "ein Boot ☃", "seed": 7, "steps": 4})
    assert answer.returncode == 0, answer.stderr
    body = json.loads(answer.stdout)
    assert body["steps"] == [
        {
            "$type": "imageGen",
            "input": {
                "engine": "sdcpp",
                "ecosystem": "zImage",
                "model": "turbo",
                "operation": "createImage",
                "prompt": "ein Boot ☃",
                "width": 1024,
                "height": 1024,
                "quantity": 1,
                "seed": 7,
                "steps": 4,
                "cfgScale": 1,
                "sampleMethod": "euler",
                "schedule": "simple",
            },
        }
    ]
    assert body["tags"] == ["civitai-desktop", f"civitai-desktop:{body['externalId']}"]
    assert answer.stderr == ""


def test_a_seed_that_was_drawn_is_noted():
    answer = printed({"engine": "sdxl", "prompt": "a boat"})
    seed = json.loads(answer.stdout)["steps"][0]["input"]["seed"]
    assert answer.stderr == f"The seed {seed} was drawn for this run.\n"


def test_alternatives_in_the_prompt_are_a_body_each():
    answer = printed({"engine": "sdxl", "prompt": "a {red|blue} boat", "seed": 7})
    decoder = json.JSONDecoder()
    first, end = decoder.raw_decode(answer.stdout)
    second, _ = decoder.raw_decode(answer.stdout[end:].lstrip())
    prompts = [body["steps"][0]["input"]["prompt"] for body in (first, second)]
    assert prompts == ["a red boat", "a blue boat"]


@pytest.mark.parametrize("plain", ["flux2", "sdxl", "sd1", "z-image"])
def test_the_plain_names_do(plain):
    [step] = json.loads(printed({"engine": plain, "prompt": "a boat"}).stdout)["steps"]
    chosen = loader.load(resources.path("catalogue/engines.json")).engine(plain)
    assert dict(chosen.discriminators).items() <= step["input"].items()


def test_lists_and_weights_are_written_as_the_engine_wants_them():
    values = {
        "engine": "flux2-dev-edit",
        "prompt": "a boat",
        "images": [PICTURE],
        "loras": {"urn:air:flux2:lora:civitai:1@2": 0.5},
    }
    [step] = json.loads(printed(values).stdout)["steps"]
    assert step["input"]["images"] == [PICTURE]
    assert step["input"]["loras"] == [{"air": "urn:air:flux2:lora:civitai:1@2", "strength": 0.5}]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("{", "This is no JSON"),
        ("[]", "must be a JSON object"),
        ({"prompt": "a boat"}, "Name an engine"),
        ({"engine": "gone", "prompt": "a boat"}, "There is no engine “gone” here."),
        ({"engine": "sdxl", "prompt": "a boat", "clipSkip": 2}, "SDXL has no field clipSkip"),
        ({"engine": "sdxl", "prompt": 5}, "prompt: Prompt must be text."),
        ({"engine": "sdxl"}, "prompt: Type what the picture should show."),
        (
            {"engine": "sdxl", "prompt": "a boat", "width": 1000, "steps": "many"},
            "width: Width must be a multiple of 16; 992 would do.\nsteps: Steps must be a number.",
        ),
        ({"engine": "sdxl", "currencies": ["red"]}, "currencies must be"),
        ({"engine": "sdxl", "allowMatureContent": "yes"}, "must be true or false"),
        ("[" * 100_000, "This is no JSON"),
        ('{"engine": "sdxl", "seed": ' + "1" * 5000 + "}", "too many digits"),
        ({"engine": "sdxl-variant", "prompt": "a boat"}, "image: This engine needs a picture"),
    ],
)
def test_what_makes_no_request_is_said_in_a_sentence(values, said):
    answer = printed(values)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


def test_no_window_is_loaded_for_it():
    code = (
        "import sys; from civitai_desktop.__main__ import main; main();"
        "sys.exit(3 if 'PySide6' in sys.modules else 0)"
    )
    values = json.dumps({"engine": "sdxl", "prompt": "a boat"})
    command = [sys.executable, "-c", code, "--print-request", values]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)


def test_the_choices_that_belong_to_no_engine_are_printed_too():
    given = {"engine": "sdxl", "prompt": "a boat", "currencies": ["blue"]}
    body = json.loads(printed({**given, "allowMatureContent": False}).stdout)
    assert (body["currencies"], body["allowMatureContent"]) == (["blue"], False)


def test_weighted_resources_may_be_given_as_a_list():
    air = "urn:air:sdxl:lora:civitai:1@2"
    loras = [{"air": air, "strength": 0.5}]
    body = json.loads(printed({"engine": "sdxl", "prompt": "a boat", "loras": loras}).stdout)
    assert body["steps"][0]["input"]["loras"] == {air: 0.5}
