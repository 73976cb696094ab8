"""The main window: moving between pages, which are made and painted in turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from reviewer.errors import SignedOutError
from tests.ui.main_window.sample import LEFT, Sample, crumbs, told

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytestqt.qtbot import QtBot

    from reviewer.ui.main_window import MainWindow
    from reviewer.ui.page import Page


def test_a_page_is_painted_an_area_a_turn_when_it_takes_the_place_of_another(
    qtbot: QtBot, window: MainWindow
) -> None:
    page = window.page("results")
    assert isinstance(page, Sample)
    second = QLineEdit()
    page.layout().addWidget(second)
    page.areas = (page.field, second)
    window.go("results", 42)
    assert [area.updatesEnabled() for area in page.areas] == [False, False]
    assert not page.settled
    found = set[tuple[bool, ...]]()
    qtbot.waitUntil(
        lambda: found.add(tuple(a.updatesEnabled() for a in page.areas)) or page.settled
    )
    assert page.field.updatesEnabled()
    assert second.updatesEnabled()
    window.go("results", 43)
    assert page.settled, "it is seen already"


def test_a_page_left_before_all_of_it_was_painted_is_whole_the_next_time(
    qtbot: QtBot, window: MainWindow
) -> None:
    page = window.page("results")
    assert isinstance(page, Sample)
    second = QLineEdit()
    page.layout().addWidget(second)
    page.areas = (page.field, second)
    for name in ("results", "search", "results"):
        window.go(name)
    qtbot.waitUntil(lambda: page.settled)
    assert [area.updatesEnabled() for area in page.areas] == [True, True]


def test_going_to_a_page_hands_it_the_argument_and_tells_both(window: MainWindow) -> None:
    window.go("results", 42)
    assert told(window, "search") == ["entered", "left"]
    assert told(window, "results") == [("open", 42), "entered"]
    assert window.current is window.page("results")
    assert crumbs(window) == ["search", "results"]
    assert window.windowTitle() == "Language results – Reviewer"


def in_two_pieces(log: list[str]) -> Generator[None, None, Page]:
    log.append("first piece")
    yield
    log.append("second piece")
    return Sample("later", "results")


def test_a_page_for_later_is_made_in_turns(window: MainWindow) -> None:
    log: list[str] = []
    window.add_page_later("later", lambda: in_two_pieces(log), "recordings")
    work = window.built("later")
    next(work)
    assert log == ["first piece"]
    assert "later" not in [page.name for page in window.pages()]
    for _ in work:
        pass
    assert log == ["first piece", "second piece"]
    assert "later" in [page.name for page in window.pages()]


def test_a_half_made_page_is_taken_back_when_the_window_ends(window: MainWindow) -> None:
    log: list[str] = []

    def making() -> Generator[None, None, Page]:
        try:
            yield from in_two_pieces(log)
        finally:
            log.append("taken back")
        raise AssertionError

    window.add_page_later("later", making, "recordings")
    next(window.built("later"))
    window.give_up()
    assert log == ["first piece", "taken back"]


def test_a_page_whose_making_failed_is_made_anew(window: MainWindow) -> None:
    log: list[str] = []

    def making() -> Generator[None, None, Page]:
        yield
        if not log:
            log.append("failed")
            raise SignedOutError(login="anna")
        return Sample("later", "results")

    window.add_page_later("later", making, "recordings")
    with pytest.raises(SignedOutError):
        list(window.built("later"))
    assert "later" not in [page.name for page in window.pages()]
    list(window.built("later"))
    assert [page.name for page in window.pages()].count("later") == 1


def test_a_page_wanted_before_it_is_ready_is_finished_at_once(window: MainWindow) -> None:
    log: list[str] = []
    window.add_page_later("later", lambda: in_two_pieces(log), "recordings")
    work = window.built("later")
    next(work)
    window.go("later", 42)
    assert log == ["first piece", "second piece"]
    assert told(window, "later") == [("open", 42), "entered"]
    for _ in work:
        pass
    assert [page.name for page in window.pages()].count("later") == 1


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier),
        (Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_keys_lead_up_the_crumbs(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    window.go("results")
    window.go("review")
    window.setFocus()
    qtbot.keyClick(window, key, modifier)
    assert window.current is window.page("results")
    qtbot.keyClick(window, key, modifier)
    qtbot.keyClick(window, key, modifier)
    assert window.current is window.page("search")


def test_alt_left_leads_to_the_page_before(qtbot: QtBot, window: MainWindow) -> None:
    window.go("report")
    window.go("review")
    for expected in ("report", "search", "search"):
        qtbot.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        assert window.current is window.page(expected)


def test_backspace_in_a_field_of_the_page_is_not_a_way_back(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.go("results")
    field = window.page("results").findChild(QLineEdit)
    assert field is not None
    field.setText("ab")
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert field.text() == "a"
    assert window.current is window.page("results")


def test_the_rail_leads_to_sections_and_remembers_where_one_was(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.go("results")
    qtbot.mouseClick(window.rail.items["reports"], LEFT)
    assert window.current is window.page("report")
    qtbot.mouseClick(window.rail.items["recordings"], LEFT)
    assert window.current is window.page("results")
    qtbot.mouseClick(window.rail.items["recordings"], LEFT)
    assert window.current is window.page("search")
    assert window.rail.items["recordings"].isChecked()


def test_the_tools_of_the_page_are_in_the_top_bar(window: MainWindow) -> None:
    window.go("results")
    assert window.page("results").toolbar.isVisible()
    assert not window.page("search").toolbar.isVisible()


def test_going_nowhere_is_a_mistake(window: MainWindow) -> None:
    with pytest.raises(KeyError):
        window.go("nowhere")
