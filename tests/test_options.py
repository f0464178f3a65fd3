"""The command line."""

import subprocess
import sys
from pathlib import Path

import pytest

from civitai_desktop import options
from civitai_desktop.places import Places


def test_everything_has_a_default():
    read = options.read([], {})
    assert read == options.Options()
    assert read.api_url == "https://orchestration.civitai.com"


def test_the_environment_gives_a_key():
    assert options.read([], {"CIVITAI_API_KEY": "abc"}).key == "abc"
    assert options.read([], {"CIVITAI_API_KEY": ""}).key is None


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:1",
        "http://127.0.0.1:8/",
        "http://[::1]:8",
        "http://127.1.2.3",
        "https://x",
    ],
)
def test_a_safe_address_is_taken(url):
    assert options.read(["--api-url", url], {}).api_url == url.rstrip("/")


@pytest.mark.parametrize("url", ["http://civitai.com", "ftp://x", "civitai.com", "https://"])
def test_an_address_that_would_show_the_key_is_refused(url, capsys):
    with pytest.raises(SystemExit) as ended:
        options.read(["--api-url", url], {})
    assert ended.value.code == 2
    assert "https://" in capsys.readouterr().err


def test_an_address_without_a_host_is_told_so(capsys):
    with pytest.raises(SystemExit):
        options.read(["--api-url", "https://:443/"], {})
    assert "names no host" in capsys.readouterr().err


def test_a_larger_picture_may_be_allowed():
    assert options.read([], {}).largest_picture_mb == 512
    assert options.read(["--largest-picture", "2048"], {}).largest_picture_mb == 2048


@pytest.mark.parametrize("text", ["0", "-1", "", "much", "1.5", "\u0661", "9" * 5000])
def test_a_bound_that_is_no_number_is_refused(text, capsys):
    with pytest.raises(SystemExit):
        options.read([f"--largest-picture={text}"], {})
    assert "no number of megabytes" in capsys.readouterr().err


FOLDERS = ("--data-dir", "--pictures-dir")


def folder(option: str, value: str, environment: dict[str, str] | None = None) -> Path | None:
    read = options.read([f"{option}={value}"], environment or {})
    return read.data_dir if option == "--data-dir" else read.pictures_dir


@pytest.mark.parametrize("option", FOLDERS)
@pytest.mark.parametrize("value", ["~/x", "$BASE/x", "${BASE}/x", "%BASE%/x", "~/y/../x"])
def test_the_home_folder_and_variables_are_meant_as_in_a_shell(option, value, tmp_path):
    environment = {"HOME": str(tmp_path), "BASE": str(tmp_path)}
    assert folder(option, value, environment) == tmp_path / "x"


@pytest.mark.parametrize("option", FOLDERS)
def test_a_tilde_needs_no_variable(option):
    user = Path("~").expanduser()
    assert folder(option, "~") == user
    assert folder(option, "~/a b") == user / "a b"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no list of users to look up")
def test_another_users_home_folder_is_found(tmp_path):
    assert folder("--data-dir", "~root/x") == Path("~root").expanduser() / "x"


@pytest.mark.parametrize("name", ["a~b", "$NOT_SET", "100%", "x %y% z"])
def test_a_sign_that_stands_for_nothing_is_a_part_of_the_name(name, tmp_path):
    assert folder("--data-dir", str(tmp_path / name)) == tmp_path / name


def test_a_folder_is_the_same_wherever_the_program_goes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert folder("--data-dir", "x") == tmp_path / "x"


@pytest.mark.parametrize("option", FOLDERS)
@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("a\0b", "character"),
        ("~no such user/x", "no home folder"),
        ("{tmp}/file", "file is no folder"),
        ("{tmp}/file/x/y", "file is no folder"),
        ("{tmp}/nowhere", "nowhere is no folder"),
    ],
)
def test_what_can_be_no_folder_is_said_in_words(option, value, said, tmp_path, capsys):
    (tmp_path / "file").touch()
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    with pytest.raises(SystemExit) as ended:
        folder(option, value.replace("{tmp}", str(tmp_path)))
    assert ended.value.code == 2
    message = capsys.readouterr().err
    assert option in message
    assert said in message


def test_sandbox_and_real_files_never_meet(tmp_path):
    places = Places(options.Options(data_dir=tmp_path / "data"))
    real, sandbox = places.real(""), places.sandbox()
    for one in (real.data / "library.sqlite3", real.pictures, real.thumbnails):
        for other in (sandbox.library, sandbox.pictures, sandbox.thumbnails):
            assert one != other
            assert not one.is_relative_to(other)
    assert not sandbox.pictures.is_relative_to(real.pictures)


def test_a_folder_from_the_command_line_outweighs_the_choice(tmp_path):
    places = Places(options.Options(pictures_dir=tmp_path, data_dir=tmp_path / "data"))
    assert places.real("/chosen").pictures == tmp_path
    assert places.sandbox().pictures == tmp_path.with_name(f"{tmp_path.name} Sandbox")


def test_a_program_that_stays_in_the_sandbox_takes_the_folder_as_it_is(tmp_path):
    places = Places(options.Options(sandbox=True, pictures_dir=tmp_path, data_dir=tmp_path / "d"))
    assert places.sandbox().pictures == tmp_path


def test_a_chosen_folder_is_used(tmp_path):
    chosen = Path("/somewhere/else")
    assert Places(options.Options(data_dir=tmp_path)).real(str(chosen)).pictures == chosen


def test_a_packaged_program_serves_its_own_sandbox():
    command = [sys.executable, "-m", "civitai_desktop", "--serve-sandbox", "--until-stdin-closes"]
    served = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert served.returncode == 0
    assert served.stdout.startswith("Address: http://127.0.0.1:")
