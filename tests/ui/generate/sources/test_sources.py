"""The area for pictures to start from, by drop, paste and choice, over real files."""

from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QPushButton,
    QRadioButton,
    QToolButton,
    QWidget,
)

from civitai_desktop.domain.errors import NotFound, Unreachable
from civitai_desktop.domain.source import reference
from civitai_desktop.services.line import Line
from civitai_desktop.services.ports import Uploads
from civitai_desktop.services.sources import Sources
from civitai_desktop.services.tasks import Workers
from civitai_desktop.storage.sources import SourceFolder
from civitai_desktop.ui.generate.source_fields import SourceFields
from civitai_desktop.ui.generate.sources.presenter import SourcePresenter


def picture(path: Path, colour: str = "red", size=(60, 40)) -> Path:
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    assert image.save(str(path))
    return path


def files(*paths: Path) -> QMimeData:
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return content


def drop(widget: QWidget, content: QMimeData) -> bool:
    """Drag over a widget and let go; return whether it was taken."""
    where, copy = widget.rect().center(), Qt.DropAction.CopyAction
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where, copy, content, left, none)
    QApplication.sendEvent(widget, enter)
    if not enter.isAccepted():
        return False
    move = QDragMoveEvent(where, copy, content, left, none)
    # As Qt does it: accepted unless the widget thinks otherwise.
    move.accept()
    QApplication.sendEvent(widget, move)
    if not move.isAccepted():
        return False
    QApplication.sendEvent(widget, QDropEvent(QPointF(where), copy, content, left, none))
    return True


def paste(widget: QWidget, content: QMimeData) -> None:
    QGuiApplication.clipboard().setMimeData(content)
    control = Qt.KeyboardModifier.ControlModifier
    QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_V, control))


@dataclass
class Area:
    """The form with its source area.

    Attributes:
        said: What stands under the pictures; empty while nothing does.
    """

    desk: object
    presenter: SourcePresenter
    sources: Sources

    @property
    def form(self):
        return self.desk.presenter

    @property
    def count(self) -> int:
        return len(self.form.sources)

    def find(self, name: str, kind: type = QWidget):
        return self.desk.find(name, kind)

    @property
    def said(self) -> str:
        label = self.desk.panel.findChild(QLabel, "source_message")
        return label.text() if label.isVisible() else ""


@pytest_asyncio.fixture
async def area(desk, tmp_path: Path) -> AsyncIterator[Area]:
    workers = Workers("source", 1)
    line, folder = Line(lambda event: None), SourceFolder(tmp_path / "sources")
    sources = Sources(desk.api, Uploads, line, folder, workers, lambda event: None)
    presenter = SourcePresenter(desk.presenter, sources, desk.errors.append)
    SourceFields(desk.panel, desk.presenter, presenter)
    desk.presenter.choose_engine("sdxl")
    yield Area(desk, presenter, sources)
    await presenter.aclose()
    workers.close()
    QGuiApplication.clipboard().clear()


async def test_a_dropped_file_becomes_the_source(area, until, tmp_path) -> None:
    area.form.change("prompt", "a boat")
    assert drop(area.find("source_picture"), files(picture(tmp_path / "a.png")))
    await until(lambda: area.count == 1)
    assert area.form.engine.id == "sdxl-variant"
    assert area.find("how_far_to_go_from_the_source")
    assert area.form.values["prompt"] == "a boat"
    kept = area.sources.path(area.form.sources[0])
    assert kept.read_bytes() == (tmp_path / "a.png").read_bytes()
    await until(lambda: area.presenter.thumbnail(area.form.sources[0]))
    shown = area.find("source_1").grab().toImage()
    assert shown.pixelColor(shown.rect().center()) == QColor("red")


async def test_nothing_is_generated_while_a_picture_is_being_taken(area, until, tmp_path) -> None:
    area.form.change("prompt", "a boat")
    await until(area.desk.is_priced)
    drop(area.desk.panel, files(picture(tmp_path / "a.png", size=(80, 120))))
    area.desk.panel.generate()
    assert area.desk.find("generate").text() == "Taking the picture…"
    await until(lambda: area.desk.find("generate").text() == "Generate 1 image")
    await until(area.desk.is_priced)
    assert area.desk.starts.requests == []

    area.desk.panel.generate()
    await until(lambda: area.desk.starts.requests)
    [request] = area.desk.starts.requests
    assert request.engine == "sdxl-variant"
    assert (request.values["width"], request.values["height"]) == (832, 1216)


