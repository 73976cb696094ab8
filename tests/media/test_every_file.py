"""Whatever a file holds: it plays, or one sentence says what is wrong, and nothing else is opened.

The files are made here, and where real ones lie beside the checkout they are opened as well. What
the process opened is told by the system: its calls are traced.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.sound import encode, speech
from tests.media.test_closed_world import lures

REAL = Path(__file__).parents[3] / "shared" / "realdata" / "4_media"
CHILD = Path(__file__).with_name("opening_child.py")
CALLS = "openat,open,creat,connect,socket,execve"
SECONDS = 20.0
GROWN_KB = 200_000
_OPENED = re.compile(r'\bopen(?:at)?\((?:AT_FDCWD, )?"([^"]*)"')


def made() -> dict[str, bytes]:
    """Return files like those that telephone systems and broken disks leave."""
    sound = speech(3.0)
    wav = encode(sound)
    streamed = wav[:4] + b"\xff" * 4 + wav[8:40] + b"\xff" * 4 + wav[44:]
    return {
        "plain.wav": wav,
        "gsm.wav": encode(sound, coding="GSM610"),
        "mulaw.wav": encode(sound, coding="ULAW"),
        "raw.gsm": encode(sound, container="RAW", coding="GSM610")[:-7],
        "header-only.wav": encode(np.zeros(0, np.int16)),
        "cut-in-the-header.wav": wav[:30],
        "cut.wav": wav[: len(wav) // 2],
        "streamed.wav": streamed,
        "empty.wav": b"",
        "text.wav": b"this is a text, no sound",
        "claims-to-be-huge.wav": wav[:4]
        + b"\xf0\xff\xff\x7f"
        + wav[8:40]
        + b"\xf0\xff\xff\x7f"
        + wav[44:],
        "many-channels.wav": wav[:22] + b"\xff\xff" + wav[24:],
        "no-rate.wav": wav[:24] + bytes(4) + wav[28:],
        "noise.webm": b"\x1aE\xdf\xa3" + np.random.default_rng(3).bytes(50_000),
        "noise.mp3": b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + np.random.default_rng(4).bytes(9_000),
    }


def opened(tmp_path: Path, paths: list[Path]) -> tuple[list[dict[str, object]], list[str]]:
    """Open files in a process that is traced; return what it says, and its calls, by file."""
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-qq", "-e", f"trace={CALLS}", "-o", str(trace), sys.executable]
    done = subprocess.run(
        [*command, str(CHILD), *map(str, paths)],
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    calls = trace.read_text(errors="replace")
    cut = '/marker/begin-{0}"[^\n]*\n(.*?)[^\n]*/marker/end-{0}"'
    between = [re.search(cut.format(n), calls, re.DOTALL) for n in range(len(paths))]
    assert all(between)
    return told, [found[1] for found in between if found is not None]


def is_own(name: str) -> bool:
    """Whether a file is a part of Python or of a package: some are read when they are needed.

    Threads that ask for memory make the C library count the processors.
    """
    return name == "/sys/devices/system/cpu/online" or any(
        name.startswith(str(Path(place))) for place in (sys.prefix, sys.base_prefix)
    )


def check(paths: list[Path], told: list[dict[str, object]], calls: list[str]) -> None:
    assert len(told) == len(paths)
    for path, said, made_calls in zip(paths, told, calls, strict=True):
        for kind in ("sound", "video", "waveform", "activity", "facts"):
            words = str(said[kind])
            assert words == "ok" or (path.name in words and "\n" not in words), (path.name, words)
        assert float(str(said["seconds"])) < SECONDS, path.name
        assert int(str(said["grown_kb"])) < GROWN_KB, path.name
        assert [name for name in _OPENED.findall(made_calls) if not is_own(name)] == [], path.name
        assert not re.search(r"\b(socket|connect|execve|creat)\(", made_calls), path.name


if shutil.which("strace") is not None:

    def test_files_like_those_that_are_met(tmp_path: Path) -> None:
        paths = []
        for name, data in made().items():
            paths.append(tmp_path / name)
            paths[-1].write_bytes(data)
        told, calls = opened(tmp_path, paths)
        check(paths, told, calls)
        by_name = {path.name: said for path, said in zip(paths, told, strict=True)}
        for name in ("plain.wav", "gsm.wav", "mulaw.wav", "raw.gsm", "cut.wav", "streamed.wav"):
            assert by_name[name]["sound"] == "ok", name
        assert "no sound was captured" in str(by_name["empty.wav"]["sound"])
        assert by_name["text.wav"]["sound"] != "ok"

    def test_playlists_lead_nowhere(tmp_path: Path) -> None:
        bait = tmp_path / "bait.wav"
        bait.write_bytes(encode(speech(0.2)))
        paths = []
        # Nobody listens there: a call to it would be in the trace all the same.
        for name, data in lures(bait, 9).items():
            paths.append(tmp_path / name)
            paths[-1].write_bytes(data)
        told, calls = opened(tmp_path, paths)
        check(paths, told, calls)

    def test_the_trace_would_show_it(tmp_path: Path) -> None:
        """What the other tests look for is there where something is opened."""
        trace = tmp_path / "trace"
        code = f"open({str(tmp_path / 'x')!r}, 'w'); import socket; socket.socket()"
        command = ["strace", "-f", "-qq", "-e", f"trace={CALLS}", "-o", str(trace)]
        subprocess.run([*command, sys.executable, "-c", code], check=True, timeout=60)
        calls = trace.read_text(errors="replace")
        assert str(tmp_path / "x") in _OPENED.findall(calls)
        assert "socket(" in calls

    if REAL.is_dir():
        FOLDERS = sorted(path.name for path in REAL.iterdir() if path.is_dir())

        @pytest.mark.parametrize("folder", FOLDERS)
        def test_every_real_file(tmp_path: Path, folder: str) -> None:
            paths = [path for path in sorted((REAL / folder).rglob("*")) if path.is_file()]
            told, calls = opened(tmp_path, paths)
            check(paths, told, calls)
