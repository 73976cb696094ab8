"""Further windows: what they show, who speaks, and how they end."""

from __future__ import annotations

from contextlib import closing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from reviewer.app import Program
from reviewer.errors import NotFoundError
from reviewer.models.criteria.line import parse_line
from reviewer.models.search import Search
from tests.helpers.stores import ADMIN, make_incoming, make_store

Key, Ctrl, Shift = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def program(qapp, theme, tmp_path, settings):
    settings.set_value("sound/arguments", ["--aout=adummy"])
    with closing(make_store(tmp_path)) as store:
        session = store.session(ADMIN)
        session.intake.put(make_incoming(number) for number in range(1, 6))
        made = Program(qapp, store, session, settings=settings, scheme="light")
        made.window.show()
        yield made
        made.close()
        made.deleteLater()


@pytest.fixture
def in_front(qtbot):
    def bring(window):
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    return bring


def settle(qtbot, program):
    qtbot.waitUntil(lambda: not program.runner.busy, timeout=20_000)


def test_results_stand_beside_results(qtbot, program, in_front):
    program.window.go("results", Search(parse_line("duration>1s")))
    settle(qtbot, program)
    in_front(program.window)
    QTest.keyClick(program.window.focusWidget(), Key.Key_N, Ctrl | Shift)
    (further,) = program.windows.windows
    settle(qtbot, program)
    assert further.current is not program.window.current
    assert further.current.model.total == 5
    assert further.current.again() == program.window.current.again()
    program.window.current.open(Search(parse_line("duration>100h")))
    settle(qtbot, program)
    assert (program.window.current.model.total, further.current.model.total) == (0, 5)


def test_keys_and_crumbs_belong_to_the_window_in_front(qtbot, program, in_front):
    program.window.go("results", Search())
    settle(qtbot, program)
    program.windows.open("results", Search())
    (further,) = program.windows.windows
    settle(qtbot, program)
    in_front(further)
    QTest.keyClick(further.focusWidget(), Key.Key_Return)
    assert further.current.name == "review"
    assert program.window.current.name == "results"
    settle(qtbot, program)
    QTest.keyClick(further, Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert further.current.name == "results"
    QTest.keyClick(further.focusWidget(), Key.Key_W, Ctrl)
    assert program.windows.windows == ()
    assert program.window.isVisible()


def test_stepping_in_a_review_of_its_own_leaves_the_results_where_they_are(qtbot, program):
    program.window.go("results", Search())
    settle(qtbot, program)
    QTest.keyClick(program.window.current.view, Key.Key_Return)
    settle(qtbot, program)
    program.window.show_again()
    (further,) = program.windows.windows
    settle(qtbot, program)
    program.window.back()
    request = further.current.again()
    assert request.interaction_id == program.window.current.model.interaction_id(0)
    further.current.open(request.neighbour(1))
    settle(qtbot, program)
    assert program.window.current.view.current_place() == (0, -1)


def test_a_page_that_can_be_in_one_window_only_says_nothing_of_another(program):
    assert program.window.top_bar.another.isVisible()
    program.window.go("categories")
    assert not program.window.top_bar.another.isVisible()
    assert not program.window.act_another.isEnabled()
    program.window.show_again()
    assert program.windows.windows == ()


def test_an_error_is_said_once_and_in_front(qtbot, program, in_front):
    program.windows.open("results", Search())
    (further,) = program.windows.windows
    in_front(further)
    program.presenter.present(NotFoundError(name="x"))
    assert len(further._toasts.toasts) == 1
    assert program.window._toasts.toasts == ()
    in_front(program.window)
    program.presenter.present(NotFoundError(name="y"))
    assert len(further._toasts.toasts) == 1
    assert len(program.window._toasts.toasts) == 1


def test_windows_do_not_hide_each_other_and_remember_their_size(qtbot, program, settings):
    program.windows.open("results", Search())
    program.windows.open("results", Search())
    first, second = program.windows.windows
    assert first.pos() != second.pos()
    first.resize(900, 580)
    first.close()
    program.windows.open("results", Search())
    assert program.windows.windows[-1].size().toTuple() == (900, 580)


def test_all_windows_end_with_the_program(qtbot, program):
    for _ in range(2):
        program.windows.open("results", Search())
    settle(qtbot, program)
    further = program.windows.windows
    further[0].go("review", further[0].current.model.interaction_id(0))
    program.window.close()
    assert program.windows.windows == ()
    assert not any(window.isVisible() for window in further)
    assert program.late == ()
