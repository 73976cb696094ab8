"""Power cuts: what a disk may hold afterwards, worked out of the system calls of a process.

`tracing.record` runs a process and notes what it does to the files below a folder.
`Recording.states` then makes folders as a power cut at some instant may leave them: what was
brought to the disk by `fsync` is there; of what was not, any part of it may be, in any order, whole
or torn at the border of a sector, and a name may be there without the bytes, or the bytes without
the name. After ALICE (Pillai et al., OSDI 2014) and CrashMonkey (Mohan et al., OSDI 2018).
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

SECTOR: Final = 512
PAGE: Final = 4096
MEMORY: Final = "-shm"
"""Ending of a file that is memory, which SQLite makes anew: none of it is looked at."""


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes of a file; `data` None: it ends at `at`."""

    node: int
    at: int
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Names:
    """What happens to names at once: folder, name, and what it is of from then on (None: gone)."""

    changes: tuple[tuple[int, str, int | None], ...]


@dataclass(frozen=True, slots=True)
class Sync:
    """A file or folder is on the disk as it was when `since` steps were done."""

    node: int
    since: int


@dataclass(frozen=True, slots=True)
class Said:
    """The process said something; whoever reads it relies on it."""

    text: str


Step = Write | Names | Sync | Said
Waiting = list[tuple[int, Step]]
"""Steps that are not on the disk, each with its number."""
Lose = Callable[[Waiting, Random], Waiting]
"""Returns what stays of them."""


@dataclass
class Disk:
    """Files and folders by number; 0 is the folder that is looked at.

    Files that were there before have the time at which they were written, nanoseconds.
    """

    folders: dict[int, dict[str, int]] = field(default_factory=lambda: {0: {}})
    files: dict[int, bytearray] = field(default_factory=dict)
    times: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, numbers: Iterator[int]) -> Disk:
        """Return what is below a folder now."""
        disk = cls()

        def take(path: Path, node: int) -> None:
            for each in sorted(path.iterdir()):
                if each.name.endswith(MEMORY):
                    continue
                number = next(numbers)
                disk.folders[node][each.name] = number
                if each.is_dir():
                    disk.folders[number] = {}
                    take(each, number)
                else:
                    disk.files[number] = bytearray(each.read_bytes())
                    disk.times[number] = each.stat().st_mtime_ns

        take(folder, 0)
        return disk

    def copy(self) -> Disk:
        return Disk(
            {node: dict(names) for node, names in self.folders.items()},
            {node: bytearray(data) for node, data in self.files.items()},
            dict(self.times),
        )

    def do(self, step: Step) -> None:
        if isinstance(step, Names):
            for folder, name, node in step.changes:
                if node is None:
                    self.folders[folder].pop(name, None)
                else:
                    self.folders[folder][name] = node
        elif isinstance(step, Write):
            file = self.files.setdefault(step.node, bytearray())
            self.times.pop(step.node, None)
            end = step.at + len(step.data or b"")
            if len(file) < end:
                file.extend(bytes(end - len(file)))
            if step.data is None:
                del file[step.at :]
            else:
                file[step.at : end] = step.data

    def write(self, folder: Path) -> None:
        """Make a folder what this is."""
        shutil.rmtree(folder, ignore_errors=True)

        def put(path: Path, node: int) -> None:
            path.mkdir(mode=0o700)
            for name, number in self.folders[node].items():
                if number in self.folders:
                    put(path / name, number)
                else:
                    (path / name).write_bytes(self.files.get(number, b""))
                    if number in self.times:
                        os.utime(path / name, ns=(self.times[number],) * 2)

        put(folder, 0)

    def look(self) -> tuple[object, ...]:
        """Return what tells it from another one that looks different."""

        def of(node: int) -> tuple[object, ...]:
            return tuple(
                (name, of(number) if number in self.folders else bytes(self.files.get(number, b"")))
                for name, number in sorted(self.folders[node].items())
            )

        return of(0)


@dataclass(frozen=True)
class State:
    """What a power cut may leave.

    Attributes:
        at: After how many steps.
        how: What became of that which was not on the disk yet.
        said: Lines that the process had said before.
        disk: What is there.
    """

    at: int
    how: str
    said: tuple[str, ...]
    disk: Disk


