"""Two jobs done by the keyboard alone through the real window, with the number of keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from reviewer.models.interaction import SegmentKind, Stretch, StretchKind, TransferKind
from reviewer.storage.local import open_store
from tests.e2e.test_main_job import START, US, User
from tests.helpers.stores import (
    ADMIN,
    make_incoming,
    make_recording,
    make_segment,
    make_store,
    make_wav,
)

pytestmark = [pytest.mark.e2e, pytest.mark.display, pytest.mark.threads]
CTRL = Qt.KeyboardModifier.ControlModifier


class CountingUser(User):
    """Counts the keys pressed since `keys` was set to 0; may type under the Russian layout."""

    keys = 0

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        self.keys += 1
        super().press(key, modifier)

    def press_cyrillic(self, letter):
        """Press a key that prints `letter`, as the system tells of it under that layout."""
        self.keys += 1
        focus = self.window.focusWidget() or self.window
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            none = Qt.KeyboardModifier.NoModifier
            QApplication.sendEvent(focus, QKeyEvent(kind, ord(letter.upper()), none, letter))


def consulted_call():
    """90 s in three parts: a talk with a hold, a consultation in it, a transfer after it."""
    hold = Stretch(StretchKind.HOLD, START + 18 * US, START + 44 * US)
    parts = (
        make_segment(
            1,
            started_us=START,
            ended_us=START + 60 * US,
            stretches=(hold,),
            transfer=TransferKind.BLIND,
            transferred_to=3,
        ),
        make_segment(
            2,
            started_us=START + 20 * US,
            ended_us=START + 40 * US,
            kind=SegmentKind.CONSULTATION,
            connected_to="102",
            consultation_of=1,
        ),
        make_segment(3, started_us=START + 60 * US, ended_us=START + 90 * US),
    )
    spans = ((0, 60), (20, 20), (60, 30))
    sound = tuple(
        make_recording(START + at * US, length, segment_number=n + 1, source_name=f"{n}.wav")
        for n, (at, length) in enumerate(spans)
    )
    content = {n: make_wav(length, seed=n + 3) for n, (_, length) in enumerate(spans)}
    return make_incoming(7, started_us=START, segments=parts, recordings=sound, content=content)


def test_a_supervisor_finds_where_the_consultation_ended(qtbot, tmp_path):
    """Three keys from the results: Enter, N, E; the letters under the Russian layout."""
    with make_store(tmp_path) as store:
        store.session(ADMIN).intake.put([consulted_call(), make_incoming(1)])
    user = CountingUser(qtbot, tmp_path)
    page = user.find_and_open("segments>2")
    user.keys = 1
    user.press_cyrillic("т")
    assert page.segment_number == 2
    user.press_cyrillic("у")
    assert page.listening.player.position_us == 40 * US
    transcript = page.parts.transcript
    words = [line.text for line in transcript.lines if line.start_us == 40 * US]
    assert any("onsultation" in text and "ended" in text for text in words)
    assert user.keys == 3
    user.leave()


def test_an_evaluator_scores_five_calls(qtbot, tmp_path):
    """Five keys a call: two scores, one step down between them, save, and to the next call."""
    calls = [make_incoming(number) for number in range(1, 6)]
    with make_store(tmp_path) as store:
        store.session(ADMIN).intake.put(calls)
    user = CountingUser(qtbot, tmp_path)
    page = user.find_and_open("service:Support")
    user.keys = 0
    seen = []
    for number in range(5):
        seen.append(page.opened.interaction.giid)
        user.press(Qt.Key.Key_7)
        user.press(Qt.Key.Key_Down)
        user.press(Qt.Key.Key_4)
        user.press(Qt.Key.Key_Return, CTRL)
        user.settle()
        if number < 4:
            before = page.opened.interaction.id
            user.press(Qt.Key.Key_PageDown, CTRL)
            qtbot.waitUntil(
                lambda before=before: (
                    page.opened is not None
                    and page.opened.interaction.id != before
                    and page.settled
                ),
                timeout=10_000,
            )
            user.settle()
    assert user.keys == 5 * 4 + 4
    user.leave()

    assert sorted(seen) == sorted(str(call.interaction.giid) for call in calls)
    with open_store(tmp_path / "store") as store:
        session = store.session(ADMIN)
        for giid in seen:
            (saved,) = session.evaluations.of(session.interactions.get(giid).id)
            assert [score.score for score in saved.scores[:2]] == [7, 4]
