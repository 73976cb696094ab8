"""The pages of administration about the audit log, encryption, holds, retention, bulk deletion."""

from __future__ import annotations

import json
import sqlite3

import pytest
from PySide6.QtCore import QDate, Qt

from reviewer.models.access import Privilege
from reviewer.models.audit import Act
from reviewer.models.changes import Changes
from reviewer.models.erasure import Erased, RetentionRule, Shared, What
from reviewer.models.recording import RecordingState
from reviewer.storage.local import erasing_run
from reviewer.ui.admin.audit_page import AuditPage
from reviewer.ui.admin.bulk_confirm import BulkConfirm
from reviewer.ui.admin.bulk_page import BulkPage
from reviewer.ui.admin.copies_page import CopiesPage
from reviewer.ui.admin.encryption_page import EncryptionPage
from reviewer.ui.admin.holds_page import HoldsPage
from reviewer.ui.admin.retention_page import RetentionPage
from reviewer.ui.admin.settings_page import SettingsPage
from reviewer.ui.erasing.running import Outcome
from reviewer.ui.pages import PAGES
from reviewer.ui.widgets.cut_line import CutLine
from tests.helpers.stores import ADMIN, make_giid
from tests.ui.admin.steps import framed, idle

PASSPHRASE = "correct horse battery staple"


def acts_shown(page):
    return [row.value.act for row in page.table.texts.rows]


# --- the audit log


def test_the_log_is_searched_by_who_what_and_on_what(qtbot, shell, session, entered):
    session.interactions.get(make_giid(2))
    page = entered(AuditPage)
    assert Act.OPENED in acts_shown(page)
    assert Act.IMPORTED in acts_shown(page)
    page.what.setCurrentIndex(page.what.findData(Act.OPENED.value))
    page.search()
    idle(qtbot, shell)
    assert acts_shown(page) == [Act.OPENED]
    assert page.count.text() == "1 entry"
    qtbot.keyClicks(page.on, make_giid(3))
    qtbot.keyClick(page.on, Qt.Key.Key_Return)
    idle(qtbot, shell)
    assert acts_shown(page) == []
    page.on.setText(make_giid(2))
    page.who.setText("somebody else")
    page.search()
    idle(qtbot, shell)
    assert acts_shown(page) == []
    page.who.setText(ADMIN)
    page.since.show_day(QDate(2000, 1, 1))
    page.until.edit.setText("2001-01-01")
    page.search()
    idle(qtbot, shell)
    assert acts_shown(page) == []
    page.until.edit.setText("")
    page.search()
    idle(qtbot, shell)
    assert acts_shown(page) == [Act.OPENED]
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    (name, request) = shell.navigator.gone[-1]
    assert (name, request.interaction_id) == ("review", session.interactions.find(make_giid(2)))
    # What is not in the store is told in place, and what is no date is not looked for.
    page.on.setText("NOTHING-OF-THE-KIND")
    page.search()
    idle(qtbot, shell)
    assert "NOTHING-OF-THE-KIND" in page.table.accessibleDescription()
    page.since.edit.setText("the day before")
    assert page.since.moment is None


def test_a_long_log_is_read_on_as_one_goes_down(qtbot, shell, session, entered):
    for _ in range(230):
        session.audit.report(Act.ASKED_WHAT_IF)
    page = entered(AuditPage)
    assert len(page.table.texts.rows) == 200
    qtbot.keyClick(page.table, Qt.Key.Key_End)
    idle(qtbot, shell)
    numbers = [row.value.number for row in page.table.texts.rows]
    assert len(numbers) > 230
    assert numbers == sorted(numbers, reverse=True)


def test_what_a_table_cuts_stands_under_it_for_the_row_one_stands_on(
    qtbot, shell, session, entered
):
    page = entered(AuditPage)
    (line,) = page.findChildren(CutLine)
    page.resize(1600, 850)
    row = page.table.current
    assert row.texts[3] == "logged in"
    qtbot.waitUntil(lambda: not line.text())
    page.resize(560, 850)
    qtbot.waitUntil(lambda: "From where: " in line.text())
    assert row.texts[-1] in line.text()
    page.table.show_rows([])
    assert line.text() == ""


