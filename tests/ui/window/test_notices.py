"""What is told in the strip, and what its buttons do."""

from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from civitai_desktop.domain.errors import (
    EngineNotOffered,
    FolderUnusable,
    NoSafeKeyring,
    NotFound,
    NotSignedIn,
    StartFailed,
    UnknownEngine,
)
from civitai_desktop.domain.events import (
    ConnectionChanged,
    Deviated,
    FolderChanged,
    FolderReading,
    GenerationChanged,
    GenerationDismissed,
    ImagesImported,
    KeyRefused,
    KeyTaken,
    LibraryChanged,
    PaymentNeeded,
)
from civitai_desktop.domain.generation import Generation, GenerationState
from civitai_desktop.domain.look import PassedOver, Reason
from civitai_desktop.domain.preset import Preset
from civitai_desktop.domain.terms import Buzz
from civitai_desktop.services.wallet import Holdings
from civitai_desktop.ui.generate.price.view import PriceView
from civitai_desktop.ui.generate.submission import Shortage
from civitai_desktop.ui.shared.messages import MessageStrip, Severity
from civitai_desktop.ui.window import look_words
from civitai_desktop.ui.window.notices import Notices
from tests.workshop import a_request


@pytest.fixture
def strip(qtbot):
    strip = MessageStrip()
    qtbot.addWidget(strip)
    return strip


@pytest.fixture
def notices(strip):
    return Notices(strip)


def press(strip, label):
    strip.acted.emit(dict(strip.message.actions)[label])


def test_an_error_leads_to_its_next_step(notices, strip, qtbot):
    notices.error(NotSignedIn("The key was refused."))
    assert strip.message.next_step == "Enter a new one under Account."
    with qtbot.waitSignal(notices.account_wanted):
        press(strip, "Enter key…")


def test_a_folder_that_cannot_be_used_can_be_changed(notices, strip, qtbot):
    notices.error(FolderUnusable("The pictures folder /x is missing."))
    with qtbot.waitSignal(notices.folder_wanted):
        press(strip, "Choose folder…")


def test_what_has_passed_is_taken_back(notices, strip):
    notices.on_event(ConnectionChanged("Civitai cannot be reached."))
    notices.on_event(FolderChanged("The disk is full."))
    assert strip.message.text == "The disk is full."
    notices.on_event(FolderChanged())
    assert strip.message.text == "Civitai cannot be reached."
    notices.on_event(ConnectionChanged())
    assert strip.message is None


def test_what_was_done_otherwise_than_asked_is_told(notices, strip):
    differing = "Images: asked 8, ran 4.\nLeft out: Fog."
    notices.on_event(Deviated(Generation(request=a_request(), deviations=differing)))
    assert strip.message.text == "Civitai did not do everything as it was asked."
    assert strip.message.next_step == "Images: asked 8, ran 4. Left out: Fog."


def test_what_was_told_once_is_not_told_again_minutes_later(qtbot):
    now = [1000.0]
    strip = MessageStrip(clock=lambda: now[0])
    qtbot.addWidget(strip)
    notices = Notices(strip)
    notices.on_event(ConnectionChanged("Civitai cannot be reached."))
    notices.on_event(Deviated(Generation(request=a_request(), deviations="Steps: asked 9, ran 4.")))
    notices.remark("Done.")
    notices.error(EngineNotOffered({"engine": "sdcpp"}))
    now[0] += 180
    strip.dismiss()
    # What is still the case is all that comes back.
    assert strip.message.text == "Civitai cannot be reached."
    strip.dismiss()
    assert strip.message is None


def test_an_engine_that_is_not_offered_is_told_until_it_is_or_another_is_chosen(notices, strip):
    notices.error(EngineNotOffered({"engine": "sdcpp"}))
    notices.error(EngineNotOffered({"engine": "sdcpp"}))
    assert strip.message is not None
    notices.engine_settled()
    assert strip.message is None


