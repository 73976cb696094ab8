from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from reviewer.messages import choose_language
from reviewer.models.changes import Changes
from reviewer.models.criteria.line import parse_line
from reviewer.models.interaction import Channel, SegmentKind
from reviewer.models.search import NEWEST_FIRST, Search, SortKey
from reviewer.ui.results.delegate import PAD
from reviewer.ui.results.header import order_mark_px
from reviewer.ui.results.page import ResultsPage
from reviewer.ui.theme.theme import theme
from tests.helpers.stores import ADMIN, make_incoming, make_segment, make_store

Key = Qt.Key
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def facts(number: int):
    """Interaction 3 has two parts, 5 two fields of the centre; durations fall with the number."""
    fields = {"recordings": (), "content": {}}
    started = 1_696_503_039_000_000 + number * 3_600_000_000
    if number == 3:
        consulted = make_segment(
            2, started_us=started + 5_000_000, kind=SegmentKind.CONSULTATION, party="102"
        )
        fields["segments"] = (make_segment(1, started_us=started), consulted)
    if number == 5:
        fields["custom"] = (("Region", "North"), ("R&D", "yes"))
    return make_incoming(number, started_us=started, account_number=f"{number:03d}", **fields)


@pytest.fixture
def session(tmp_path):
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put(facts(number) for number in range(1, 301))
        yield session


@pytest.fixture
def page(qtbot, shell, session):
    made = ResultsPage(shell, session)
    qtbot.addWidget(made)
    qtbot.addWidget(made.toolbar)
    made.resize(1360, 760)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.closing()


@pytest.fixture
def settle(qtbot, shell, page):
    return lambda: qtbot.waitUntil(lambda: page._loader.settled and not shell.runner.busy)


def find(page, settle, line="", channel=Channel.VOICE, sort=NEWEST_FIRST):
    page.open(Search(parse_line(line), channel, sort))
    settle()
    page.entered()


def column_texts(page, key, rows=3):
    column = page._wording.index(key)
    return [page.model.cell(row, column).text for row in range(rows)]


