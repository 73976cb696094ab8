"""Stores worth exporting, and what a finished export must hold."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reviewer.models.ids import US_PER_S, WallUs
from reviewer.models.interaction import Channel, Message
from reviewer.models.recording import PartyRole, RecordingKind, RecordingState
from reviewer.models.search import Search
from reviewer.services.export_manual import ExportOptions, plan_export, run_export
from tests.helpers.stores import (
    ADMIN,
    STARTED_US,
    make_incoming,
    make_recording,
    make_segment,
    make_wav,
)

if TYPE_CHECKING:
    from pathlib import Path

EML = b"From: a@example.org\r\nSubject: =?utf-8?b?0YI=?=\r\n\r\nbody\x00\xff\r\n.\r\n"
ALL = frozenset({"voice", "cpa", "text", "email"})


def at(number: int) -> int:
    return STARTED_US + number * 3600 * US_PER_S


def make_messages(start_us: int, *texts: str) -> tuple[Message, ...]:
    return tuple(
        Message(
            WallUs(start_us + n * US_PER_S),
            PartyRole.CUSTOMER if n % 2 else PartyRole.AGENT,
            "Пётр" if n % 2 else "ivanova",
            text,
            segment_number=1,
        )
        for n, text in enumerate(texts)
    )


def call(number: int, *, seconds: float = 0.1, **values: Any) -> Any:
    """Return a call with one recording of sound that is its own."""
    recordings = (make_recording(at(number), seconds, source_name=f"call-{number}.wav"),)
    content = {0: make_wav(seconds, seed=number)}
    return make_incoming(number, content=content, recordings=recordings, **values)


def call_with_cpa(number: int) -> Any:
    """Return a call with what was heard before the answer, and a transcript."""
    start = at(number)
    recordings = (
        make_recording(start, 0.1, source_name="talk.wav"),
        make_recording(start, 0.1, kind=RecordingKind.CPA, source_name="cpa.gsm",
                       media_type="audio/x-gsm"),
        make_recording(start, 0.1, kind=RecordingKind.VOICE_CHANNEL, party=PartyRole.AGENT,
                       media_type="audio/x-sln;rate=16000", source_name="leg.sln16"),
    )  # fmt: skip
    content = {0: make_wav(0.1, seed=number), 1: b"gsm" * 11, 2: b"\x00\x01" * 160}
    return make_incoming(
        number,
        content=content,
        recordings=recordings,
        messages=make_messages(start, "Здравствуйте!", "Добрый день,\nя по поводу счёта"),
    )


def chat(number: int, *texts: str, **values: Any) -> Any:
    start = at(number)
    return make_incoming(
        number,
        channel=Channel.CHAT,
        recordings=(),
        content={},
        segments=(make_segment(1, started_us=start),),
        messages=make_messages(start, *(texts or ("Hello", "Hi"))),
        **values,
    )


def letter(number: int, data: bytes = EML) -> Any:
    recording = make_recording(
        at(number), 0, kind=RecordingKind.EMAIL, media_type="message/rfc822", spans=(),
        source_name="letter.eml",
    )  # fmt: skip
    return make_incoming(
        number,
        channel=Channel.EMAIL,
        recordings=(recording,),
        content={0: data},
        from_address="a@example.org",
        subject="Счёт",
    )


def gone_call(number: int, state: RecordingState) -> Any:
    return make_incoming(
        number,
        content={},
        recordings=(make_recording(at(number), source_name=f"gone-{number}.wav", state=state),),
    )


def mixed_items() -> list[Any]:
    """Return two calls, one with everything, a chat and a letter."""
    return [call(1), call_with_cpa(2), chat(3), letter(4)]


def put(store: Any, *items: Any) -> None:
    """Bring interactions in, all of them."""
    landed, _ = store.session(ADMIN).intake.put(items)
    assert all(one.error is None for one in landed)


def do_export(store: Any, destination: Path, *contents: str, **more: Any) -> Any:
    """Plan and run an export of everything as the administrator."""
    session = store.session(more.pop("login", ADMIN))
    what = more.pop("what", None)
    progress = more.pop("progress", None)
    options = ExportOptions(frozenset(contents), **more)
    plan = plan_export(session, Search() if what is None else what, destination, options)
    return run_export(session, plan, progress=progress)


@dataclass
class Found:
    """A finished export as it is on the disk, verified."""

    files: dict[str, bytes]
    manifest: dict[str, Any] = field(default_factory=dict)

    def names(self, folder: str = "") -> list[str]:
        return sorted(name for name in self.files if name.startswith(folder))


def read_export(destination: Path) -> Found:
    """Read an export and hold every file against both manifests; nothing else may be there."""
    if destination.suffix.lower() == ".zip":
        with zipfile.ZipFile(destination) as archive:
            names = archive.namelist()
            assert len(names) == len(set(names))
            assert archive.testzip() is None
            files = {name: archive.read(name) for name in names}
        assert not list(destination.parent.glob(destination.name + ".*"))
    else:
        files = {
            path.relative_to(destination).as_posix(): path.read_bytes()
            for path in destination.rglob("*")
            if path.is_file()
        }
        assert not list(destination.rglob(".*"))
    sums = {}
    for line in files["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ", 1)
        assert name not in sums
        sums[name] = digest
    assert set(sums) | {"SHA256SUMS"} == set(files)
    for name, digest in sums.items():
        assert hashlib.sha256(files[name]).hexdigest() == digest, name
    manifest = json.loads(files["manifest.json"])
    listed = {entry["name"]: entry for entry in manifest["files"]}
    assert len(listed) == len(manifest["files"])
    assert set(listed) | {"SHA256SUMS", "manifest.json"} == set(files)
    for name, entry in listed.items():
        assert (entry["sha256"], entry["bytes"]) == (sums[name], len(files[name]))
    return Found(files, manifest)
