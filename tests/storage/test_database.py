"""The database against real files: new, old, newer, locked, full and damaged ones."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from civitai_desktop.domain.errors import LibraryUnusable
from civitai_desktop.storage.database import Database

V1 = "CREATE TABLE picture (name TEXT NOT NULL)"
V2 = "ALTER TABLE picture ADD COLUMN stars INTEGER NOT NULL DEFAULT 0"
BIG = "x" * 3000


@contextmanager
def opened(path: Path, *migrations: str, **options: object) -> Iterator[Database]:
    with closing(Database(path, migrations or (V1,), **options)) as database:
        yield database


def add(database: Database, *names: str) -> None:
    with database.writing() as connection:
        connection.executemany("INSERT INTO picture (name) VALUES (?)", [(n,) for n in names])


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        return [name for (name,) in connection.execute("SELECT name FROM picture ORDER BY rowid")]


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def spoil(path: Path) -> None:
    """Overwrite everything behind the first page, as a failing disk might."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def days() -> Callable[[], datetime]:
    """Return a clock on which every look is a day later."""
    times = (datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=n) for n in range(100))
    return lambda: next(times)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "library.sqlite3"


def files(path: Path, pattern: str) -> list[Path]:
    return sorted(path.parent.glob(pattern))


def test_a_new_file_is_begun_with_its_folder(path):
    with opened(path, V1, V2) as database:
        add(database, "a")
        assert database.notice == ""
    assert version(path) == 2
    assert files(path, "*") == [path]


def test_what_was_written_is_there_after_opening_again(path):
    with opened(path) as database:
        add(database, "a", "b")
    with opened(path) as database:
        assert names(database) == ["a", "b"]


def test_a_thread_other_than_the_opening_one_may_use_it(path):
    with opened(path) as database, ThreadPoolExecutor(1) as other:
        other.submit(add, database, "a").result()
        assert names(database) == ["a"]


def test_a_transaction_is_kept_whole_or_not_at_all(path):
    with opened(path) as database:
        with pytest.raises(sqlite3.IntegrityError):
            add(database, "half", None)
        add(database, "whole")
        assert names(database) == ["whole"]


def test_foreign_keys_are_kept(path):
    with opened(path) as database, database.reading() as connection:
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_a_power_cut_takes_back_nothing_that_was_acknowledged(path):
    full = 2
    with opened(path) as database, database.reading() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (full,)


def test_a_mistake_in_our_sql_is_not_told_as_the_users_trouble(path):
    with (
        opened(path) as database,
        pytest.raises(sqlite3.OperationalError, match="no such table"),
        database.reading() as connection,
    ):
        connection.execute("SELECT * FROM missing")


def test_an_older_file_is_backed_up_and_migrated(path):
    with opened(path) as database:
        add(database, "a")

    with opened(path, V1, V2, now=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC)) as database:
        with database.reading() as connection:
            assert connection.execute("SELECT name, stars FROM picture").fetchall() == [("a", 0)]
        assert database.notice == ""

    (backup,) = files(path, "*backup*")
    assert backup.name == "library.backup-20260301T120000000000Z-v1.sqlite3"
    assert backup.read_bytes()[18] == 1, "reading it would put a log beside it"
    assert version(path) == 2
    with opened(backup) as old:
        assert names(old) == ["a"]


def test_only_the_last_backups_are_kept(path):
    now = days()
    scripts = [V1]
    for number in range(6):
        with opened(path, *scripts, now=now):
            scripts.append(f"CREATE TABLE t{number} (x)")
    assert [backup.stem[-2:] for backup in files(path, "*backup*")] == ["v3", "v4", "v5"]


def test_a_migration_that_fails_leaves_the_old_version(path):
    with opened(path) as database:
        add(database, "a")
    with pytest.raises(sqlite3.OperationalError), opened(path, V1, f"{V2}; CREATE NONSENSE"):
        pass
    with opened(path) as database:
        assert names(database) == ["a"]
        with database.reading() as connection:
            assert len(connection.execute("SELECT * FROM picture").description) == 1


def test_a_copy_left_unfinished_by_a_killed_process_is_no_obstacle(path):
    with opened(path):
        pass
    path.with_suffix(".part").write_bytes(b"half a backup")
    with opened(path, V1, V2):
        pass
    assert len(files(path, "*backup*")) == 1
    assert not path.with_suffix(".part").exists()


def test_a_file_of_a_newer_version_is_refused_and_left_alone(path):
    with opened(path, V1, V2):
        pass
    before = path.read_bytes()

    with pytest.raises(LibraryUnusable) as refused, opened(path, V1):
        pass
    assert refused.value.next_step == "Install the newest Civitai Desktop."

    assert path.read_bytes() == before
    assert files(path, "*damaged*") == []


def test_what_is_no_database_is_set_aside_with_its_log(path):
    path.parent.mkdir()
    path.write_bytes(b"not a database " * 1000)
    log = path.with_name("library.sqlite3-wal")
    log.write_bytes(b"log")

    with opened(path, now=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC)) as database:
        add(database, "a")
        assert "library.damaged-20260301T120000000000Z.sqlite3" in database.notice
        assert "reads that folder again" in database.notice

    aside, _, aside_log = files(path, "*damaged*")
    assert aside.name == "library.damaged-20260301T120000000000Z.sqlite3"
    assert aside.read_bytes() == b"not a database " * 1000
    assert aside_log.name == f"{aside.name}-wal"
    assert aside_log.read_bytes() == b"log"
    with opened(path) as database:
        assert names(database) == ["a"]
        assert database.notice == ""


