"""Disposition, tags and notes are changed in the window, by the keyboard, by those who may."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from reviewer.player.qt_player import QtPlayer
from reviewer.player.reports import PlayerState
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.review.range_marks import MarkedRange
from reviewer.ui.widgets.buttons import IconButton
from reviewer.ui.widgets.chip import Chip
from reviewer.ui.widgets.labels import Label
from tests.helpers.stores import ADMIN
from tests.ui.review.builders import S
from tests.ui.review.conftest import settle, show

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def press(qtbot, widget, key, modifiers=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(widget, key, modifiers)


def ask(qtbot, page, key, modifiers=Qt.KeyboardModifier.NoModifier):
    """Press a key of the page and return the dialog it opens."""
    press(qtbot, page.parts.timeline, key, modifiers)
    dialog = page.serving.describing.dialog
    assert dialog is not None
    # Nobody types into it before it has the keyboard.
    qtbot.waitUntil(lambda: dialog.isActiveWindow() and not page._shell.runner.busy)
    return dialog


def done(qtbot, page, ids, name="call"):
    """Wait until it is written and shown."""
    qtbot.waitUntil(lambda: page.serving.describing.dialog is None)
    settle(qtbot, page, ids[name])


def chips(page):
    return [chip.text() for chip in page.parts.details.findChildren(Chip) if chip.isVisible()]


def words(page):
    return [label.text() for label in page.parts.details.findChildren(Label)]


def test_a_disposition_is_changed_with_a_reason(qtbot, opened, ids, session):
    assert chips(opened) == ["Решено: возврат комиссии"]

    dialog = ask(qtbot, opened, Qt.Key.Key_D)
    names = [dialog.choices.item(n).text() for n in range(dialog.choices.count())]
    assert names == ["Решено: возврат комиссии"]
    assert not dialog.act.isEnabled()
    assert dialog.act.toolTip() == "It has this one already"
    press(qtbot, dialog, Qt.Key.Key_Escape)


def test_the_list_is_the_services_and_the_former_stays_in_the_history(
    qtbot, page, ids, store, session
):
    from dataclasses import replace

    from tests.ui.review import builders

    call = builders.call()
    other = replace(
        call,
        giid="33333333-3333-4333-8333-333333333333",
        segments=tuple(replace(s, disposition="Отказ") for s in call.segments),
        recordings=(),
    )
    builders.put(store, other)
    show(qtbot, page, ids, "call")
    dialog = ask(qtbot, page, Qt.Key.Key_D)
    names = [dialog.choices.item(n).text() for n in range(dialog.choices.count())]
    assert names == ["Отказ", "Решено: возврат комиссии"]
    assert dialog.chosen == "Решено: возврат комиссии"
    press(qtbot, dialog.choices, Qt.Key.Key_Up)
    dialog.reason.setText("ошибка оператора")
    press(qtbot, dialog.reason, Qt.Key.Key_Return)
    done(qtbot, page, ids)
    assert chips(page) == ["Отказ"]
    assert page.opened.interaction.segment(1).disposition == "Отказ"
    (told,) = [text for text in words(page) if "ошибка оператора" in text]
    assert told.startswith("Решено: возврат комиссии until ")
    (change,) = session.records.disposition_history(ids["call"])
    assert (change.former, change.fresh, change.reason) == (
        "Решено: возврат комиссии",
        "Отказ",
        "ошибка оператора",
    )


def test_a_note_that_was_begun_is_kept_when_its_window_is_closed(qtbot, opened, ids, session):
    dialog = ask(qtbot, opened, Qt.Key.Key_M, SHIFT)
    qtbot.keyClicks(dialog.text, "half a ")
    press(qtbot, dialog.text, Qt.Key.Key_Escape)
    assert opened.serving.describing.dialog is None
    assert "draft" in opened._shell.notifier.said[-1]
    show(qtbot, opened, ids, "chat")
    assert ask(qtbot, opened, Qt.Key.Key_M, SHIFT).text.toPlainText() == ""
    opened.serving.describing.dialog.reject()
    show(qtbot, opened, ids, "call")
    dialog = ask(qtbot, opened, Qt.Key.Key_M, SHIFT)
    qtbot.keyClicks(dialog.text, "note")
    press(qtbot, dialog.text, Qt.Key.Key_Return)
    done(qtbot, opened, ids)
    assert session.interactions.get_by_id(ids["call"]).notes[-1].text == "half a note"
    assert ask(qtbot, opened, Qt.Key.Key_M, SHIFT).text.toPlainText() == ""
    opened.serving.describing.dialog.reject()
    opened.serving.describing.close()
    qtbot.waitUntil(lambda: not opened._shell.runner.busy)
    assert not session.memory.recall("note_drafts")


def test_tags_are_written_completed_and_shown_as_chips(qtbot, opened, ids, session):
    session.records.set_tags(ids["chat"], ["Escalation"])
    dialog = ask(qtbot, opened, Qt.Key.Key_T)
    edit = dialog.field.edit
    qtbot.keyClicks(edit, "urgent,")
    assert dialog.tags == ("urgent",)
    qtbot.keyClicks(edit, "esc")
    # Each letter is asked for: what comes last is what is offered.
    qtbot.waitUntil(lambda: not opened._shell.runner.busy)
    assert dialog._suggestions.isVisible()
    press(qtbot, edit, Qt.Key.Key_Down)
    press(qtbot, edit, Qt.Key.Key_Return)
    assert dialog.tags == ("urgent", "Escalation")
    qtbot.keyClicks(edit, "fresh")
    press(qtbot, edit, Qt.Key.Key_Return)
    press(qtbot, edit, Qt.Key.Key_Return)
    done(qtbot, opened, ids)
    assert chips(opened)[1:] == ["urgent", "Escalation", "fresh"]
    assert session.interactions.get_by_id(ids["call"]).tags == ("urgent", "Escalation", "fresh")
    dialog = ask(qtbot, opened, Qt.Key.Key_T)
    press(qtbot, dialog.field.edit, Qt.Key.Key_Backspace)
    press(qtbot, dialog.field.edit, Qt.Key.Key_Return)
    done(qtbot, opened, ids)
    assert chips(opened)[1:] == ["urgent", "Escalation"]


def test_a_tag_that_cannot_be_is_told_and_nothing_is_lost(qtbot, opened, ids, session):
    dialog = ask(qtbot, opened, Qt.Key.Key_T)
    edit = dialog.field.edit
    edit.insert("x" * 61)
    edit.textEdited.emit(edit.text())
    assert not dialog.act.isEnabled()
    assert "60" in dialog.act.toolTip()
    press(qtbot, edit, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: opened.serving.describing.dialog is None)
    assert session.interactions.get_by_id(ids["call"]).tags == ()


def test_a_note_is_added_to_the_chosen_part_and_the_sound_goes_on(qtbot, opened, ids, session):
    player = opened.listening.player
    opened.listening.seek(60 * S)
    player.play()
    qtbot.waitUntil(lambda: player.state is PlayerState.PLAYING)
    opened.listening.marking.marks.set_in(60 * S)
    dialog = ask(qtbot, opened, Qt.Key.Key_M, SHIFT)
    assert not dialog.act.isEnabled()
    qtbot.keyClicks(dialog.text, "Stays polite")
    press(qtbot, dialog.text, Qt.Key.Key_Return)
    done(qtbot, opened, ids)
    assert "Stays polite" in words(opened)
    note = session.interactions.get_by_id(ids["call"]).notes[-1]
    assert (note.text, note.segment_number, note.by_reviewer) == ("Stays polite", 1, True)
    assert player.state is PlayerState.PLAYING
    assert player.position_us > 60 * S
    assert opened.listening.marking.marks.marked == MarkedRange(60 * S, None)


def test_a_failure_is_told_in_the_dialog(qtbot, opened, ids, monkeypatch):
    from reviewer.errors import StoreBusyError

    def busy(*_args):
        raise StoreBusyError(store="store")

    monkeypatch.setattr(opened._session.records, "add_note", busy)
    dialog = ask(qtbot, opened, Qt.Key.Key_M, SHIFT)
    qtbot.keyClicks(dialog.text, "Kept")
    press(qtbot, dialog.text, Qt.Key.Key_Return)
    qtbot.waitUntil(dialog._told.isVisible)
    assert dialog.text.toPlainText() == "Kept"
    assert dialog.act.isEnabled()
    dialog.reject()


@pytest.mark.parametrize(("key", "modifier"), [("D", 0), ("T", 0), ("M", 1)])
def test_who_lacks_the_privilege_has_neither_button_nor_key(
    qtbot, shell, store, ids, key, modifier
):
    people = store.session(ADMIN).people
    people.add_user("reader", "Reader", ["manager"])
    reader = store.session("reader")
    assert not reader.people.me.may(*_needed())
    player = QtPlayer(None)
    page = ReviewPage(shell, reader, player)
    player.setParent(page)
    qtbot.addWidget(page)
    page.resize(1440, 900)
    page.show()
    show(qtbot, page, ids, "call")
    names = {b.accessibleName() for b in page.parts.details.findChildren(IconButton)}
    assert names.isdisjoint({"Change the disposition", "Tags", "Add a note"})
    modifiers = SHIFT if modifier else Qt.KeyboardModifier.NoModifier
    press(qtbot, page.parts.timeline, getattr(Qt.Key, f"Key_{key}"), modifiers)
    assert page.serving.describing.dialog is None
    assert QApplication.activeModalWidget() is None
    page.left()
    page.closing()


def _needed():
    from reviewer.models.access import Privilege

    return Privilege.COMMENT, Privilege.DISPOSITION_CHANGE


def test_what_another_window_changed_is_shown_here(qtbot, opened, ids, session):
    changes = session.records.set_tags(ids["call"], ["снаружи"])
    opened._shell.bus.publish(changes)
    settle(qtbot, opened, ids["call"])
    assert "снаружи" in chips(opened)
