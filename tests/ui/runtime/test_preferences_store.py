"""The user's choices, kept in an INI file."""

from civitai_desktop.domain.preferences import Appearance, Preferences
from civitai_desktop.ui.runtime.preferences_store import PreferencesStore


def test_choices_come_back_as_what_they_were(tmp_path, qapp):
    path = str(tmp_path / "settings.ini")
    store = PreferencesStore(path)
    assert store.value == Preferences()
    store.choose_mature_resources(True)
    store.change(signed_in=True, pictures_folder="/my pictures", appearance=Appearance.LIGHT)
    del store

    kept = PreferencesStore(path).value

    assert kept == Preferences(
        signed_in=True,
        pictures_folder="/my pictures",
        appearance=Appearance.LIGHT,
        mature_resources=True,
    )


def test_a_spoiled_value_counts_as_absent(tmp_path, qapp):
    path = tmp_path / "settings.ini"
    path.write_text("[General]\nappearance=purple\nsigned_in=perhaps\n")

    kept = PreferencesStore(str(path)).value

    assert kept == Preferences()
