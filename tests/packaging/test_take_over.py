"""Taking over another version of the vendor's document."""

import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "packaging" / "catalogue"

DOCUMENT = {
    "openapi": "3.1.1",
    "paths": {"/v2/resources": {}},
    "components": {
        "schemas": {
            "ImageGenInput": {
                "type": "object",
                "description": "What an engine takes.",
                "properties": {"engine": {"type": "string"}},
                "discriminator": {
                    "propertyName": "engine",
                    "mapping": {"pen": "#/components/schemas/Pen"},
                },
            },
            "Pen": {
                "allOf": [
                    {"$ref": "#/components/schemas/ImageGenInput"},
                    {
                        "required": ["description"],
                        "properties": {
                            "description": {"type": "string", "description": "In words."},
                            "nib": {"$ref": "#/components/schemas/Nib"},
                            "cap": {"type": "object", "default": {"title": "blue"}},
                        },
                    },
                ]
            },
            "Nib": {"type": "string", "enum": ["fine", "description"]},
            "WorkflowStep": {
                "discriminator": {
                    "propertyName": "$type",
                    "mapping": {
                        "imageGen": "#/components/schemas/Drawing",
                        "videoGen": "#/components/schemas/Film",
                    },
                }
            },
            "Workflow": {"properties": {"steps": {"$ref": "#/components/schemas/WorkflowStep"}}},
            "Drawing": {"type": "object"},
            "Film": {"type": "object"},
            "Training": {"type": "object"},
        }
    },
}


@pytest.fixture
def take_over(tmp_path):
    """Take a document over into a folder of its own."""

    def take_over(document: object, source: str) -> subprocess.CompletedProcess[str]:
        path = tmp_path / "document.json"
        path.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
        command = [sys.executable, FOLDER / "take_over.py", path, source, "--folder", tmp_path]
        return subprocess.run(command, capture_output=True, text=True, timeout=30)

    return take_over


@pytest.fixture
def kept(tmp_path):
    """Return what was kept under a name."""
    return lambda name: json.loads((tmp_path / name).read_text("utf-8"))


def test_only_what_makes_pictures_is_kept_and_nothing_that_limits_nothing(take_over, kept):
    assert take_over(DOCUMENT, "beta.1").returncode == 0
    contract = kept("contract.json")
    schemas = contract["components"]["schemas"]
    assert contract["source"] == "beta.1"
    assert list(schemas) == ["Drawing", "ImageGenInput", "Nib", "Pen", "Workflow", "WorkflowStep"]
    assert schemas["WorkflowStep"]["discriminator"]["mapping"].keys() == {"imageGen"}
    assert schemas["Pen"]["allOf"][1]["properties"]["description"] == {"type": "string"}
    assert schemas["Pen"]["allOf"][1]["properties"]["cap"]["default"] == {"title": "blue"}
    assert schemas["Nib"] == DOCUMENT["components"]["schemas"]["Nib"]
    assert "description" not in schemas["ImageGenInput"]


def test_a_newer_version_is_compared_and_the_one_before_is_kept(take_over, kept):
    take_over(DOCUMENT, "beta.1")
    newer = deepcopy(DOCUMENT)
    schemas = newer["components"]["schemas"]
    schemas["ImageGenInput"]["discriminator"]["mapping"]["ink"] = "#/components/schemas/Ink"
    schemas["Ink"] = {"allOf": [{"$ref": "#/components/schemas/ImageGenInput"}]}
    schemas["Pen"]["allOf"][1]["properties"]["width"] = {"type": "integer"}
    schemas["Pen"]["allOf"][1]["required"] = ["width"]
    schemas["Nib"]["enum"].append("broad")
    schemas["Drawing"]["required"] = ["tier"]

    told = take_over(newer, "beta.2")

    assert told.stdout.splitlines() == [
        "Ink: a new input, chosen by engine ink",
        "Pen: field nib has other limits",
        "Pen: new field width",
        "Pen: description is optional now",
        "Pen: width is required now",
        "Drawing: changed",
        "Nib: changed",
    ]
    assert (kept("contract-before.json")["source"], kept("contract.json")["source"]) == (
        "beta.1",
        "beta.2",
    )


def test_the_same_version_once_more_leaves_the_one_before_alone(take_over, kept):
    for source in ("beta.1", "beta.2", "beta.2"):
        told = take_over(DOCUMENT, source)
    assert kept("contract-before.json")["source"] == "beta.1"
    assert told.stdout == "Nothing that a request or an answer is made of has changed.\n"


def test_a_reduced_document_reduced_again_is_the_same(take_over, tmp_path):
    take_over(DOCUMENT, "beta.1")
    once = (tmp_path / "contract.json").read_text("utf-8")
    take_over(once, "beta.1")
    assert (tmp_path / "contract.json").read_text("utf-8") == once


@pytest.mark.parametrize("name", ["contract.json", "contract-before.json"])
def test_the_contracts_that_are_carried_are_as_they_are_written(name, take_over, tmp_path):
    carried = (FOLDER / name).read_text("utf-8")
    assert take_over(carried, json.loads(carried)["source"]).returncode == 0
    assert (tmp_path / "contract.json").read_text("utf-8") == carried


@pytest.mark.parametrize("spoiled", ["no JSON", {"components": {"schemas": {}}}, {}, [], 3])
def test_what_is_no_such_document_is_said_and_nothing_is_replaced(spoiled, take_over, tmp_path):
    take_over(DOCUMENT, "beta.1")
    before = (tmp_path / "contract.json").read_text("utf-8")
    told = take_over(spoiled, "beta.2")
    assert told.returncode == 1
    assert told.stderr
    assert "Traceback" not in told.stderr
    assert (tmp_path / "contract.json").read_text("utf-8") == before
    assert not (tmp_path / "contract-before.json").exists()
