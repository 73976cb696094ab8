"""From the demo to one's own recordings: folders asked for, stores made, calls taken in."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from reviewer.errors import ImportSourceError, Reason, StoreExistsError
from reviewer.messages import explain
from reviewer.models.search import Search
from reviewer.services.importers.base import NOTHING_KNOWN, Rejected
from reviewer.storage.local import open_store
from reviewer.ui.own_store import IMPORT, OPEN, OwnStore, RejectedDialog, window_command
from tests.helpers.stores import ADMIN, make_store
from tests.services.importers.asterisk_logs import NOON, classic, write_cdr, write_wav
from tests.ui.conftest import RecordingNotifier, RecordingPresenter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from reviewer.storage.local import LocalStore
    from reviewer.ui.page import Shell


@dataclass
class Launches:
    """Remembers which windows were to be started."""

    could: bool = True
    commands: list[tuple[str, ...]] = field(default_factory=list)

    def __call__(self, command: Sequence[str]) -> bool:
        self.commands.append(tuple(command))
        return self.could


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with closing(make_store(tmp_path)) as made:
        yield made


@pytest.fixture
def launches() -> Launches:
    return Launches()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def make_own(
    shell: Shell, store: LocalStore, window: QWidget, launches: Launches, *, demo: bool
) -> OwnStore:
    return OwnStore(
        window,
        store.url,
        store.session(ADMIN),
        demo=demo,
        runner=shell.runner,
        actions=shell.actions,
        notifier=shell.notifier,
        launch=launches,
    )


def said(shell: Shell) -> list[str]:
    assert isinstance(shell.notifier, RecordingNotifier)
    return shell.notifier.said


def settle(qtbot: QtBot, shell: Shell) -> None:
    """Wait until nothing runs any more, listening to what came in included."""
    qtbot.waitUntil(lambda: not shell.runner.busy, timeout=20_000)


def choose(own: OwnStore, folder: Path) -> None:
    """Answer the dialog as the user would."""
    dialog = own.dialog
    assert dialog is not None
    assert dialog.isVisible()
    dialog.fileSelected.emit(str(folder))
    dialog.close()


def agree(own: OwnStore, *, system: str = "", zone: str = "") -> None:
    """Say how the chosen folder is to be read, by the keyboard."""
    asking = own.asking
    assert asking is not None
    assert asking.isVisible()
    QTest.keyClicks(asking.system, system)
    QTest.keyClicks(asking.zone, zone)
    asking.zone.completer().popup().hide()
    QTest.keyClick(asking.system, Qt.Key.Key_Return)


def test_an_existing_store_opens_in_a_window_of_its_own(
    qtbot: QtBot,
    shell: Shell,
    store: LocalStore,
    window: QWidget,
    launches: Launches,
    tmp_path: Path,
) -> None:
    (tmp_path / "second").mkdir()
    with closing(make_store(tmp_path / "second")) as second:
        folder = tmp_path / "second" / second.url.rsplit("/", 1)[-1]
    own = make_own(shell, store, window, launches, demo=True)
    own.button.click()
    choose(own, folder)
    qtbot.waitUntil(lambda: bool(launches.commands))
    assert launches.commands == [window_command(str(folder))]
    assert said(shell) == [f"The window of {folder.name} opens"]


def test_an_empty_folder_becomes_a_new_store(
    qtbot: QtBot,
    shell: Shell,
    store: LocalStore,
    window: QWidget,
    launches: Launches,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "Bank North"
    folder.mkdir()
    own = make_own(shell, store, window, launches, demo=True)
    own.choose_store()
    choose(own, folder)
    qtbot.waitUntil(lambda: bool(launches.commands))
    with closing(open_store(folder)) as made:
        assert made.session().settings.name == "Bank North"
    assert said(shell) == ["New store Bank North: its window opens"]


def test_a_folder_with_other_files_is_refused_and_left_alone(
    qtbot: QtBot,
    shell: Shell,
    store: LocalStore,
    window: QWidget,
    launches: Launches,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "holiday"
    folder.mkdir()
    (folder / "photo.jpg").write_bytes(b"x")
    own = make_own(shell, store, window, launches, demo=True)
    own.choose_store()
    choose(own, folder)
    presenter = shell.presenter
    assert isinstance(presenter, RecordingPresenter)
    qtbot.waitUntil(lambda: bool(presenter.presented))
    assert isinstance(presenter.presented[0], StoreExistsError)
    assert [path.name for path in folder.iterdir()] == ["photo.jpg"]
    assert launches.commands == []


def test_a_window_that_does_not_start_is_told(
    qtbot: QtBot, shell: Shell, store: LocalStore, window: QWidget, tmp_path: Path
) -> None:
    own = make_own(shell, store, window, Launches(could=False), demo=True)
    own.choose_store()
    (tmp_path / "new").mkdir()
    choose(own, tmp_path / "new")
    qtbot.waitUntil(lambda: bool(said(shell)))
    assert said(shell) == ["The window could not be started. Try: reviewer open"]


def test_the_demo_offers_to_open_and_one_s_own_store_to_import(
    qtbot: QtBot, shell: Shell, store: LocalStore, window: QWidget, launches: Launches
) -> None:
    demo = make_own(shell, store, window, launches, demo=True)
    assert demo.button.text() == "Open your own recordings"
    assert [act.objectName() for act in demo.acts] == [OPEN.name]
    other = QWidget()
    qtbot.addWidget(other)
    own = make_own(shell, store, other, launches, demo=False)
    assert own.button.text() == "Import recordings"
    assert [act.objectName() for act in own.acts] == [OPEN.name, IMPORT.name]


def test_recordings_are_imported_by_key_and_counted(
    qtbot: QtBot,
    shell: Shell,
    store: LocalStore,
    window: QWidget,
    launches: Launches,
    tmp_path: Path,
) -> None:
    source = tmp_path / "source"
    write_cdr(source, *_calls(3))
    write_wav(source / f"{NOON}.0.wav", 3)
    own = make_own(shell, store, window, launches, demo=False)
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_I, keys)
    choose(own, source)
    agree(own)
    qtbot.waitUntil(lambda: bool(said(shell)), timeout=20_000)
    assert said(shell) == ["Added: 3. Updated: 0. Unchanged: 0."]
    session = store.session(ADMIN)
    assert len(session.interactions.search(Search())) == 3
    # What came in is shown before it is listened to, which goes on by itself.
    settle(qtbot, shell)
    assert session.hearing.unheard() == ()


def test_system_and_zone_of_the_source_go_with_the_import(
    qtbot: QtBot,
    shell: Shell,
    store: LocalStore,
    window: QWidget,
    launches: Launches,
    tmp_path: Path,
) -> None:
    write_cdr(tmp_path / "source", classic("2026-09-21 17:13:20", 5, 5))
    own = make_own(shell, store, window, launches, demo=False)
    for number, system in enumerate(("north", "south"), 1):
        own.choose_source()
        choose(own, tmp_path / "source")
        agree(own, system=system, zone="Asia/Tokyo")
        qtbot.waitUntil(lambda number=number: len(said(shell)) == number, timeout=20_000)
        settle(qtbot, shell)
    session = store.session(ADMIN)
    calls = [
        session.interactions.get_by_id(row.id) for row in session.interactions.search(Search())
    ]
    assert sorted(call.source.system for call in calls) == ["north", "south"]
    assert {call.started_us for call in calls} == {1_789_978_400_000_000}


def test_a_zone_that_is_none_is_told_at_its_place(
    shell: Shell, store: LocalStore, window: QWidget, launches: Launches, tmp_path: Path
) -> None:
    own = make_own(shell, store, window, launches, demo=False)
    own.choose_source()
    choose(own, tmp_path)
    agree(own, zone="Moscow time")
    asking = own.asking
    assert asking is not None
    assert asking.isVisible()
    assert asking.zone.toolTip().startswith("Moscow time is not a time zone")
    QTest.keyClick(asking, Qt.Key.Key_Escape)
    assert said(shell) == []


def test_what_an_import_rejects_is_listed(
    qtbot: QtBot,
    shell: Shell,
    store: LocalStore,
    window: QWidget,
    launches: Launches,
    tmp_path: Path,
) -> None:
    source = tmp_path / "source"
    write_cdr(source, *_calls(1), '"broken"')
    own = make_own(shell, store, window, launches, demo=False)
    own.choose_source()
    choose(own, source)
    agree(own)

    def dialogs() -> list[RejectedDialog]:
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, RejectedDialog)]

    qtbot.waitUntil(lambda: bool(dialogs()), timeout=20_000)
    settle(qtbot, shell)
    (dialog,) = dialogs()
    assert dialog.text.toPlainText().startswith("cdr-csv/Master.csv:2: ")
    dialog.close()


def test_of_many_rejects_the_first_are_listed_and_the_rest_counted(qtbot: QtBot) -> None:
    rejected = [Rejected(f"cdr:{n}", "import.row", Reason("too short")) for n in range(1_700)]
    dialog = RejectedDialog("Added: 0.", rejected)
    qtbot.addWidget(dialog)
    lines = dialog.text.toPlainText().splitlines()
    assert lines[0] == "cdr:0: too short"
    assert lines[-1] == "... and 1 200 more; reviewer import lists all of them."
    assert len(lines) == 501


def test_what_was_taken_in_but_cannot_be_played_is_not_called_of_no_use(qtbot: QtBot) -> None:
    broken = Rejected("a.wav", "import.sound_damaged", Reason("no sound"))
    row, short = Rejected("cdr:7", "import.row", Reason("too short")), Reason("cut")
    alone = RejectedDialog("Added: 1.", [broken])
    qtbot.addWidget(alone)
    assert alone.windowTitle() == "1 recording was taken in, but cannot be played"
    assert alone.text.toPlainText() == "a.wav: no sound"
    dialog = RejectedDialog(
        "Added: 1.", [broken, row], warned=[Rejected("b.wav", "import.sound_short", short)]
    )
    qtbot.addWidget(dialog)
    assert dialog.windowTitle() == "Not everything is in order: 3"
    assert dialog.text.toPlainText().splitlines() == [
        "1 item cannot be used:",
        "  cdr:7: too short",
        "",
        "1 recording was taken in, but cannot be played:",
        "  a.wav: no sound",
        "",
        "1 recording is not whole:",
        "  b.wav: cut",
    ]


def test_an_import_that_fails_is_told_as_the_command_line_tells_it(
    qtbot: QtBot,
    shell: Shell,
    store: LocalStore,
    window: QWidget,
    launches: Launches,
    tmp_path: Path,
) -> None:
    (tmp_path / "holiday").mkdir()
    own = make_own(shell, store, window, launches, demo=False)
    own.choose_source()
    choose(own, tmp_path / "holiday")
    agree(own)
    presenter = shell.presenter
    assert isinstance(presenter, RecordingPresenter)
    qtbot.waitUntil(lambda: bool(presenter.presented), timeout=20_000)
    (error,) = presenter.presented
    assert isinstance(error, ImportSourceError)
    assert explain(error).endswith(NOTHING_KNOWN)


def test_the_command_of_a_window_is_one_that_the_program_knows() -> None:
    program, *rest = window_command("calls")
    assert program == sys.executable
    asked = subprocess.run(
        [program, *rest, "--help"], capture_output=True, text=True, check=False, timeout=60
    )
    assert asked.returncode == 0
    assert "reviewer open" in asked.stdout


def _calls(count: int) -> list[str]:
    return [
        classic("2026-09-21 17:13:20", 5, 5, channel=f"PJSIP/t-{n:08x}", tail=(f"{NOON}.{n}", ""))
        for n in range(count)
    ]
