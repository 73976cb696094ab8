"""Everything done to an encrypted store in one run, and not one planted word is on any disk.

Import, search, opening, playing, transcript, a draft, a comment, remembered searches, an export, a
download, a deletion that cuts screen video, one of a single message of an email: afterwards no file
of the store, the temporary folder, the log, the settings or the user's folders holds a word, name,
number or message of a customer, in any encoding, nor anything of the pictures. Only where the user
exported to, it is decrypted.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reviewer.app import Program
from reviewer.crypto.secret import Secret
from reviewer.logs import LogFile
from reviewer.models.ids import MediaUs, WallUs
from reviewer.models.interaction import Message, Segment
from reviewer.models.recording import PartyRole, RecordingKind, RecordingState, Span
from reviewer.models.remarks import Place, RemarkKind
from reviewer.models.search import Search
from reviewer.player.reports import PlayerState
from reviewer.services.downloads import Download
from reviewer.services.import_recordings import import_recordings
from reviewer.storage.local import Encryption, create, open_store
from reviewer.ui.settings import WindowSettings
from reviewer.ui.widgets.toast import Toast
from tests.helpers.emails import case
from tests.helpers.screens import make_video, steady
from tests.helpers.stores import (
    ADMIN,
    SETTINGS,
    STARTED_US,
    make_giid,
    make_incoming,
    make_recording,
    make_segment,
    make_wav,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.e2e, pytest.mark.threads]

KEY = Secret(b"k" * 32)
MESSAGE = "Квартальный отчёт о плутонии"
NAME = "Плутониевская"
NUMBER = "74957776655"
FILE = "секретная-запись"
DRAFT = "черновик про бериллий"
REMARK = "замечание про кобальт"
REASON = "просьба Плутониевской о вольфраме"
CDR_NAME = "Молибденова"
CDR_NUMBER = "74951112233"
LETTER = "жалоба на рутениевый счёт"
LETTER_FILE = "письмо-рутений"
LETTER_REASON = "отозвано: осмиевый договор"
SCREEN = "снимок экрана с полонием"
SCREEN_FILE = "экран-полоний"
VIDEO_S = 40
"""Two calls, one after the other, are on one piece of screen video."""
PLANTED = (
    MESSAGE, NAME, NUMBER, FILE, DRAFT, REMARK, REASON, CDR_NAME, CDR_NUMBER, LETTER, LETTER_FILE,
    LETTER_REASON, SCREEN, SCREEN_FILE,
)  # fmt: skip
WORDS = (
    "квартальн", "плутони", "берилли", "кобальт", "вольфрам", "молибден", "рутени", "осмиев",
    "полони",
    *PLANTED,
)  # fmt: skip
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1251", "koi8-r")
Ctrl, Shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def needles() -> dict[bytes, str]:
    found = {}
    for word in WORDS:
        for text in {word, word.casefold(), word.capitalize(), word.replace("ё", "е").casefold()}:
            for encoding in _ENCODINGS:
                found[text.encode(encoding)] = word
            found["".join(f"\\u{ord(c):04x}" for c in text).encode()] = word
    return found


NEEDLES = needles()
PICTURES = "pictures"
"""What of the screen video's pictures is found is called so."""


def film() -> bytes:
    """Return a piece of screen video; a word is in it that players pass over."""
    video = make_video(steady(VIDEO_S, 2))
    said = SCREEN.encode()
    return video + b"\xec" + bytes([0x80 | len(said)]) + said