_HEX: Final = re.compile(r"[0-9a-f]{2,}")
_ROUNDS: Final = 500


def _kind_of(name: str) -> str:
    """Return a name without what is another one each time."""
    return _HEX.sub("#", name)


@dataclass(frozen=True)
class Recording:
    """What a process did to a folder, step by step.

    Attributes:
        before: The folder as it was.
        steps: What was done to it.
    """

    before: Disk
    steps: tuple[Step, ...]

    def states(self, chance: Random, most: int) -> Iterator[State]:
        """Give what a power cut may leave, each once, at most so many of them.

        Instants at which the same waits to come to the disk are much alike: of all that are not,
        some are taken in turn, so that what happens once is tried as often as what happens always.

        Args:
            chance: Chooses the instants, and what stays.
            most: How many.
        """
        alike: dict[object, list[int]] = {}
        for at in range(1, len(self.steps) + 1):
            if self._tells_apart(at):
                alike.setdefault(self._situation(at), []).append(at)
        hows = {situation: chance.sample(sorted(_HOWS), len(_HOWS)) for situation in alike}
        seen: set[int] = set()
        given = 0
        for number in range(_ROUNDS):
            for situation, instants in alike.items():
                if given >= most:
                    return
                at = chance.choice(instants)
                how = hows[situation][number % len(_HOWS)]
                disk = self.after(at, _HOWS[how], chance)
                look = hash(disk.look())
                if look not in seen:
                    seen.add(look)
                    given += 1
                    yield State(at, how, self.said(at), disk)

    def _situation(self, at: int) -> object:
        """Return what waits to come to the disk, and what is next, by kinds of files."""
        waiting = frozenset(self._kind(step) for _, step in self._waiting(at))
        return waiting, self._kind(self.steps[at]) if at < len(self.steps) else None

    def _kind(self, step: Step) -> object:
        if isinstance(step, Said):
            return "said"
        if isinstance(step, Names):
            return tuple((_kind_of(name), node is None) for _, name, node in step.changes)
        return type(step), isinstance(step, Write) and step.data is None, self._kinds[step.node]

    @cached_property
    def _kinds(self) -> dict[int, str]:
        """What each file and folder is, by the name that it had first."""
        kinds = {0: ""}
        named = [
            (name, node) for names in self.before.folders.values() for name, node in names.items()
        ]
        for step in self.steps:
            if isinstance(step, Names):
                named += [(name, node) for _, name, node in step.changes if node is not None]
        for name, node in named:
            kinds.setdefault(node, _kind_of(name))
        return kinds

    def _tells_apart(self, at: int) -> bool:
        """Return whether a cut after so many steps may show what one a step later does not.

        It does where something comes to the disk next, or was said: what may stay of writes before
        is chosen anyway.
        """
        return at == len(self.steps) or isinstance(self.steps[at], Sync | Said | Names)

    def whole(self) -> Disk:
        """Return the disk as the process left it, where nothing was lost."""
        return self.after(len(self.steps), _everything, Random(0))  # noqa: S311 (chooses nothing)

    def after(self, at: int, lose: Lose, chance: Random) -> Disk:
        """Return the disk after a cut, of what was not on it yet what `lose` leaves."""
        done = self.steps[:at]
        waiting = self._waiting(at)
        left = dict(lose(waiting, chance))
        lost = {number for number, _ in waiting} - set(left)
        disk = self.before.copy()
        for number, step in enumerate(done):
            if number not in lost:
                disk.do(left.get(number, step))
        return disk

    def _waiting(self, at: int) -> Waiting:
        """Return of the first steps those that are not on the disk."""
        done = self.steps[:at]
        synced: dict[int, int] = {}
        for step in done:
            if isinstance(step, Sync):
                synced[step.node] = max(step.since, synced.get(step.node, 0))
        return [
            (number, step)
            for number, step in enumerate(done)
            if isinstance(step, Write | Names) and not _is_on_disk(step, number, synced)
        ]

    def said(self, at: int) -> tuple[str, ...]:
        told = "".join(step.text for step in self.steps[:at] if isinstance(step, Said))
        return tuple(told.rpartition("\n")[0].splitlines())