async def test_what_was_asked_about_is_not_paid_for_while_a_picture_comes(
    area, until, tmp_path
) -> None:
    asked = []
    area.form.unpriced.connect(asked.append)
    area.desk.api.refusal = Unreachable("Civitai cannot be reached.")
    area.form.change("prompt", "a boat")
    area.form.generate()
    await until(lambda: asked)
    drop(area.desk.panel, files(picture(tmp_path / "a.png")))
    area.form.generate_unpriced()
    assert area.desk.starts.requests == []
    await until(lambda: not area.form.waits_for)


async def test_a_picture_that_is_refused_holds_nothing_up(area, until, tmp_path) -> None:
    area.form.change("prompt", "a boat")
    (tmp_path / "a.png").write_text("no picture")
    drop(area.desk.panel, files(tmp_path / "a.png"))
    drop(area.desk.panel, files(picture(tmp_path / "b.png")))
    await until(lambda: "no PNG, JPEG or WebP" in area.said)
    await until(lambda: not area.form.waits_for)
    assert area.count == 1
    assert area.said


async def test_of_several_files_the_first_is_used_and_the_others_are_kept(
    area, until, tmp_path
) -> None:
    drop(area.desk.panel, files(picture(tmp_path / "old.png", "green")))
    await until(lambda: area.count == 1)
    new = [picture(tmp_path / f"{colour}.png", colour) for colour in ("red", "blue")]
    (tmp_path / "c.png").write_text("no picture")
    drop(area.desk.panel, files(new[0], tmp_path / "c.png", new[1]))
    await until(lambda: area.said)
    assert area.said.startswith("c.png: This is no PNG, JPEG or WebP picture")
    kept = [area.sources.path(each).read_bytes() for each in area.form.sources]
    assert kept == [path.read_bytes() for path in new]
    assert "takes 1; the others are kept." in area.presenter.view.remark

    drop(area.desk.panel, files(*reversed(new), new[0]))
    await until(lambda: not area.form.waits_for)
    kept = [area.sources.path(each).read_bytes() for each in area.form.sources]
    assert kept == [path.read_bytes() for path in reversed(new)]


async def test_the_size_takes_the_shape_of_the_picture_and_leaves_with_it(
    area, until, tmp_path
) -> None:
    def size() -> tuple[object, object]:
        return area.form.values["width"], area.form.values["height"]

    area.form.choose_engine("sdxl")
    area.form.change("width", 1344)
    area.form.change("height", 768)
    drop(area.desk.panel, files(picture(tmp_path / "a.png", size=(80, 120))))
    await until(lambda: size() == (832, 1216))
    assert area.desk.panel.form.editor("width").value() == 832

    drop(area.desk.panel, files(picture(tmp_path / "b.png", "blue", (120, 80))))
    await until(lambda: size() == (1216, 832))
    [source] = area.form.sources
    area.form.start_from(())
    assert size() == (1344, 768)

    # What comes back, or is chosen afterwards, is the user's.
    area.form.start_from((source,))
    area.form.change("width", 1024)
    area.form.change("height", 1024)
    area.form.start_from(())
    assert size() == (1024, 1024)


async def test_a_picture_that_is_put_away_at_once_leaves_the_size_alone(
    area, until, tmp_path
) -> None:
    drop(area.desk.panel, files(picture(tmp_path / "a.png", size=(80, 120))))
    await until(lambda: area.count == 1)
    area.presenter.remove(0)
    drop(area.desk.panel, files(picture(tmp_path / "b.png", "blue", size=(60, 60))))
    await until(lambda: area.count == 1)
    await until(lambda: area.presenter.thumbnail(area.form.sources[0]))
    area.form.start_from(())
    assert (area.form.values["width"], area.form.values["height"]) == (1024, 1024)


