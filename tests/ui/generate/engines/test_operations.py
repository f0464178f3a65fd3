"""Which engine is at work with pictures to start from, and that nothing typed is lost by it."""

import pytest

from civitai_desktop.domain.form import SavedForm
from civitai_desktop.domain.source import reference
from civitai_desktop.ui.generate.engines import operations
from civitai_desktop.ui.generate.state import FormState

ONE, OTHER = reference("a" * 64, "png"), reference("b" * 64, "jpeg")


@pytest.fixture
def state(catalogue) -> FormState:
    return FormState(catalogue, SavedForm(engine="sdxl"))


def test_a_picture_makes_it_image_to_image_and_no_picture_text_to_image(state) -> None:
    state.start_from([ONE])
    assert (state.base.id, state.engine.id) == ("sdxl", "sdxl-variant")
    assert state.values["image"] == ONE
    state.start_from([])
    assert (state.base.id, state.engine.id) == ("sdxl", "sdxl")
    assert "image" not in state.values


def test_what_was_typed_goes_along_there_and_back(state) -> None:
    state.change("prompt", "a boat")
    state.change("steps", 33)
    state.change("width", 512)
    state.start_from([ONE])
    assert (state.values["prompt"], state.values["steps"], state.values["width"]) == (
        "a boat",
        33,
        512,
    )
    state.change("strength", 0.4)
    state.change("width", 768)
    state.start_from([])
    assert (state.values["steps"], state.values["width"]) == (33, 768)
    state.start_from([ONE])
    assert (state.values["strength"], state.values["width"]) == (0.4, 768)


def test_a_size_goes_along_with_both_sides_although_one_of_them_is_a_default(catalogue) -> None:
    state = FormState(catalogue, SavedForm(engine="gpt-image-2"))
    state.change("height", 1536)
    state.start_from([ONE])
    assert state.engine.id == "gpt-image-2-edit"
    assert (state.values["width"], state.values["height"]) == (1024, 1536)


def test_no_half_of_a_size_goes_along(catalogue) -> None:
    state = FormState(catalogue, SavedForm(engine="gpt-image-2"))
    state.change("prompt", "a boat")
    state.change("width", 1536)
    state.change("height", 9999)
    state.start_from([ONE])
    assert (state.values["width"], state.values["height"]) == (None, None)
    assert state.engine.complaints(state.values) == {}


def test_every_engine_starts_an_operation_with_a_form_that_fits(catalogue) -> None:
    for engine in catalogue.from_text():
        state = FormState(catalogue, SavedForm(engine=engine.id))
        state.change("prompt", "a boat")
        state.start_from([ONE])
        assert state.engine.complaints(state.values) == {}, engine.id


def test_a_value_that_does_not_fit_stays_where_it_was_typed(catalogue) -> None:
    state = FormState(catalogue, SavedForm(engine="flux1-sdcpp"))
    state.change("prompt", "a boat")
    state.change("steps", 1000)
    state.start_from([ONE])
    assert state.values["steps"] != 1000
    state.start_from([])
    assert state.values["steps"] == 1000


def test_an_engine_with_both_lets_choose_and_remembers(catalogue, state) -> None:
    state.choose("flux1-sdcpp")
    state.start_from([ONE, OTHER])
    assert state.engine.id == "flux1-sdcpp-variant"
    assert state.values["image"] == ONE
    state.choose_operation("edit-image")
    assert state.engine.id == "flux1-sdcpp-edit"
    assert state.values["images"] == (ONE, OTHER)
    state.choose("qwen-20b")
    assert state.engine.id == "qwen-20b-edit"
    # An engine with one of them only does that one.
    state.choose("sdxl")
    assert state.engine.id == "sdxl-variant"


def test_pictures_go_along_to_every_engine_and_none_drops_them(state) -> None:
    state.start_from([ONE, OTHER])
    for engine_id in ("z-image-turbo", "nano-banana-2", "sdxl", "flux2-dev"):
        state.choose(engine_id)
        assert state.sources == (ONE, OTHER)
    state.choose("z-image-turbo")
    assert state.engine.id == "z-image-turbo"
    state.choose("nano-banana-2")
    assert (state.engine.id, state.values["images"]) == ("nano-banana-2", (ONE, OTHER))


def test_what_the_engine_stands_for_is_chosen_in_its_operation_too(state) -> None:
    state.start_from([ONE])
    state.choose_operation("edit-image")
    state.choose("flux2-klein-9b")
    assert (state.engine.id, state.values["modelVersion"]) == ("flux2-klein-edit", "9b")


def test_settings_of_an_operation_survive_a_look_at_another_engine(state) -> None:
    state.start_from([ONE])
    state.change("steps", 41)
    state.choose("z-image-turbo")
    state.choose("sdxl")
    assert (state.engine.id, state.values["steps"]) == ("sdxl-variant", 41)


def test_the_next_start_begins_with_the_same_pictures(catalogue, state) -> None:
    state.choose("flux1-sdcpp")
    state.start_from([ONE])
    state.choose_operation("edit-image")
    state.change("prompt", "a boat")
    again = FormState(catalogue, state.saved())
    assert (again.base.id, again.engine.id) == ("flux1-sdcpp", "flux1-sdcpp-edit")
    assert again.values == state.values


def test_settings_of_a_picture_bring_its_source_back_and_undo_takes_it_away(state) -> None:
    state.change("prompt", "before")
    values = {"prompt": "a boat", "image": ONE, "strength": 0.2, "steps": 12}
    state.reuse(values, "sdxl-variant", 7)
    assert (state.base.id, state.engine.id, state.sources) == ("sdxl", "sdxl-variant", (ONE,))
    assert state.values["strength"] == 0.2
    state.undo()
    assert (state.engine.id, state.sources, state.values["prompt"]) == ("sdxl", (), "before")


def test_settings_go_along_when_their_source_is_gone(state) -> None:
    state.reuse({"prompt": "a boat", "image": ONE, "steps": 12}, "sdxl-variant", 7)
    state.start_from([])
    values = state.values
    assert (values["prompt"], values["steps"], values["seed"]) == ("a boat", 12, 7)


def test_an_edit_is_traced_back_to_the_version_that_made_it(catalogue) -> None:
    edit = catalogue.engine("flux2-klein-edit")
    for version in ("4b", "9b", "9b-kv"):
        found = operations.picked_for(catalogue, edit, {"modelVersion": version})
        assert found.id == f"flux2-klein-{version}"


def test_every_operation_with_pictures_is_reached_from_an_engine_and_leads_back(catalogue) -> None:
    reached = set()
    for base in catalogue.from_text():
        for operation, engine in operations.operations(catalogue, base).items():
            assert operations.at_work(catalogue, base, operation, True) is engine
            picked = operations.picked_for(catalogue, engine, engine.defaults())
            assert operation in operations.operations(catalogue, picked)
            reached.add(engine.id)
    assert reached == {each.id for each in catalogue if each.operation != "text-to-image"}


def test_settings_from_elsewhere_leave_the_pictures_where_they_are_given(state) -> None:
    state.start_from([ONE])
    state.reuse({"prompt": "a boat", "steps": 9}, "sd1", None, sources=state.sources)
    assert (state.base.id, state.engine.id, state.sources) == ("sd1", "sd1-variant", (ONE,))
    assert state.values["steps"] == 9


def test_settings_of_an_operation_without_a_picture_work_from_text(state) -> None:
    state.reuse({"prompt": "a boat", "steps": 9}, "sd1-variant", None)
    assert (state.engine.id, state.values["steps"]) == ("sd1", 9)
