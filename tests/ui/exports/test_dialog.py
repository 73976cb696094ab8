"""The dialog of the manual export: what it tells before, what it refuses, what it hands on."""

from __future__ import annotations

from array import array

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from reviewer.errors import CancelledError
from reviewer.messages import choose_language
from reviewer.models.access import Privilege
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.progress import NoProgress
from reviewer.models.recording import RecordingState
from reviewer.models.search import Count, Search
from reviewer.models.settings import SettingsChange, StoreSettings
from reviewer.services.export_manual import ExportOptions, plan_export, run_export
from reviewer.services.exporters.recordings import VoiceExporter
from reviewer.ui.exports.dialog import UNFINISHED_KEY, ExportDialog
from reviewer.ui.exports.request import ExportRequest
from tests.helpers.exporting import call, chat, gone_call
from tests.helpers.stores import ADMIN, make_giid, make_store

Key = Qt.Key


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setattr(VoiceExporter, "limit", 3)
    items = [call(n) for n in range(1, 6)] + [gone_call(6, RecordingState.DELETED), chat(7)]
    with make_store(tmp_path) as made:
        made.session(ADMIN).intake.put(items)
        yield made


@pytest.fixture
def session(store):
    return store.session(ADMIN)


@pytest.fixture
def host(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1000, 700)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def settle(qtbot, shell):
    return lambda: qtbot.waitUntil(lambda: not shell.runner.busy)


@pytest.fixture
def open_dialog(qtbot, shell, session, host, settle, settings, tmp_path):
    settings.set_value("export/folder", str(tmp_path))
    made = []

    def ask(*, selected=(), only_selected=False, total=None):
        ids = session.interactions.ids(Search())
        request = ExportRequest(
            search=Search(),
            total=Count(len(ids)) if total is None else total,
            selected=array("q", (ids[place] for place in selected)),
            columns=("icon", "started", "giid"),
            only_selected=only_selected,
        )
        dialog = ExportDialog(shell, session, request, host)
        dialog.plans = []
        dialog.planned.connect(dialog.plans.append)
        dialog.open()
        qtbot.waitUntil(dialog.isVisible)
        settle()
        made.append(dialog)
        return dialog

    return ask


def test_in_a_low_window_its_buttons_stay_in_reach(qtbot, open_dialog, host):
    """As at 200 % of text on a small screen: what does not fit is scrolled."""
    host.resize(1000, 420)
    dialog = open_dialog()
    qtbot.waitUntil(lambda: dialog.height() <= host.height())
    assert dialog.rect().contains(dialog.go.geometry())
    area = dialog._area
    assert area.verticalScrollBar().maximum() > 0
    # The keyboard reaches what is scrolled away, and it comes into sight.
    dialog.destination.choose.setFocus(Qt.FocusReason.TabFocusReason)
    area.ensureWidgetVisible(dialog.destination.choose)
    assert not dialog.destination.choose.visibleRegion().isEmpty()


def option(dialog, kind):
    return next(one for one in dialog.options if one.kind == kind)


def cut(session, place, *contents):
    class Stops(NoProgress):
        steps = 3

        def raise_if_cancelled(self):
            self.steps -= 1
            if self.steps < 0:
                raise CancelledError

    plan = plan_export(session, Search(), place, ExportOptions(frozenset(contents)))
    with pytest.raises(CancelledError):
        run_export(session, plan, progress=Stops())
    session.memory.keep(UNFINISHED_KEY, str(place))


def test_before_anything_it_tells_how_many_each_choice_concerns(open_dialog):
    dialog = open_dialog(selected=(0, 2))
    assert dialog.everything.text() == "All that match: 7"
    assert dialog.selection.text() == "The selected ones: 2"
    assert option(dialog, "voice").told == (
        "5 have any: the first 3 in the order shown are exported · 1 is deleted or missing"
    )
    assert option(dialog, "text").told == "1 has any"
    assert not option(dialog, "email").box.isEnabled()
    assert option(dialog, "email").box.toolTip() == "none of these has any"
    dialog.close()


def test_it_counts_anew_for_the_selection(open_dialog, settle):
    dialog = open_dialog(selected=(0, 2), only_selected=True)
    assert dialog.selection.isChecked()
    # The newest is the chat, the third a call.
    assert option(dialog, "voice").told == "1 has any"
    assert option(dialog, "text").told == "1 has any"
    dialog.everything.setChecked(True)
    settle()
    assert option(dialog, "voice").told.startswith("5 have any")
    dialog.close()


def test_without_a_selection_only_all_can_be_chosen(open_dialog):
    dialog = open_dialog()
    assert not dialog.selection.isEnabled()
    assert dialog.selection.toolTip() == "Nothing is selected"
    dialog.close()


