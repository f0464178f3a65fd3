"""JSON documents, as editors of any system leave them, are read; what is none says so."""

import codecs
import json

import pytest

from civitai_desktop.domain.form import SavedForm
from civitai_desktop.domain.preset import Preset
from civitai_desktop.domain.resource import Resource, Shelf
from civitai_desktop.storage.documents import read_document, write_document
from civitai_desktop.storage.forms import FormFile
from civitai_desktop.storage.presets import PresetFile, read_presets, write_presets
from civitai_desktop.storage.shelf import ShelfFile

ENCODINGS = {
    "UTF-8": lambda text: text.encode(),
    "UTF-8 with BOM": lambda text: codecs.BOM_UTF8 + text.encode(),
    "UTF-16 LE with BOM, as Notepad's Unicode": lambda text: (
        codecs.BOM_UTF16_LE + text.encode("utf-16-le")
    ),
    "UTF-16 BE with BOM": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "UTF-16 LE": lambda text: text.encode("utf-16-le"),
    "UTF-32 with BOM": lambda text: text.encode("utf-32"),
}
PRESET = Preset(name="dämmerung \N{BLACK HEART SUIT}", engine="sdxl", values={"steps": 20})
FORM = SavedForm(engine="sdxl", values={"sdxl": {"prompt": "déjà vu \N{GRINNING FACE}"}})
SHELF = Shelf(
    recent=(
        Resource(
            version_id=2,
            resource_id=1,
            air="urn:air:sdxl:lora:civitai:1@2",
            name="Æther",
            version="v1",
            kind="lora",
            type="LORA",
        ),
    )
)


@pytest.fixture(params=ENCODINGS.values(), ids=ENCODINGS.keys())
def left(request, tmp_path):
    """Return a path of that name whose file an editor has saved anew, with its line ends."""

    def save(name: str) -> None:
        path = tmp_path / name
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        path.write_bytes(request.param(text))

    return save


def test_the_presets_are_read_and_passed_on(left, tmp_path):
    path = tmp_path / "presets.json"
    write_presets(path, [PRESET])
    left("presets.json")
    assert read_presets(path) == ([PRESET], 0)
    assert PresetFile(path).load() == ([PRESET], "")
    assert [each.name for each in tmp_path.iterdir()] == ["presets.json"]


def test_the_form_is_read(left, tmp_path):
    file = FormFile(tmp_path / "form.json")
    file.save(FORM)
    left("form.json")
    assert file.load() == FORM


def test_the_shelf_is_read(left, tmp_path):
    file = ShelfFile(tmp_path / "resources.json")
    file.save(SHELF)
    left("resources.json")
    assert file.load() == SHELF


@pytest.mark.parametrize(
    "content",
    [
        b"",
        codecs.BOM_UTF8,
        codecs.BOM_UTF16_LE,
        codecs.BOM_UTF16_LE + b"{",
        '{"a": "é"}'.encode("latin-1"),
        b"\0" * 100,
        b"[" * 100_000,
        b"9" * 5_000,
        b"PK\3\4",
    ],
    ids=lambda content: repr(content[:12]),
)
def test_what_is_no_document_is_one_kind_of_error(tmp_path, content):
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(ValueError):  # noqa: PT011  it is the kind that counts
        read_document(path)


def test_half_an_emoji_comes_back_as_it_was(tmp_path):
    path = tmp_path / "x.json"
    write_document(path, {"prompt": "a \ud83d b"})
    assert read_document(path) == {"prompt": "a \ud83d b"}


def test_a_document_is_written_in_plain_utf_8(tmp_path):
    path = tmp_path / "x.json"
    write_document(path, {"prompt": "dämmerung"})
    assert json.loads(path.read_text(encoding="utf-8")) == {"prompt": "dämmerung"}
    assert "dämmerung" in path.read_text(encoding="utf-8")
