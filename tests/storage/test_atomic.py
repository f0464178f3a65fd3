"""Files that are written whole or not at all, and what a killed run leaves of them."""

from civitai_desktop.storage.atomic import sweep_drafts, write_whole


def test_a_file_is_written_over_and_nothing_is_left_beside_it(tmp_path):
    write_whole(tmp_path / "form.json", b"one")
    write_whole(tmp_path / "form.json", b"two")
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"two"]


def test_what_a_killed_run_had_begun_to_write_is_removed_and_nothing_else(tmp_path):
    for name in ("form.part", "form.json", "part", "a.part.json"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "folder.part").mkdir()

    sweep_drafts(tmp_path / "nowhere", tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a.part.json",
        "folder.part",
        "form.json",
        "part",
    ]
