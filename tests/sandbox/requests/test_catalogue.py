"""Tests of the engines the sandbox offers."""

from pathlib import Path

import pytest

from civitai_desktop.sandbox.orchestration.submission import read_submission
from civitai_desktop.sandbox.requests.catalogue import Catalogue, catalogue_path, read_catalogue

PICTURE = "https://example.org/boat.png"
SAMPLES = {"text": "a boat", "image": PICTURE, "images": [PICTURE]}


def test_every_engine_takes_its_own_defaults(catalogue: Catalogue) -> None:
    for engine in catalogue.engines:
        values = {f.name: f.default for f in engine.fields.values() if f.default is not None}
        required = [f for f in engine.fields.values() if f.required]
        needed = {f.name: SAMPLES[f.kind] for f in required if f.kind in SAMPLES}
        given = {**engine.discriminators, **needed, **values}
        body = {"steps": [{"$type": engine.step, "input": given}]}
        [step] = read_submission(body, catalogue).steps
        assert catalogue[step.engine_id].discriminators == engine.discriminators


def test_the_catalogue_is_found_without_being_told() -> None:
    assert catalogue_path().is_file()


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "engines.json"
    path.write_text('{"format": 99, "engines": []}')
    with pytest.raises(ValueError, match="format 99"):
        read_catalogue(path)