async def test_the_size_follows_a_picture_that_was_shown_before_and_survives_undo(
    area, until, tmp_path
) -> None:
    def size() -> tuple[object, object]:
        return area.form.values["width"], area.form.values["height"]

    upright = picture(tmp_path / "a.png", size=(80, 120))
    lying = picture(tmp_path / "b.png", "blue", (120, 80))
    for path, shape in ((upright, (832, 1216)), (lying, (1216, 832)), (upright, (832, 1216))):
        drop(area.desk.panel, files(path))
        await until(lambda shape=shape: size() == shape)

    area.form.reuse({"prompt": "theirs", "width": 1024, "height": 1024}, "sdxl", None)
    drop(area.desk.panel, files(lying))
    await until(lambda: size() == (1216, 832))
    area.form.undo()
    assert size() == (1216, 832)


async def test_an_engine_that_is_switched_to_takes_the_shape_unless_it_has_one(
    area, until, tmp_path
) -> None:
    area.form.choose_engine("gpt-image-1")
    area.form.change("size", "1536x1024")
    area.form.choose_engine("sdxl")
    drop(area.desk.panel, files(picture(tmp_path / "a.png", size=(80, 120))))
    await until(lambda: area.form.values["width"] == 832)
    area.form.choose_engine("gpt-image-1")
    assert area.form.values["size"] == "1536x1024"

    area.form.choose_engine("nano-banana-pro")
    assert area.form.values["aspectRatio"] == "2:3"
    area.form.change("aspectRatio", "1:1")
    area.form.choose_engine("sdxl")
    assert area.form.values["width"] == 832
    area.form.choose_engine("nano-banana-pro")
    assert area.form.values["aspectRatio"] == "1:1"


async def test_the_aspect_ratio_is_the_one_nearest_to_the_picture(area, until, tmp_path) -> None:
    area.form.choose_engine("nano-banana-pro")
    for size, ratio in (((160, 90), "16:9"), ((60, 90), "2:3"), ((400, 90), "21:9")):
        path = picture(tmp_path / f"{size[0]}.png", size=size)
        area.form.start_from(())
        drop(area.desk.panel, files(path))
        await until(lambda ratio=ratio: area.form.values["aspectRatio"] == ratio)


async def test_its_cross_puts_it_away_and_text_is_back(area, until, tmp_path, qtbot) -> None:
    area.presenter.start()
    drop(area.find("source_picture"), files(picture(tmp_path / "a.png")))
    await until(lambda: area.count == 1)
    qtbot.mouseClick(area.find("remove_source_1", QToolButton), Qt.MouseButton.LeftButton)
    assert area.form.sources == ()
    assert area.form.engine.id == "sdxl"


async def test_a_picture_dropped_anywhere_in_the_form_is_a_source(area, until, tmp_path) -> None:
    one, two = picture(tmp_path / "a.png"), picture(tmp_path / "b.png", "blue")
    area.form.choose_engine("flux2-dev-comfy")
    assert drop(area.desk.panel, files(one))
    await until(lambda: area.count == 1)
    assert drop(area.desk.panel.form.prompt.control.viewport(), files(two))
    await until(lambda: area.count == 2)
    assert area.desk.panel.form.prompt.control.toPlainText() == ""


async def test_text_dropped_on_the_prompt_stays_text(area) -> None:
    content = QMimeData()
    content.setText("https://example.com/a.png")
    drop(area.desk.panel.form.prompt.control.viewport(), content)
    assert area.form.sources == ()


async def test_a_screenshot_is_pasted_as_a_png(area, until) -> None:
    content = QMimeData()
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("green"))
    content.setImageData(image)
    paste(area.find("source_picture"), content)
    await until(lambda: area.count == 1)
    assert QImage(str(area.sources.path(area.form.sources[0]))).size() == image.size()


async def test_encoded_bytes_in_the_clipboard_are_taken_as_they_are(area, until, tmp_path) -> None:
    content = QMimeData()
    encoded = picture(tmp_path / "a.jpg").read_bytes()
    content.setData("image/jpeg", encoded)
    paste(area.desk.panel.form.prompt.control, content)
    await until(lambda: area.count == 1)
    assert area.sources.path(area.form.sources[0]).read_bytes() == encoded


