"""Sets are saved, named, renamed and removed where they stand."""

from __future__ import annotations

from PySide6.QtCore import Qt

from reviewer.models.criteria.line import parse_line
from reviewer.models.interaction import Channel
from tests.ui.search.sets.steps import counts, names, press, saved, type_line, write

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
FLAGGED = parse_line("flagged:yes")


def test_new_criteria_are_saved_under_a_name(show, session, settle):
    page = show(session)
    type_line(page, "flagged:yes")
    press(page, Key.Key_S, CTRL)
    write(page, "Flags")
    press(page, Key.Key_Return)
    settle()
    found = saved(session)["Flags"]
    assert (found.criteria, found.entry.channel) == (FLAGGED, Channel.VOICE)
    assert page.panel._saved.text() == "“Flags”"
    assert names(page) == ["Flags"]
    assert counts(page) == [4]
    type_line(page, "-flagged:yes")
    assert page.panel._saved.text() == "Changed: “Flags”"


def test_saving_again_replaces_and_can_be_undone(show, session, settle, shell):
    session.sets.add("Flags", Channel.VOICE, FLAGGED)
    page = show(session)
    press(page, Key.Key_O, CTRL)
    press(page, Key.Key_Return)
    settle()
    type_line(page, "-flagged:yes")
    press(page, Key.Key_3, CTRL)
    press(page, Key.Key_S, CTRL)
    settle()
    found = saved(session)["Flags"]
    assert (found.criteria, found.entry.channel) == (parse_line("-flagged:yes"), Channel.EMAIL)
    assert page.panel._saved.text() == "“Flags”"
    assert shell.notifier.said == ["Saved: Flags"]
    word, undo = shell.notifier.actions[0]
    assert word == "Undo"
    undo()
    settle()
    assert saved(session)["Flags"].criteria == FLAGGED
    assert page.panel._saved.text() == "Changed: “Flags”"


def test_a_name_that_is_taken_is_told_and_enter_once_more_replaces(show, session, settle, shell):
    session.sets.add("Flags", Channel.VOICE, FLAGGED)
    page = show(session)
    type_line(page, "problem:echo")
    press(page, Key.Key_S, CTRL)
    write(page, "flags")
    press(page, Key.Key_Return)
    settle()
    field = page.panel.sets.naming
    assert field._error.text() == (
        "You already have a criteria set named flags. Enter once more replaces it."
    )
    assert saved(session)["Flags"].criteria == FLAGGED
    write(page, "2")
    press(page, Key.Key_Return)
    settle()
    assert set(saved(session)) == {"Flags", "flags2"}
    press(page, Key.Key_S, CTRL | SHIFT)
    write(page, "flags")
    press(page, Key.Key_Return)
    settle()
    press(page, Key.Key_Return)
    settle()
    assert saved(session)["Flags"].criteria == parse_line("problem:echo")
    assert page.panel.sets.naming is None
    shell.notifier.actions[-1][1]()
    settle()
    assert saved(session)["Flags"].criteria == FLAGGED


def test_a_name_that_cannot_be_used_is_told_in_place_and_esc_gives_up(show, session, settle):
    page = show(session)
    type_line(page, "problem:echo")
    press(page, Key.Key_S, CTRL)
    press(page, Key.Key_Return)
    settle()
    assert "the name is empty" in page.panel.sets.naming._error.text()
    press(page, Key.Key_Escape)
    assert page.panel.sets.naming is None
    assert session.sets.all() == ()


def test_criteria_that_cannot_be_read_are_not_saved(show, session, settle):
    page = show(session)
    type_line(page, "nonsense>5")
    press(page, Key.Key_S, CTRL)
    settle()
    assert page.panel.sets.naming is None
    assert session.sets.all() == ()
    assert page.window().focusWidget() is page.panel.line.focusProxy()


def test_f2_renames_in_place(show, session, settle):
    entry, _ = session.sets.add("Flags", Channel.VOICE, FLAGGED)
    session.sets.add("Other", Channel.VOICE, FLAGGED)
    page = show(session)
    press(page, Key.Key_O, CTRL)
    press(page, Key.Key_F2)
    write(page, "Other")
    press(page, Key.Key_Return)
    settle()
    assert page.panel.sets.naming._error.text() == ("You already have a criteria set named Other.")
    page.window().focusWidget().selectAll()
    write(page, "Zebra")
    press(page, Key.Key_Return)
    settle()
    assert names(page) == ["Other", "Zebra"]
    assert page.panel.sets.view.current_entry().id == entry.id
    assert page.window().focusWidget() is page.panel.sets.field


def test_the_set_being_edited_shows_its_new_name(show, session, settle):
    session.sets.add("Flags", Channel.VOICE, FLAGGED)
    page = show(session)
    press(page, Key.Key_O, CTRL)
    press(page, Key.Key_Return)
    settle()
    press(page, Key.Key_O, CTRL)
    press(page, Key.Key_F2)
    write(page, "Renamed")
    press(page, Key.Key_Return)
    settle()
    assert page.panel._saved.text() == "“Renamed”"
    assert page.root == FLAGGED


def test_a_name_being_typed_survives_changes_elsewhere(show, session, settle, shell):
    session.sets.add("Flags", Channel.VOICE, FLAGGED)
    page = show(session)
    press(page, Key.Key_O, CTRL)
    press(page, Key.Key_F2)
    write(page, "Half a na")
    _, changes = session.sets.add("Another", Channel.VOICE, FLAGGED)
    shell.bus.publish(changes)
    settle()
    assert page.panel.sets.naming.edit.text() == "Half a na"
    press(page, Key.Key_Escape)
    settle()
    assert names(page) == ["Another", "Flags"]


def test_delete_removes_and_can_be_undone(show, session, settle, shell):
    session.sets.add("Flags", Channel.VOICE, FLAGGED)
    page = show(session)
    press(page, Key.Key_O, CTRL)
    press(page, Key.Key_Return)
    settle()
    press(page, Key.Key_O, CTRL)
    write(page, "fl")
    press(page, Key.Key_Home)
    press(page, Key.Key_Delete)
    assert page.panel.sets.field.text() == "l"
    press(page, Key.Key_End)
    press(page, Key.Key_Delete)
    settle()
    assert session.sets.all() == ()
    assert page.root == FLAGGED
    assert page.panel._saved.text() == ""
    assert shell.notifier.said == ["The set Flags was removed"]
    shell.notifier.actions[0][1]()
    settle()
    assert saved(session)["Flags"].criteria == FLAGGED
