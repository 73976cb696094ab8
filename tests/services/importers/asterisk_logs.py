"""Writes logs as Asterisk's documentation describes them, for tests."""

from __future__ import annotations

import json
import wave
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reviewer.services.importers.asterisk.importer import AsteriskImporter
from reviewer.services.importers.base import ImportOptions, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reviewer.models.interaction import Interaction, StretchKind
    from reviewer.storage.store import Incoming

S = 1_000_000
"""A second."""
NOON = 1_790_000_000
"""The second in which the calls of these tests begin."""


def quoted(*fields: object) -> str:
    return ",".join('"' + str(field).replace('"', '""') + '"' for field in fields)


class Cel:
    """Channel events in the order of the sample cel_custom.conf; times in seconds from NOON."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(
        self,
        at: float,
        kind: str,
        channel: str,
        uniqueid: str,
        linkedid: str,
        *,
        num: str = "",
        name: str = "",
        exten: str = "",
        context: str = "from-trunk",
        app: str = "",
        data: str = "",
        peer: str = "",
        userdef: str = "",
        extra: dict[str, object] | None = None,
    ) -> Cel:
        moment = f"{NOON + at:.6f}"
        self.lines.append(
            quoted(
                kind, moment, name, num, "", "", "", exten, context, channel, app, data, "3", "",
                uniqueid, linkedid, peer, "", userdef, json.dumps(extra) if extra else "",
            )
        )  # fmt: skip
        return self

    def bridge(self, start: float, end: float, bridge: str, *channels: tuple[str, str, str]) -> Cel:
        """Put channels (name, uniqueid, linkedid) into a bridge for a while."""
        extra: dict[str, object] = {"bridge_id": bridge, "bridge_technology": "simple_bridge"}
        for at, kind in ((start, "BRIDGE_ENTER"), (end, "BRIDGE_EXIT")):
            for name, uniqueid, linkedid in channels:
                self.add(at, kind, name, uniqueid, linkedid, extra=extra)
        return self

    def write(self, folder: Path) -> None:
        """Write them in order of time, as Asterisk does."""
        target = folder / "cel-custom" / "Master.csv"
        target.parent.mkdir(parents=True, exist_ok=True)
        lines = sorted(self.lines, key=lambda line: float(line.split('","')[1]))
        target.write_text("\n".join(lines) + "\n", encoding="utf-8")


def classic(
    start: str,
    duration: int,
    billsec: int,
    *,
    answer: str = "",
    end: str = "",
    src: str = "74950000001",
    dst: str = "600",
    context: str = "from-trunk",
    clid: str = '"Anna" <74950000001>',
    channel: str = "PJSIP/trunk-00000001",
    dstchannel: str = "",
    app: str = "Dial",
    data: str = "",
    disposition: str = "ANSWERED",
    account: str = "",
    tail: tuple[object, ...] = (),
) -> str:
    """Return one line of cdr-csv/Master.csv; `tail` are the columns after amaflags."""
    return quoted(
        account, src, dst, context, clid, channel, dstchannel, app, data, start, answer, end,
        duration, billsec, disposition, "DOCUMENTATION", *tail,
    )  # fmt: skip


def write_cdr(folder: Path, *lines: str, name: str = "cdr-csv/Master.csv") -> Path:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target


def write_wav(path: Path, seconds: float, rate_hz: int = 8000) -> Path:
    """Write mono 16-bit sound of this length that is not silent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = bytes((n * 37) % 251 for n in range(int(seconds * rate_hz) * 2))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(frames)
    return path


def read(
    folder: Path, *, zone: str = "Europe/Moscow", system: str = ""
) -> tuple[list[Incoming], list[Rejected]]:
    """Read a folder to its end; recordings that are merely not whole are not told of."""
    taken: list[Incoming] = []
    rejected: list[Rejected] = []
    items: Iterator[Incoming | Rejected] = AsteriskImporter().read(
        folder, ImportOptions(ZoneInfo(zone), system)
    )
    for item in items:
        if isinstance(item, Rejected) and item.is_warning:
            continue
        (rejected if isinstance(item, Rejected) else taken).append(item)  # type: ignore[arg-type]
    return taken, rejected


def read_one(folder: Path, *, zone: str = "Europe/Moscow") -> Interaction:
    """Read a folder that holds one call and nothing that is wrong."""
    taken, rejected = read(folder, zone=zone)
    assert rejected == []
    assert len(taken) == 1
    return taken[0].interaction


def seconds_of(
    interaction: Interaction, kind: StretchKind, number: int = 1
) -> list[tuple[float, float]]:
    """Return the stretches of one kind in one segment, in seconds from NOON."""
    segment = interaction.segment(number)
    assert segment is not None
    return [
        (round(s.started_us / S - NOON, 3), round(s.ended_us / S - NOON, 3))
        for s in segment.stretches
        if s.kind is kind
    ]


def span_of(interaction: Interaction, number: int) -> tuple[float, float]:
    """Return when a segment began and ended, in seconds from NOON."""
    segment = interaction.segment(number)
    assert segment is not None
    return (round(segment.started_us / S - NOON, 3), round(segment.ended_us / S - NOON, 3))