def test_verifying_finds_what_was_changed(qtbot, shell, store, session, entered, tmp_path):
    page = entered(AuditPage)
    anchor = tmp_path / "anchor.json"
    page.anchor_to(str(anchor))
    idle(qtbot, shell)
    page.verify(str(anchor))
    idle(qtbot, shell)
    assert "The log is whole" in page.told.text()
    # What does not end says nothing, nor does what was said before.
    page.verify(str(tmp_path / "nowhere.json"))
    idle(qtbot, shell)
    assert not page.error.isHidden()
    assert page.told.isHidden()
    with sqlite3.connect(tmp_path / "store" / "catalogue.sqlite") as catalogue:
        catalogue.execute("UPDATE audit SET login = 'nobody' WHERE number = 2")
    page.verify()
    idle(qtbot, shell)
    assert "entry 2 is not what was written" in page.told.text()


def test_the_log_is_exported_whole(qtbot, shell, session, entered, tmp_path):
    page = entered(AuditPage)
    target = tmp_path / "log.jsonl"
    page.export_to(str(target))
    idle(qtbot, shell)
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
    assert Act.LOG_EXPORTED in acts_shown(page)
    page.export_to(str(tmp_path / "nowhere" / "log.jsonl"))
    idle(qtbot, shell)
    assert not page.error.isHidden()
    assert "nowhere" in page.error.accessibleName() + page.error._more.text()


# --- holds


def test_holds_are_listed_filtered_and_lifted(qtbot, shell, session, entered):
    ids = [session.interactions.find(make_giid(n)) for n in (1, 2, 3)]
    session.keeping.hold(ids[:2], "case 114")
    session.keeping.hold(ids[2:], "case 7")
    page = entered(HoldsPage)
    assert len(page.table.texts.rows) == 3
    qtbot.keyClicks(page.filter, "114")
    assert len(page.table.texts.rows) == 2
    page.table.selectAll()
    page.ask_lift()
    page.dialog.reason.setText("closed")
    page.dialog.go()
    idle(qtbot, shell)
    assert [hold.interaction_id for hold in session.keeping.holds()] == ids[2:]
    page.filter.clear()
    assert [row.value.reason for row in page.table.texts.rows] == ["case 7"]
    page.which.choose("lifted")
    idle(qtbot, shell)
    rows = page.table.texts.rows
    assert [row.texts[-1] for row in rows] == ["closed", "closed"]
    assert [row.value.held.reason for row in rows] == ["case 114", "case 114"]
    assert page.lift_button.isHidden()


# --- retention


def test_rules_are_changed_tried_and_run(qtbot, shell, session, entered):
    held = session.interactions.find(make_giid(1))
    session.keeping.hold([held], "court")
    page = entered(RetentionPage)
    assert page.rules == ()
    page.add_rule()
    page.rows[0].days.setValue(30)
    assert not page.look_button.isEnabled()  # The rules are not saved yet.
    page.save()
    idle(qtbot, shell)
    assert session.keeping.rules() == (RetentionRule("", What.VOICE, 30),)
    assert not page.run_button.isEnabled()
    assert page.run_button.toolTip() == "See first what would expire"
    page.look()
    idle(qtbot, shell)
    assert page.told.text() == "Voice recording: 4 interactions"
    states = {session.interactions.get(make_giid(n)).recordings[0].state for n in range(1, 6)}
    assert states == {RecordingState.AVAILABLE}
    page.ask_run()
    assert "cannot be undone" in page.dialog.findChildren(type(page.told))[1].text()
    page.dialog.act.click()
    idle(qtbot, shell)
    left = {n: session.interactions.get(make_giid(n)).recordings[0].state for n in range(1, 6)}
    assert left.pop(1) is RecordingState.AVAILABLE
    assert set(left.values()) == {RecordingState.EXPIRED}
    assert page.told.text() == "Expired: content of 4 interactions."
    # What could not be is told as well.
    page._on_run_ended(Outcome(Erased(failed=((make_giid(1), "It is damaged."),)), Changes()))
    assert page.told.text().splitlines() == [
        "Expired: content of 0 interactions.",
        f"{make_giid(1)}: It is damaged.",
    ]


def test_the_keyboard_is_not_lost_to_the_rest_of_the_window_when_a_button_is_done(
    qtbot, shell, session, tmp_path
):
    rules = RetentionPage(shell, session)
    window = framed(qtbot, rules)
    idle(qtbot, shell)
    rules.add_rule()
    rules.save_button.setFocus()
    rules.save_button.click()
    idle(qtbot, shell)
    assert not rules.save_button.isEnabled()
    assert window.focusWidget() is rules.add_button
    settings = SettingsPage(shell, session)
    window = framed(qtbot, settings)
    idle(qtbot, shell)
    qtbot.keyClicks(settings.centre_name, "!")
    settings.save_button.setFocus()
    settings.save_button.click()
    idle(qtbot, shell)
    assert window.focusWidget() is settings.tags
    copies = CopiesPage(shell, session)
    window = framed(qtbot, copies)
    idle(qtbot, shell)
    copies.backup_path.setText(str(tmp_path))
    copies.backup_path.textEdited.emit("")
    copies.backup_button.setFocus()
    copies.backup_button.click()
    idle(qtbot, shell)
    assert copies.error.isVisible()
    assert window.focusWidget() is copies.backup_button


