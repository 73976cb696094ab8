"""The trace of a scenario: what it shows, what stands out, where it leads."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from reviewer.messages import choose_language
from reviewer.models.ids import InteractionId, WallUs
from reviewer.models.interaction import Channel, ScenarioStep
from reviewer.models.search import Search
from reviewer.ui.review.request import ReviewRequest
from reviewer.ui.trace.page import TracePage
from reviewer.ui.trace.request import TraceRequest
from reviewer.ui.trace.steps import EXIT, StepsModel
from tests.helpers.stores import ADMIN, STARTED_US, make_incoming, make_store

Key = Qt.Key
S = 1_000_000
EXITS = ("normal exit", "1", "exception", "normal exit", "TargetDisconnected")


def steps():
    return tuple(
        ScenarioStep(
            order=number,
            at_us=WallUs(STARTED_US + 3600 * S + number * 2 * S),
            duration_us=1_250_000,
            scenario="=cmd|' /C calc'!A0" if number == 4 else "Inbound",
            block_type=f"SetLanguage.{number}",
            block_title=f"Block {number}",
            block_id=-1 if number == 5 else 40 + number,
            exit_taken=exit_taken,
        )
        for number, exit_taken in enumerate(EXITS, 1)
    )


@pytest.fixture
def session(tmp_path):
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put(
            [
                make_incoming(1, steps=steps(), scenario="Inbound"),
                make_incoming(2),
                make_incoming(
                    3, steps=steps()[:1], channel=Channel.EMAIL, recordings=(), content={}
                ),
            ]
        )
        yield session


@pytest.fixture
def page(qtbot, shell, session):
    made = TracePage(shell, session)
    qtbot.addWidget(made)
    qtbot.addWidget(made.toolbar)
    made.resize(1280, 640)
    with qtbot.waitExposed(made):
        made.show()
    return made


def show(qtbot, page, shell, session, number, **request):
    (row,) = (r for r in session.interactions.search(Search()) if r.from_address.endswith(number))
    page.open(TraceRequest(ReviewRequest(row.id, [row.id]), **request))
    qtbot.waitUntil(lambda: not shell.runner.busy)
    page.entered()
    return row.id


def test_the_line_below_grows_with_the_text(qtbot, page, shell, session, theme):
    show(qtbot, page, shell, session, "0001")
    foot = page._abnormal.parentWidget()
    small = foot.height()
    theme.set_scale(1.5)
    qtbot.waitUntil(lambda: foot.height() == round(small * 1.5))
    assert page._abnormal.geometry().top() >= 0
    assert page._abnormal.geometry().bottom() < foot.height()


def test_the_eight_columns_are_shown_in_the_order_of_execution(qtbot, page, shell, session):
    show(qtbot, page, shell, session, "0001")
    titles = [page.model.headerData(c, Qt.Orientation.Horizontal) for c in range(8)]
    assert titles == [
        "Execution Order", "Date & Time", "Duration", "Scenario Name", "Block Type",
        "Block Title", "Block ID", "Block Exit Taken",
    ]  # fmt: skip
    last = [page.model.text(4, c) for c in range(8)]
    assert last == [
        "5", "2023-10-05 14:50:49 MSK", "0:01", "Inbound", "SetLanguage.5", "Block 5", "-1",
        "TargetDisconnected",
    ]  # fmt: skip
    choose_language("ru")
    page.retranslate()
    assert [page.model.headerData(c, Qt.Orientation.Horizontal) for c in (0, 2, 7)] == [
        "Порядок выполнения", "Продолжительность", "Выход из блока",
    ]  # fmt: skip
    assert page.title() == "Шаги сценария"
    assert page.model.text(4, 1) == "05.10.23 14:50:49 MSK"


def test_an_abnormal_exit_stands_out_by_a_sign_by_colour_and_in_words(
    qtbot, page, shell, session, theme
):
    show(qtbot, page, shell, session, "0001")
    index = page.model.index(2, EXIT)
    words = page.model.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert words == "abnormal exit: exception"
    picture = page.view.viewport().grab().toImage()
    ratio = picture.devicePixelRatio()

    def colours(row):
        rect = page.view.visualRect(page.model.index(row, EXIT))
        return {
            picture.pixelColor(int(x * ratio), int(rect.center().y() * ratio)).name()
            for x in range(rect.left(), min(rect.left() + 40, rect.right()))
        }

    loud = QColor(theme.colors.fail_soft).name()
    assert loud in colours(2)
    assert loud not in colours(3)
    assert loud not in colours(1)
    assert page._abnormal.text() == "2 abnormal exits"


def test_it_begins_at_the_first_abnormal_exit_and_f3_leads_round(qtbot, page, shell, session):
    show(qtbot, page, shell, session, "0001")
    seen = [page.view.currentIndex().row()]
    for _ in range(2):
        QTest.keyClick(page.view, Key.Key_F3)
        seen.append(page.view.currentIndex().row())
    QTest.keyClick(page.view, Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    seen.append(page.view.currentIndex().row())
    assert seen == [2, 4, 2, 4]


def test_enter_opens_the_review_at_the_instant_of_the_block(qtbot, page, shell, session):
    ident = show(qtbot, page, shell, session, "0001")
    QTest.keyClick(page.view, Key.Key_Down)
    QTest.keyClick(page.view, Key.Key_Return)
    [(name, request)] = shell.navigator.gone
    assert (name, request.interaction_id) == ("review", ident)
    assert request.at_us == STARTED_US + 3600 * S + 4 * 2 * S
    assert request.index == 0


def test_blocks_are_copied_with_titles_and_never_as_formulas(qtbot, page, shell, session):
    show(qtbot, page, shell, session, "0001")
    QTest.keyClick(page.view, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(page.view, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert len(lines) == 6
    assert {len(line) for line in lines} == {8}
    assert lines[4][3] == "'=cmd|' /C calc'!A0"
    assert shell.notifier.said == ["5 blocks copied"]


@pytest.mark.parametrize("count", [0, 5])
def test_the_model_keeps_qts_contract(qtmodeltester, session, count):
    model = StepsModel(session.settings.zone)
    model.show_steps(steps()[:count])
    qtmodeltester.check(model)


def test_where_no_scenario_ran_it_says_so(qtbot, page, shell, session):
    show(qtbot, page, shell, session, "0002")
    assert page._empty.isVisible()
    assert not page._copy.isEnabled()
    assert page._copy.toolTip() == "There is nothing to copy"


def test_an_email_has_no_timeline_and_the_reason_is_told(qtbot, page, shell, session):
    show(qtbot, page, shell, session, "0003")
    assert not page._timeline.isEnabled()
    assert page._timeline.toolTip() == "An email has no timeline"
    QTest.keyClick(page.view, Key.Key_Return)
    assert shell.navigator.gone == []


def test_an_interaction_that_is_not_there_is_named_in_place(qtbot, page, shell):
    page.open(TraceRequest(ReviewRequest(InteractionId(12345))))
    qtbot.waitUntil(lambda: not shell.runner.busy)
    assert page._error.isVisible()
    assert not page._error.retry.isVisible()


def test_the_menu_shows_and_copies(qtbot, page, shell, session):
    show(qtbot, page, shell, session, "0001")
    page.view.menu_asked.emit(page.mapToGlobal(QPoint(50, 50)))
    menu = page.findChild(QMenu)
    shows, copies = (action for action in menu.actions() if action.text())
    copies.trigger()
    assert QGuiApplication.clipboard().text().count("\n") == 1
    shows.trigger()
    assert shell.navigator.gone[0][0] == "review"
    menu.close()


def test_widths_come_back_once_they_were_changed(qtbot, page, shell, session):
    show(qtbot, page, shell, session, "0001")
    assert page.save_state() == {"widths": []}
    page.view.horizontalHeader().resizeSection(3, 321)
    again = TracePage(shell, session)
    qtbot.addWidget(again)
    qtbot.addWidget(again.toolbar)
    again.restore_state(page.save_state())
    assert again.view.columnWidth(3) == 321
    again.restore_state({"widths": ["x", -3]})
    assert again.view.columnWidth(3) == 321


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_no_title_and_no_date_is_cut(qtbot, page, shell, session, lang):
    choose_language(lang)
    page.retranslate()
    show(qtbot, page, shell, session, "0001")
    for column in range(8):
        assert page.view.columnWidth(column) >= page.view._needed(column)


def test_the_crumbs_lead_back_to_where_one_came_from(qtbot, page, shell, session):
    show(qtbot, page, shell, session, "0001")
    assert page.crumb_parent == "results"
    show(qtbot, page, shell, session, "0001", parent="review")
    assert page.crumb_parent == "review"
