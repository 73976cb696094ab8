"""Sets are written to a file, and brought in from one."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from reviewer.messages import explain
from reviewer.models.criteria.line import parse_line
from reviewer.models.interaction import Channel
from reviewer.ui.search.sets_files import RejectedSets, file_name
from tests.ui.search.sets.steps import names, saved

FLAGGED = parse_line("flagged:yes")
ECHO = parse_line("problem:echo OR duration>5m")


def choose_file(page, path):
    dialog = page.window().findChild(QFileDialog)
    dialog.fileSelected.emit(str(path))
    dialog.close()
    dialog.deleteLater()


def test_sets_are_written_to_a_file_and_brought_in(show, session, settle, shell, tmp_path):
    session.sets.add("Flags", Channel.VOICE, FLAGGED)
    page = show(session)
    QTest.mouseClick(page.panel.sets.take_out, Qt.MouseButton.LeftButton)
    choose_file(page, tmp_path / "sets.json")
    settle()
    assert json.loads((tmp_path / "sets.json").read_text())["sets"][0]["name"] == "Flags"
    session.sets.overwrite(session.sets.all()[0].id, Channel.VOICE, ECHO)
    QTest.mouseClick(page.panel.sets.bring_in, Qt.MouseButton.LeftButton)
    choose_file(page, tmp_path / "sets.json")
    settle()
    assert set(saved(session)) == {"Flags", "Flags (2)"}
    assert names(page) == ["Flags", "Flags (2)"]
    assert shell.notifier.said == ["Written: sets.json", "Added: 1. Unchanged: 0. Rejected: 0."]
    assert shell.settings.value("folders/criteria_sets") == str(tmp_path)


@pytest.mark.parametrize("data", [b"rubbish", b"\xff\xfe", None])
def test_a_file_that_is_none_is_told_in_a_sentence(show, session, settle, tmp_path, data):
    page = show(session)
    if data is not None:
        (tmp_path / "sets.json").write_bytes(data)
    page.sets.choose_file_to_read()
    choose_file(page, tmp_path / "sets.json")
    settle()
    [error] = page._shell.presenter.presented
    assert error.code == "file.unusable"
    assert "sets.json" in explain(error)


def test_sets_of_a_file_that_cannot_be_taken_are_named(show, session, settle, tmp_path):
    page = show(session)
    items = [{"name": "a", "line": "nonsense>5"}, {"name": "b", "line": "flagged:yes"}]
    whole = {"format": "reviewer criteria sets", "version": 1, "sets": items}
    (tmp_path / "sets.json").write_text(json.dumps(whole))
    page.sets.choose_file_to_read()
    choose_file(page, tmp_path / "sets.json")
    settle()
    dialog = page.window().findChild(RejectedSets)
    assert dialog.text.toPlainText().startswith("a: The query cannot be read")
    dialog.close()
    assert set(saved(session)) == {"b"}


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Отказы", "Отказы.json"),
        ("../../etc/passwd", "etc passwd.json"),
        ("..", "set.json"),
        ("a" * 300, "a" * 80 + ".json"),
        ('x:"<y>"', "x y.json"),
    ],
)
def test_a_name_is_never_a_path(name, file):
    assert file_name(name) == file