def test_a_picture_of_an_unknown_engine_is_told_although_another_is_chosen_for_it(notices, strip):
    notices.error(UnknownEngine("The engine that made this picture is not known here."))
    notices.engine_settled()
    assert strip.message is not None


def test_a_library_that_takes_nothing_is_told_until_it_does(notices, strip):
    notices.on_event(LibraryChanged("The library cannot be used: the disk is full."))
    assert "the disk is full" in strip.message.text
    notices.on_event(LibraryChanged())
    assert strip.message is None


def test_a_refused_key_is_told_until_there_is_another(notices, strip):
    notices.on_event(KeyRefused())
    assert strip.message is not None
    notices.account_changed(has_key=True)
    assert strip.message is None


def test_a_key_that_is_taken_after_all_is_told_no_more(notices, strip):
    notices.on_event(KeyRefused())
    notices.on_event(KeyTaken())
    assert strip.message is None


def test_a_key_that_cannot_be_kept_is_told_while_it_is_in_force(notices, strip):
    notices.error(NoSafeKeyring("There is no keyring. The key is kept until you quit."))
    notices.account_changed(has_key=True)
    assert strip.message is not None
    notices.account_changed(has_key=False)
    assert strip.message is None


def test_a_payment_is_asked_for_and_not_under_another_key(notices, strip, qtbot):
    generation = Generation(request=a_request(), state=GenerationState.FAILED)
    needed = PaymentNeeded(generation, 1200, "Civitai does not know it.", "Try the other key.")
    notices.on_event(needed)
    assert strip.message.text == "“a paper boat”: Civitai does not know it."
    with qtbot.waitSignal(notices.questions.payment_confirmed) as confirmed:
        press(strip, "Generate again for 1,200 Buzz")
    assert confirmed.args == [generation.id]

    for taken_back in (
        partial(notices.account_changed, has_key=True),
        partial(notices.on_event, GenerationDismissed(generation.id)),
        partial(notices.on_event, GenerationChanged(generation)),
    ):
        notices.on_event(needed)
        notices.on_event(GenerationDismissed("another"))
        assert strip.message is not None
        taken_back()
        assert strip.message is None


def test_what_is_missing_for_a_payment_is_said_before_it_is_agreed_to(notices, strip):
    generation = Generation(request=a_request(), state=GenerationState.FAILED)
    needed = PaymentNeeded(generation, 1200, "Civitai does not know it.", "Try the other key.")
    notices.on_event(replace(needed, is_short=True))
    assert strip.message.next_step == "Not enough Buzz. Try the other key."
    notices.questions.know_holdings(Holdings(wallets={Buzz.YELLOW: 150}))
    notices.on_event(needed)
    assert strip.message.next_step == "Not enough Buzz: 1,050 missing. Try the other key."
    notices.questions.know_holdings(Holdings(wallets={Buzz.YELLOW: 1200}))
    notices.on_event(needed)
    assert strip.message.next_step == "Try the other key."


@pytest.mark.parametrize("kind", ["payment", "unpriced", "short"])
def test_nothing_is_bought_while_a_picture_fills_the_window(notices, strip, kind):
    questions = notices.questions
    generation = Generation(request=a_request(), state=GenerationState.FAILED)
    needed = PaymentNeeded(generation, 8, "It never began.", "Generating it costs Buzz.")
    ask = {
        "payment": partial(notices.on_event, needed),
        "unpriced": partial(questions.ask_unpriced, "Civitai cannot be reached."),
        "short": partial(
            questions.ask_short, Shortage(prompts=("a", "b"), enough_for=1, missing=8)
        ),
    }[kind]
    ask()
    assert strip.message is not None
    questions.cover(True)
    assert strip.message is None
    questions.cover(False)
    assert strip.message is None

    questions.cover(True)
    ask()
    assert strip.message is None
    questions.cover(False)
    assert strip.message is not None
    questions.take_payment_back()
    questions.leave_form()

    questions.cover(True)
    ask()
    questions.take_payment_back()
    questions.leave_form()
    questions.cover(False)
    assert strip.message is None