def note_pictures(video: bytes) -> None:
    """Have what is looked for contain pieces of the pictures as they are kept."""
    for place in range(1_000, len(video) - 64, len(video) // 50):
        NEEDLES[video[place : place + 32]] = PICTURES


def traces(*folders: Path) -> set[str]:
    """Return which planted words are in files below folders, or in the files' names."""
    found = set()
    for folder in folders:
        for path in folder.rglob("*"):
            try:
                data = path.read_bytes() if path.is_file() else b""
            except FileNotFoundError:
                continue  # A file of SQLite's that is gone meanwhile.
            found |= {f"{word} in {path}" for needle, word in NEEDLES.items() if needle in data}
            found |= {f"{word} names {path}" for word in WORDS if word in path.name}
    return found


def pbx(folder: Path) -> Path:
    """Write what a PBX leaves of one call."""
    times = '"2023-10-05 10:00:00","2023-10-05 10:00:05","2023-10-05 10:00:06"'
    (folder / "cdr-csv").mkdir(parents=True)
    (folder / "cdr-csv" / "Master.csv").write_text(
        f'"","{CDR_NUMBER}","101","from-trunk","""{CDR_NAME}"" <{CDR_NUMBER}>","SIP/trunk-1",'
        f'"SIP/101-2","Dial","SIP/101,30",{times},6,1,"ANSWERED","DOCUMENTATION",'
        '"1696500000.1",""\n',
        encoding="utf-8",
    )
    monitor = folder / "monitor" / "2023" / "10" / "05"
    monitor.mkdir(parents=True)
    name = f"in-101-{CDR_NUMBER}-20231005-100000-1696500000.1.wav"
    (monitor / name).write_bytes(make_wav(1.0))
    return folder


def half(number: int) -> Segment:
    """Return a segment during which one half of the screen video was captured."""
    start, length = STARTED_US, VIDEO_S // 2 * 1_000_000
    return make_segment(
        started_us=start + number * length, ended_us=WallUs(start + (number + 1) * length)
    )


def fill(session, source: Path) -> None:
    note_pictures(film())
    screen = make_recording(
        kind=RecordingKind.SCREEN,
        segment_number=None,
        spans=(Span(MediaUs(0), WallUs(STARTED_US), VIDEO_S * 1_000_000),),
        media_type="video/webm",
        source_name=f"{SCREEN_FILE}.webm",
    )
    said = Message(WallUs(STARTED_US), PartyRole.CUSTOMER, NAME, MESSAGE, segment_number=1)
    item = make_incoming(
        1,
        started_us=STARTED_US,
        from_address=f"+{NUMBER}",
        from_name=NAME,
        segments=(half(0),),
        recordings=(make_recording(STARTED_US, 20, source_name=f"{FILE}.wav"), screen),
        content={0: make_wav(20), 1: film()},
        messages=(said,),
        custom=(("Region", NAME),),
        subject=MESSAGE,
    )
    email = case(2, (LETTER, f"{LETTER}: ответ"), names=f"{LETTER_FILE}-{{}}.eml", subject=LETTER)
    neighbour = make_incoming(
        3, started_us=half(1).started_us, segments=(half(1),), recordings=(screen,),
        content={0: film()},
    )  # fmt: skip
    session.intake.put([item, email, neighbour])
    kept = session.interactions.get(make_giid(3))
    with closing(session.content.open(kept.id, kept.recordings[0])) as opened:
        data = opened.read_at(0, opened.size)
    assert {NEEDLES[needle] for needle in NEEDLES if needle in data} >= {SCREEN, PICTURES}
    assert import_recordings(session, source).added == 1


class Places:
    """Folders of one run; everything that the program could write to lies in them."""

    def __init__(self, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store = base / "store"
        self.to = base / "exported"
        self.watched = []
        for name in ("tmp", "home", "config", "data", "state", "cache", "log"):
            folder = base / name
            folder.mkdir()
            self.watched.append(folder)
        tmp, home, config, data, state, cache, self.log = self.watched
        for variable, folder in (
            ("TMPDIR", tmp),
            ("HOME", home),
            ("XDG_CONFIG_HOME", config),
            ("XDG_DATA_HOME", data),
            ("XDG_STATE_HOME", state),
            ("XDG_CACHE_HOME", cache),
        ):
            monkeypatch.setenv(variable, str(folder))
        monkeypatch.setattr(tempfile, "tempdir", str(tmp))
        self.settings = config / "window.ini"
        self.to.mkdir()

    def check(self) -> None:
        assert traces(self.store, *self.watched) == set()


def test_not_a_word_is_left_anywhere(qtbot, tmp_path, monkeypatch):
    source = pbx(tmp_path / "pbx")
    places = Places(tmp_path, monkeypatch)
    log = LogFile(places.log)
    assert log.open(logging.DEBUG)
    encryption = Encryption(None, key_file=KEY)
    create(places.store, settings=SETTINGS, admin_login=ADMIN, encryption=encryption).close()
    settings = WindowSettings(places.settings)
    settings.set_value("sound/arguments", ["--aout=adummy"])
    with open_store(places.store, opener=KEY) as store:
        session = store.session(ADMIN)
        fill(session, source)
        places.check()
        app = QApplication.instance()
        program = Program(app, store, session, settings=settings, scheme="light")
        try:
            a_days_work(qtbot, program, places)
        finally:
            program.close()
            program.deleteLater()
        places.check()
    log.close()
    places.check()
    logged = log.path.read_text(encoding="utf-8")
    assert "it went wrong\nValueError" in logged
    # The search for traces finds them where they are: decrypted, where the user wanted them.
    told = {trace.partition(" in ")[0] for trace in traces(places.to)}
    assert {NUMBER, "плутони"} <= told


def a_days_work(qtbot, program, places):
    window, session = program.window, program._session
    window.resize(1280, 800)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)

    def settle():
        qtbot.waitUntil(
            lambda: not program.runner.busy and (not window.current or window.current.settled),
            timeout=20_000,
        )

    def press(key, modifier=Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(QApplication.focusWidget() or window, key, modifier)

    settle()
    press(Qt.Key.Key_L, Ctrl)
    press(Qt.Key.Key_A, Ctrl)
    # Keys of letters beyond Latin are what no keyboard of the tests has.
    QApplication.clipboard().setText(f'text:"{MESSAGE}" from:{NUMBER}')
    press(Qt.Key.Key_V, Ctrl)
    press(Qt.Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: window.current.name == "results", timeout=10_000)
    settle()
    assert window.current.model.total == 1
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.current.name == "review", timeout=10_000)
    settle()
    page = window.current
    call = page.opened.interaction
    assert page.opened.lines
    player = page.listening.player
    press(Qt.Key.Key_K)
    qtbot.waitUntil(lambda: player.state is PlayerState.PLAYING, timeout=10_000)
    qtbot.waitUntil(lambda: player.position_us > 500_000, timeout=10_000)
    places.check()
    # A draft of an evaluation, kept by itself when the page is left; a comment; a saved search.
    page.parts.evaluation.note.setPlainText(DRAFT)
    kept = []
    page.evaluating.flush(partial(kept.append, "draft"))
    qtbot.waitUntil(lambda: bool(kept), timeout=10_000)
    session.comments.add(call.id, RemarkKind.COMMENT, Place(call.started_us), REMARK)
    settle()
    page.serving.save(Download.SCORES, page.opened, str(places.to / "scores.zip"))
    settle()
    assert (places.to / "scores.zip").exists()
    said = [toast.text for toast in window.findChildren(Toast)]
    assert "Saved, decrypted: scores.zip" in said
    # What goes wrong is logged without what it is about.
    logging.getLogger("reviewer").info("it went wrong", exc_info=ValueError(MESSAGE))
    window.go("results")
    settle()
    press(Qt.Key.Key_E, Ctrl)
    dialog = window.current.exporting.dialog
    settle()
    dialog.destination.show_place(places.to / "out")
    settle()
    dialog.start()
    qtbot.waitUntil(lambda: (places.to / "out" / "manifest.csv").exists()
                    or any((places.to / "out").glob("*.csv")), timeout=20_000)  # fmt: skip
    settle()
    places.check()
    window.go("review", call.id)
    settle()
    page.serving.custody.ask_delete()
    erase = page.serving.custody.dialog
    settle()
    erase.choosing.reason.setText(REASON)
    erase.go_on()
    settle()
    erase.go_on()
    settle()
    left = session.interactions.get_by_id(call.id)
    assert {stone.reason for stone in left.tombstones} == {REASON}
    assert RecordingKind.SCREEN in {stone.kind for stone in left.tombstones}
    (cut,) = session.interactions.get(make_giid(3)).recordings
    assert cut.state is RecordingState.AVAILABLE
    assert cut.sha256 != hashlib.sha256(film()).hexdigest()
    assert session.interactions.count(Search()).n == 4
    places.check()
    delete_a_message(window, session, settle)
    places.check()


def delete_a_message(window, session, settle):
    """Delete the second message of the email, and bring all of it in once more."""
    email = session.interactions.get(make_giid(2))
    window.go("review", email.id)
    settle()
    page = window.current
    page.parts.transcript.setCurrentIndex(page.parts.transcript.model().index(1, 0))
    page.serving.custody.ask_delete()
    erase = page.serving.custody.dialog
    settle()
    erase.choosing.reason.setText(LETTER_REASON)
    erase.go_on()
    settle()
    erase.go_on()
    settle()
    again = case(2, (LETTER, f"{LETTER}: ответ"), names="other-{}.eml", subject=LETTER)
    session.intake.put([again])
    left = session.interactions.get_by_id(email.id)
    assert [message.text for message in left.messages] == [LETTER, ""]
    assert [stone.reason for stone in left.tombstones] == [LETTER_REASON]
