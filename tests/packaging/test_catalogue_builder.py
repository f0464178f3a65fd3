"""The builder of the catalogue on a small document and an overlay for it."""

import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "packaging" / "catalogue"
BUILDER = FOLDER / "build_catalogue.py"
AIR = r"^(?:urn:)?(?:air:)?.+$"

DOCUMENT = {
    "components": {
        "schemas": {
            "Input": {
                "type": "object",
                "required": ["engine"],
                "properties": {
                    "engine": {"type": "string"},
                    "format": {"$ref": "#/components/schemas/Format"},
                    "note": {"type": ["null", "string"]},
                },
                "discriminator": {
                    "propertyName": "engine",
                    "mapping": {
                        "pen": "#/components/schemas/Pen",
                        "ink": "#/components/schemas/Ink",
                    },
                },
            },
            "Request": {"type": "object", "required": ["purse", "steps"]},
            "Format": {"type": "string", "enum": ["jpeg", "png"]},
            "Pen": {
                "allOf": [
                    {"$ref": "#/components/schemas/Input"},
                    {
                        "required": ["prompt", "images"],
                        "properties": {
                            "prompt": {"type": "string", "maxLength": 100, "minLength": 0},
                            "images": {
                                "type": "array",
                                "items": {"type": "string"},
                                "maxItems": 2,
                            },
                            "seed": {"type": ["null", "integer"]},
                        },
                    },
                ]
            },
            "Ink": {
                "allOf": [
                    {"$ref": "#/components/schemas/Input"},
                    {
                        "required": ["prompt"],
                        "properties": {
                            "prompt": {"type": "string"},
                            "model": {"type": "string", "pattern": AIR},
                            "loras": {
                                "type": "object",
                                "additionalProperties": {"type": "number"},
                            },
                            "steps": {
                                "type": "integer",
                                "minimum": 1,
                                "maximum": 50,
                                "default": 9,
                            },
                            "tier": {"type": "string", "enum": ["s", "l"], "default": "s"},
                        },
                    },
                ]
            },
        }
    }
}

OVERLAY = {
    "root": "Input",
    "request": "Request",
    "omitted": {"purse": "Nobody sends it."},
    "step": "imageGen",
    "fields": {
        "prompt": {"role": "prompt", "label": "Prompt"},
        "images": {"role": "source", "label": "Pictures", "kind": "images"},
        "seed": {"role": "seed", "label": "Seed", "kind": "seed"},
        "steps": {"role": "steps", "label": "Steps"},
        "model": {"role": "checkpoint", "label": "Checkpoint", "resource": "checkpoint"},
        "loras": {"role": "loras", "label": "LoRAs", "resource": "lora"},
        "format": {"role": "output_format", "label": "Format"},
    },
    "left_out": {"note": "Nobody reads it."},
    "constants": [],
    "exceeded": [],
    "cases": [],
    "ecosystems": {"Ink 1": "ink", "Ink 2": "inktwo"},
    "corrections": [
        {"fields": ["steps"], "engines": ["ink-*"], "set": {"max": 40}, "reason": "Tried."},
        {"fields": ["steps"], "engines": ["ink-l"], "set": {"max": 30}, "reason": "Tried."},
    ],
    "hints": [{"field": "prompt", "when": {"steps": 1}, "text": "short is enough"}],
    "sizes": {"one": [[64, 64]]},
    "engines": {
        "text-to-image": [
            {
                "id": "ink-s",
                "schema": "Ink",
                "choose": {"tier": "s"},
                "label": "Ink S",
                "family": "Ink",
                "related": {"edit-image": "pen"},
                "sizes": "one",
                "price": {"kind": "flat", "base": 4},
                "seconds": [1, 2],
                "ecosystems": ["ink"],
            },
            {
                "id": "ink-l",
                "schema": "Ink",
                "choose": {"tier": "l"},
                "label": "Ink L",
                "family": "Ink",
                "price": "ink-s",
            },
        ],
        "edit-image": [
            {"id": "pen", "schema": "Pen", "label": "Pen", "family": "Ink", "price": "ink-l"}
        ],
    },
}


@pytest.fixture
def document() -> dict:
    return deepcopy(DOCUMENT)


@pytest.fixture
def overlay() -> dict:
    return deepcopy(OVERLAY)


@pytest.fixture
def build(tmp_path, document, overlay):
    """Run the builder on the two as they are then."""

    def build(*more: str) -> subprocess.CompletedProcess[str]:
        for name, content in (("document", document), ("overlay", overlay)):
            (tmp_path / f"{name}.json").write_text(json.dumps(content), "utf-8")
        places = ["--overlay", tmp_path / "overlay.json", "--output", tmp_path / "engines.json"]
        command = [sys.executable, BUILDER, tmp_path / "document.json", *places, *more]
        return subprocess.run(command, capture_output=True, text=True, timeout=30)

    return build