def test_rules_that_contradict_each_other_are_not_saved(qtbot, shell, session, entered):
    page = entered(RetentionPage)
    page.add_rule()
    page.add_rule()
    for row in page.rows:
        row.kind.setCurrentIndex(0)
    page.save()
    idle(qtbot, shell)
    assert not page.error.isHidden()
    assert session.keeping.rules() == ()
    page.rows[1].service.setCurrentText("Cards")
    page.save()
    idle(qtbot, shell)
    assert {rule.service for rule in session.keeping.rules()} == {"", "Cards"}


# --- bulk deletion


def filled(page, reason="contract ended"):
    page.service.setCurrentText("Support")
    page.boxes[What.VOICE].setChecked(True)
    page.since.edit.setText("2023-10-01")
    page.until.edit.setText("2023-11-01")
    page.reason.setText(reason)


def test_bulk_deletion_says_what_goes_and_how_it_ended(qtbot, shell, session, entered):
    session.keeping.hold([session.interactions.find(make_giid(2))], "court")
    page = entered(BulkPage)
    filled(page, reason=" ")
    assert page.start_button.toolTip() == "Give a reason"
    page.reason.setText("contract ended")
    page.until.edit.setText("2023-09-01")
    assert page.start_button.toolTip() == "The first date is not before the second"
    assert page.dates_told.isVisible()
    assert page.dates_told.text() == "The first date is not before the second"
    page.since.edit.setText("soon")
    assert page.dates_told.text() == "This is not a date"
    # The other one is not said to be wrong any more.
    assert page.until.edit.toolTip() == ""
    page.since.edit.setText("2023-10-01")
    page.until.edit.setText("soon")
    assert page.dates_told.text() == "This is not a date"
    assert page.until.edit.toolTip() == "This is not a date"
    page.until.edit.setText("2023-11-01")
    assert not page.dates_told.isVisible()
    assert page._stays.isVisible()  # Of the calls' texts.
    page.ask()
    # What is asked is what was asked for, whatever stands in the fields by then.
    page.until.edit.setText("2024-11-01")
    idle(qtbot, shell)
    dialog = page.dialog
    assert isinstance(dialog, BulkConfirm)
    assert "4 interactions are concerned." in dialog.about.text()
    assert "from 2023-10-01 up to, not including, 2023-11-01" in dialog.about.text()
    assert dialog.act.isEnabled()
    assert not [t for n in range(1, 6) for t in session.interactions.get(make_giid(n)).tombstones]
    dialog.act.click()
    idle(qtbot, shell)
    assert "Deleted records: 4/4" in page.result.text()
    assert "Deleted voice recordings: 4/4" in page.result.text()
    assert "1 is under a legal hold" in page.result.text()
    gone = [bool(session.interactions.get(make_giid(n)).tombstones) for n in range(1, 6)]
    assert gone == [True, False, True, True, True]


def test_of_each_kind_it_is_told_how_much_of_it_went(qtbot, shell, session, entered):
    page = entered(BulkPage)
    filled(page)
    page.ask()
    idle(qtbot, shell)
    # Meanwhile all of them are held.
    ids = [session.interactions.find(make_giid(n)) for n in range(1, 6)]
    session.keeping.hold(ids, "court")
    page.dialog.act.click()
    idle(qtbot, shell)
    assert "Deleted records: 0/5" in page.result.text()
    assert "Deleted voice recordings: 0/5" in page.result.text()
    assert "5 are under a legal hold" in page.result.text()


def test_an_interrupted_deletion_goes_on_from_the_page(qtbot, shell, session, entered, monkeypatch):
    class PulledError(Exception):
        """The process is gone here."""

    def pull(*_args):
        raise PulledError

    ids = [session.interactions.find(make_giid(n)) for n in range(1, 6)]
    with monkeypatch.context() as broken:
        broken.setattr(erasing_run, "BATCH", 2)
        broken.setattr(erasing_run.erasing_jobs, "end", pull)
        with pytest.raises(PulledError):
            session.erasure.erase(ids[:3], [What.VOICE], "contract", shared=Shared.CUT)
    page = entered(BulkPage)
    (job, go_on, _) = page.offers[0]
    assert (job.total, job.reason) == (3, "contract")
    go_on.click()
    idle(qtbot, shell)
    assert session.erasure.unfinished() == ()
    assert page.offers == []
    assert "Deletion finished." in page.result.text()


