"""Whatever the bytes say, nothing but the bytes is opened: no other file, no connection."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING

import av
import pytest

from reviewer.errors import MediaUnreadableError
from reviewer.media.decode import SoundReader
from reviewer.media.libav import LibavSamples, open_container
from reviewer.media.probe import probe
from reviewer.models.bytesource import MemorySource
from tests.helpers.sound import encode, speech

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

IN_OPEN = 0x20


@pytest.fixture
def bait(tmp_path: Path) -> tuple[Path, Callable[[], bool]]:
    """Return a real sound file and how to learn whether anybody opened it since."""
    path = tmp_path / "bait.wav"
    path.write_bytes(encode(speech(0.2)))
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(os.O_NONBLOCK)
    assert libc.inotify_add_watch(watch, str(path).encode(), IN_OPEN) >= 0

    def was_opened() -> bool:
        with suppress(BlockingIOError):
            return len(os.read(watch, 4096)) > 0
        return False

    yield path, was_opened
    os.close(watch)


@pytest.fixture
def port() -> tuple[int, Callable[[], bool]]:
    """Return a port that listens and how to learn whether anybody called."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)

        def was_called() -> bool:
            with suppress(BlockingIOError):
                server.accept()[0].close()
                return True
            return False

        yield server.getsockname()[1], was_called


def lures(path: Path, port: int) -> dict[str, bytes]:
    url, http = f"file:{path}", f"http://127.0.0.1:{port}/x.ts"
    playlist = (
        "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n"
        f"#EXTINF:10.0,\n{url}\n#EXTINF:10.0,\n{http}\n#EXT-X-ENDLIST\n"
    ).encode()
    # A video whose text track is a playlist: what libav's probing follows.
    avi = b"RIFF" + struct.pack("<I", 5000) + b"AVI LIST\x14\x01\x00\x00hdrlavih" + bytes(300)
    return {
        "call.m3u8": playlist,
        "call.wav": playlist,
        "call.mp4": playlist,
        "call.webm": b"\x1aE\xdf\xa3" + playlist,
        "video.mp4": b"\x00\x00\x00\x18ftypmp42" + bytes(12) + playlist,
        "hidden.mp4": avi + playlist,
        "concat.wav": f"ffconcat version 1.0\nfile '{path}'\n".encode(),
        "session.sdp": f"v=0\nc=IN IP4 127.0.0.1\nm=audio {port} RTP/AVP 0\n".encode(),
        "manifest.mpd": f'<?xml version="1.0"?><MPD><BaseURL>{http}</BaseURL></MPD>'.encode(),
        "call.sln": playlist,
        "reference.mov": movie_with_reference(path),
    }


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def movie_with_reference(path: Path) -> bytes:
    """Return a QuickTime movie whose samples lie in another file."""
    name = str(path).encode()
    alias = bytes(150) + struct.pack(">HH", 0, 0) + bytes(12)
    alias += struct.pack(">HH", 2, len(name)) + name + b"\xff\xff\x00\x00"
    reference = box(b"dref", struct.pack(">II", 0, 1), box(b"alis", bytes(4), alias))
    entry = box(
        b"sowt", bytes(6), struct.pack(">H", 1), bytes(8), b"\0\1\0\x10", bytes(4), b"\x1f\x40\0\0"
    )
    table = box(
        b"stbl",
        box(b"stsd", struct.pack(">II", 0, 1), entry),
        box(b"stts", struct.pack(">IIII", 0, 1, 100, 1)),
        box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 100, 1)),
        box(b"stsz", struct.pack(">III", 0, 2, 100)),
        box(b"stco", struct.pack(">III", 0, 1, 44)),
    )
    media = box(
        b"mdia",
        box(b"mdhd", bytes(12), struct.pack(">II", 8000, 100), bytes(4)),
        box(b"hdlr", bytes(8), b"soun", bytes(12)),
        box(b"minf", box(b"smhd", bytes(8)), box(b"dinf", reference), table),
    )
    header = box(b"tkhd", bytes(84))
    movie = box(b"moov", box(b"mvhd", bytes(100)), box(b"trak", header, media))
    return box(b"ftyp", b"qt  ", bytes(4)) + movie


def test_the_bait_works(bait: tuple[Path, Callable[[], bool]], tmp_path: Path) -> None:
    path, was_opened = bait
    assert not was_opened()
    listing = tmp_path / "list.txt"
    listing.write_text(f"ffconcat version 1.0\nfile '{path}'\n")
    with av.open(str(listing), format="concat", options={"safe": "0"}):
        pass
    assert was_opened()


def test_nothing_else_is_opened(
    bait: tuple[Path, Callable[[], bool]], port: tuple[int, Callable[[], bool]]
) -> None:
    path, was_opened = bait
    for name, data in lures(path, port[0]).items():
        with suppress(MediaUnreadableError):
            probe(MemorySource(data, name))
        with suppress(MediaUnreadableError):
            sound = SoundReader(MemorySource(data, name))
            sound.read(8000)
            sound.close()
        assert not was_opened(), name
        assert not port[1](), name


@pytest.mark.parametrize("demuxer", ["hls", "concat"])
def test_even_a_demuxer_that_opens_others_cannot(
    demuxer: str,
    bait: tuple[Path, Callable[[], bool]],
    port: tuple[int, Callable[[], bool]],
) -> None:
    """The second lock: if the list of formats failed, libav's way to open others is closed."""
    path, was_opened = bait
    for name, data in lures(path, port[0]).items():
        with suppress(MediaUnreadableError):
            open_container(MemorySource(data, name), demuxer).close()
        with suppress(MediaUnreadableError):
            LibavSamples(MemorySource(data, name), demuxer).read(0, 8000)
        assert not was_opened(), name
        assert not port[1](), name