async def test_a_passage_with_a_picture_is_pasted_into_the_prompt_as_text(area) -> None:
    content = QMimeData()
    content.setText("a boat")
    content.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    paste(area.desk.panel.form.prompt.control, content)
    assert area.desk.panel.form.prompt.control.toPlainText() == "a boat"
    assert area.form.sources == ()


async def test_an_address_is_handed_on_and_never_asked(area, until) -> None:
    content = QMimeData()
    content.setText("https://example.com/a.png")
    paste(area.find("source_picture"), content)
    await until(lambda: area.count == 1)
    assert area.form.values["image"] == "https://example.com/a.png"


def text(said: str) -> QMimeData:
    content = QMimeData()
    content.setText(said)
    return content


def html(page: str) -> QMimeData:
    content = QMimeData()
    content.setHtml(page)
    return content


@pytest.mark.parametrize("form", ["{}", '"{}"', "file://{}", "\n{}\r\n"])
async def test_a_path_in_the_clipboard_is_a_picture(area, until, tmp_path, form) -> None:
    path = picture(tmp_path / "a b.png")
    written = str(path).replace(" ", "%20") if "file:" in form else str(path)
    paste(area.find("source_picture"), text(form.format(written)))
    await until(lambda: area.count == 1)
    assert area.sources.path(area.form.sources[0]).read_bytes() == path.read_bytes()


async def test_a_path_is_a_picture_for_the_prompt_too(area, until, tmp_path) -> None:
    path = picture(tmp_path / "a.png")
    paste(area.desk.panel.form.prompt.control, text(str(path)))
    await until(lambda: area.count == 1)
    assert area.desk.panel.form.prompt.control.toPlainText() == ""


async def test_a_picture_with_nothing_but_its_address_beside_it_is_no_text(area, until) -> None:
    content = text("https://example.com/a.png")
    content.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    paste(area.desk.panel.form.prompt.control, content)
    await until(lambda: area.count == 1)
    assert area.desk.panel.form.prompt.control.toPlainText() == ""


async def test_a_path_that_leads_nowhere_is_said(area, until, tmp_path) -> None:
    paste(area.find("source_picture"), text(str(tmp_path / "gone.png")))
    await until(lambda: "gone.png cannot be read" in area.said)
    assert not area.form.waits_for


async def test_a_picture_within_its_address_is_taken_wherever_it_is_pasted(
    area, until, tmp_path
) -> None:
    content = picture(tmp_path / "a.png").read_bytes()
    address = f"data:image/png;base64,{b64encode(content).decode()}"
    paste(area.desk.panel.form.prompt.control, text(address))
    await until(lambda: area.count == 1)
    assert area.sources.path(area.form.sources[0]).read_bytes() == content
    assert area.desk.panel.form.prompt.control.toPlainText() == ""


async def test_a_picture_within_its_address_that_is_none_is_said(area, until) -> None:
    paste(area.find("source_picture"), text("data:image/png;base64,AAAA"))
    await until(lambda: "no PNG, JPEG or WebP" in area.said)


async def test_a_picture_copied_from_a_page_is_taken_by_its_address(area, until) -> None:
    paste(
        area.desk.panel.form.prompt.control, html("<img src='https://example.com/a.png?x=1&amp;y'>")
    )
    await until(lambda: area.count == 1)
    assert area.form.values["image"] == "https://example.com/a.png?x=1&y"


async def test_a_picture_dragged_out_of_a_page_is_taken_by_the_prompt_too(area, until) -> None:
    content = html("<img src='https://example.com/a.png'>")
    content.setUrls([QUrl("https://example.com/page")])
    assert drop(area.desk.panel.form.prompt.control.viewport(), content)
    await until(lambda: area.count == 1)
    assert area.form.values["image"] == "https://example.com/a.png"


