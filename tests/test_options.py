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


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.0.0.1:8/", "https://x.example"])
def test_a_safe_address_is_taken(url):
    assert options.read(["--api-url", url], {}).api_url == url.rstrip("/")


@pytest.mark.parametrize("url", ["http://civitai.com", "ftp://x", "civitai.com", "https://"])
def test_an_address_that_would_show_the_key_is_refused(url, capsys):
    with pytest.raises(SystemExit) as ended:
        options.read(["--api-url", url], {})
    assert ended.value.code == 2
    assert "https://" in capsys.readouterr().err


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
