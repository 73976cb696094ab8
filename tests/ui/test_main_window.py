"""The main window: moving between pages, what is remembered, language and theme while open."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout
from typing_extensions import override

from reviewer.errors import N_, InternalError, NotFoundError, SignedOutError, StoreBusyError
from reviewer.messages import choose_language, language, tr
from reviewer.ui.actions import ActionSpec
from reviewer.ui.dialogs import CrashDialog, ErrorDialog
from reviewer.ui.language import LanguageSwitch
from reviewer.ui.main_window import MainWindow
from reviewer.ui.page import Page
from reviewer.ui.pages import PageEntry
from reviewer.ui.palette import matching
from reviewer.ui.present_errors import ErrorPresenter
from reviewer.ui.rail import Section, initials
from reviewer.ui.settings_menu import SettingsMenu
from reviewer.ui.status_bar import wording
from reviewer.ui.tasks import Extent, TaskProgress, TaskRunner
from reviewer.ui.widgets.buttons import Button, IconButton
from reviewer.ui.widgets.labels import Label

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from reviewer.ui.actions import ActionRegistry
    from reviewer.ui.bus import Bus
    from reviewer.ui.settings import WindowSettings
    from reviewer.ui.theme.theme import Theme

LEFT = Qt.MouseButton.LeftButton
SECTIONS = (
    Section("recordings", "headphones", N_("Recordings")),
    Section("reports", "chart-column", N_("Reports"), low=True),
)


class Sample(Page):
    """A page that writes down what happens to it."""

    def __init__(self, name: str, crumb_parent: str = "") -> None:
        self.name, self.crumb_parent = name, crumb_parent
        super().__init__()
        self.told: list[object] = []
        self.state: dict[str, object] = {}
        self.field = QLineEdit()
        self.tool = Button("", "save", "ghost")
        self.toolbar.add(self.tool)
        layout = QVBoxLayout(self)
        layout.addWidget(self.field)
        layout.addStretch(1)
        self.retranslate()

    @override
    def title(self) -> str:
        return f"{tr('Language')} {self.name}"

    @override
    def open(self, argument: object) -> None:
        self.told.append(("open", argument))

    @override
    def entered(self) -> None:
        self.told.append("entered")
        self.field.setFocus()

    @override
    def left(self) -> None:
        self.told.append("left")

    @override
    def save_state(self) -> dict[str, object]:
        return {"was": self.name}

    @override
    def restore_state(self, state: Mapping[str, object]) -> None:
        self.state = dict(state)

    @override
    def retranslate(self) -> None:
        self.tool.setText(tr("Copy"))


@pytest.fixture
def shown_errors(qapp: QApplication) -> ErrorPresenter:
    return ErrorPresenter(qapp)


@pytest.fixture
def real_runner(bus: Bus, shown_errors: ErrorPresenter) -> Iterator[TaskRunner]:
    made = TaskRunner(bus, shown_errors)
    yield made
    made.shutdown()


@pytest.fixture
def languages(qapp: QApplication) -> Iterator[LanguageSwitch]:
    made = LanguageSwitch(qapp)
    yield made
    made.switch("en")
    made.close()


@pytest.fixture
def window(
    qtbot: QtBot,
    theme: Theme,
    real_runner: TaskRunner,
    actions: ActionRegistry,
    shown_errors: ErrorPresenter,
    languages: LanguageSwitch,
    settings: WindowSettings,
) -> Iterator[MainWindow]:
    made = MainWindow(
        sections=SECTIONS,
        user="Maria Kotova",
        runner=real_runner,
        actions=actions,
        presenter=shown_errors,
        languages=languages,
        settings=settings,
    )
    for page, section in (
        (Sample("search"), "recordings"),
        (Sample("results", "search"), "recordings"),
        (Sample("review", "results"), "recordings"),
        (Sample("report"), "reports"),
    ):
        made.add_page(page, section)
    qtbot.addWidget(made)
    made.go("search")
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()


def told(window: MainWindow, name: str) -> list[object]:
    page = window.page(name)
    assert isinstance(page, Sample)
    return page.told


def crumbs(window: MainWindow) -> list[str]:
    return [crumb.page for crumb in window.top_bar.crumbs._crumbs]


# --- moving


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


# --- sizes and memory


def test_the_rail_is_narrow_in_a_narrow_window(window: MainWindow) -> None:
    window.resize(1440, 900)
    assert window.rail.width() == 80
    window.resize(1280, 720)
    assert window.rail.width() == 48
    assert window.rail.items["recordings"].toolTip() == "Recordings"


def test_what_pages_want_remembered_comes_back(
    window: MainWindow, settings: WindowSettings
) -> None:
    window.save()
    assert settings.page_state("results") == {"was": "results"}
    again = Sample("results")
    window.add_page(again, "recordings")
    assert again.state == {"was": "results"}


def test_closing_tells_who_must_stop_the_work(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.closing):
        window.close()


# --- language and look


def test_the_language_changes_while_the_window_is_open(
    qtbot: QtBot, window: MainWindow, languages: LanguageSwitch
) -> None:
    window.go("results")
    page = window.page("results")
    assert isinstance(page, Sample)
    languages.switch("ru")
    qtbot.waitUntil(lambda: page.tool.text() == "Скопировать")
    assert window.rail.items["recordings"].text() == "Записи"
    assert window.top_bar.crumbs._crumbs[-1].text == "Язык results"
    assert window.act_up.toolTip().startswith("На уровень выше")
    assert QApplication.translate("QPlatformTheme", "Cancel") == "Отмена"
    languages.switch("en")
    qtbot.waitUntil(lambda: page.tool.text() == "Copy")
    assert QApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


def test_the_menu_changes_language_colours_and_size_and_remembers(
    qtbot: QtBot,
    theme: Theme,
    window: MainWindow,
    languages: LanguageSwitch,
    settings: WindowSettings,
) -> None:
    menu = SettingsMenu("Maria", languages, settings, window)
    by_data = {
        action.data(): action
        for submenu in menu.actions()
        if submenu.menu() is not None
        for action in submenu.menu().actions()
    }
    assert by_data["en"].isChecked()
    by_data["dark"].trigger()
    by_data["1.25"].trigger()
    by_data["ru"].trigger()
    assert theme.dark
    assert theme.scale == 1.25
    assert language() == "ru"
    assert (settings.scheme, settings.scale, settings.language) == ("dark", 1.25, "ru")


def test_the_initials_open_the_menu(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.mouseClick(window.rail.avatar, LEFT)
    assert window._menu.isVisible()
    window._menu.close()


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Мария Котова", "МК"), ("Вы (демо)", "ВД"), ("root", "R"), ("ivanov_i.p", "II"), ("7", "?")],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_no_word_of_the_window_is_cut(
    qtbot: QtBot,
    theme: Theme,
    window: MainWindow,
    languages: LanguageSwitch,
    lang: str,
    scale: float,
) -> None:
    theme.set_scale(scale)
    languages.switch(lang)
    window.status_bar.set_store("Bank", "MSK (UTC+3)")
    window.resize(1280, 720)
    window.go("results")
    window.layout().activate()
    cut = [
        widget.text()
        for widget in _visible_texts(window)
        if widget.sizeHint().width() > widget.width() + 1
    ]
    assert cut == []


def _visible_texts(window: MainWindow) -> list[Label | Button]:
    found: list[Label | Button] = []
    for kind in (Label, Button):
        found += [w for w in window.findChildren(kind) if w.isVisibleTo(window) and w.text()]
    return found


# --- keys


def test_f1_shows_what_can_be_done_here_and_any_key_ends_it(
    qtbot: QtBot, window: MainWindow, actions: ActionRegistry
) -> None:
    played: list[int] = []
    spec = ActionSpec("play", N_("Copy"), group=N_("Report"), shortcuts=("K",))
    actions.add(spec, window.page("results"), lambda: played.append(1))
    window.go("results")
    qtbot.keyClick(window, Qt.Key.Key_F1)
    overlay = window._overlay
    assert overlay.isVisible()
    assert overlay.groups["Report"] == [("Copy", ("K",))]
    assert ("Show the keys", ("F1",)) in overlay.groups["Everywhere"]
    assert not overlay.grab().isNull()
    qtbot.waitUntil(overlay.hasFocus)
    qtbot.keyClick(overlay, Qt.Key.Key_K)
    assert not overlay.isVisible()
    assert played == []


def test_a_key_that_the_page_takes_is_shown_once(
    window: MainWindow, actions: ActionRegistry
) -> None:
    spec = ActionSpec("play", N_("Copy"), group=N_("Report"), shortcuts=("Alt+Left",))
    actions.add(spec, window.page("results"), lambda: None)
    window.go("results")
    window._overlay.open()
    shown = [row for rows in window._overlay.groups.values() for row in rows]
    assert [title for title, keys in shown if "Alt+Left" in keys] == ["Copy"]
    window._overlay.close_overlay()


def test_the_menu_opens_by_key_and_holds_the_window_s_acts(
    qtbot: QtBot, window: MainWindow, actions: ActionRegistry
) -> None:
    done: list[int] = []
    spec = ActionSpec("copy", N_("Copy"), shortcuts=("Ctrl+Shift+Y",))
    act = actions.add(spec, window, lambda: done.append(1))
    window.add_to_menu([act])
    qtbot.keyClick(window, Qt.Key.Key_F10)
    menu = window._menu
    assert menu.isVisible()
    entries = {action.text(): action for action in menu.actions()}
    entries["Copy\tCtrl+Shift+Y"].trigger()
    assert done == [1]
    assert menu.actions()[-1].text() == "Quit\tCtrl+Q"
    menu.close()


def test_ctrl_q_closes_the_window(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.closing):
        qtbot.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert not window.isVisible()


def test_keys_of_a_page_that_is_not_seen_are_not_shown(
    window: MainWindow, actions: ActionRegistry
) -> None:
    spec = ActionSpec("play", N_("Copy"), group=N_("Report"), shortcuts=("K",))
    actions.add(spec, window.page("review"), lambda: None)
    window._overlay.open()
    assert "Report" not in window._overlay.groups
    window._overlay.close_overlay()


# --- errors and messages


def test_an_expected_error_is_said_in_passing_and_stays(
    window: MainWindow, shown_errors: ErrorPresenter
) -> None:
    shown_errors.present(NotFoundError(name="A1"))
    (toast,) = window._toasts.toasts
    assert "A1" in toast.text
    assert not toast._timer.isActive()


def test_a_decision_opens_a_window_that_does_not_block(
    qtbot: QtBot, window: MainWindow, shown_errors: ErrorPresenter
) -> None:
    tried: list[int] = []
    shown_errors.present(StoreBusyError(store="S"), retry=lambda: tried.append(1))
    dialog = window.findChild(ErrorDialog)
    assert dialog is not None
    assert dialog.isVisible()
    retry = next(b for b in dialog.findChildren(Button) if b.text() == "Try again")
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.mouseClick(retry, LEFT)
    assert tried == [1]


@pytest.mark.logs("internal")
def test_a_crash_opens_a_report_to_copy(
    qtbot: QtBot, window: MainWindow, shown_errors: ErrorPresenter
) -> None:
    shown_errors.present(InternalError(reason="secret"))
    dialog = window.findChild(CrashDialog)
    assert dialog is not None
    copy = next(b for b in dialog.findChildren(Button) if b.text() == "Copy the report")
    qtbot.mouseClick(copy, LEFT)
    assert "InternalError [internal] fields: reason" in QApplication.clipboard().text()
    assert "secret" not in QApplication.clipboard().text()
    go_on = next(b for b in dialog.findChildren(Button) if b.text() == "Go on")
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.mouseClick(go_on, LEFT)


# --- background work


def test_long_work_shows_in_the_status_bar_and_can_be_cancelled(
    qtbot: QtBot, window: MainWindow, real_runner: TaskRunner
) -> None:
    started = threading.Event()

    def work(progress: TaskProgress) -> None:
        progress.report(34, 100)
        started.set()
        while True:
            progress.raise_if_cancelled()
            threading.Event().wait(0.002)

    task = real_runner.read(work, parent=window, title="Export")
    qtbot.waitUntil(started.is_set)
    view = window.status_bar.task_view
    view.refresh()
    assert not view.isVisible()
    task.started_s -= 2
    view.refresh()
    assert view.isVisible()
    assert view._text.text() == "Export: 34 of 100"
    cancel = view.findChild(IconButton)
    assert cancel is not None
    qtbot.mouseClick(cancel, LEFT)
    qtbot.waitUntil(lambda: not real_runner.busy)
    qtbot.waitUntil(lambda: not view.isVisible())


def test_work_without_a_title_is_nobodys_business(
    qtbot: QtBot, window: MainWindow, real_runner: TaskRunner
) -> None:
    release = threading.Event()
    task = real_runner.read(lambda _p: release.wait(5), parent=window)
    task.started_s -= 60
    window.status_bar.task_view.refresh()
    assert not window.status_bar.task_view.isVisible()
    release.set()
    qtbot.waitUntil(lambda: not real_runner.busy)


def test_how_progress_is_worded() -> None:
    assert wording("Export", Extent()) == "Export"
    choose_language("ru")
    assert wording("Экспорт", Extent(1234, 5000)) == "Экспорт: 1\u00a0234 из 5\u00a0000"


def test_a_toast_lies_over_the_page(qtbot: QtBot, window: MainWindow) -> None:
    window.notify("Sent", action=("Undo", lambda: None))
    area = window._toasts
    child: QWidget | None = window.childAt(area.geometry().center())
    assert child is not None
    assert area.isAncestorOf(child)
    assert area.geometry().topLeft().x() > QPoint(0, 0).x()


def test_the_settings_file_holds_no_names(
    window: MainWindow, settings: WindowSettings, tmp_path: Path
) -> None:
    window.status_bar.set_store("Secret bank", "MSK")
    window.save()
    assert "Secret" not in (tmp_path / "window.ini").read_text(encoding="utf-8")


# --- the pages of a section, listed beside each other


def _listed_window(
    runner: TaskRunner,
    actions: ActionRegistry,
    presenter: ErrorPresenter,
    qapp: QApplication,
    settings: WindowSettings,
) -> MainWindow:
    group = N_("Recordings")
    entries = [
        PageEntry("one", "reports", "", title=N_("Reports"), icon="flag", group=group),
        PageEntry("two", "reports", "", title=N_("Language"), icon="flag", group=group),
        PageEntry("three", "reports", "", title=N_("Colours"), icon="flag", group=N_("Keys")),
    ]
    window = MainWindow(
        sections=SECTIONS,
        listed=entries,
        user="Anna",
        runner=runner,
        actions=actions,
        presenter=presenter,
        languages=LanguageSwitch(qapp),
        settings=settings,
    )
    window.add_page(Sample("search"), "recordings")
    for entry in entries:
        window.add_page(Sample(entry.name), entry.section)
    window.show()
    return window


def test_a_section_of_several_pages_lists_them_and_is_walked_by_keys(
    qtbot: QtBot,
    qapp: QApplication,
    theme: Theme,
    runner: TaskRunner,
    actions: ActionRegistry,
    presenter: ErrorPresenter,
    settings: WindowSettings,
) -> None:
    window = _listed_window(runner, actions, presenter, qapp, settings)
    qtbot.addWidget(window)
    nav = window.navs["reports"]
    window.go("search")
    assert not nav.isVisible()
    window.go("one")
    assert nav.isVisible()
    assert nav in window.areas()
    assert [item.isChecked() for item in nav.items.values()] == [True, False, False]
    first, second, third = nav.items.values()
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert window.focusWidget() is second
    qtbot.keyClick(second, Qt.Key.Key_End)
    assert window.focusWidget() is third
    assert window.current is window.page("one")
    qtbot.keyClick(third, Qt.Key.Key_Return)
    assert window.current is window.page("three")
    assert third.isChecked()
    # One stop of the Tab key, where the page is that is seen.
    stops = [item for item in nav.items.values() if item.focusPolicy() != Qt.FocusPolicy.NoFocus]
    assert stops == [third]
    # The rail leads back to the page that was seen last.
    window.go("search")
    window.rail.section_chosen.emit("reports")
    assert window.current is window.page("three")
    assert any(command.title == tr("Colours") for command in window.commands(""))


def test_language_and_look_are_found_by_what_people_call_them(window) -> None:
    offered = window.commands("")
    assert [c.title for c in matching(offered, "russian")] == ["Language: Русский"]
    assert "Colours: Dark" in [c.title for c in matching(offered, "theme dark")]
    assert matching(offered, "russian theme") == ()