def press_header(page, key, modifiers=Qt.KeyboardModifier.NoModifier):
    header = page.view.horizontalHeader()
    x = header.sectionViewportPosition(page._wording.index(key)) + 12
    QTest.mouseClick(
        header.viewport(), Qt.MouseButton.LeftButton, modifiers, QPoint(x, header.height() // 2)
    )


def header_menu(page, column):
    header = page.view.horizontalHeader()
    header.menu_asked.emit(header.mapToGlobal(QPoint(200, 10)), column)
    return newest_menu(page)


def newest_menu(page):
    return [child for child in page.children() if isinstance(child, QMenu)][-1]


def test_all_that_match_are_shown_newest_first(page, settle):
    find(page, settle)
    assert page.model.total == 300
    assert column_texts(page, "account") == ["300", "299", "298"]
    assert page.records_text().endswith("of 300")
    assert page.records_text().startswith("Records 1-")


def test_the_numbers_are_those_of_the_rows_in_view(page, settle, qtbot):
    find(page, settle)
    QTest.keyClick(page.view, Key.Key_End)
    settle()
    first, last = page.view.positions_in_view()
    assert last == 299
    assert page.records_text() == f"Records {first + 1}-300 of 300"
    account = page._wording.index("account")
    qtbot.waitUntil(lambda: page.model.cell(299, account).text == "001")


def test_the_words_are_russian_where_russian_is_spoken(page, settle):
    find(page, settle, "account:00*")
    choose_language("ru")
    page.retranslate()
    assert page.records_text() == "Записи 1 - 9 из 9"
    assert page.title() == "Результаты поиска"


def test_nothing_found_says_so_and_leads_to_the_criteria(page, settle, shell, qtbot):
    find(page, settle, "account:none")
    assert page.records_text() == "No records"
    assert page._empty.isVisible()
    qtbot.mouseClick(page._empty.button, Qt.MouseButton.LeftButton)
    assert shell.navigator.gone == [("search", None)]


def test_enter_opens_the_review_among_the_results(page, settle, shell):
    find(page, settle)
    QTest.keyClick(page.view, Key.Key_Down)
    QTest.keyClick(page.view, Key.Key_Return)
    [(name, request)] = shell.navigator.gone
    assert name == "review"
    assert request.interaction_id == page.model.interaction_id(1)
    assert len(request.among) == 300
    assert request.index == 1


def test_parts_open_under_their_row_and_close(page, settle):
    find(page, settle, "account:003")
    QTest.keyClick(page.view, Key.Key_Right)
    settle()
    assert page.model.rowCount() == 3
    assert column_texts(page, "started") == ["2023-10-05 16:50:39", "segment 1", "segment 2"]
    assert column_texts(page, "from")[2] == "102, consultation"
    QTest.keyClick(page.view, Key.Key_Left)
    assert page.model.rowCount() == 1


def test_a_click_on_a_title_sorts_and_shift_adds_a_key(page, settle, shell):
    find(page, settle)
    press_header(page, "from")
    settle()
    assert column_texts(page, "account") == ["001", "002", "003"]
    press_header(page, "from")
    settle()
    assert column_texts(page, "account") == ["300", "299", "298"]
    press_header(page, "duration", Qt.KeyboardModifier.ShiftModifier)
    settle()
    assert page._search.sort == (SortKey("from", descending=True), SortKey("duration"))
    stored = shell.settings.value(f"results/{ADMIN}/voice")
    assert stored["sort"] == [["from", True], ["duration", False]]


def test_layout_and_order_come_back_for_the_same_channel(page, settle, shell, session, qtbot):
    find(page, settle)
    press_header(page, "agent")
    page.desk.apply(page.desk.layout.with_shown("giid", True).moved("giid", 1))
    page.view.horizontalHeader().resizeSection(page._wording.index("service"), 210)
    settle()
    again = ResultsPage(shell, session)
    qtbot.addWidget(again)
    qtbot.addWidget(again.toolbar)
    find(again, settle)
    header = again.view.horizontalHeader()
    assert again._search.sort == (SortKey("agent"),)
    assert header.visualIndex(again._wording.index("giid")) == 1
    assert header.sectionSize(again._wording.index("service")) == 210
    find(again, settle, channel=Channel.CHAT)
    assert again._search.sort == NEWEST_FIRST
    assert header.isSectionHidden(again._wording.index("giid"))


def test_columns_are_ticked_found_and_moved_by_the_keyboard(page, settle, qtbot):
    find(page, settle)
    QTest.keyClick(
        page.view,
        Key.Key_L,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    chooser = page.desk.chooser
    qtbot.waitUntil(chooser.isVisible)
    QTest.keyClicks(chooser._find, "global")
    QTest.keyClick(chooser._find, Key.Key_Down)
    QTest.keyClick(chooser._list, Key.Key_Space)
    header = page.view.horizontalHeader()
    giid = page._wording.index("giid")
    assert not header.isSectionHidden(giid)
    before = header.visualIndex(giid)
    QTest.keyClick(chooser._list, Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert header.visualIndex(giid) == before - 1
    qtbot.mouseClick(chooser._reset, Qt.MouseButton.LeftButton)
    assert header.isSectionHidden(giid)
    assert page._columns.property("kind") == "soft"
    chooser.hide()
    assert page._columns.property("kind") == "ghost"


def test_the_headers_menu_shows_and_hides(page, settle, qtbot):
    find(page, settle)
    agent = page._wording.index("agent")
    menu = header_menu(page, agent)
    agent = next(action for action in menu.actions() if action.text() == "Agent")
    assert agent.isChecked()
    agent.trigger()
    assert page.view.horizontalHeader().isSectionHidden(page._wording.index("agent"))
    menu.close()


def test_a_field_of_the_centre_is_offered_as_a_column(page, settle):
    find(page, settle)
    settle()
    assert page._wording.index("custom.Region") > 0


def test_giids_of_the_selection_are_copied(page, settle, shell):
    find(page, settle)
    QTest.keyClick(page.view, Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(page.view, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text().split("\n")
    assert copied == [page.model.result(0).giid, page.model.result(1).giid]
    assert shell.notifier.said == ["2 GIIDs copied"]


def test_the_menu_of_a_row_opens_copies_and_shows_parts(page, settle, shell):
    find(page, settle, "account:003")
    page.view.menu_asked.emit(page.mapToGlobal(QPoint(200, 200)))
    menu = page.findChild(QMenu)
    texts = {action.text().split("\t")[0]: action for action in menu.actions()}
    assert {"Open", "Show the segments", "Copy GIID"} <= set(texts)
    texts["Show the segments"].trigger()
    settle()
    assert page.model.rowCount() == 3
    texts["Open"].trigger()
    assert shell.navigator.gone[0][0] == "review"
    menu.close()


def test_coming_back_finds_everything_as_it_was(page, settle, qtbot):
    find(page, settle)
    for _ in range(40):
        QTest.keyClick(page.view, Key.Key_Down)
    spot = page.view.spot()
    page.hide()
    page.left()
    with qtbot.waitExposed(page):
        page.show()
    page.open(None)
    page.entered()
    assert page.view.spot() == spot


def test_coming_back_stands_on_what_was_seen_last(page, settle, shell):
    find(page, settle)
    QTest.keyClick(page.view, Key.Key_Return)
    _, request = shell.navigator.gone[-1]
    page.hide()
    for _ in range(60):
        request = request.neighbour(1)
        request.shown(request.interaction_id)
    page.show()
    page.entered()
    assert page.view.current_place() == (60, -1)
    first, last = page.view.positions_in_view()
    assert first <= 60 <= last


def test_titles_of_columns_are_not_cut_where_there_is_room(page, settle):
    sort = (SortKey("agent"), SortKey("duration"))
    page.resize(1480, 760)
    for language in ("ru", "en"):
        choose_language(language)
        page.retranslate()
        find(page, settle, sort=sort)
        header = page.view.horizontalHeader()
        metrics = QFontMetricsF(theme().font("small", 500))
        marks = {key.column: order_mark_px(place) for place, key in enumerate(sort)}
        for index, column in enumerate(page._wording.columns):
            if header.isSectionHidden(index) or page._wording.header_icon(column.key):
                continue
            room = header.sectionSize(index) - 2 * PAD - marks.get(column.key, 0)
            assert metrics.horizontalAdvance(column.title()) <= room, column.key


def test_numbers_to_call_back_are_whole_in_the_smallest_window(page, settle):
    choose_language("ru")
    page.retranslate()
    page.resize(1280 - 48, 640)
    find(page, settle)
    metrics = QFontMetricsF(theme().font("body"))
    for key, number in (("from", "+7 843 060-23-27"), ("to", "8 800 000-40-40")):
        room = page.view.horizontalHeader().sectionSize(page._wording.index(key)) - 2 * PAD
        assert metrics.horizontalAdvance(number) <= room, key
    assert page.view.horizontalScrollBar().maximum() == 0


def test_a_long_sentence_leaves_the_channel_whole(page, settle, qtbot):
    page.resize(700, 500)
    page.open(Search(parse_line(" ".join(f"agent:agent{n}" for n in range(30))), Channel.VOICE))
    settle()
    assert page._said.width() < page._said.sizeHint().width()
    assert page._chip.width() >= page._chip.sizeHint().width()


def test_in_a_narrow_window_titles_give_way_to_what_stands_under_them(page, settle, qtbot):
    choose_language("ru")
    page.retranslate()
    page.resize(1100, 640)
    find(page, settle)
    header = page.view.horizontalHeader()
    index = page._wording.index("duration")
    metrics = QFontMetricsF(theme().font("small", 500))
    qtbot.waitUntil(
        lambda: header.sectionSize(index) - 2 * PAD < metrics.horizontalAdvance("Длительность")
    )


def test_a_change_elsewhere_is_shown(page, settle, shell, session):
    find(page, settle, "account:007")
    assert column_texts(page, "account", 1) == ["007"]
    started = 1_696_503_039_000_000 + 7 * 3_600_000_000
    newer = make_incoming(7, started_us=started, account_number="777", recordings=(), content={})
    _, changes = session.intake.put([newer])
    shell.bus.publish(changes)
    settle()
    assert column_texts(page, "account", 1) == ["777"]
    shell.bus.publish(Changes())


def test_a_wrong_search_says_why_in_place(page, settle, shell):
    page.open(Search(parse_line("agent:x"), Channel.VOICE, (SortKey("nonsense"),)))
    settle()
    assert page._error.isVisible()
    assert shell.presenter.presented == []


def test_the_attention_line_is_there_only_when_data_may_be_arriving(page, settle):
    find(page, settle, "started:lastmonth")
    assert not page._attention.isVisible()
    find(page, settle)
    assert page._attention.isVisible()


def test_the_headers_menu_orders_and_hides_the_column_it_was_asked_for_on(page, settle):
    find(page, settle)
    menu = header_menu(page, page._wording.index("account"))
    acts = {action.text(): action for action in menu.actions()}
    acts["Ascending"].trigger()
    settle()
    assert page._search.sort == (SortKey("account"),)
    menu.close()
    menu = header_menu(page, page._wording.index("duration"))
    acts = {action.text(): action for action in menu.actions()}
    acts["As the second key"].trigger()
    settle()
    assert page._search.sort == (SortKey("account"), SortKey("duration"))
    acts["Hide this column"].trigger()
    assert "duration" not in page.desk.layout.shown
    menu.close()


def test_a_field_with_an_ampersand_is_named_whole_in_the_menu(page, settle):
    find(page, settle)
    settle()
    menu = header_menu(page, page._wording.index("service"))
    named = [action for action in menu.actions() if "R&" in action.text()]
    assert named
    assert all(QKeySequence.mnemonic(action.text()).isEmpty() for action in named)
    menu.close()


def test_ticking_in_the_headers_menu_keeps_it_open(page, settle, qtbot):
    find(page, settle)
    menu = header_menu(page, -1)
    qtbot.waitUntil(menu.isVisible)
    action = next(action for action in menu.actions() if action.text() == "Agent")
    menu.setActiveAction(action)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    assert menu.isVisible()
    assert "agent" not in page.desk.layout.shown
    menu.close()


def test_the_order_is_chosen_by_the_keyboard(page, settle):
    find(page, settle)
    QTest.keyClick(
        page.view,
        Key.Key_S,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    menu = newest_menu(page)
    first, _ = (action.menu() for action in menu.actions())
    next(a for a in first.actions() if a.text() == "Agent").trigger()
    settle()
    assert page._search.sort == (SortKey("agent"),)
    menu.close()
    page.desk.choose_order()
    menu = newest_menu(page)
    texts = [
        [a.text() for a in sub.menu().actions()] for sub in menu.actions() if sub.menu() is not None
    ]
    assert "Agent" in texts[0]
    assert "Agent" not in texts[1]
    menu.close()


@pytest.mark.parametrize("reverse", [False, True])
def test_every_column_orders_the_rows(page, settle, shell, reverse):
    find(page, settle)
    for column in page._wording.columns:
        if column.sortable:
            page.desk.order_chosen.emit((SortKey(column.key, descending=reverse),))
            settle()
            assert page.model.total == 300, column.key
            assert not page._error.isVisible(), column.key
    assert shell.presenter.presented == []


def test_dispositions_that_differ_in_letter_case_only_are_different(page, settle, session):
    for number, name in ((401, "No sale"), (402, "no sale"), (403, "No Sale")):
        segment = make_segment(1, disposition=name)
        session.intake.put(
            [
                make_incoming(
                    number, segments=(segment,), account_number="case", recordings=(), content={}
                )
            ]
        )
    find(page, settle, 'disposition:"no sale"')
    assert column_texts(page, "disposition", page.model.total) == ["no sale"]
    find(page, settle, "account:case", sort=(SortKey("disposition"),))
    shown = column_texts(page, "disposition", 3)
    assert sorted(shown) == ["No Sale", "No sale", "no sale"]


def test_all_is_selected_and_told(page, settle):
    find(page, settle)
    QTest.keyClick(page.view, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert page._selected.text() == "300 selected"
    assert len(page.view.selected_positions()) == 300


def test_the_layout_of_a_search_in_texts_does_not_forget_that_of_others(
    page, settle, shell, session
):
    find(page, settle, "text:refund")
    assert "snippet" in page.desk.layout.shown
    page.desk.apply(page.desk.layout.with_shown("snippet", False).with_width("snippet", 333))
    find(page, settle)
    assert page._wording.index("snippet") == -1
    page.desk.apply(page.desk.layout.with_shown("giid", True))
    find(page, settle, "text:refund")
    assert "snippet" not in page.desk.layout.shown
    assert "giid" in page.desk.layout.shown
    page.desk.reset()
    assert "snippet" in page.desk.layout.shown
