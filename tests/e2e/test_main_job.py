"""The main job through the real window: find a call, hear it, score it, find the score again."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reviewer.app import Program
from reviewer.models.ids import WallUs
from reviewer.models.interaction import Message, TransferKind
from reviewer.models.recording import PartyRole
from reviewer.player.reports import PlayerState
from reviewer.services.import_recordings import import_recordings
from reviewer.storage.local import open_store
from reviewer.ui.settings import WindowSettings
from tests.helpers.stores import (
    ADMIN,
    make_incoming,
    make_recording,
    make_segment,
    make_store,
    make_wav,
)

REAL = Path(__file__).resolve().parents[3] / "shared" / "realdata" / "2_telephony"
US = 1_000_000
START = 1_700_000_000 * US

pytestmark = [pytest.mark.e2e, pytest.mark.display, pytest.mark.threads]


def made(folder):
    """A store of three calls; one was handed on, each part with half a minute of sound."""
    with make_store(folder) as store:
        parts = (
            make_segment(
                1,
                started_us=START,
                ended_us=START + 30 * US,
                transfer=TransferKind.BLIND,
                transferred_to=2,
            ),
            make_segment(2, started_us=START + 30 * US, ended_us=START + 60 * US),
        )
        sound = tuple(
            make_recording(START + n * 30 * US, 30, segment_number=n + 1, source_name=f"{n}.wav")
            for n in (0, 1)
        )
        item = make_incoming(
            7,
            started_us=START,
            segments=parts,
            recordings=sound,
            content={n: make_wav(30, seed=n + 3) for n in (0, 1)},
        )
        store.session(ADMIN).intake.put([make_incoming(1), make_incoming(2), item])
        return str(item.interaction.giid)


def imported(folder):
    """The store made of the real logs and recordings of a PBX."""
    with make_store(folder) as store:
        session = store.session(ADMIN)
        import_recordings(session, REAL / "asterisk_run_A")
        ids = [row for row in session.interactions.search(_everything()) if row.segment_count > 1]
        return str(ids[0].giid)


def _everything():
    from reviewer.models.search import Search

    return Search()


SOURCES = [made, imported] if (REAL / "asterisk_run_A").is_dir() else [made]


class User:
    """Sits at the keyboard of one run of the program."""

    def __init__(self, qtbot, folder):
        self.qtbot = qtbot
        settings = WindowSettings(folder / "window.ini")
        settings.set_value("sound/arguments", ["--aout=adummy"])
        store = open_store(folder / "store")
        app = QApplication.instance()
        self.program = Program(app, store, store.session(ADMIN), settings=settings, scheme="light")
        self.window = self.program.window
        self.window.resize(1280, 720)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.settle()

    def settle(self):
        self.qtbot.waitUntil(lambda: not self.program.runner.busy, timeout=10_000)

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifier)

    def type(self, text):
        QTest.keyClicks(self.window.focusWidget(), text)

    def find_and_open(self, line):
        self.press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
        self.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.type(line)
        self.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        self.qtbot.waitUntil(lambda: self.window.current.name == "results", timeout=10_000)
        self.settle()
        self.press(Qt.Key.Key_Return)
        self.qtbot.waitUntil(lambda: self.window.current.name == "review", timeout=10_000)
        page = self.window.current
        runner = self.program.runner
        self.qtbot.waitUntil(
            lambda: not runner.busy and page.opened and page.settled, timeout=10_000
        )
        return page

    def leave(self):
        self.window.close()
        self.program.close()
        self.program.deleteLater()


@pytest.mark.parametrize("source", SOURCES)
def test_find_hear_score_and_find_the_score_again(qtbot, tmp_path, source):
    giid = source(tmp_path)
    user = User(qtbot, tmp_path)
    page = user.find_and_open("segments>1")
    assert page.opened.interaction.giid == giid
    player = page.listening.player

    user.press(Qt.Key.Key_K)
    qtbot.waitUntil(lambda: player.state is PlayerState.PLAYING, timeout=10_000)
    qtbot.waitUntil(lambda: player.position_us > 300_000, timeout=10_000)
    for _ in range(3):
        user.press(Qt.Key.Key_L)
    assert player.rate == 2.0
    user.press(Qt.Key.Key_N)
    second = page.opened.timeline.rows[1]
    qtbot.waitUntil(lambda: player.position_us >= second.start_us, timeout=10_000)
    user.press(Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    user.press(Qt.Key.Key_K)
    qtbot.waitUntil(lambda: player.state is PlayerState.PAUSED, timeout=10_000)
    user.press(Qt.Key.Key_P)
    assert page.segment_number == 1

    user.press(Qt.Key.Key_7)
    user.press(Qt.Key.Key_Down)
    user.press(Qt.Key.Key_4)
    page.parts.evaluation.note.setFocus()
    user.type("Polite, k 5 l n.")
    user.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    user.settle()
    user.leave()

    with open_store(tmp_path / "store") as store:
        session = store.session(ADMIN)
        saved = session.evaluations.of(session.interactions.get(giid).id)
    assert [(e.segment_number, e.version, e.note) for e in saved] == [(1, 1, "Polite, k 5 l n.")]
    assert [s.score for s in saved[0].scores[:2]] == [7, 4]

    user = User(qtbot, tmp_path)
    page = user.find_and_open("score>5")
    assert page.opened.interaction.giid == giid
    draft = page.parts.evaluation.entered
    assert list(draft.scores.values())[:2] == [7, 4]
    assert page.parts.evaluation.note.toPlainText() == "Polite, k 5 l n."
    user.leave()


SECRETS = ("4957771122", "Zinaida", "wonderful weather", "strictly between us", "ext-777.wav")


def test_nothing_of_a_customer_leaves_the_store(qtbot, tmp_path, caplog):
    """Not by the log, whatever its level, nor by the window's settings or a file beside them."""
    caplog.set_level(logging.DEBUG)
    message = Message(WallUs(START + US), PartyRole.CUSTOMER, "Zinaida", "What wonderful weather")
    recording = make_recording(START, 60, source_name="ext-777.wav")
    item = make_incoming(
        7,
        started_us=START,
        segments=(make_segment(1, started_us=START),),
        from_address="4957771122",
        from_name="Zinaida",
        messages=(message,),
        recordings=(recording,),
        content={0: make_wav(60, seed=3)},
    )
    with make_store(tmp_path) as store:
        store.session(ADMIN).intake.put([item])
    # The sound is gone: what the window says about it names it, what is logged does not.
    for path in (tmp_path / "store" / "vault").rglob("*"):
        if path.is_file():
            path.unlink()
    user = User(qtbot, tmp_path)
    page = user.find_and_open('from:4957771122 "wonderful weather"')
    assert page.opened.interaction.giid == item.interaction.giid
    user.press(Qt.Key.Key_K)
    user.settle()
    page.parts.evaluation.note.setFocus()
    user.type("strictly between us")
    user.settle()
    user.leave()

    with open_store(tmp_path / "store") as store:
        memory = store.session(ADMIN).memory
        kept = f"{memory.recall('search')} {memory.recall('drafts')}"
    assert "4957771122" in kept
    assert "strictly between us" in kept
    homes = {Path(os.environ[name]) for name in ("HOME", "XDG_CONFIG_HOME") if name in os.environ}
    written = [path for home in (tmp_path, *homes) for path in home.rglob("*") if path.is_file()]
    outside = [path for path in written if tmp_path / "store" not in path.parents]
    assert tmp_path / "window.ini" in outside
    for secret in SECRETS:
        assert secret not in caplog.text
        for path in outside:
            assert secret not in path.read_text(encoding="utf-8", errors="replace"), path