def test_buttons_are_pressed_from_the_palette_when_they_can_be(qtbot, shell, session, entered):
    page = entered(RetentionPage)
    save = shell.actions.action("retention.save", page)
    run = shell.actions.action("retention.run", page)
    assert (save.isEnabled(), run.isEnabled()) == (False, False)
    assert run.toolTip() == "See first what would expire"
    shell.actions.action("retention.add", page).trigger()
    assert run.toolTip() == "Save the rules first"
    qtbot.keyClick(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    idle(qtbot, shell)
    assert len(session.keeping.rules()) == 1
    shell.actions.action("retention.look", page).trigger()
    idle(qtbot, shell)
    assert page.told.text()
    hidden = shell.actions.action("encryption.save", entered(EncryptionPage))
    assert hidden.toolTip() == "That is not offered now"
    # F1 names what Enter does in a table.
    for opening in (AuditPage, HoldsPage):
        action = shell.actions.action(f"{opening.name}.open", entered(opening).table)
        assert action.text() == "Open the interaction"


def test_a_search_of_the_log_that_is_given_up_runs_no_more(qtbot, shell, entered):
    page = entered(AuditPage)
    page.search()
    assert page.running._running
    for task in shell.runner.tasks:
        task.cancel()
    idle(qtbot, shell)
    assert not page.running._running


def test_what_is_wrong_with_a_date_of_the_filter_is_said_where_it_stands(qtbot, shell, entered):
    page = entered(AuditPage)
    before = acts_shown(page)
    page.since.edit.setText("2023-02-30")
    assert page.dates_told.isVisible()
    assert page.dates_told.text() == "This is not a date"
    page.since.edit.setText("2023-10-02")
    page.until.edit.setText("2023-10-01")
    assert page.dates_told.text() == "The first date is after the second"
    assert page.until.edit.toolTip() == "The first date is after the second"
    page.search()
    idle(qtbot, shell)
    assert acts_shown(page) == before
    # A day is looked through to its end.
    page.until.edit.setText("2023-10-02")
    assert not page.dates_told.isVisible()
    assert page.until.edit.toolTip() == ""
    page.search()
    idle(qtbot, shell)
    assert acts_shown(page) == []


def test_what_stands_in_a_part_of_the_page_that_is_not_shown_is_not_offered(shell, entered):
    page = entered(EncryptionPage)
    assert not page.create_button.isVisible()
    for name in ("create", "roll", "anew", "recovery", "passphrase"):
        assert not shell.actions.action(f"encryption.{name}", page).isEnabled()
    assert shell.actions.action("encryption.encrypt", page).isEnabled()


def test_no_list_of_holds_is_called_empty_before_it_was_read(qtbot, shell, session):
    page = HoldsPage(shell, session)
    qtbot.addWidget(page)
    assert page.table.accessibleDescription() == ""
    page.entered()
    idle(qtbot, shell)
    assert page.table.accessibleDescription() == "There are no legal holds."
    page.which.value = "lifted"
    page._on_which_value_changed("lifted")
    assert page.table.accessibleDescription() == ""
    idle(qtbot, shell)
    assert page.table.accessibleDescription() == "No hold was lifted yet."


def test_nothing_of_a_service_is_told(qtbot, shell, entered):
    page = entered(BulkPage)
    filled(page)
    page.service.setCurrentText("Nobody's")
    page.ask()
    idle(qtbot, shell)
    assert page.dialog is None
    assert not page.error.isHidden()


# --- who gets them


@pytest.mark.parametrize(
    ("name", "privilege"),
    [
        ("audit", Privilege.AUDIT_VIEW),
        ("encryption", Privilege.ADMIN_ENCRYPTION),
        ("holds", Privilege.RECORDS_HOLD),
        ("retention", Privilege.RECORDS_RETENTION),
        ("bulk", Privilege.RECORDS_ERASE),
    ],
)
def test_the_privilege_decides_who_gets_a_page(session, name, privilege):
    entry = next(entry for entry in PAGES if entry.name == name)
    role, _ = session.people.add_role("one", [privilege])
    rest, _ = session.people.add_role("rest", [p for p in Privilege if p is not privilege])
    session.people.add_user("with", "With", [role.key])
    session.people.add_user("without", "Without", [rest.key])
    assert entry.is_for(session.store.session("with").people.me)
    assert not entry.is_for(session.store.session("without").people.me)