def test_an_unknown_price_is_asked_about_until_there_is_one(notices, strip, qtbot):
    questions = notices.questions
    questions.ask_unpriced("Civitai cannot be reached.")
    assert strip.message.next_step == "Civitai cannot be reached."
    with qtbot.waitSignal(questions.unpriced_confirmed):
        press(strip, "Generate all the same")
    assert strip.message is None

    questions.ask_unpriced("Civitai cannot be reached.")
    with qtbot.assertNotEmitted(questions.unpriced_confirmed):
        press(strip, "Not now")
    assert strip.message is None

    questions.ask_unpriced("Civitai cannot be reached.")
    questions.see_price(PriceView(text="Price unknown", remark="", is_unknown=True))
    assert strip.message is not None
    questions.see_price(PriceView(text="…", remark="", is_awaited=True))
    assert strip.message is not None
    questions.see_price(PriceView(text="8 Buzz", remark=""))
    assert strip.message is None

    questions.ask_unpriced("Civitai cannot be reached.")
    questions.leave_form()
    assert strip.message is None


def test_too_little_buzz_for_all_is_asked_about_with_what_would_run(notices, strip, qtbot):
    questions, prompts = notices.questions, ("red boat", "blue boat", "green boat")
    questions.ask_short(Shortage(prompts=prompts, enough_for=2, missing=8))
    assert strip.message.text == "Not enough Buzz for all 3 prompts: 8 missing."
    assert strip.message.next_step == "Only the first 2 would run: “red boat”, “blue boat”."
    with qtbot.waitSignal(questions.unpriced_confirmed):
        press(strip, "Generate the first 2")
    assert strip.message is None

    questions.ask_short(Shortage(prompts=prompts, enough_for=0, missing=24))
    assert "none of them" in strip.message.next_step
    questions.see_price(PriceView(text="24 Buzz", remark="", enough_for=0, missing=20))
    assert strip.message is not None
    questions.see_price(PriceView(text="24 Buzz", remark="", enough_for=1, missing=16))
    assert strip.message is None

    questions.ask_short(Shortage(prompts=prompts, enough_for=1, missing=16))
    assert strip.message.next_step == "Only the first one would run: “red boat”."
    with qtbot.assertNotEmitted(questions.unpriced_confirmed):
        press(strip, "Not now")
    assert strip.message is None


def test_too_little_buzz_for_a_single_prompt_is_asked_about_too(notices, strip, qtbot):
    questions = notices.questions
    questions.ask_short(Shortage(prompts=("red boat",), enough_for=0, missing=4))
    assert strip.message.text == "Not enough Buzz: 4 missing."
    assert [label for label, _ in strip.message.actions] == ["Generate all the same", "Not now"]
    with qtbot.waitSignal(questions.unpriced_confirmed):
        press(strip, "Generate all the same")
    questions.ask_short(Shortage(prompts=("red boat",), enough_for=0, missing=0))
    assert strip.message.text == "Not enough Buzz."
    questions.see_price(PriceView(text="8 Buzz", remark=""))
    assert strip.message is None


def test_a_picture_that_filled_the_window_of_a_closed_workspace_silences_no_other(notices, strip):
    notices.questions.cover(True)
    notices.questions.ask_unpriced("Civitai cannot be reached.")
    notices.workspace_left()
    assert strip.message is None
    notices.questions.ask_unpriced("Civitai cannot be reached.")
    assert strip.message is not None


def test_an_objection_is_told_and_taken_back(notices, strip):
    notices.objected("It is made for SD 1.5.")
    assert strip.message.next_step == "Press Generate again to go on all the same."
    notices.objected("")
    assert strip.message is None
    notices.objected("It is made for SD 1.5.")
    notices.generating()
    assert strip.message is None


def test_nothing_of_a_closed_workspace_stays_but_what_concerns_the_key(notices, strip):
    notices.error(NotFound("The picture is gone."))
    notices.remark("The folder was given at the start.")
    notices.on_event(ImagesImported(taken=1))
    notices.error(NoSafeKeyring("There is no keyring."))
    notices.workspace_left()
    assert strip.message.text == "There is no keyring."
    strip.dismiss()
    assert strip.message is None