def test_damage_in_the_middle_is_noticed(path):
    with opened(path) as database:
        add(database, *[BIG] * 50)
    spoil(path)
    with opened(path) as database:
        assert names(database) == []
        assert "damaged" in database.notice
    assert len(files(path, "*damaged*.sqlite3")) == 1


@pytest.mark.parametrize("spoiled", [spoil, empty, Path.unlink])
def test_the_log_of_a_damaged_file_is_kept_as_it_was(path, spoiled):
    with opened(path) as database:
        add(database, *[BIG] * 50)
    with opened(path) as database:
        add(database, "only in the log")
        copies = {p.name: p.read_bytes() for p in files(path, "*")}
    # A log is only left over when the program was killed; so the files are put back as they were.
    for name, content in copies.items():
        path.with_name(name).write_bytes(content)
    spoiled(path)

    with opened(path) as database:
        assert names(database) == []

    (log,) = files(path, "*damaged*-wal")
    assert log.read_bytes() == copies[f"{path.name}-wal"]


def test_the_newest_whole_backup_takes_the_place_of_a_damaged_file(path):
    now = days()
    scripts = [V1]
    for number in range(3):
        with opened(path, *scripts, now=now) as database:
            add(database, *[BIG] * 50, f"written under version {number + 1}")
        scripts.append(f"CREATE TABLE t{number} (x)")
    newest = files(path, "*backup*")[-1]
    spoil(newest)
    spoil(path)

    with opened(path, *scripts, now=now) as database:
        kept = names(database)
        assert "backup" in database.notice
        assert "v1" in database.notice

    assert kept[-1] == "written under version 1"
    assert version(path) == len(scripts)
    assert newest.exists()


def left_while_writing(path: Path, *names: str) -> None:
    """Leave the file as a process does that is killed before the file has a log.

    That is the very first opening, and the first one of a restored backup: pages are written in
    place, with a journal beside them from which the former ones come back.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        rows = [(f"{name} {n} {BIG}",) for n in range(20) for name in names]
        connection.executemany("INSERT INTO picture (name) VALUES (?)", rows)
        copies = {each: each.read_bytes() for each in files(path, "*") if each.is_file()}
        connection.execute("ROLLBACK")
    for each, content in copies.items():
        each.write_bytes(content)


def test_what_a_killed_process_had_begun_to_write_is_taken_back(path):
    with opened(path) as database:
        add(database, "a")
    left_while_writing(path, "b")
    assert len(files(path, "*-journal")) == 1

    with opened(path) as database:
        assert names(database) == ["a"]
        assert database.notice == ""
        add(database, "c")
    assert files(path, "*") == [path]


def test_the_journal_of_a_damaged_file_spoils_no_backup(path):
    with opened(path, V1) as database:
        add(database, *[BIG] * 50)
    with opened(path, V1, V2):
        pass  # leaves a backup of the first version
    left_while_writing(path, "b")
    path.write_bytes(b"no database " * 10_000)

    with opened(path, V1, V2) as database:
        assert names(database) == [BIG] * 50
        assert "backup" in database.notice
    assert not path.with_name(f"{path.name}-journal").exists()


def test_a_backup_that_cannot_be_copied_now_is_restored_at_a_later_start(path):
    with opened(path, V1) as database:
        add(database, *[BIG] * 50)
    with opened(path, V1, V2):
        pass  # leaves a backup of the first version
    spoil(path)
    in_the_way = path.with_suffix(".part")
    in_the_way.mkdir()
    with pytest.raises(LibraryUnusable), opened(path, V1, V2):
        pass
    in_the_way.rmdir()

    with opened(path, V1, V2) as database:
        assert names(database) == [BIG] * 50


def test_damage_found_while_running_is_told_and_mended_at_the_next_start(path):
    with opened(path) as database:
        add(database, *[BIG] * 50)
    with opened(path) as database:
        with database.reading() as connection:
            connection.execute("PRAGMA shrink_memory")
        spoil(path)
        with pytest.raises(LibraryUnusable, match="damaged") as told:
            names(database)
        assert told.value.next_step == "Start Civitai Desktop again; that mends it."
    with opened(path) as database:
        assert names(database) == []
        assert database.notice


def test_a_locked_file_is_told(path):
    with opened(path):
        pass
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LibraryUnusable, match="another program"), opened(path, timeout_s=0.01):
            pass


def test_a_folder_in_place_of_the_file_is_told(path):
    path.mkdir(parents=True)
    with pytest.raises(LibraryUnusable), opened(path):
        pass
    assert path.is_dir()


def test_a_folder_that_cannot_be_made_is_told(path):
    path.parent.write_text("a file where the folder should be")
    with pytest.raises(LibraryUnusable, match="cannot be opened"), opened(path):
        pass


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes anywhere")
@pytest.mark.parametrize("folder_too", [True, False])
def test_a_write_protected_file_is_told(path, folder_too):
    with opened(path):
        pass
    path.chmod(0o444)
    if folder_too:
        path.parent.chmod(0o555)
    try:
        with pytest.raises(LibraryUnusable) as told, opened(path):
            pass
    finally:
        path.parent.chmod(0o755)
    assert told.value.next_step == "Make it and its folder writable."


def test_a_full_disk_is_told_and_nothing_is_half_written(path):
    with opened(path) as database:
        add(database, "a")
        with database.reading() as connection:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LibraryUnusable, match="disk is full") as told:
            add(database, "b", *[BIG] * 50)
        assert told.value.next_step == "Free some space and try again."
        assert names(database) == ["a"]
        with database.reading() as connection:
            connection.execute("PRAGMA max_page_count = 1000000")
        add(database, "c")
        assert names(database) == ["a", "c"]
