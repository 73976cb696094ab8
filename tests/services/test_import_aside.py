"""Imports in a process of their own: what is told, stopping, crashing, what others can see."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reviewer.cli.passphrases import SECRETS
from reviewer.errors import (
    CancelledError,
    ImportSourceError,
    PasswordNeededError,
    ProcessError,
    StoreNotFoundError,
    UnknownUserError,
)
from reviewer.messages import explain, speaking
from reviewer.models.progress import Cancellation
from reviewer.models.search import Search
from reviewer.services import own_process
from reviewer.services.import_aside import import_aside
from reviewer.services.import_recordings import import_recordings
from reviewer.services.own_process import PIPED, program_command, program_environment, run_piped
from reviewer.storage.local import open_store
from tests.helpers.stores import ADMIN, make_store
from tests.services.importers.asterisk_logs import NOON, classic, write_cdr, write_wav

if TYPE_CHECKING:
    from collections.abc import Callable

MANY = 1500


def calls(count: int) -> list[str]:
    return [
        classic("2026-09-21 17:13:20", 5, 5, channel=f"PJSIP/t-{n:08x}", tail=(f"{NOON}.{n}", ""))
        for n in range(count)
    ]


@pytest.fixture
def folder(tmp_path) -> Path:
    make_store(tmp_path).close()
    return tmp_path / "store"


class Progress(Cancellation):
    """Does something at the first word that the process says of its work."""

    def __init__(self, at_first: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self.told: list[tuple[int, int | None]] = []
        self.at_first = at_first

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        self.told.append((done, total))
        if len(self.told) == 1:
            self.at_first()


def found(folder: Path) -> int:
    with open_store(folder) as store:
        return len(store.session(ADMIN).interactions.ids(Search()))


@pytest.fixture
def processes(monkeypatch) -> list[subprocess.Popen[bytes]]:
    """The processes that were started, as they are."""
    started: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *args, **kwargs) -> None:
            super().__init__(*args, **kwargs)
            started.append(self)

    monkeypatch.setattr(own_process.subprocess, "Popen", Noted)
    return started


def test_it_tells_what_an_import_here_tells(folder, tmp_path):
    source = tmp_path / "source"
    write_cdr(source, *calls(250), '"broken"')
    write_wav(source / f"{NOON}.0.wav", 3)
    make_store(tmp_path / "other").close()
    with open_store(tmp_path / "other" / "store") as store:
        here = import_recordings(store.session(ADMIN), source)
    progress = Progress()
    aside = import_aside(str(folder), ADMIN, str(source), progress=progress)
    assert (aside.kind, aside.added, aside.updated, aside.unchanged) == ("asterisk", 250, 0, 0)
    assert len(aside.changes.interactions) == 250
    assert aside.changes.recordings_of
    assert [one.item for one in aside.rejected] == [one.item for one in here.rejected]
    for language in ("en", "ru"):
        with speaking(language):
            assert [r.sentence() for r in aside.rejected] == [r.sentence() for r in here.rejected]
    assert progress.told
    assert found(folder) == 250
    again = import_aside(str(folder), ADMIN, str(source), progress=Progress())
    assert (again.added, again.unchanged, bool(again.changes)) == (0, 250, False)


def test_a_user_with_a_password_is_known_by_the_ticket_of_the_window(folder, tmp_path):
    source = tmp_path / "source"
    write_cdr(source, *calls(2))
    with open_store(folder) as store:
        store.session(ADMIN).people.change_password("", "correct horse battery")
        ticket = store.session(ADMIN, password="correct horse battery").people.ticket()
        with pytest.raises(PasswordNeededError):
            import_aside(str(folder), ADMIN, str(source), progress=Progress())
        told = import_aside(str(folder), ADMIN, str(source), progress=Progress(), ticket=ticket)
    assert told.added == 2


def test_errors_arrive_as_the_sentences_they_are_here(folder, tmp_path):
    missing = tmp_path / "-nowhere"
    with open_store(folder) as store, pytest.raises(ImportSourceError) as here:
        import_recordings(store.session(ADMIN), missing)
    with pytest.raises(ImportSourceError) as aside:
        import_aside(str(folder), ADMIN, str(missing), progress=Progress())
    with speaking("ru"):
        assert explain(aside.value) == explain(here.value)
    with pytest.raises(UnknownUserError):
        import_aside(str(folder), "nobody", str(missing), progress=Progress())
    with pytest.raises(StoreNotFoundError):
        import_aside(str(tmp_path / "none"), ADMIN, str(missing), progress=Progress())


def test_cancelled_it_stops_whole_and_the_same_again_goes_on(folder, tmp_path):
    source = tmp_path / "source"
    write_cdr(source, *calls(MANY))
    progress = Progress()
    progress.at_first = progress.cancel
    with pytest.raises(CancelledError):
        import_aside(str(folder), ADMIN, str(source), progress=progress)
    taken = found(folder)
    assert taken < MANY
    result = import_aside(str(folder), ADMIN, str(source), progress=Progress())
    assert result.added == MANY - taken
    assert found(folder) == MANY


def test_cancelled_before_it_began_it_takes_nothing(folder, tmp_path):
    write_cdr(tmp_path / "source", *calls(3))
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        import_aside(str(folder), ADMIN, str(tmp_path / "source"), progress=progress)
    assert found(folder) == 0


def test_a_crash_is_told_and_nothing_is_half_done(folder, tmp_path, processes):
    source = tmp_path / "source"
    write_cdr(source, *calls(MANY))

    def crash() -> None:
        processes[0].kill()

    progress = Progress(crash)
    with pytest.raises(ProcessError) as told:
        import_aside(str(folder), ADMIN, str(source), progress=progress)
    assert explain(told.value) == (
        "The work in the background ended unexpectedly: it was ended by signal 9. What was done "
        "stays; the same again goes on from there."
    )
    taken = found(folder)
    result = import_aside(str(folder), ADMIN, str(source), progress=Progress())
    assert result.added == MANY - taken


def test_what_does_not_stop_is_ended(folder, tmp_path, processes):
    write_cdr(tmp_path / "source", *calls(MANY))

    def hang_and_cancel() -> None:
        processes[0].send_signal(signal.SIGSTOP)
        progress.cancel()

    progress = Progress(hang_and_cancel)
    with pytest.raises(CancelledError):
        run_piped(
            ("import", "--user", ADMIN, str(tmp_path / "source")),
            environment={"REVIEWER_STORE": str(folder)},
            progress=progress,
            told=lambda _key, _value: None,
            stop_s=0.1,
        )


def test_the_process_gives_way_to_the_window(folder, tmp_path, processes):
    """Also where the system shares the processor between sessions first: it leads its own."""
    write_cdr(tmp_path / "source", *calls(3))
    seen = []

    def look() -> None:
        pid = processes[0].pid
        session = Path(f"/proc/{pid}/autogroup")
        words = session.read_text().split() if session.exists() else []
        seen.append((os.getpriority(os.PRIO_PROCESS, pid), words[-1:]))

    import_aside(str(folder), ADMIN, str(tmp_path / "source"), progress=Progress(look))
    ((niceness, session_niceness),) = seen
    assert niceness == min(19, os.getpriority(os.PRIO_PROCESS, 0) + 5)
    assert session_niceness in ([], [str(niceness)])


def test_the_store_s_address_is_not_among_the_arguments(folder, tmp_path, processes):
    """It may hold a password; what a process was started with every user of a machine sees."""
    write_cdr(tmp_path / "source", *calls(3))
    import_aside(str(folder), ADMIN, str(tmp_path / "source"), progress=Progress())
    (process,) = processes
    assert str(tmp_path / "source") in process.args
    assert not [part for part in process.args if str(folder) in part]


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_what_opens_a_store_is_not_in_the_environment_of_another_process(name, monkeypatch):
    """Neither here nor in what the window opens files with: it may run for long."""
    monkeypatch.setenv(name, "a secret of some length")
    assert "a secret of some length" not in program_environment().values()


def test_modules_are_not_taken_from_the_folder_one_is_in(folder, tmp_path, monkeypatch):
    traps = tmp_path / "downloads"
    traps.mkdir()
    for name in ("json", "reviewer", "sqlalchemy"):
        (traps / f"{name}.py").write_text("raise SystemExit('trapped')")
    write_cdr(tmp_path / "source", *calls(1))
    monkeypatch.chdir(traps)
    result = import_aside(str(folder), ADMIN, str(tmp_path / "source"), progress=Progress())
    assert result.added == 1


def test_it_stops_when_the_window_is_gone(folder, tmp_path):
    write_cdr(tmp_path / "source", *calls(MANY))
    ended = subprocess.run(
        [*program_command(), PIPED, "import", "--user", ADMIN, str(tmp_path / "source")],
        env=program_environment({"REVIEWER_STORE": str(folder)}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert '"code": "cancelled"' in ended.stdout.splitlines()[-1]
    assert found(folder) < MANY


def test_a_process_that_cannot_be_started_is_told(folder, monkeypatch):
    monkeypatch.setattr(own_process, "program_command", lambda: ("/nowhere/reviewer",))
    with pytest.raises(ProcessError) as told:
        import_aside(str(folder), ADMIN, "x", progress=Progress())
    assert "there is no such file or folder" in explain(told.value)


def test_a_frozen_program_is_its_own_command(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "C:/Program Files/Reviewer/reviewer.exe")
    assert program_command() == ("C:/Program Files/Reviewer/reviewer.exe",)
