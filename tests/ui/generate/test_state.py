"""What the form holds per engine, and one step back."""

import pytest

from civitai_desktop.domain.errors import UnknownEngine
from civitai_desktop.domain.form import SavedForm
from civitai_desktop.ui.generate.state import FormState


@pytest.fixture
def state(catalogue) -> FormState:
    return FormState(catalogue, SavedForm())


def test_a_new_form_shows_the_first_engines_defaults(state, catalogue):
    assert state.engine is catalogue.default
    assert state.values == catalogue.default.defaults()


def test_settings_are_kept_while_another_engine_is_looked_at(state):
    state.change("steps", 4)
    state.choose("sdxl")
    state.change("steps", 33)
    state.choose("z-image-turbo")
    assert state.values["steps"] == 4
    state.choose("sdxl")
    assert state.values["steps"] == 33


def test_the_prompts_go_along_to_every_engine(state):
    state.change("prompt", "a boat")
    state.change("negativePrompt", "fog")
    state.choose("sdxl")
    assert (state.values["prompt"], state.values["negativePrompt"]) == ("a boat", "fog")

    state.change("prompt", "two boats")
    state.choose("z-image-turbo")
    assert state.values["prompt"] == "two boats"


LORA = {"urn:air:sdxl:lora:civitai:1@2": 0.5}
OTHER = {"urn:air:zimageturbo:lora:civitai:3@4": 1}


def test_loras_go_along_to_an_engine_that_has_none(state):
    state.choose("sdxl")
    state.change("loras", LORA)
    state.choose("z-image-turbo")
    assert state.values["loras"] == LORA
    state.choose("sdxl")
    assert state.values["loras"] == LORA


def test_loras_that_only_went_along_follow_the_engine_they_came_from(state):
    state.choose("sdxl")
    state.change("loras", LORA)
    state.choose("z-image-turbo")
    state.choose("sd1")
    assert state.values["loras"] == LORA
    state.choose("sdxl")
    state.change("loras", OTHER)
    state.choose("z-image-turbo")
    assert state.values["loras"] == OTHER


def test_loras_that_were_changed_on_the_way_stay_there(state):
    state.choose("sdxl")
    state.change("loras", LORA)
    state.choose("z-image-turbo")
    state.change("loras", OTHER)
    state.choose("sdxl")
    state.choose("z-image-turbo")
    assert state.values["loras"] == OTHER


def test_loras_that_were_filled_in_or_brought_back_stay_there(state):
    state.choose("sdxl")
    state.change("loras", LORA)
    state.choose("z-image-turbo")
    state.fill({"loras": OTHER})
    state.choose("sdxl")
    state.choose("z-image-turbo")
    assert state.values["loras"] == OTHER
    state.reuse({"loras": OTHER}, "sdxl", None)
    state.choose("sd1")
    state.undo()
    state.choose("sdxl")
    assert state.values["loras"] == LORA


def test_loras_of_an_engines_own_are_kept(state):
    state.change("loras", OTHER)
    state.choose("sdxl")
    state.change("loras", LORA)
    state.choose("z-image-turbo")
    assert state.values["loras"] == OTHER


def test_loras_that_were_taken_out_do_not_come_again(state):
    state.choose("sdxl")
    state.change("loras", LORA)
    state.choose("z-image-turbo")
    state.change("loras", None)
    state.choose("sdxl")
    assert state.values["loras"] == LORA
    state.choose("z-image-turbo")
    assert state.values["loras"] is None


def test_an_engine_without_loras_takes_none(state):
    state.choose("sdxl")
    state.change("loras", LORA)
    state.choose("dall-e-3")
    assert "loras" not in state.values


def test_an_unknown_engine_changes_nothing(state):
    state.change("prompt", "a boat")
    with pytest.raises(UnknownEngine):
        state.choose("gone")
    assert state.values["prompt"] == "a boat"


def test_what_is_saved_comes_back(state, catalogue):
    state.change("steps", 4)
    state.choose("sdxl")
    state.change("loras", {"urn:air:sdxl:lora:civitai:1@2": 0.5})

    again = FormState(catalogue, state.saved())

    assert again.engine.id == "sdxl"
    assert again.values == state.values
    again.choose("z-image-turbo")
    assert again.values["steps"] == 4


def test_unfit_saved_values_are_kept_as_they_are(catalogue):
    saved = SavedForm(engine="sdxl", values={"sdxl": {"steps": "many", "width": 1, "gone": 5}})
    state = FormState(catalogue, saved)
    assert (state.values["steps"], state.values["width"]) == ("many", 1)
    assert "gone" not in state.values


def test_a_vanished_engine_leaves_its_prompt_and_its_values(catalogue):
    saved = SavedForm(engine="gone", values={"gone": {"prompt": "a boat", "steps": 77}})
    state = FormState(catalogue, saved)
    assert state.unknown is not None
    assert state.engine is catalogue.default
    assert state.values["prompt"] == "a boat"
    assert state.saved().values["gone"] == {"prompt": "a boat", "steps": 77}


def test_reuse_overwrites_everything_and_undo_brings_it_back_once(state):
    state.change("prompt", "mine")
    state.change("steps", 4)

    state.reuse({"prompt": "theirs", "width": 832, "height": 1216}, "sdxl", 42)
    assert state.engine.id == "sdxl"
    assert state.values["prompt"] == "theirs"
    assert (state.values["width"], state.values["height"], state.values["seed"]) == (832, 1216, 42)
    assert state.values["steps"] == 20

    assert state.can_undo
    state.undo()
    assert (state.engine.id, state.values["prompt"], state.values["steps"]) == (
        "z-image-turbo",
        "mine",
        4,
    )
    assert not state.can_undo
    before = state.values
    state.undo()
    assert state.values == before


def test_undo_keeps_what_was_typed_and_chosen_since(state):
    state.change("prompt", "mine")
    state.change("steps", 4)
    state.reuse({"prompt": "theirs", "steps": 9}, "z-image-turbo", 42)
    state.change("prompt", "typed since")
    state.choose("sdxl")
    state.change("steps", 77)

    state.undo()

    assert (state.engine.id, state.values["steps"]) == ("sdxl", 77)
    assert state.values["prompt"] == "typed since"
    state.choose("z-image-turbo")
    assert (state.values["steps"], state.values["seed"]) == (4, None)
    assert state.values["prompt"] == "typed since"


def test_undo_brings_the_prompt_back_whatever_engine_was_chosen_since(state):
    state.choose("sdxl")
    state.change("prompt", "old one")
    state.choose("z-image-turbo")
    state.change("prompt", "mine")
    state.reuse({"prompt": "theirs"}, "z-image-turbo", 42)
    state.choose("sdxl")

    state.undo()

    assert (state.engine.id, state.values["prompt"]) == ("sdxl", "mine")
    state.choose("z-image-turbo")
    assert state.values["prompt"] == "mine"


def test_reuse_without_a_seed_leaves_it_random(state):
    state.change("seed", 5)
    state.reuse({"prompt": "theirs", "seed": 42}, "z-image-turbo", None)
    assert state.values["seed"] is None


def test_reuse_of_a_vanished_engine_takes_the_prompts_and_can_be_undone(state):
    state.change("prompt", "mine")
    state.change("steps", 4)
    with pytest.raises(UnknownEngine):
        state.reuse({"prompt": "theirs", "steps": 99}, "gone", 1)
    assert (state.values["prompt"], state.values["steps"]) == ("theirs", 99)
    assert state.values["seed"] == 1
    state.undo()
    assert (state.values["prompt"], state.values["steps"]) == ("mine", 4)