def test_what_is_switched_off_in_the_store_is_absent(shell, tmp_path, host, settle):
    bare = StoreSettings(name="Bare", time_zone="UTC", features=frozenset())
    with make_store(tmp_path / "bare", settings=bare) as store:
        session = store.session(ADMIN)
        request = ExportRequest(Search(), Count(0), array("q"), ("giid",))
        dialog = ExportDialog(shell, session, request, host)
        settle()
        assert "cpa" not in [one.kind for one in dialog.options]
        assert not dialog.go.isEnabled()
        assert dialog.go.toolTip() == "There is nothing to export"
        dialog.close()


def test_by_keyboard_alone_it_plans_what_was_chosen(open_dialog, settle, tmp_path, qtbot):
    dialog = open_dialog(selected=(1,))
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    seen = []
    for _ in range(30):
        focus = QApplication.focusWidget()
        seen.append(focus)
        if focus is option(dialog, "voice").box:
            QTest.keyClick(focus, Key.Key_Space)
        if focus is dialog.destination.path:
            QTest.keyClick(focus, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            QTest.keyClicks(focus, str(tmp_path / "made" / "out.zip"))
            break
        QTest.keyClick(focus, Key.Key_Tab)
    assert dialog.destination.kind.value is True
    QTest.keyClick(dialog.destination.path, Key.Key_Return)
    settle()
    (plan,) = dialog.plans
    assert plan.place.is_zip
    assert plan.place.target == tmp_path / "made" / "out.zip"
    assert plan.job.columns == ("icon", "started", "giid")
    assert [(share.kind, share.chosen, share.over) for share in plan.job.shares] == [
        ("voice", 3, True)
    ]
    assert not shiboken6.isValid(dialog) or not dialog.isVisible()


def test_enter_on_cancel_exports_nothing(open_dialog, settle, qtbot):
    dialog = open_dialog()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.cancel.setFocus()
    QTest.keyClick(dialog.cancel, Key.Key_Return)
    settle()
    assert dialog.plans == []
    assert not shiboken6.isValid(dialog) or not dialog.isVisible()


def test_folder_and_zip_change_the_name(open_dialog):
    dialog = open_dialog()
    before = dialog.destination.place
    dialog.destination.kind.choose(True)
    assert dialog.destination.place.name == before.name + ".zip"
    dialog.destination.kind.choose(False)
    assert dialog.destination.place == before
    dialog.close()


def test_a_folder_with_other_files_is_refused_with_the_reason(open_dialog, settle, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    dialog = open_dialog()
    dialog.destination.show_place(tmp_path / "full")
    settle()
    assert not dialog.go.isEnabled()
    assert "other files" in dialog.go.toolTip()
    assert dialog.destination.told.text() == dialog.go.toolTip()
    dialog.destination.show_place(tmp_path / "store" / "x")
    settle()
    assert "within the store" in dialog.destination.told.text()
    dialog.destination.path.clear()
    dialog.destination.look()
    assert dialog.go.toolTip() == "Say where to export to."
    # There is nobody of that name yet: it is being typed.
    dialog.destination.path.setText("~a-")
    dialog.destination.look()
    assert dialog.destination.place.name == "~a-"
    dialog.close()


def test_what_turns_out_wrong_while_planning_is_told_in_the_dialog(open_dialog, settle, tmp_path):
    dialog = open_dialog()
    dialog.destination.show_place(tmp_path / "later")
    settle()
    (tmp_path / "later").write_text("a file came meanwhile")
    dialog.start()
    settle()
    assert dialog._error.isVisible()
    assert dialog.isVisible()
    assert dialog.plans == []
    dialog.close()


def test_preparing_that_is_cancelled_in_the_status_bar_leaves_the_dialog_as_it_was(
    open_dialog, settle, tmp_path
):
    dialog = open_dialog()
    dialog.destination.show_place(tmp_path / "new")
    settle()
    dialog.start()
    assert dialog.go.toolTip() == "It is being prepared"
    dialog._task.cancel()
    settle()
    assert dialog.plans == []
    assert dialog.go.isEnabled()
    dialog.start()
    settle()
    assert len(dialog.plans) == 1


def test_an_unfinished_export_is_offered_by_itself_and_goes_on(
    open_dialog, session, tmp_path, qtbot
):
    cut(session, tmp_path / "cut", "voice")
    dialog = open_dialog()
    assert dialog.destination.place == tmp_path / "cut"
    assert "An unfinished export is there" in dialog.destination.told.text()
    assert dialog.resume.isVisible()
    assert not dialog.go.isEnabled()
    qtbot.mouseClick(dialog.resume, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(dialog.plans) == 1)
    (plan,) = dialog.plans
    assert plan.resumes
    assert run_export(session, plan).files == 3


def test_an_unfinished_export_is_thrown_away_if_so_wished(
    open_dialog, session, tmp_path, qtbot, settle
):
    cut(session, tmp_path / "cut", "voice")
    dialog = open_dialog()
    qtbot.mouseClick(dialog.discard, Qt.MouseButton.LeftButton)
    settle()
    assert not (tmp_path / "cut").exists()
    assert not dialog.resume.isVisible()
    assert dialog.go.isEnabled()
    dialog.close()


def test_where_what_was_cut_is_gone_the_usual_place_is_proposed(open_dialog, session, tmp_path):
    session.memory.keep(UNFINISHED_KEY, str(tmp_path / "nowhere"))
    dialog = open_dialog()
    assert dialog.destination.place.parent == tmp_path
    assert dialog.go.isEnabled()
    dialog.close()


def test_the_folder_and_the_kind_come_back(open_dialog, settle, tmp_path):
    dialog = open_dialog()
    dialog.destination.show_place(tmp_path / "deep" / "out.zip")
    (tmp_path / "deep").mkdir()
    settle()
    dialog.start()
    settle()
    again = open_dialog()
    assert again.destination.place.parent == tmp_path / "deep"
    assert again.destination.place.suffix == ".zip"
    again.close()


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_it_says_that_content_is_decrypted_and_cuts_no_word(open_dialog, lang):
    choose_language(lang)
    dialog = open_dialog(selected=(0,))
    words = [label.text() for label in dialog.findChildren(QWidget) if hasattr(label, "text")]
    sentence = {"en": "Exported content is decrypted", "ru": "Выгруженное расшифровано"}[lang]
    assert any(str(text).startswith(sentence) for text in words)
    for button in (dialog.go, dialog.cancel, dialog.everything, dialog.destination.choose):
        assert button.width() >= button.sizeHint().width()
    for one in dialog.options:
        assert one.box.width() >= one.box.sizeHint().width()
    dialog.close()


@pytest.fixture
def vera(store, session):
    """A session that is asked why, on a store with a sensitive call."""
    session.records.set_tags(session.interactions.find(make_giid(4)), ["vip"])
    session.centre.change(SettingsChange(sensitive_tags=("vip",)))
    powers = {Privilege.LISTEN_ALL, Privilege.EXPORT_MANUAL}
    role, _ = session.people.add_role("Asked", powers, asks_reason=True)
    session.people.add_user("vera", "Vera", [role.key])
    return store.session("vera")


def reasons(session):
    entries = session.audit.entries(AuditQuery(acts=(Act.REASON_GIVEN.value,)))
    return [(entry.giid, entry.login, entry.detail["reason"]) for entry in entries]


def asking(qtbot, shell, vera, host, settle, place):
    total = Count(len(vera.interactions.ids(Search())))
    dialog = ExportDialog(shell, vera, ExportRequest(Search(), total, array("q"), ()), host)
    dialog.plans = []
    dialog.planned.connect(dialog.plans.append)
    dialog.open()
    settle()
    dialog.destination.show_place(place)
    settle()
    assert not dialog.why.isVisible()
    return dialog


def test_one_reason_is_asked_for_all_that_is_sensitive(
    qtbot, shell, session, vera, host, settle, tmp_path
):
    dialog = asking(qtbot, shell, vera, host, settle, tmp_path / "out")
    option(dialog, "voice").box.click()
    dialog.start()
    settle()
    assert dialog.plans == []
    assert dialog.why.isVisible()
    assert dialog.why.edit.hasFocus()
    assert (dialog.go.isEnabled(), dialog.go.toolTip()) == (False, "Say why")
    assert reasons(session) == []
    QTest.keyClicks(dialog.why.edit, "a court order")
    QTest.keyClick(dialog.why.edit, Key.Key_Return)
    settle()
    assert len(dialog.plans) == 1
    assert reasons(session) == [(make_giid(4), "vera", "a court order")]
    assert run_export(vera, dialog.plans[0]).failed_count == 1


def test_an_export_of_another_day_goes_on_once_it_was_said_why(
    qtbot, shell, session, vera, store, host, settle, tmp_path
):
    place = tmp_path / "out"
    vera.interactions.give_reasons([session.interactions.find(make_giid(4))], "begun")
    cut(vera, place, "voice")
    later = store.session("vera")
    dialog = asking(qtbot, shell, later, host, settle, place)
    assert dialog.resume.isVisible()
    dialog.resume.click()
    settle()
    assert dialog.plans == []
    QTest.keyClicks(dialog.why.edit, "going on")
    QTest.keyClick(dialog.why.edit, Key.Key_Return)
    settle()
    assert [plan.resumes for plan in dialog.plans] == [True]
    assert (make_giid(4), "vera", "going on") in reasons(session)