def _is_on_disk(step: Write | Names, number: int, synced: dict[int, int]) -> bool:
    """Return whether a step was brought to the disk: every folder that it changes was."""
    if isinstance(step, Write):
        return number < synced.get(step.node, 0)
    # One with two folders counts once both are: which is stricter than what most systems do.
    return all(number < synced.get(folder, 0) for folder, _, _ in step.changes)


def _nothing(waiting: Waiting, _chance: Random) -> Waiting:
    return []


def _everything(waiting: Waiting, _chance: Random) -> Waiting:
    return waiting


def _names_only(waiting: Waiting, _chance: Random) -> Waiting:
    return [each for each in waiting if isinstance(each[1], Names)]


def _bytes_only(waiting: Waiting, _chance: Random) -> Waiting:
    return [each for each in waiting if isinstance(each[1], Write)]


def _lengths_only(waiting: Waiting, _chance: Random) -> Waiting:
    """Leave files as long as they were to be, with nothing in them: names and lengths were there.

    What lay there before stays; a file that grew has zeros.
    """
    return [
        (number, replace(step, at=step.at + len(step.data), data=b""))
        if isinstance(step, Write) and step.data
        else (number, step)
        for number, step in waiting
    ]


def _first_ones(waiting: Waiting, chance: Random) -> Waiting:
    """Leave what was done first, of the last one perhaps a part."""
    if not waiting:
        return []
    *first, last = waiting[: chance.randint(1, len(waiting))]
    return first + _torn(last, chance)


def _each_its_first_ones(waiting: Waiting, chance: Random) -> Waiting:
    """Leave of each file and folder what was done to it first."""
    of: dict[object, Waiting] = {}
    for each in waiting:
        step = each[1]
        of.setdefault(step.node if isinstance(step, Write) else "names", []).append(each)
    left: Waiting = []
    for those in of.values():
        kept = those[: chance.randint(0, len(those))]
        left += kept[:-1] + (_torn(kept[-1], chance) if kept else [])
    return left


def _any(waiting: Waiting, chance: Random) -> Waiting:
    """Leave anything."""
    return [part for each in waiting if chance.random() < 0.5 for part in _torn(each, chance)]


def _all_but_one(waiting: Waiting, chance: Random) -> Waiting:
    """Leave everything but one thing."""
    gone = chance.randrange(len(waiting)) if waiting else 0
    return waiting[:gone] + waiting[gone + 1 :]


def _all_but_a_name(waiting: Waiting, chance: Random) -> Waiting:
    """Leave everything but one change of names."""
    names = [each for each in waiting if isinstance(each[1], Names)]
    gone = chance.choice(names) if names else None
    return [each for each in waiting if each is not gone]


def _one_torn(waiting: Waiting, chance: Random) -> Waiting:
    """Leave everything, of one write but a part."""
    writes = [each for each in waiting if isinstance(each[1], Write)]
    torn = chance.choice(writes) if writes else None
    return [
        part
        for each in waiting
        for part in (_certainly_torn(each, chance) if each is torn else [each])
    ]


_HOWS: Final[dict[str, Lose]] = {
    "nothing": _nothing,
    "everything": _everything,
    "names only": _names_only,
    "bytes only": _bytes_only,
    "lengths only": _lengths_only,
    "first ones": _first_ones,
    "each its first ones": _each_its_first_ones,
    "any": _any,
    "all but one": _all_but_one,
    "all but a name": _all_but_a_name,
    "one torn": _one_torn,
}


def _torn(each: tuple[int, Step], chance: Random) -> Waiting:
    """Return a step, of a write sometimes only what is before the border of a sector or page."""
    return [each] if chance.random() < 0.5 else _certainly_torn(each, chance)


def _certainly_torn(each: tuple[int, Step], chance: Random) -> Waiting:
    """Return of a write what is before or behind the border of a sector or page, if it has one."""
    number, step = each
    if not isinstance(step, Write) or not step.data:
        return [each]
    unit = chance.choice((SECTOR, PAGE))
    borders = range((step.at // unit + 1) * unit, step.at + len(step.data), unit)
    if not borders:
        return [each]
    border = chance.choice(borders)
    before, behind = step.data[: border - step.at], step.data[border - step.at :]
    if chance.random() < 0.5:
        return [(number, replace(step, data=before))]
    return [(number, Write(step.node, border, behind))]
