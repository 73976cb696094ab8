"""What a process does to files, as strace tells it, for `power`."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Final

from tests.helpers.power import MEMORY, Disk, Names, Recording, Said, Step, Sync, Write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_CALLS: Final = (
    "openat,open,creat,close,dup,dup2,dup3,fcntl,lseek,write,pwrite64,writev,pwritev,ftruncate,"
    "truncate,fallocate,fsync,fdatasync,sync_file_range,rename,renameat,renameat2,link,linkat,"
    "unlink,unlinkat,mkdir,mkdirat,rmdir,symlink,sendfile,copy_file_range"
)
_MISSED: Final = {"writev", "pwritev", "truncate", "sync_file_range", "symlink"}
"""What is not modelled: a process that does it to these files is refused."""
_LINE: Final = re.compile(r"(?:\[pid +)?(\d+)\]? +(.*)")
_CALL: Final = re.compile(r"(\w+)\((.*)\) += (-?\d+)(?: .*)?")
_RESUMED: Final = re.compile(r"<\.\.\. \w+ resumed>(.*)")
_UNFINISHED: Final = " <unfinished ...>"
_AT: Final = "AT_FDCWD"


def record(command: Sequence[str], folder: Path, scratch: Path) -> Recording:
    """Run a process under strace; return what it did to the files below a folder.

    Args:
        command: The process; it ends by itself, and says what is to be relied on.
        folder: What is looked at.
        scratch: Where the trace is written: a folder elsewhere.
    """
    numbers = count(1)
    before = Disk.of(folder, numbers)
    trace = scratch / "trace"
    traced = ["strace", "-f", "-qq", "-xx", "-s", "16777216", "-e", f"trace={_CALLS}"]
    subprocess.run(
        [*traced, "-e", "signal=none", "-o", str(trace), *command],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    reader = _Reader(folder.resolve().as_posix(), before.copy(), numbers)
    with trace.open() as lines:
        for line in lines:
            reader.take(line)
    trace.unlink()
    # Folders that are made are there from the beginning, under no name yet.
    made = {node: {} for node in reader.made}
    return Recording(replace(before, folders=before.folders | made), tuple(reader.steps))


@dataclass
class _Open:
    """A file or folder that is open, which more than one handle may share."""

    node: int
    at: int = 0
    appends: bool = False


class _Reader:
    """Reads the lines of a trace, of one process and its threads."""

    def __init__(self, folder: str, disk: Disk, numbers: Iterator[int]) -> None:
        self._folder = folder
        self._disk = disk
        self._numbers = numbers
        self._open: dict[int, _Open] = {}
        self._begun: dict[str, tuple[str, int, list[_Open | None]]] = {}
        self.steps: list[Step] = []
        self.made: set[int] = set()

    def take(self, line: str) -> None:
        found = _LINE.match(line)
        if found is None:
            return
        thread, rest = found[1], found[2].rstrip("\n")
        if rest.endswith(_UNFINISHED):
            self._begin(thread, rest.removesuffix(_UNFINISHED))
            return
        resumed = _RESUMED.match(rest)
        if resumed is not None:
            begun, since, opened = self._begun.pop(thread)
            rest = begun + resumed[1]
        else:
            since, opened = len(self.steps), None
        call = _CALL.fullmatch(rest)
        if call is None:
            return
        name, arguments, result = call[1], _split(call[2]), int(call[3])
        if opened is None:
            opened = self._handles(name, arguments)
        if result >= 0:
            self._do(name, arguments, result, since, opened)

    def _begin(self, thread: str, text: str) -> None:
        name, _, arguments = text.partition("(")
        opened = self._handles(name, _split(arguments))
        self._begun[thread] = (text, len(self.steps), opened)

    def _handles(self, name: str, arguments: list[str]) -> list[_Open | None]:
        """Return what is open by the handles that are given; closing one gives it up at once."""
        handles = [int(each) if each.isdecimal() else -1 for each in arguments[:3]]
        opened = [self._open.get(each) for each in handles]
        if name == "close" and handles:
            self._open.pop(handles[0], None)
        return opened

    def _do(
        self, name: str, given: list[str], result: int, since: int, opened: list[_Open | None]
    ) -> None:
        """Take a call that succeeded."""
        if name in {"open", "openat", "creat"}:
            self._open_file(name, given, result)
        elif name in {"dup", "dup2", "dup3"} or (name == "fcntl" and "F_DUPFD" in given[1]):
            self._forget_or_set(result, opened[0])
        elif name == "write" and given[0] == "1":
            self.steps.append(Said(_text(given[1]).decode()))
        elif name in {"mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "link", "linkat"} or (
            name.startswith("rename")
        ):
            self._change_names(name, given)
        elif opened and (opened[0] is not None or name in {"sendfile", "copy_file_range"}):
            self._change_file(name, given, result, since, opened)

    def _forget_or_set(self, handle: int, opened: _Open | None) -> None:
        if opened is None:
            self._open.pop(handle, None)
        else:
            self._open[handle] = opened

    def _change_file(
        self, name: str, given: list[str], result: int, since: int, opened: list[_Open | None]
    ) -> None:
        first = opened[0]
        if name in {"sendfile", "copy_file_range"}:
            into = opened[0] if name == "sendfile" else opened[2]
            assert into is None, f"{name} is not modelled"
            return
        assert first is not None
        assert name not in _MISSED, f"{name} is not modelled"
        if name in {"fsync", "fdatasync"}:
            self.steps.append(Sync(first.node, since))
        elif name == "lseek":
            first.at = result
        elif name == "ftruncate":
            size = int(given[1])
            there = len(self._disk.files[first.node])
            self._step(Write(first.node, size, None if size < there else b""))
        elif name == "fallocate":
            end = int(given[2]) + int(given[3])
            if given[1] == "0" and end > len(self._disk.files[first.node]):
                self._step(Write(first.node, end, b""))
        elif name == "pwrite64":
            self._step(Write(first.node, int(given[3]), _text(given[1])[:result]))
        elif name == "write":
            if first.appends:
                first.at = len(self._disk.files[first.node])
            self._step(Write(first.node, first.at, _text(given[1])[:result]))
            first.at += result

    def _open_file(self, name: str, given: list[str], result: int) -> None:
        self._open.pop(result, None)
        at, path, flags = given[:3] if name == "openat" else [_AT, *given[:2]]
        place = self._place(at, path)
        if place is None:
            return
        folder, last = place
        node = folder if last == "" else self._disk.folders[folder].get(last)
        if node is None:
            assert "O_CREAT" in flags or name == "creat", f"{last} was not seen"
            node = next(self._numbers)
            self._disk.files[node] = bytearray()
            self._step(Names(((folder, last, node),)))
        elif ("O_TRUNC" in flags or name == "creat") and self._disk.files[node]:
            self._step(Write(node, 0, None))
        self._open[result] = _Open(node, appends="O_APPEND" in flags)

    def _change_names(self, name: str, given: list[str]) -> None:
        if not name.endswith(("at", "at2")):
            given = [part for path in given[:2] for part in (_AT, path)]
        first = self._place(given[0], given[1])
        if name.startswith(("rename", "link")):
            second = self._place(given[2], given[3])
            assert (first is None) == (second is None), "something comes from or goes elsewhere"
            if first is None or second is None:
                return
            node = self._disk.folders[first[0]][first[1]]
            gone = ((*first, None),) if name.startswith("rename") else ()
            self._step(Names((*gone, (*second, node))))
        elif first is not None and name.startswith("mkdir"):
            node = next(self._numbers)
            self.made.add(node)
            self._disk.folders[node] = {}
            self._step(Names(((*first, node),)))
        elif first is not None:
            self._step(Names(((*first, None),)))

    def _step(self, step: Step) -> None:
        self.steps.append(step)
        self._disk.do(step)

    def _place(self, at: str, path: str) -> tuple[int, str] | None:
        """Return folder and name of a path, the name "" for the folder itself; None: elsewhere."""
        text = _text(path).decode()
        if at != _AT and not text.startswith("/"):
            folder = self._open.get(int(at))
            return None if folder is None else (folder.node, text)
        if text != self._folder and not text.startswith(self._folder + "/"):
            return None
        if text.endswith(MEMORY):
            return None
        *above, last = ["", *[part for part in text[len(self._folder) :].split("/") if part]]
        node = 0
        for part in above:
            if part:
                node = self._disk.folders[node][part]
        return node, last


def _split(arguments: str) -> list[str]:
    """Return the arguments of a call: what is quoted is hexadecimal and has no comma in it."""
    return [each.strip() for each in arguments.split(",")]


def _text(argument: str) -> bytes:
    """Return the bytes of an argument that strace wrote in hexadecimal."""
    assert not argument.endswith("..."), "strace cut it"
    return bytes.fromhex(argument.strip('"').replace("\\x", ""))