async def test_an_address_keeps_its_percent_signs(area, until) -> None:
    content = QMimeData()
    content.setUrls([QUrl("HTTPS://example.com/a%20b.png?sig=a%2Fb")])
    drop(area.desk.panel, content)
    await until(lambda: area.count == 1)
    assert area.form.values["image"] == "https://example.com/a%20b.png?sig=a%2Fb"


@pytest.mark.parametrize(
    "said", ["/imagine a boat", "https://example.com/a.png", "a boat", "see /a/cat.png"]
)
async def test_a_text_pasted_into_the_prompt_stays_a_text(area, said) -> None:
    paste(area.desk.panel.form.prompt.control, text(said))
    assert area.desk.panel.form.prompt.control.toPlainText() == said
    assert area.form.sources == ()


async def test_a_passage_of_a_page_with_pictures_is_a_text(area) -> None:
    content = html("<p>a boat</p><img src='https://example.com/a.png'>")
    content.setText("a boat")
    paste(area.desk.panel.form.prompt.control, content)
    assert area.desk.panel.form.prompt.control.toPlainText() == "a boat"
    assert area.form.sources == ()


async def test_a_prompt_in_the_clipboard_is_no_picture(area) -> None:
    paste(area.find("source_picture"), text("a boat, (dusk:1.2)"))
    assert "holds no picture" in area.said


async def test_an_empty_clipboard_is_said(area, qtbot) -> None:
    QGuiApplication.clipboard().clear()
    qtbot.mouseClick(area.find("paste_source_picture", QPushButton), Qt.MouseButton.LeftButton)
    assert "holds no picture" in area.said


async def test_files_are_chosen_in_a_dialog_that_blocks_nothing(area, until, tmp_path, qtbot):
    qtbot.mouseClick(area.find("choose_source_picture", QPushButton), Qt.MouseButton.LeftButton)
    dialog = area.desk.panel.window().findChild(QFileDialog)
    assert dialog.isVisible()
    dialog.filesSelected.emit([str(picture(tmp_path / "a.png"))])
    dialog.close()
    await until(lambda: area.count == 1)


async def test_another_one_takes_the_place_where_there_is_one(area, until, tmp_path) -> None:
    drop(area.find("source_picture"), files(picture(tmp_path / "a.png")))
    await until(lambda: area.count == 1)
    [first] = area.form.sources
    drop(area.find("source_picture"), files(picture(tmp_path / "b.png", "blue")))
    await until(lambda: area.form.sources != (first,))
    [second] = area.form.sources
    assert QImage(str(area.sources.path(second))).pixelColor(1, 1) == QColor("blue")


async def test_the_same_picture_twice_is_one(area, until, tmp_path) -> None:
    area.form.choose_engine("flux2-dev-comfy")
    one, two = picture(tmp_path / "a.png"), picture(tmp_path / "b.png", "blue")
    drop(area.find("source_picture"), files(one, one, two))
    await until(lambda: area.count == 2)


async def test_more_than_the_engine_takes_are_refused(area, until, tmp_path) -> None:
    area.form.choose_engine("qwen2")
    names = ["red", "green", "blue", "black"]
    area.presenter.start()
    drop(area.desk.panel, files(*(picture(tmp_path / f"{n}.png", n) for n in names)))
    await until(lambda: "takes 3 pictures" in area.said)
    assert area.count == 3
    assert "Remove one first." in area.said


