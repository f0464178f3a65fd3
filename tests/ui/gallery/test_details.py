"""The details panel, bound to a real library, real files and the real catalogue."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path, PurePosixPath

import PIL.Image
import pytest
import pytest_asyncio
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QLineEdit,
    QPushButton,
    QTextEdit,
    QWidget,
)

from civitai_desktop import resources
from civitai_desktop.catalogue import loader, templates
from civitai_desktop.domain.errors import CivitaiError
from civitai_desktop.domain.generation import Generation, GenerationRequest, GenerationState, Image
from civitai_desktop.services.gallery import Gallery
from civitai_desktop.services.tasks import DiskThread
from civitai_desktop.storage.files import PictureFolder
from civitai_desktop.storage.library import Library
from civitai_desktop.storage.thumbnails import Thumbnails
from civitai_desktop.ui.gallery.details import DetailsPanel
from civitai_desktop.ui.gallery.details_pages import PicturePage
from civitai_desktop.ui.gallery.details_presenter import DetailsPresenter
from civitai_desktop.ui.queue.tiles import LiveTile, Phase

CATALOGUE = loader.load(resources.path("catalogue/engines.json"))
ZONE = timezone(timedelta(hours=1))
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=ZONE)
SAVED_AT = datetime(2026, 11, 22, 13, 2, tzinfo=UTC)
GREEN, RED, BLUE = (40, 160, 60), (200, 30, 30), (30, 30, 200)


def request(**changes) -> GenerationRequest:
    engine = CATALOGUE.engine("flux2")
    values = {
        **engine.defaults(),
        "prompt": "A paper boat",
        "width": 1216,
        "height": 832,
        "steps": 20,
        "cfgScale": 5.0,
        **changes,
    }
    return engine.request(values, seed=lambda: 1849203377)


@dataclass
class House:
    """A library with files, and the panel that looks at it."""

    root: Path
    library: Library
    gallery: Gallery
    disk: DiskThread
    presenter: DetailsPresenter
    panel: DetailsPanel
    until: Callable[..., Awaitable[None]]
    errors: list[CivitaiError] = field(default_factory=list)

    def add(self, name="2026-11-22/140211-paper-boat.png", *, colour=GREEN, **generation) -> Image:
        made = Generation(
            request=generation.pop("request", None) or request(),
            state=GenerationState.SUCCEEDED,
            workflow_id="wf_01JDABCDEFGHJKMNPQRSTVWXYZ-20261122-9Q2",
            **{"cost": 10, **generation},
        )
        self.library.add_generation(made)
        path = self.root / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        PIL.Image.new("RGB", (608, 416), colour).save(path)
        return self.library.add_image(
            Image(
                generation_id=made.id,
                blob_id=name,
                index=0,
                path=PurePosixPath(name),
                prompt=made.request.prompt,
                engine=made.request.engine,
                seed=made.request.seed,
                width=1216,
                height=832,
                size_bytes=1,
                sha256="",
                saved_at=SAVED_AT,
            )
        )

    async def show(self, image: Image) -> None:
        """Select `image`, and wait until everything about it is there."""
        answers = []
        self.presenter.origin_known.connect(answers.append)
        self.presenter.preview_ready.connect(answers.append)
        self.presenter.preview_failed.connect(answers.append)
        self.panel.show_selection(image)
        # Not a task may be left: pytest-qt turns Qt's loop without asyncio's after a test.
        await self.until(lambda: answers and asyncio.all_tasks() == {asyncio.current_task()})

    def fact(self, name: str) -> str:
        value = self.panel.findChild(QWidget, f"fact_{name}")
        if value.isHidden():
            return ""
        return value.text() if isinstance(value, QLineEdit) else value.toPlainText()

    def button(self, name: str) -> QAbstractButton:
        return self.panel.findChild(QAbstractButton, name)

    def text(self, name: str) -> str:
        found = self.panel.findChild(QTextEdit, name)
        return found.toPlainText() if found.isVisibleTo(self.panel) else ""

    def preview_colour(self) -> QColor:
        grabbed: QImage = self.panel.grab().toImage()
        return grabbed.pixelColor(150, 200)


@pytest_asyncio.fixture
async def house(qtbot, tmp_path, until) -> AsyncIterator[House]:
    library = Library(tmp_path / "library.sqlite3")
    disk = DiskThread()
    errors: list[CivitaiError] = []
    gallery = Gallery(
        library,
        PictureFolder(tmp_path / "pictures"),
        Thumbnails(tmp_path / "thumbnails"),
        disk,
        [].append,
    )
    presenter = DetailsPresenter(gallery, CATALOGUE, errors.append, now=lambda: NOW)
    window = QWidget()
    qtbot.addWidget(window)
    panel = DetailsPanel(presenter, window)
    window.resize(300, 840)
    panel.resize(300, 840)
    window.show()
    yield House(tmp_path, library, gallery, disk, presenter, panel, until, errors)
    await presenter.aclose()
    disk.close()
    library.close()


async def test_the_template_stands_with_a_picture_of_one_of_its_prompts(house):
    [_, blue] = templates.requests(
        CATALOGUE.engine("flux2"),
        {**CATALOGUE.engine("flux2").defaults(), "prompt": "A {red|blue} boat"},
    )
    await house.show(house.add(request=blue))
    assert house.fact("template") == "A {red|blue} boat"
    await house.show(house.add("other.png"))
    assert house.fact("template") == ""


async def test_the_facts_are_those_of_the_design(house):
    await house.show(house.add())

    assert {name: house.fact(name) for name in ("engine", "size", "steps", "seed", "cost")} == {
        "engine": "Flux.2 Klein 4B",
        "size": "1216 \N{MULTIPLICATION SIGN} 832",
        "steps": "20 / 5",
        "seed": "1849203377",
        "cost": "10 Buzz",
    }
    assert house.fact("created") == "Today 14:02"
    assert house.fact("file") == "2026-11-22/140211-paper-boat.png"


async def test_a_long_workflow_id_is_shortened_but_copied_whole(house, qtbot):
    image = house.add()
    await house.show(image)
    workflow = house.panel.findChild(QLineEdit, "fact_workflow")
    whole = (await house.gallery.generation(image.generation_id)).workflow_id

    assert "…" in workflow.text()
    assert workflow.toolTip() == whole

    qtbot.mouseClick(workflow, Qt.MouseButton.LeftButton)
    assert workflow.text() == whole


async def test_several_pictures_share_one_cost(house):
    await house.show(house.add(request=request(quantity=4), cost=1032))
    assert house.fact("cost") == "1,032 Buzz for 4 images"


async def test_what_was_done_otherwise_stands_with_the_picture(house):
    differing = "Images: asked 8, ran 4."
    await house.show(house.add(request=request(quantity=4), deviations=differing))
    assert house.fact("deviations") == differing
    # What was paid is for those that were made.
    assert house.fact("cost") == "10 Buzz"


async def test_nothing_stands_there_where_all_was_done_as_asked(house):
    await house.show(house.add())
    assert house.fact("deviations") == ""


async def test_an_unknown_cost_is_not_made_up(house):
    await house.show(house.add(cost=None))
    assert house.fact("cost") == ""


async def test_a_picture_of_a_vanished_engine_keeps_what_is_known(house):
    made = replace(request(), engine="gone-engine")
    await house.show(house.add(request=made))
    assert house.fact("engine") == "gone-engine"
    assert house.fact("steps") == "20 / 5"


async def test_the_negative_prompt_stands_there_only_if_one_was_sent(house):
    await house.show(house.add(request=request(negativePrompt="blurry, text")))
    assert house.text("negative_prompt_of_the_picture") == "blurry, text"

    await house.show(house.add("other.png"))
    assert house.text("negative_prompt_of_the_picture") == ""


async def test_nothing_jumps_while_the_negative_prompt_of_the_next_picture_is_unknown(house, until):
    first, second = (
        house.add(name, request=request(negativePrompt="blurry, " * 30))
        for name in ("1.png", "2.png")
    )
    await house.show(first)
    house.panel.grab()
    before = house.button("vary").mapTo(house.panel, QPoint())

    house.panel.show_selection(second)
    house.panel.grab()
    assert house.text("negative_prompt_of_the_picture") == ""
    assert house.button("vary").mapTo(house.panel, QPoint()) == before

    await house.show(house.add("3.png"))
    house.panel.grab()
    assert house.button("vary").mapTo(house.panel, QPoint()).y() < before.y()


async def test_markup_in_a_prompt_is_shown_as_it_was_typed(house):
    await house.show(house.add(request=request(prompt="<b>bold</b> &amp; <img src=x>")))
    assert house.text("prompt_of_the_picture") == "<b>bold</b> &amp; <img src=x>"


async def test_a_prompt_without_end_neither_widens_nor_fills_the_panel(house):
    await house.show(house.add(request=request(prompt="a" * 900)))
    prompt = house.panel.findChild(QTextEdit, "prompt_of_the_picture")

    assert prompt.document().size().width() <= prompt.viewport().width()
    assert prompt.height() < prompt.document().size().height()
    assert prompt.verticalScrollBar().maximum() > 0
    assert house.panel.width() == 300


async def test_the_preview_is_the_file_of_the_picture(house):
    await house.show(house.add())
    assert house.preview_colour() == QColor(*GREEN)


async def test_the_thumbnail_comes_before_the_sharp_picture(house, until):
    image = house.add()
    thumbnail = house.gallery.thumbnail_path(image.id)
    thumbnail.parent.mkdir(parents=True)
    PIL.Image.new("RGB", (32, 22)).save(thumbnail)
    widths = []
    house.presenter.preview_ready.connect(lambda picture: widths.append(picture.width()))

    house.panel.show_selection(image)
    await until(lambda: len(widths) == 2)

    assert widths[0] == 32
    assert widths[1] > 268


async def test_a_picture_turned_by_its_camera_data_stands_upright(house):
    image = house.add("turned.jpg")
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    PIL.Image.new("RGB", (800, 400), GREEN).save(house.root / "pictures/turned.jpg", exif=exif)
    sizes = []
    house.presenter.preview_ready.connect(lambda picture: sizes.append(picture.size().toTuple()))

    await house.show(image)

    assert sizes[0][0] < sizes[0][1]
    assert min(sizes[0]) >= 268


async def test_the_last_of_many_quick_selections_wins(house, until):
    first, second, last = (
        house.add(f"{n}.png", colour=colour, cost=n)
        for n, colour in ((1, GREEN), (2, RED), (3, BLUE))
    )
    shown = []
    house.presenter.preview_ready.connect(lambda picture: shown.append(picture.pixelColor(9, 9)))

    for image in (first, second, last):
        house.panel.show_selection(image)
    await until(lambda: shown and house.fact("cost"))

    assert shown == [QColor(*BLUE)]
    assert house.fact("cost") == "3 Buzz"


async def test_nothing_selected_after_a_picture_stays_nothing(house):
    answers = []
    house.presenter.preview_ready.connect(answers.append)
    house.presenter.origin_known.connect(answers.append)

    house.panel.show_selection(house.add())
    house.panel.show_selection(None)
    await house.presenter.aclose()

    assert answers == []
    assert not house.button("reuse_settings").isVisible()


async def test_a_missing_file_is_said_in_the_place_of_the_preview(house):
    image = house.add()
    path = house.gallery.picture_path(image)
    path.unlink()

    await house.show(image)

    preview = house.button("favourite").parentWidget()
    assert "The file is missing" in preview.accessibleDescription()
    assert str(path) in preview.accessibleDescription()
    assert not house.button("show_in_folder").isEnabled()
    assert house.button("reuse_settings").isEnabled()
    assert house.button("delete").isEnabled()
    assert house.errors == []


async def test_a_damaged_file_can_still_be_shown_in_its_folder(house):
    image = house.add()
    house.gallery.picture_path(image).write_bytes(b"no picture")

    await house.show(image)

    assert house.button("show_in_folder").isEnabled()


async def test_the_next_picture_after_a_missing_one_has_all_its_buttons(house):
    missing, there = house.add("1.png"), house.add("2.png")
    house.gallery.picture_path(missing).unlink()
    await house.show(missing)

    await house.show(there)

    assert house.button("copy_image").isEnabled()
    assert house.button("show_in_folder").isEnabled()


@pytest.mark.parametrize(
    ("button", "signal"),
    [
        ("reuse_settings", "reuse_wanted"),
        ("vary", "vary_wanted"),
        ("use_as_source", "source_wanted"),
        ("copy_image", "copy_wanted"),
        ("show_in_folder", "show_in_folder_wanted"),
        ("delete", "delete_wanted"),
    ],
)
async def test_each_button_tells_which_picture_it_is_about(house, qtbot, button, signal):
    image = house.add()
    await house.show(image)
    told = []
    getattr(house.panel, signal).connect(told.append)

    qtbot.mouseClick(house.button(button), Qt.MouseButton.LeftButton)

    assert told == [image]


async def test_a_picture_that_another_program_has_changed_is_shown_anew(house):
    image = house.add()
    await house.show(image)
    house.add(colour=BLUE)

    await house.show(replace(image, sha256="another"))

    assert house.preview_colour().blue() > 150


async def test_the_star_asks_for_the_other_state_and_looking_asks_for_nothing(house, qtbot):
    image = house.add()
    told = []
    house.panel.favourite_toggled.connect(lambda *args: told.append(args))

    await house.show(image)
    house.panel.show_selection(replace(image, favourite=True))
    assert told == []
    assert house.button("favourite").isChecked()

    qtbot.mouseClick(house.button("favourite"), Qt.MouseButton.LeftButton)
    assert told == [(image.id, False)]


def live_tile(phase: Phase, text: str, problem: str = "") -> LiveTile:
    return LiveTile(
        generation_id="g1",
        index=0,
        prompt="A tower",
        phase=phase,
        share=0.4,
        text=text,
        problem=problem,
    )


async def test_a_live_tile_can_be_cancelled(house, qtbot):
    told = []
    house.panel.cancel_wanted.connect(told.append)
    house.panel.show_selection(live_tile(Phase.GENERATING, "62 % · 6 s left"))

    assert "62 % · 6 s left" in [each.text() for each in house.panel.findChildren(QLabel)]
    assert house.text("prompt_of_the_live_tile") == "A tower"
    assert not house.button("retry").isVisible()
    qtbot.mouseClick(house.button("cancel"), Qt.MouseButton.LeftButton)
    assert told == ["g1"]


async def test_a_failed_tile_says_why_and_offers_two_ways_out(house, qtbot):
    told = []
    house.panel.retry_wanted.connect(told.append)
    house.panel.dismiss_wanted.connect(told.append)
    problem = "The workflow has expired. Retry, or change the prompt."
    house.panel.show_selection(live_tile(Phase.FAILED, "Failed", problem))

    assert house.text("problem_of_the_picture") == problem
    assert problem_kind(house) == "bad_text"
    assert not house.button("cancel").isVisible()
    qtbot.mouseClick(house.button("retry"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(house.button("dismiss"), Qt.MouseButton.LeftButton)
    assert told == ["g1", "g1"]


def problem_kind(house) -> str:
    """Return what the style sheet colours the problem by."""
    return house.panel.findChild(QWidget, "problem_of_the_picture").property("kind")


async def test_a_held_tile_says_what_it_waits_for_and_can_be_tried_now(house, qtbot):
    told = []
    house.panel.retry_wanted.connect(told.append)
    house.panel.cancel_wanted.connect(told.append)
    reason = "This belongs to the account ada. Enter its key to go on."
    house.panel.show_selection(live_tile(Phase.HELD, "Another account", reason))
    assert house.text("problem_of_the_picture") == reason
    assert problem_kind(house) == "text"
    assert not house.button("retry").isVisible()
    assert not house.button("dismiss").isVisible()
    qtbot.mouseClick(house.button("try_now"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(house.button("cancel"), Qt.MouseButton.LeftButton)
    assert told == ["g1", "g1"]


async def test_several_selected_pictures_are_counted(house):
    house.panel.show_many(1200)
    shown = [each.text() for each in house.panel.findChildren(QLabel) if each.isVisible()]
    assert any(text.startswith("1,200 pictures are selected.") for text in shown)


async def test_no_bar_ever_lies_across_the_panel(house):
    await house.show(house.add("2026-11-22/" + "x" * 180 + ".png"))
    house.panel.resize(300, 400)
    content = house.panel.findChild(QWidget, "fact_file").parentWidget()

    assert content.width() <= 268
    assert house.panel.findChild(QWidget, "fact_file").geometry().right() < content.width()


def test_buttons_that_do_a_command_show_its_key(qtbot):
    page = PicturePage(200)
    qtbot.addWidget(page)
    tips = {each.objectName(): each.toolTip() for each in page.findChildren(QPushButton)}
    assert tips["vary"].endswith("(Ctrl+Shift+R)")
    assert tips["delete"].endswith("(Del)")
    assert tips["show_in_folder"] == "Open the file manager at the picture's file."
