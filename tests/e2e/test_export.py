"""The export through the real window: search, select, tick, and find the files verified."""

from __future__ import annotations

import csv
import io
from contextlib import closing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reviewer.app import Program
from reviewer.models.audit import Act, AuditQuery
from reviewer.storage.local import open_store
from reviewer.ui.settings import WindowSettings
from tests.helpers.exporting import call, gone_call, read_export
from tests.helpers.stores import ADMIN, make_store, make_wav

pytestmark = [pytest.mark.e2e, pytest.mark.threads]

Key = Qt.Key
Ctrl, Shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def program(qtbot, tmp_path):
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put(call(n, account_number="A" if n < 9 else "B") for n in range(1, 12))
    settings = WindowSettings(tmp_path / "window.ini")
    settings.set_value("sound/arguments", ["--aout=adummy"])
    with closing(open_store(tmp_path / "store")) as store:
        app = QApplication.instance()
        made = Program(app, store, store.session(ADMIN), settings=settings, scheme="light")
        made.window.resize(1280, 720)
        made.window.show()
        qtbot.waitUntil(made.window.isActiveWindow)
        yield made
        made.close()
        made.deleteLater()


def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def settle(qtbot, program):
    qtbot.waitUntil(lambda: not program.runner.busy, timeout=20_000)


def find(qtbot, program, line):
    press(Key.Key_L, Ctrl)
    press(Key.Key_A, Ctrl)
    QTest.keyClicks(QApplication.focusWidget(), line)
    press(Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: program.window.current.name == "results", timeout=10_000)
    settle(qtbot, program)
    return program.window.current


def fill_in(qtbot, program, page, target):
    """Tick the recordings and name the place, by Tab and keys."""
    dialog = page.exporting.dialog
    qtbot.waitUntil(dialog.isActiveWindow)
    settle(qtbot, program)
    voice = next(one.box for one in dialog.options if one.kind == "voice")
    for _ in range(20):
        if QApplication.focusWidget() is voice:
            press(Key.Key_Space)
        if QApplication.focusWidget() is dialog.destination.path:
            break
        press(Key.Key_Tab)
    press(Key.Key_A, Ctrl)
    QTest.keyClicks(QApplication.focusWidget(), str(target))
    press(Key.Key_Return)
    settle(qtbot, program)


def toasts(program):
    return [toast.text for toast in program.window._toasts.toasts]


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_selected_rows_are_found_in_the_folder_with_a_manifest_that_verifies(
    qtbot, program, tmp_path, name
):
    page = find(qtbot, program, "account:A")
    assert page.model.total == 8
    for _ in range(2):
        press(Key.Key_Down, Shift)
    press(Key.Key_E, Ctrl | Shift)
    target = tmp_path / "to" / name
    fill_in(qtbot, program, page, target)
    qtbot.waitUntil(lambda: toasts(program) != [], timeout=10_000)
    assert toasts(program)[0].startswith(f"Exported to {target}: rows 3, files 3")
    found = read_export(target)
    sounds = {found.files[voice] for voice in found.names("voice/")}
    # Newest first: the calls 8, 7 and 6.
    assert sounds == {make_wav(0.1, seed=n) for n in (8, 7, 6)}
    rows = list(csv.reader(io.StringIO(found.files["interactions.csv"].decode("utf-8-sig"))))
    shown = [page._wording.title(page._wording.index(key)) for key in page.desk.layout.shown]
    assert rows[0] == shown
    assert len(rows) == 4
    acts = frozenset({Act.EXPORTED})
    entries = program._session.audit.entries(AuditQuery(acts=acts))
    assert len({entry.interaction_id for entry in entries}) == 4


def test_all_are_exported_from_a_window_of_its_own_that_is_closed_meanwhile(
    qtbot, program, tmp_path
):
    find(qtbot, program, "account:A")
    press(Key.Key_N, Ctrl | Shift)
    (further,) = program.windows.windows
    settle(qtbot, program)
    qtbot.waitUntil(further.isActiveWindow)
    further.current.view.setFocus()
    press(Key.Key_E, Ctrl)
    further.current.exporting.dialog.planned.connect(further.close)
    fill_in(qtbot, program, further.current, tmp_path / "all")
    assert program.windows.windows == ()
    qtbot.waitUntil(lambda: toasts(program) != [], timeout=10_000)
    assert len(read_export(tmp_path / "all").names("voice/")) == 8


def test_where_nothing_was_found_there_is_nothing_to_export_and_it_says_so(qtbot, program):
    page = find(qtbot, program, "account:C")
    assert not page._export.isEnabled()
    assert page._export.toolTip() == "Nothing was found"
    press(Key.Key_E, Ctrl)
    assert page.exporting.dialog is None


def test_what_is_gone_is_in_the_summary(qtbot, program, tmp_path):
    from reviewer.models.recording import RecordingState

    program._session.intake.put([gone_call(30, RecordingState.DELETED)])
    page = find(qtbot, program, "")
    press(Key.Key_E, Ctrl)
    fill_in(qtbot, program, page, tmp_path / "out")
    qtbot.waitUntil(lambda: QApplication.activeWindow() is not program.window, timeout=10_000)
    summary = QApplication.activeWindow()
    assert summary.windowTitle() == "1 was not exported"
    assert "deleted" in summary.text.toPlainText()
    press(Key.Key_Return)
    assert len(read_export(tmp_path / "out").names("voice/")) == 11