@pytest.fixture
def built(build, tmp_path):
    """Run the builder and return its engines by id."""

    def built() -> dict[str, dict]:
        answer = build()
        assert answer.returncode == 0, answer.stderr
        catalogue = json.loads((tmp_path / "engines.json").read_text("utf-8"))
        assert (catalogue["format"], catalogue["omitted"]) == (1, {"purse": "Nobody sends it."})
        return {engine["id"]: engine for engine in catalogue["engines"]}

    return built


def test_inherited_fields_limits_and_kinds_are_the_documents(built):
    fields = {field.pop("name"): field for field in built()["ink-s"]["fields"]}
    assert fields == {
        "prompt": {"role": "prompt", "label": "Prompt", "kind": "text", "required": True},
        "steps": {
            "role": "steps",
            "label": "Steps",
            "kind": "integer",
            "min": 1,
            "max": 40,
            "default": 9,
        },
        "model": {
            "role": "checkpoint",
            "label": "Checkpoint",
            "kind": "resource",
            "resource": "checkpoint",
            "ecosystems": ["ink"],
        },
        "loras": {
            "role": "loras",
            "label": "LoRAs",
            "kind": "weighted_resources",
            "resource": "lora",
            "shape": "map",
            "ecosystems": ["ink"],
        },
        "format": {
            "role": "output_format",
            "label": "Format",
            "kind": "choice",
            "choices": ["jpeg", "png"],
        },
    }


def test_the_overlay_says_what_the_document_cannot(built):
    engines = built()
    assert list(engines) == ["ink-s", "ink-l", "pen"]
    assert engines["ink-s"] | {"fields": []} == {
        "id": "ink-s",
        "label": "Ink S",
        "family": "Ink",
        "operation": "text-to-image",
        "step": "imageGen",
        "discriminators": {"engine": "ink", "tier": "s"},
        "implied": ["tier"],
        "unshown": ["note"],
        "related": {"edit-image": "pen"},
        "fields": [],
        "sizes": [[64, 64]],
        "price": {"kind": "flat", "base": 4},
        "seconds": [1, 2],
        "base_models": [],
        "hints": [{"field": "prompt", "when": {"steps": 1}, "text": "short is enough"}],
    }


def test_a_price_may_be_another_engines(built):
    assert built()["pen"]["price"] == {"kind": "flat", "base": 4}


def test_kinds_that_a_schema_cannot_tell_are_the_overlays(built):
    pen = built()["pen"]
    assert [field["kind"] for field in pen["fields"]] == ["text", "images", "seed", "choice"]
    assert pen["fields"][1]["max_items"] == 2
    assert pen["hints"] == []


def test_of_two_corrections_the_later_one_counts(built):
    [steps] = [field for field in built()["ink-l"]["fields"] if field["name"] == "steps"]
    assert steps["max"] == 30


def test_a_constant_is_sent_where_the_form_has_no_field(built, document, overlay):
    document["components"]["schemas"]["Ink"]["allOf"][1]["required"].append("note")
    overlay["constants"] = [
        {"field": "note", "engines": ["ink-*"], "value": [], "reason": "Demanded."}
    ]
    engines = built()
    assert [engines[each].get("constants") for each in engines] == [
        {"note": []},
        {"note": []},
        None,
    ]


def test_what_is_demanded_and_not_sent_is_told_with_the_reason_of_its_correction(built, overlay):
    overlay["corrections"].append(
        {"fields": ["images"], "engines": ["pen"], "set": {"required": False}, "reason": "Tried."}
    )
    assert built()["pen"]["omitted"] == {"images": "Tried."}


def test_what_goes_beyond_the_document_is_told_with_its_reason(built, overlay):
    overlay["exceeded"] = [{"fields": ["prompt"], "engines": ["pen"], "reason": "Tried."}]
    assert built()["pen"]["exceeded"] == {"prompt": "Tried."}


def test_what_depends_on_another_field_is_a_case(built, overlay):
    case = {"when": {"format": "png"}, "fields": {"seed": None, "images": {"max_items": 1}}}
    overlay["cases"] = [{**case, "engines": ["pen"], "reason": "Tried."}]
    assert built()["pen"]["cases"] == [case]


def test_a_discriminator_that_the_document_has_a_default_for_is_implied(built, document):
    own = document["components"]["schemas"]["Input"]["properties"]["engine"]
    own["default"] = "pen"
    engines = built()
    assert [engines[each].get("implied") for each in engines] == [["tier"], None, ["engine"]]


def test_each_field_has_a_line_of_its_own(built, tmp_path):
    fields = [field for engine in built().values() for field in engine["fields"]]
    lines = (tmp_path / "engines.json").read_text("utf-8").splitlines()
    assert sum(line.startswith('        {"name": ') for line in lines) == len(fields)


def test_check_tells_whether_the_file_is_up_to_date(build, overlay):
    assert build().returncode == 0
    assert build("--check").returncode == 0
    overlay["engines"]["text-to-image"][0]["label"] = "Other"
    answer = build("--check")
    assert answer.returncode == 1
    assert "is not what the document and the overlay make" in answer.stderr
    assert build().returncode == build("--check").returncode == 0


def new_input(document, overlay):
    schemas = document["components"]["schemas"]
    schemas["Input"]["discriminator"]["mapping"]["chalk"] = "#/components/schemas/Chalk"
    schemas["Chalk"] = {"allOf": [{"$ref": "#/components/schemas/Input"}]}


