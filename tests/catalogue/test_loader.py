"""The engines' data file, whole or refused."""

import json

import pytest

from civitai_desktop import resources
from civitai_desktop.catalogue import loader
from civitai_desktop.domain.errors import CatalogueUnusable, UnknownEngine

SHIPPED = resources.path("catalogue/engines.json")


@pytest.fixture
def document() -> dict:
    return json.loads(SHIPPED.read_text(encoding="utf-8"))


@pytest.fixture
def load(tmp_path):
    def load(document: object):
        path = tmp_path / "engines.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return loader.load(path)

    return load


def test_the_shipped_engines_are_read_in_their_order(document):
    catalogue = loader.load(SHIPPED)
    ids = [row["id"] for row in document["engines"]]
    assert [engine.id for engine in catalogue] == ids
    assert len(catalogue) == len(ids)
    assert catalogue.default.id == ids[0]
    assert ids[0] in catalogue
    assert "gone" not in catalogue


@pytest.mark.parametrize("plain", ["flux2", "sdxl", "sd1", "z-image"])
def test_the_four_plain_names_find_an_engine(plain):
    assert loader.load(SHIPPED).engine(plain).seed_engine == plain


def test_the_engines_that_need_no_picture_are_told_from_the_others():
    catalogue = loader.load(SHIPPED)
    found = {engine.id for engine in catalogue.from_text()}
    assert "sdxl" in found
    assert not found & {"sdxl-variant", "flux2-klein-edit"}


def test_an_engine_is_found_by_its_id_and_named_by_its_label():
    catalogue = loader.load(SHIPPED)
    assert catalogue.engine("z-image-base").label == "Z-Image Base"
    assert catalogue.label("z-image-base") == "Z-Image Base"


def test_an_engine_that_is_not_there_is_said_and_keeps_its_id_as_its_name():
    catalogue = loader.load(SHIPPED)
    with pytest.raises(UnknownEngine, match="There is no engine “gone” here"):
        catalogue.engine("gone")
    assert catalogue.label("gone") == "gone"


def test_a_file_that_is_missing_is_said(tmp_path):
    with pytest.raises(CatalogueUnusable, match="is damaged"):
        loader.load(tmp_path / "engines.json")


def test_a_file_that_is_cut_off_is_said(tmp_path):
    path = tmp_path / "engines.json"
    path.write_bytes(SHIPPED.read_bytes()[:1000])
    with pytest.raises(CatalogueUnusable, match="is damaged"):
        loader.load(path)


def test_a_file_of_another_version_is_said(load, document):
    with pytest.raises(CatalogueUnusable, match="another version"):
        load({**document, "format": 2})


@pytest.mark.parametrize("missing", ["id", "fields", "sizes", "price", "hints"])
def test_an_engine_without_a_part_is_refused(load, document, missing):
    del document["engines"][0][missing]
    with pytest.raises(CatalogueUnusable, match="is damaged"):
        load(document)


def test_a_field_of_an_unknown_kind_is_refused(load, document):
    document["engines"][0]["fields"][0]["kind"] = "colour"
    with pytest.raises(CatalogueUnusable, match="is damaged"):
        load(document)


@pytest.mark.parametrize(
    "case",
    [
        {"when": {"nib": "broad"}, "fields": {}},
        {"when": {}, "fields": {"nib": None}},
        {"when": {}, "fields": {"prompt": {"longest": 3}}},
        {"when": {}, "fields": {"prompt": 3}},
        {"fields": {}},
        7,
    ],
)
def test_a_case_that_speaks_of_nothing_there_is_refused(load, document, case):
    document["engines"][0]["cases"] = [case]
    with pytest.raises(CatalogueUnusable, match="is damaged"):
        load(document)


@pytest.mark.parametrize("document", [[], {"format": 1}, {"format": 1, "engines": []}, 5, None])
def test_what_is_no_list_of_engines_is_refused(load, document):
    with pytest.raises(CatalogueUnusable):
        load(document)
