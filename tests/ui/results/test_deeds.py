"""What is done with the rows: windows, traces, the next to evaluate, copies, the menu."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from reviewer.models.access import Privilege
from reviewer.models.changes import Changes
from reviewer.models.criteria.line import parse_line, print_line
from reviewer.models.ids import WallUs
from reviewer.models.interaction import Channel, Message, ScenarioStep
from reviewer.models.recording import PartyRole
from reviewer.models.scoring import CategoryScore
from reviewer.models.search import Search, SortKey
from reviewer.ui.results.page import ResultsPage
from tests.helpers.stores import ADMIN, STARTED_US, make_incoming, make_segment, make_store

Key, Ctrl, Alt = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
S = 1_000_000
SAID = "The customer asks for a refund of the July bill and for nothing else"


def facts(number):
    """1 was processed by a scenario and says something; 4 has nobody who could be evaluated."""
    started = STARTED_US + number * 3600 * S
    fields = {"recordings": (), "content": {}, "account_number": f"{number:03d}"}
    if number == 1:
        step = ScenarioStep(1, WallUs(started), 0, "Main", "Menu.1", "Menu", 40, "1")
        fields |= {"scenario": "Main", "steps": (step,)}
        fields["messages"] = (
            Message(WallUs(started), PartyRole.CUSTOMER, "", f"{'word ' * 30}{SAID}"),
        )
    if number == 4:
        fields["segments"] = (make_segment(1, started_us=started, agent=None),)
    return make_incoming(number, started_us=started, **fields)


@pytest.fixture
def store(tmp_path):
    with make_store(tmp_path) as made:
        made.session(ADMIN).intake.put(facts(number) for number in range(1, 9))
        made.session(ADMIN).people.add_user("reader", "Reader", ["customer"], services=["Support"])
        yield made


@pytest.fixture
def session(store):
    return store.session(ADMIN)


@pytest.fixture
def make(qtbot, shell):
    made = []

    def page(session):
        one = ResultsPage(shell, session)
        qtbot.addWidget(one)
        qtbot.addWidget(one.toolbar)
        one.resize(1360, 760)
        with qtbot.waitExposed(one):
            one.show()
        made.append(one)
        return one

    yield page
    for one in made:
        one.closing()


@pytest.fixture
def page(make, session):
    return make(session)


@pytest.fixture
def settle(qtbot, shell):
    return lambda: qtbot.waitUntil(lambda: not shell.runner.busy)


def find(page, settle, line=""):
    page.open(Search(parse_line(line), Channel.VOICE, (SortKey("account"),)))
    settle()
    page.entered()


def menu_of(page):
    page.deeds.show_menu(page.mapToGlobal(QPoint(200, 200)))
    menu = [child for child in page.children() if isinstance(child, QMenu)][-1]
    return menu, {action.text().split("\t")[0]: action for action in menu.actions()}


def evaluate(session, page, position):
    found = page.model.interaction_id(position)
    session.evaluations.save(found, 1, [CategoryScore("Greeting", 7)])


def test_ctrl_enter_opens_a_window_and_leaves_the_page(page, settle, shell):
    find(page, settle)
    QTest.keyClick(page.view, Key.Key_Return, Ctrl)
    assert shell.navigator.gone == []
    [(name, request)] = shell.navigator.in_windows
    assert (name, request.interaction_id) == ("review", page.model.interaction_id(0))
    assert request.shown is None


def test_the_scenarios_name_leads_to_its_trace(page, settle, shell, qtbot):
    find(page, settle)
    column = page._wording.index("scenario")
    rect = page.view.visualRect(page.model.index(0, column))
    at = QPoint(rect.left() + 14, rect.center().y())
    qtbot.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    [(name, request)] = shell.navigator.gone
    assert (name, request.interaction_id) == ("trace", page.model.interaction_id(0))
    assert request.parent == "results"


@pytest.mark.parametrize("login", [ADMIN, "reader"])
def test_a_case_number_leads_to_the_emails_of_the_case_beside_these(
    store, make, settle, shell, qtbot, login
):
    case = {"channel": Channel.EMAIL, "recordings": (), "content": {}, "case_number": "K-7"}
    store.session(ADMIN).intake.put([make_incoming(20, **case), make_incoming(21, **case)])
    page = make(store.session(login))
    page.open(Search(channel=Channel.EMAIL))
    settle()
    column = page._wording.index("case")
    page.view.setColumnHidden(column, False)
    page.view.horizontalHeader().moveSection(page.view.horizontalHeader().visualIndex(column), 1)
    rect = page.view.visualRect(page.model.index(0, column))
    at = QPoint(rect.left() + 14, rect.center().y())
    qtbot.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    opened = shell.navigator.in_windows
    if login == "reader":
        # Who is not offered the criterion is not led to what would be refused.
        assert opened == []
        return
    [(name, search)] = opened
    assert name == "results"
    assert print_line(search.criteria, "en") == "case:K-7"
    assert search.channel is Channel.EMAIL
    assert store.session(ADMIN).interactions.count(search).n == 2


def test_ctrl_t_leads_to_the_trace_where_there_is_one(page, settle, shell):
    find(page, settle)
    QTest.keyClick(page.view, Key.Key_T, Ctrl)
    assert [name for name, _ in shell.navigator.gone] == ["trace"]
    QTest.keyClick(page.view, Key.Key_Down)
    QTest.keyClick(page.view, Key.Key_T, Ctrl)
    assert len(shell.navigator.gone) == 1
    menu, acts = menu_of(page)
    assert not acts["Trace of the scenario"].isEnabled()
    assert acts["Trace of the scenario"].toolTip() == "No scenario ran"
    menu.close()


def test_e_opens_the_next_that_nobody_evaluated(page, settle, shell, session):
    find(page, settle)
    for position in (1, 2):
        evaluate(session, page, position)
    QTest.keyClick(page.view, Key.Key_Down)
    QTest.keyClick(page.view, Key.Key_E)
    settle()
    # 2 and 3 are evaluated, 4 has no agent.
    [(name, request)] = shell.navigator.gone
    assert (name, request.index) == ("review", 4)
    assert page.view.current_place() == (4, -1)


def test_where_all_is_evaluated_it_says_so(page, settle, shell, session):
    find(page, settle)
    evaluate(session, page, 7)
    QTest.keyClick(page.view, Key.Key_End)
    QTest.keyClick(page.view, Key.Key_E)
    settle()
    assert shell.navigator.gone == []
    assert shell.notifier.said == ["From here to the end everything is evaluated."]


def test_links_are_copied(page, settle, shell, session):
    find(page, settle)
    QTest.keyClick(page.view, Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(page.view, Key.Key_C, Ctrl | Alt)
    settle()
    links = QGuiApplication.clipboard().text().split("\n")
    assert links == [
        f"reviewer://{session.store.id}/{page.model.result(row).giid}" for row in (0, 1)
    ]
    assert shell.notifier.said == ["2 links copied"]


def test_the_menu_has_everything_and_says_why_not(page, settle):
    find(page, settle)
    menu, acts = menu_of(page)
    assert [text for text in acts if text] == [
        "Open", "Open in a new window", "Evaluate next", "Show the segments",
        "Trace of the scenario", "Copy GIID", "Copy link", "Export selection",
        "Set a legal hold on the selection", "Delete the recordings of the selection",
    ]  # fmt: skip
    assert acts["Show the segments"].toolTip() == "It has one segment only"
    assert not acts["Show the segments"].isEnabled()
    menu.close()


def test_who_may_not_evaluate_or_export_sees_neither(make, settle, store, shell):
    page = make(store.session("reader"))
    find(page, settle)
    assert page.model.total == 8
    menu, acts = menu_of(page)
    assert "Evaluate next" not in acts
    assert "Export selection" not in acts
    assert "Set a legal hold on the selection" not in acts
    assert "Delete the recordings of the selection" not in acts
    assert {"Open", "Copy link"} <= set(acts)
    menu.close()
    QTest.keyClick(page.view, Key.Key_E)
    settle()
    assert shell.navigator.gone == []


def test_what_was_found_in_a_text_is_shown_and_marked(page, settle, theme):
    find(page, settle, "text:refund")
    column = page._wording.index("snippet")
    cell = page.model.cell(0, column)
    assert [cell.text[a:b] for a, b in cell.marks] == ["refund"]
    assert cell.text.startswith("…asks for a refund")
    assert "refund of the July bill" in cell.tooltip
    page.view.horizontalScrollBar().setValue(page.view.horizontalScrollBar().maximum())
    rect = page.view.visualRect(page.model.index(0, column))
    picture = page.view.viewport().grab(rect).toImage()
    colours = {
        picture.pixelColor(x, y).name()
        for x in range(picture.width())
        for y in range(0, picture.height(), 3)
    }
    assert QColor(theme.colors.hit_bg).name() in colours


def test_what_was_found_is_shown_of_every_row_in_view(page, settle, session):
    said = facts(1)
    more = range(101, 120)
    session.intake.put(
        replace(said, interaction=replace(facts(n).interaction, messages=said.interaction.messages))
        for n in more
    )
    find(page, settle, "text:refund")
    column = page._wording.index("snippet")
    assert page.model.total == 1 + len(more)
    assert all(page.model.cell(row, column).marks for row in range(page.model.total))


def test_lines_of_texts_name_whoever_reads_them_where_their_role_wants_it(
    make, settle, store, session
):
    role, _ = session.people.add_role("Marked", {Privilege.LISTEN_ALL}, watermark=True)
    session.people.add_user("marked", "Mark", [role.key])
    page = make(store.session("marked"))
    find(page, settle)
    assert not page.veil.isVisible()
    find(page, settle, "text:refund")
    assert page.veil.isVisible()
    assert page.veil.words.startswith("marked · Mark · 20")
    assert page.veil.geometry() == page.view.viewport().geometry()
    # Rows are chosen as if it were not there.
    over = page.view.viewport().mapTo(page, page.view.visualRect(page.model.index(0, 1)).center())
    assert page.childAt(over) is page.view.viewport()
    find(page, settle)
    assert not page.veil.isVisible()


def test_lines_of_texts_name_their_reader_from_when_their_role_wants_it(
    make, settle, store, session, shell
):
    role, _ = session.people.add_role("Marked", {Privilege.LISTEN_ALL})
    session.people.add_user("marked", "Mark", [role.key])
    own = store.session("marked")
    page = make(own)
    # Before anything was searched for, too.
    shell.bus.publish(Changes(users=frozenset({own.people.me.id})))
    find(page, settle, "text:refund")
    assert not page.veil.isVisible()
    for wanted in (True, False):
        session.people.change_role(role.key, role.privileges, watermark=wanted)
        own.refresh()
        shell.bus.publish(Changes(users=frozenset({own.people.me.id})))
        settle()
        assert page.veil.isVisible() is wanted


def test_without_a_search_in_texts_there_is_no_such_column(page, settle):
    find(page, settle)
    assert page._wording.index("snippet") == -1


def test_a_snippet_stays_when_the_row_is_read_again(page, settle, shell, session):
    find(page, settle, "text:refund")
    evaluate(session, page, 0)
    page.model.refresh([page.model.interaction_id(0)])
    settle()
    column = page._wording.index("snippet")
    assert page.model.cell(0, column).marks
    assert page.model.result(0).evaluator