def new_field(document, overlay):
    own = document["components"]["schemas"]["Pen"]["allOf"][1]
    own["properties"]["glow"] = {"type": "boolean"}


def new_value(document, overlay):
    own = document["components"]["schemas"]["Ink"]["allOf"][1]
    own["properties"]["tier"]["enum"].append("xl")


def new_object(document, overlay):
    new_field(document, overlay)
    document["components"]["schemas"]["Pen"]["allOf"][1]["properties"]["glow"] = {"type": "object"}
    overlay["fields"]["glow"] = {"role": "glow", "label": "Glow"}


def lost_field(document, overlay):
    overlay["fields"]["glow"] = {"role": "glow", "label": "Glow"}


def lost_input(document, overlay):
    overlay["engines"]["edit-image"][0]["schema"] = "Pencil"


def wrong_kind(document, overlay):
    overlay["fields"]["steps"]["kind"] = "images"


def needed_but_left_out(document, overlay):
    overlay["left_out"]["images"] = "No."
    del overlay["fields"]["images"]


def no_reason(document, overlay):
    del overlay["corrections"][0]["reason"]


def correction_of_nothing(document, overlay):
    overlay["corrections"][0]["engines"] = ["pen"]


def related_to_nothing(document, overlay):
    overlay["engines"]["text-to-image"][0]["related"] = {"edit-image": "ink-l"}


def demanded_around(document, overlay):
    document["components"]["schemas"]["Request"]["required"].append("stamp")


def not_demanded_around(document, overlay):
    overlay["omitted"]["stamp"] = "No."


def constant_in_the_form(document, overlay):
    overlay["constants"] = [{"field": "seed", "engines": ["pen"], "value": 1, "reason": "No."}]


def constant_of_nothing(document, overlay):
    overlay["left_out"]["tier"] = "No."
    overlay["constants"] = [{"field": "tier", "engines": ["pen"], "value": "s", "reason": "No."}]


def a_case(overlay, when, fields):
    overlay["cases"] = [{"engines": ["pen"], "when": when, "fields": fields, "reason": "Tried."}]


def case_without_field(document, overlay):
    a_case(overlay, {"format": "png"}, {"steps": None})


def case_without_value(document, overlay):
    a_case(overlay, {"format": "gif"}, {"seed": None})


def case_of_nothing(document, overlay):
    a_case(overlay, {"format": "png"}, {"images": {"most": 1}})


def unknown_base_model(document, overlay):
    overlay["engines"]["text-to-image"][0]["base_models"] = ["Ink 3"]


def untaken_base_model(document, overlay):
    overlay["engines"]["text-to-image"][0]["base_models"] = ["Ink 1", "Ink 2"]


def twice(document, overlay):
    overlay["engines"]["edit-image"][0]["id"] = "ink-s"


def dangling(document, overlay):
    del document["components"]["schemas"]["Format"]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (new_input, "has inputs that the overlay does not name: Chalk."),
        (new_field, "has fields that the overlay does not name: glow."),
        (new_value, "Values of tier in Ink are no engine: xl."),
        (new_object, "glow is of no kind that a form has"),
        (lost_field, "names fields that the document lacks: glow."),
        (lost_input, "has inputs that the overlay does not name: Pen."),
        (wrong_kind, "The overlay calls steps images, the document integer."),
        (needed_but_left_out, "pen needs images, which the overlay leaves out."),
        (no_reason, "A correction of steps gives no reason."),
        (correction_of_nothing, "A correction of pen finds no such field: steps."),
        (related_to_nothing, "ink-s is related to ink-l, no edit-image engine."),
        (demanded_around, "Requests lack what the document demands: stamp."),
        (not_demanded_around, "The document does not demand: stamp."),
        (constant_in_the_form, "The constant seed is a field of the form."),
        (constant_of_nothing, "The constant tier finds no such field in pen."),
        (case_without_field, "A case of pen finds no such field: steps."),
        (case_without_value, "format of pen has no such value: gif."),
        (case_of_nothing, "A case of pen changes what no field has: most."),
        (unknown_base_model, "The ecosystem is not known of the base models: Ink 3."),
        (untaken_base_model, "ink-s does not take what it offers: inktwo."),
        (twice, "Ids stand twice: ink-s."),
        (dangling, "The document has no schema Format."),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_does_not_fit_is_said_and_nothing_is_written(
    spoil, said, build, document, overlay, tmp_path
):
    spoil(document, overlay)
    answer = build()
    assert answer.returncode == 1
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (tmp_path / "engines.json").exists()


def test_the_shipped_catalogue_is_what_the_newest_contract_and_the_overlay_make():
    command = [sys.executable, BUILDER, FOLDER / "contract.json", "--check"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert (answer.returncode, answer.stderr) == (0, "")


def test_a_file_that_is_no_document_is_said(build, document):
    document.clear()
    answer = build()
    assert (answer.returncode, answer.stderr) == (1, "The document has no schema Input.\n")