def test_a_bug_is_told_with_its_report(notices, strip, qapp):
    notices.bug_reported.emit("Traceback: it broke")
    press(strip, "Copy report")
    assert qapp.clipboard().text() == "Traceback: it broke"
    assert strip.message is None


def test_pictures_are_deleted_only_after_a_yes(notices, strip, qtbot):
    deleted = []
    notices.questions.delete_confirmed.connect(deleted.append)
    notices.questions.ask_to_delete((3, 4))
    assert "2 pictures" in strip.message.text
    press(strip, "Keep")
    assert deleted == []
    notices.questions.ask_to_delete((3,))
    press(strip, "Delete")
    assert deleted == [(3,)]


def test_an_overwritten_form_can_be_brought_back(notices, strip, qtbot):
    notices.form_replaced()
    with qtbot.waitSignal(notices.undo_wanted):
        press(strip, "Undo")
    notices.form_replaced()
    notices.undo_available(False)
    assert strip.message is None


def test_what_went_well_goes_once_the_user_goes_on(notices, strip):
    notices.error(FolderUnusable("The disk is full."))
    notices.form_replaced()
    notices.generating()
    assert strip.message.text == "The disk is full."


def test_an_import_tells_what_was_left_out(notices, strip):
    broken = PassedOver(Reason.NO_PICTURE, 5, ("a.png", "b.png", "c.png"))
    notices.on_event(ImagesImported(taken=1200, passed_over=(broken,)))
    assert strip.message.text == (
        "The pictures folder has changed: 1,200 new. 5 files or folders cannot be read or shown."
    )
    assert "a.png, b.png, c.png" in strip.accessibleDescription()
    press(strip, "Show details")
    assert strip.message.text == (
        "1,200 pictures were new in the folder."
        " 5 files are no whole pictures and are left out: a.png, b.png, c.png, …."
    )
    assert strip.message.next_step == "The log names all that is left out."
    assert strip.message.severity is Severity.WARNING
    notices.on_event(ImagesImported())
    assert strip.message.text == "Every picture of the folder is in the gallery already."
    assert strip.message.severity is Severity.GOOD


def test_little_is_told_whole(notices, strip):
    notices.on_event(ImagesImported(taken=1, found_again=1))
    assert strip.message.text == (
        "1 picture was new in the folder. 1 picture was moved, renamed or brought back."
    )
    assert strip.message.actions == ()


@given(
    st.tuples(*[st.integers(0, 3)] * 5),
    st.lists(st.builds(PassedOver, st.sampled_from(Reason), st.integers(1, 9)), max_size=4),
)
def test_at_most_two_sentences_are_told_before_details_are_asked_for(counts, passed_over):
    look = ImagesImported(*counts, tuple(passed_over))
    whole = f"{look_words.done(look)} {look_words.next_step(look)}".strip()
    assert (look_words.brief(look) or whole).count(". ") <= 1


def test_reading_a_large_folder_is_told_with_a_count_until_it_is_over(notices, strip):
    notices.on_event(FolderReading(0, 1500))
    assert strip.message.text == "The pictures folder is being read: 0 of 1,500 files."
    notices.on_event(FolderReading(750, 1500))
    assert "750 of 1,500" in strip.message.text
    notices.on_event(FolderReading(1500, 1500))
    assert strip.message is None


def test_an_import_tells_what_became_of_the_pictures_that_were_known(notices, strip):
    notices.on_event(ImagesImported(found_again=2, changed=1, copies=1, missing=1))
    assert strip.message.text == (
        "The pictures folder has changed: 2 moved, renamed or back, 1 changed, 1 exact copy,"
        " 1 hidden until its file is back."
    )
    press(strip, "Show details")
    assert strip.message.text == (
        "2 pictures were moved, renamed or brought back."
        " 1 picture was changed by another program, and is read anew."
        " 1 file is an exact copy of a picture, which is shown once."
        " 1 picture is not in the folder any more, and is hidden."
    )
    assert "its star" in strip.message.next_step


