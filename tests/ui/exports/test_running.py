"""An export in the background: its end is told, it can be stopped and goes on."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from reviewer.models.recording import RecordingState
from reviewer.models.search import Search
from reviewer.services.export_manual import ExportOptions, plan_export
from reviewer.ui.exports.dialog import UNFINISHED_KEY
from reviewer.ui.exports.running import ExportRun, ExportSummary
from tests.helpers.exporting import call, gone_call, read_export
from tests.helpers.stores import ADMIN, make_store


@pytest.fixture
def session(tmp_path):
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put(call(n) for n in range(1, 9))
        yield session


@pytest.fixture
def settle(qtbot, shell):
    return lambda: qtbot.waitUntil(lambda: not shell.runner.busy, timeout=10_000)


def plan_of(session, place):
    return plan_export(session, Search(), place, ExportOptions(frozenset({"voice"})))


def test_a_finished_export_is_told_with_the_way_to_it(session, shell, settle, tmp_path):
    ExportRun(shell, session, plan_of(session, tmp_path / "out")).start()
    settle()
    (said,) = shell.notifier.said
    assert said.startswith(f"Exported to {tmp_path / 'out'}: rows 8, files 8")
    assert shell.notifier.actions[0][0] == "Show"
    assert len(read_export(tmp_path / "out").names("voice/")) == 8
    assert session.memory.recall(UNFINISHED_KEY) is None


def test_what_failed_and_why_is_told_line_by_line(session, shell, settle, tmp_path, qtbot):
    session.intake.put(
        [gone_call(20, RecordingState.DELETED), gone_call(21, RecordingState.MISSING)]
    )
    ExportRun(shell, session, plan_of(session, tmp_path / "out")).start()
    settle()
    (summary,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, ExportSummary))
    qtbot.addWidget(summary)
    assert summary.windowTitle() == "2 were not exported"
    lines = summary.text.toPlainText().split("\n")
    assert len(lines) == 2
    assert any("deleted" in line for line in lines)
    assert any("missing" in line for line in lines)
    summary._on_copy_clicked()
    assert QGuiApplication.clipboard().text() == summary.text.toPlainText()
    summary.close()


def test_stopped_it_says_where_it_is_and_goes_on(session, shell, settle, tmp_path):
    plan = plan_of(session, tmp_path / "out")
    run = ExportRun(shell, session, plan)
    run.start()
    run.task.cancel()
    settle()
    (said,) = shell.notifier.said
    assert str(tmp_path / "out") in said
    label, again = shell.notifier.actions[0]
    assert label == "Go on"
    assert session.memory.recall(UNFINISHED_KEY) == str(tmp_path / "out")
    again()
    settle()
    assert len(read_export(tmp_path / "out").names("voice/")) == 8
    assert session.memory.recall(UNFINISHED_KEY) is None


def test_what_cannot_be_written_is_told_and_tried_again(session, shell, settle, tmp_path):
    plan = plan_of(session, tmp_path / "out")
    (tmp_path / "out").write_text("in the way")
    ExportRun(shell, session, plan).start()
    settle()
    (said,) = shell.notifier.said
    assert said.startswith(f"{tmp_path / 'out'} cannot be exported to")
    (tmp_path / "out").unlink()
    shell.notifier.actions[0][1]()
    settle()
    assert len(read_export(tmp_path / "out").names("voice/")) == 8
    assert shell.presenter.presented == []
