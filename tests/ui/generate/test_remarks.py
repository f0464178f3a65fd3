"""What is not understood in a prompt: said under it, and asked about once before it is sent."""

import pytest
from PySide6.QtWidgets import QLabel

from civitai_desktop.domain.form import SavedForm


def said(desk) -> list[tuple[str, str]]:
    """Return what stands under the prompts, each with its colour."""
    labels = [each for each in desk.panel.findChildren(QLabel) if each.isVisible()]
    return [
        (label.text(), label.property("warning"))
        for label in labels
        if label.property("kind") == "dim" and label.property("warning") is not None
    ]


@pytest.fixture
def asked(desk) -> list[str]:
    questions: list[str] = []
    desk.panel.objected.connect(questions.append)
    return questions


async def test_it_is_said_while_it_is_typed_and_settled_by_taking_it_out(desk):
    desk.find("prompt").setPlainText("a {2$$red|blue} __animal__")
    assert said(desk) == [
        ("Not understood here, and sent as it stands: “2$$”, “__animal__”.", "true")
    ]
    assert "__animal__" in desk.find("prompt").accessibleDescription()
    assert desk.find("prompt_remark").isVisible()
    desk.find("prompt").setPlainText("a {red|blue} fox")
    assert said(desk) == []
    assert "__animal__" not in desk.find("prompt").accessibleDescription()


async def test_generate_asks_once_and_then_sends_it_as_it_stands(desk, asked, until):
    desk.find("prompt").setPlainText("a __animal__")
    await until(desk.is_priced)
    desk.panel.generate()
    [question] = asked
    assert "“__animal__”" in question
    assert desk.starts.requests == []

    desk.panel.generate()
    await until(lambda: desk.starts.requests)
    assert [each.prompt for each in desk.starts.requests] == ["a __animal__"]
    assert asked[-1] == ""

    # Who has heard it is not asked again, whatever else the prompt says by then.
    desk.find("prompt").setPlainText("a small __animal__")
    await until(desk.is_priced)
    desk.panel.generate()
    await until(lambda: len(desk.starts.requests) == 2)


async def test_something_else_that_is_not_understood_is_another_question(desk, asked, until):
    desk.find("prompt").setPlainText("a __animal__")
    await until(desk.is_priced)
    desk.panel.generate()
    desk.find("prompt").setPlainText("a [cow|horse]")
    assert asked[-1] == ""
    await until(desk.is_priced)
    desk.panel.generate()
    assert "“[cow|horse]”" in asked[-1]
    assert desk.starts.requests == []


async def test_square_brackets_keep_their_words_together(desk, asked, until):
    desk.find("prompt").setPlainText("{a [b|c] d|e}")
    await until(desk.is_priced)
    desk.panel.generate()
    desk.panel.generate()
    await until(lambda: len(desk.starts.requests) == 2)
    assert [each.prompt for each in desk.starts.requests] == ["a [b|c] d", "e"]


@pytest.mark.parametrize(
    "prompt", ["a boat", "a {red|blue} boat", "(red:1.2) [out of focus]", "a sign, 16:9"]
)
@pytest.mark.parametrize("engine", ["sdxl", "z-image-turbo"])
async def test_nobody_is_asked_about_plain_words(open_desk, until, engine, prompt):
    desk = open_desk(SavedForm(engine=engine))
    desk.find("prompt").setPlainText(prompt)
    await until(desk.is_priced)
    desk.panel.generate()
    await until(lambda: desk.starts.requests)


async def test_weights_are_a_remark_where_the_engine_does_not_weigh_words(open_desk):
    desk = open_desk(SavedForm(engine="sdxl"))
    desk.find("prompt").setPlainText("(red:1.2) [out of focus]")
    assert said(desk) == []
    desk.presenter.choose_engine("z-image-turbo")
    desk.find("prompt").setPlainText("(red:1.2) [out of focus]")
    text = "This engine does not weigh words: “(red:1.2)”, “[out of focus]” is read as text."
    assert said(desk) == [(text, "false")]


async def test_alternatives_in_the_negative_prompt_are_asked_about(open_desk, until):
    desk = open_desk(SavedForm(engine="sdxl"))
    questions: list[str] = []
    desk.panel.objected.connect(questions.append)
    desk.find("prompt").setPlainText("a boat")
    desk.find("negative_prompt").setPlainText("{red|blue}")
    await until(desk.is_priced)
    desk.panel.generate()
    assert "“{red|blue}”" in questions[-1]
    assert desk.starts.requests == []
