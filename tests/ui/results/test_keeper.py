from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QTableView

from reviewer.messages import choose_language
from reviewer.models.columns import columns_for
from reviewer.models.interaction import Channel
from reviewer.models.search import SortKey
from reviewer.ui.results.header import ResultsHeader
from reviewer.ui.results.keeper import ColumnKeeper
from reviewer.ui.results.layout import TableLayout
from reviewer.ui.results.model import ResultsModel
from reviewer.ui.results.wording import ResultsWording


@pytest.fixture
def wording():
    return ResultsWording(columns_for(Channel.VOICE), ZoneInfo("Europe/Moscow"))


@pytest.fixture
def view(qtbot, theme, wording):
    made = QTableView()
    qtbot.addWidget(made)
    model = ResultsModel(wording, made)
    made.setModel(model)
    made.setHorizontalHeader(ResultsHeader({}, frozenset()))
    made.verticalHeader().hide()
    return made


@pytest.fixture
def keeper(view, wording):
    made = ColumnKeeper(view, view.horizontalHeader(), view)
    made.show(wording, TableLayout.at_first([(c.key, c.shown) for c in wording.columns]))
    return made


def widths(view, wording):
    header = view.horizontalHeader()
    return {
        column.key: header.sectionSize(i)
        for i, column in enumerate(wording.columns)
        if not header.isSectionHidden(i)
    }


@pytest.mark.parametrize("width", [1232, 1360, 1600, 2400])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_all_columns_fit_without_scrolling_and_no_date_is_cut(
    view, keeper, wording, theme, width, language, qtbot
):
    choose_language(language)
    view.resize(width, 400)
    with qtbot.waitExposed(view):
        view.show()
    keeper.apply(keeper.layout)
    found = widths(view, wording)
    assert sum(found.values()) == view.viewport().width()
    date = wording.widest("started").text
    assert found["started"] >= QFontMetricsF(theme.font("label")).horizontalAdvance(date) + 16
    assert found["icon"] == 36
    assert found["flag"] == 28


def test_dragging_a_border_is_told_and_kept(view, keeper, wording, qtbot):
    view.resize(1360, 400)
    with qtbot.waitExposed(view):
        view.show()
    with qtbot.waitSignal(keeper.layout_changed) as told:
        view.horizontalHeader().resizeSection(wording.index("to"), 222)
    assert {p.key: p.width_px for p in told.args[0].places}["to"] == 222
    view.resize(1800, 400)
    assert widths(view, wording)["to"] == 222


def test_moving_a_column_is_told(view, keeper, wording, qtbot):
    header = view.horizontalHeader()
    with qtbot.waitSignal(keeper.layout_changed) as told:
        header.moveSection(header.visualIndex(wording.index("agent")), 1)
    assert [place.key for place in told.args[0].places][:3] == ["icon", "agent", "started"]


def test_the_order_is_shown_in_the_header(view, keeper, wording):
    keeper.show_order((SortKey("agent"), SortKey("started", descending=True), SortKey("gone")))
    shown = view.horizontalHeader()._order
    assert shown == ((wording.index("agent"), False), (wording.index("started"), True))