def test_what_is_left_out_on_purpose_is_named_and_no_reason_to_worry(notices, strip):
    hidden = PassedOver(Reason.HIDDEN, 1, (".Trash-1000",))
    notices.on_event(ImagesImported(passed_over=(hidden,)))
    assert strip.message.text == (
        "Every picture of the folder is in the gallery already."
        " 1 hidden or trash folder is left out: .Trash-1000."
    )
    assert strip.message.next_step == ""
    assert strip.message.severity is Severity.GOOD


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_for_leaving_something_out_has_its_words(reason):
    for count in (1, 7):
        told = look_words.done(ImagesImported(passed_over=(PassedOver(reason, count, ("x",)),)))
        assert ("x." in told) == (count == 1)
        assert "{" not in told


def test_a_deleted_preset_can_be_brought_back(notices, strip, qtbot):
    preset = Preset(name="Portrait", engine="sdxl", values={})
    notices.preset_removed(preset)
    assert strip.message.text == "The preset “Portrait” is deleted."
    with qtbot.waitSignal(notices.restore_wanted) as wanted:
        press(strip, "Undo")
    assert wanted.args == [preset]
    assert strip.message is None


@pytest.mark.parametrize("tell", ["form_reset", "preset_applied"])
def test_an_overwritten_form_can_be_undone(notices, strip, qtbot, tell):
    getattr(notices, tell)(*(["Portrait"] if tell == "preset_applied" else []))
    with qtbot.waitSignal(notices.undo_wanted):
        press(strip, "Undo")


def test_a_question_about_one_picture_goes_when_another_is_looked_at(notices, strip):
    deleted = []
    notices.questions.delete_confirmed.connect(deleted.append)
    notices.questions.ask_to_delete((3,))
    notices.questions.look_at(3)
    assert strip.message is not None
    notices.questions.look_at(4)
    assert strip.message is None


def test_a_question_takes_no_keyboard_from_who_has_gone_elsewhere(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    button, field, strip = QPushButton(window), QLineEdit(window), MessageStrip(window)
    notices = Notices(strip)
    window.show()
    window.activateWindow()
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    for end in (partial(notices.questions.look_at, None), partial(notices.remark, "Done.")):
        notices.questions.ask_to_delete((3,))
        assert QApplication.focusWidget().accessibleName() == "Keep"
        field.setFocus()
        end()
        assert field.hasFocus()
    # What is told meanwhile does not cover what is asked.
    assert strip.message.text == "Delete this picture from the disk?"
    strip.dismiss()
    assert strip.message.text == "Done."


def test_a_question_takes_the_keyboard_and_gives_it_back(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    field, strip = QLineEdit(window), MessageStrip(window)
    notices = Notices(strip)
    window.show()
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)

    notices.questions.ask_to_delete((3,))
    keep = QApplication.focusWidget()
    assert keep.accessibleName() == "Keep"
    qtbot.keyClick(keep, Qt.Key.Key_Escape)

    assert strip.message is None
    assert field.hasFocus()

    notices.questions.ask_to_delete((3,))
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert strip.message is None


def test_a_start_that_failed_is_tried_again_from_whatever_covers_it(notices, strip, qtbot):
    notices.start_failed(StartFailed("Reaching Civitai failed."))
    assert "Try again" in dict(strip.message.actions)
    notices.on_event(ConnectionChanged("Reaching Civitai failed.", is_offline=True))
    with qtbot.waitSignal(notices.start_wanted):
        press(strip, "Try again")
    assert strip.message is None
    notices.on_event(ConnectionChanged("Civitai cannot be reached.", is_offline=True))
    assert strip.message.actions == ()


def test_a_folder_that_fails_the_start_can_be_changed_too(notices, strip):
    notices.start_failed(FolderUnusable("The pictures folder /x is missing."))
    assert [label for label, _ in strip.message.actions] == ["Try again", "Choose folder…"]
