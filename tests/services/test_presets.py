"""Presets on a real disk: kept whole, brought in without loss, and never overwritten unread."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from civitai_desktop.domain.errors import InvalidInput, PresetsUnusable
from civitai_desktop.domain.preset import LONGEST_NAME, Preset
from civitai_desktop.services.presets import Presets
from civitai_desktop.services.tasks import DiskThread
from civitai_desktop.storage.presets import PresetFile

PORTRAIT = Preset(
    name="Portrait",
    engine="sdxl",
    values={"steps": 30, "seed": None, "loras": {"urn:air:a": 0.5}, "embeddings": ("urn:air:b",)},
)
SKETCH = Preset(name="a sketch", engine="gone", values={"steps": 4})


@pytest.fixture
def disk() -> Iterator[DiskThread]:
    disk = DiskThread()
    yield disk
    disk.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "presets.json"


@pytest.fixture
def presets(path, disk) -> Presets:
    return Presets(PresetFile(path), disk)


def document(*rows: object, version: object = 1) -> str:
    return json.dumps({"format": version, "presets": rows})


async def test_presets_come_back_in_the_order_of_their_names(presets, path, disk) -> None:
    await presets.add(PORTRAIT)
    await presets.add(SKETCH)
    again = Presets(PresetFile(path), disk)
    assert await again.load() == ""
    assert list(again) == [SKETCH, PORTRAIT]


async def test_a_first_start_has_none(presets) -> None:
    assert await presets.load() == ""
    assert list(presets) == []


@pytest.mark.parametrize(
    "name", ["", "  ", "Portrait", " Portrait ", "PORTRAIT", "x" * (LONGEST_NAME + 1)]
)
async def test_a_name_that_cannot_be_is_refused(presets, name) -> None:
    await presets.add(PORTRAIT)
    with pytest.raises(InvalidInput):
        await presets.add(Preset(name=name, engine="sdxl", values={}))
    assert list(presets) == [PORTRAIT]


async def test_a_preset_is_updated_renamed_and_removed(presets, path, disk) -> None:
    await presets.add(PORTRAIT)
    await presets.update(Preset(name="Portrait", engine="sd1", values={}))
    assert await presets.rename("Portrait", " Bust ") == "Bust"
    await presets.add(SKETCH)
    with pytest.raises(InvalidInput):
        await presets.rename("Bust", "a sketch")
    await presets.remove("a sketch")
    again = Presets(PresetFile(path), disk)
    await again.load()
    assert list(again) == [Preset(name="Bust", engine="sd1", values={})]


async def test_what_is_passed_on_is_brought_in_whole(presets, tmp_path, disk) -> None:
    await presets.add(PORTRAIT)
    await presets.add(SKETCH)
    await presets.pass_on(tmp_path / "out.json", ["Portrait", "a sketch"])

    other = Presets(PresetFile(tmp_path / "other.json"), disk)
    assert await other.bring_in(tmp_path / "out.json") == (["Portrait", "a sketch"], 0)
    assert list(other) == [SKETCH, PORTRAIT]
    assert await other.bring_in(tmp_path / "out.json") == ([], 0)


@pytest.mark.parametrize("name", ["Portrait", "portrait"])
async def test_a_name_that_is_taken_gets_a_number(presets, tmp_path, name) -> None:
    await presets.add(PORTRAIT)
    row = {"name": name, "engine": "sd1", "values": {}}
    (tmp_path / "in.json").write_text(document(row))
    assert await presets.bring_in(tmp_path / "in.json") == ([f"{name} 2"], 0)
    assert presets.get("Portrait") == PORTRAIT


async def test_a_row_that_cannot_be_read_costs_itself_only(presets, tmp_path) -> None:
    good = {"name": "good", "engine": "sd1", "values": {}}
    rows = [good, 7, {"name": "", "engine": "sd1", "values": {}}, {"name": "x", "engine": "sd1"}]
    (tmp_path / "in.json").write_text(document(*rows))
    assert await presets.bring_in(tmp_path / "in.json") == (["good"], 3)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": "a", "presets": []}', '{"format": 1}', "[" * 100_000]
)
async def test_what_is_no_file_of_presets_is_not_brought_in(presets, tmp_path, content) -> None:
    (tmp_path / "in.json").write_text(content)
    with pytest.raises(PresetsUnusable, match="is no file of presets"):
        await presets.bring_in(tmp_path / "in.json")


async def test_presets_of_a_newer_version_are_not_brought_in(presets, tmp_path) -> None:
    (tmp_path / "in.json").write_text(document(version=2))
    with pytest.raises(PresetsUnusable, match="newer Civitai Desktop"):
        await presets.bring_in(tmp_path / "in.json")


async def test_the_users_own_of_a_newer_version_are_left_alone(presets, path) -> None:
    path.write_text(document({"hue": 7}, version=2))
    with pytest.raises(PresetsUnusable, match="newer Civitai Desktop"):
        await presets.load()
    with pytest.raises(PresetsUnusable, match="newer Civitai Desktop"):
        await presets.add(PORTRAIT)
    assert path.read_text() == document({"hue": 7}, version=2)
    assert list(presets) == []


async def test_a_damaged_file_is_set_aside(presets, path) -> None:
    path.write_text('{"format": 1, "presets": [{"name"')
    assert "presets-damaged-1.json" in await presets.load()
    assert path.with_name("presets-damaged-1.json").read_text().endswith('{"name"')
    await presets.add(PORTRAIT)

    path.write_text("again")
    assert "presets-damaged-2.json" in await presets.load()


async def test_what_can_be_read_of_a_damaged_file_is_kept(presets, path, disk) -> None:
    path.write_text(document({"name": "good", "engine": "sd1", "values": {}}, None))
    assert "damaged" in await presets.load()
    again = Presets(PresetFile(path), disk)
    assert await again.load() == ""
    assert [each.name for each in again] == ["good"]


async def test_what_the_disk_did_not_give_is_not_written_over(presets, path) -> None:
    path.symlink_to(path)
    for change in (presets.load(), presets.add(PORTRAIT), presets.update(SKETCH)):
        with pytest.raises(PresetsUnusable, match="cannot be read") as caught:
            await change
        assert "start Civitai Desktop again" in caught.value.next_step
    assert path.is_symlink()
    assert list(presets) == []


async def test_a_disk_that_takes_nothing_changes_nothing(presets, path, tmp_path) -> None:
    await presets.add(PORTRAIT)
    path.with_suffix(".part").mkdir()
    with pytest.raises(PresetsUnusable, match="cannot be kept"):
        await presets.add(SKETCH)
    with pytest.raises(PresetsUnusable, match="cannot be kept"):
        await presets.rename("Portrait", "Bust")
    with pytest.raises(PresetsUnusable, match="cannot be kept"):
        await presets.remove("Portrait")
    assert list(presets) == [PORTRAIT]
    with pytest.raises(PresetsUnusable, match="cannot be written"):
        await presets.pass_on(tmp_path / "no" / "out.json", ["Portrait"])


async def test_names_are_ordered_as_people_do(presets) -> None:
    for name in ("Number 10", "number 2", "1st"):
        await presets.add(Preset(name=name, engine="sd1", values={}))
    assert [each.name for each in presets] == ["1st", "number 2", "Number 10"]


async def test_a_name_that_is_brought_in_takes_one_line(presets, tmp_path) -> None:
    row = {"name": "two\nlines " + "x" * 300, "engine": "sd1", "values": {}}
    (tmp_path / "in.json").write_text(document(row))
    [name], _ = await presets.bring_in(tmp_path / "in.json")
    assert name.startswith("two lines x")
    assert len(name) == LONGEST_NAME


async def test_a_file_that_is_not_there_is_not_called_damaged(presets, tmp_path) -> None:
    with pytest.raises(PresetsUnusable, match=r"cannot be read: No such file"):
        await presets.bring_in(tmp_path / "in.json")


async def test_long_names_that_are_brought_in_stay_apart_after_a_restart(
    presets, path, disk, tmp_path
) -> None:
    name = "x" * LONGEST_NAME
    for steps in (1, 2):
        row = {"name": name, "engine": "sd1", "values": {"steps": steps}}
        (tmp_path / "in.json").write_text(document(row))
        await presets.bring_in(tmp_path / "in.json")
    again = Presets(PresetFile(path), disk)
    await again.load()
    assert {len(each.name) for each in again} == {LONGEST_NAME}
    assert sorted(each.values["steps"] for each in again) == [1, 2]