async def test_two_operations_are_a_choice_of_one_line_each(area, until, tmp_path, qtbot) -> None:
    area.form.choose_engine("flux1-sdcpp")
    drop(area.find("source_picture"), files(picture(tmp_path / "a.png")))
    await until(lambda: area.form.engine.id == "flux1-sdcpp-variant")
    edit = area.find("edit_of_the_source", QRadioButton)
    assert area.find("variant_of_the_source", QRadioButton).isChecked()
    QTest.mouseClick(edit, Qt.MouseButton.LeftButton, pos=QPoint(8, edit.height() // 2))
    assert area.form.engine.id == "flux1-sdcpp-edit"
    assert edit.isChecked()


async def test_an_engine_that_works_from_text_says_so_and_takes_nothing(area, tmp_path) -> None:
    area.form.choose_engine("z-image-turbo")
    assert not area.desk.panel.findChild(QWidget, "source_picture").isVisible()
    drop(area.desk.panel, files(picture(tmp_path / "a.png")))
    assert area.said.startswith("Z-Image Turbo works from text alone.")
    assert area.form.sources == ()
    area.form.choose_engine("sdxl")
    assert area.said == ""


@pytest.mark.parametrize("name", ["a.gif", "notes.txt"])
async def test_a_file_that_civitai_would_refuse_is_refused_with_what_to_do(
    area, until, tmp_path, name
) -> None:
    (tmp_path / name).write_bytes(b"GIF89a" if name.endswith("gif") else b"milk, eggs")
    drop(area.find("source_picture"), files(tmp_path / name))
    await until(lambda: area.said)
    assert "Save it as PNG or JPEG" in area.said
    assert area.form.sources == ()


async def test_civitais_refusal_stands_under_the_pictures(area, until, tmp_path) -> None:
    drop(area.find("source_picture"), files(picture(tmp_path / "a.png")))
    await until(lambda: area.count == 1)
    area.form.server_complaints({"image": "Civitai refused this picture."})
    assert area.said == "Civitai refused this picture."


async def test_a_source_that_is_gone_is_said_and_the_settings_stay(area, until) -> None:
    gone = reference("a" * 64, "png")
    area.form.reuse({"prompt": "a boat", "image": gone, "steps": 12}, "sdxl-variant", 7)
    await until(lambda: area.desk.errors)
    assert isinstance(area.desk.errors[0], NotFound)
    assert "not there any more" in str(area.desk.errors[0])
    assert (area.form.engine.id, area.form.values["steps"]) == ("sdxl", 12)


async def test_a_price_is_asked_without_an_upload(area, until, tmp_path) -> None:
    area.form.change("prompt", "a boat")
    drop(area.find("source_picture"), files(picture(tmp_path / "a.png")))
    await until(lambda: area.count == 1)
    await until(lambda: any(each.engine == "sdxl-variant" for each in area.desk.api.asked))
    [asked] = [each for each in area.desk.api.asked if each.engine == "sdxl-variant"]
    assert asked.input["image"].startswith("data:image/png;base64,")


async def test_what_is_generated_names_the_picture_of_this_machine(area, until, tmp_path) -> None:
    area.form.change("prompt", "a boat")
    drop(area.find("source_picture"), files(picture(tmp_path / "a.png")))
    await until(lambda: area.count == 1)
    area.form.generate()
    await until(lambda: area.desk.starts.requests)
    [request] = area.desk.starts.requests
    assert request.engine == "sdxl-variant"
    assert request.values["image"] == area.form.sources[0]


async def test_resetting_the_settings_leaves_the_pictures(area, until, tmp_path) -> None:
    drop(area.find("source_picture"), files(picture(tmp_path / "a.png")))
    await until(lambda: area.count == 1)
    area.form.change("strength", 0.2)
    area.form.reset()
    assert area.form.engine.id == "sdxl-variant"
    assert (area.count, area.form.values["strength"]) == (1, 0.7)


async def test_a_source_that_vanishes_while_it_is_put_away_is_said_when_it_comes_back(
    area, until, tmp_path
) -> None:
    drop(area.find("source_picture"), files(picture(tmp_path / "a.png")))
    await until(lambda: area.count == 1)
    [source] = area.form.sources
    await until(lambda: area.presenter.thumbnail(source))
    area.presenter.remove(0)
    area.sources.path(source).unlink()
    area.form.start_from([source])
    await until(lambda: area.desk.errors)
    assert area.form.sources == ()


async def test_a_picture_that_is_only_kept_comes_first_when_it_is_dropped_again(
    area, until, tmp_path
) -> None:
    area.form.choose_engine("flux2-dev-comfy")
    one, two = picture(tmp_path / "a.png"), picture(tmp_path / "b.png", "blue")
    drop(area.find("source_picture"), files(one, two))
    await until(lambda: area.count == 2)
    second = area.form.sources[1]
    area.form.choose_engine("sdxl")
    drop(area.find("source_picture"), files(two))
    await until(lambda: area.form.sources == (second,))
