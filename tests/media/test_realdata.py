"""Recordings of other programs, where they lie beside the checkout, against ffmpeg's opinion."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reviewer.errors import MediaUnreadableError
from reviewer.media.decode import SoundReader
from reviewer.media.peaks import read_peaks
from reviewer.media.probe import probe
from reviewer.models.bytesource import FileSource

_FOLDER = Path(__file__).parents[3] / "shared" / "realdata"
_FACTS = _FOLDER / "4_media" / "media_facts.json"

# Without the material there is nothing to collect, and so nothing to skip.
if _FACTS.is_file():
    FACTS = json.loads(_FACTS.read_text())["files"]

    @pytest.mark.parametrize("name", sorted(FACTS))
    def test_a_real_file_gives_what_ffmpeg_gets_out_of_it(name: str) -> None:
        facts = FACTS[name]
        with FileSource(_FOLDER / name) as source:
            try:
                info = probe(source)
            except MediaUnreadableError:
                assert not facts.get("decoded_sample_frames")
                return
            if not info.codec:
                assert not facts.get("decoded_sample_frames")
                return
            sound = SoundReader(FileSource(_FOLDER / name))
            frames = 0
            while got := sound.read(48_000).shape[1]:
                frames += got
            sound.close()
            assert frames == facts["decoded_sample_frames"]
            assert info.duration_us == pytest.approx(frames / info.rate_hz * 1e6, abs=30_000) or (
                info.video_codec
            )
            peaks = read_peaks(source)
            assert len(peaks) == -(-frames * 100 // info.rate_hz)

    def test_a_playlist_in_disguise_is_refused_by_name() -> None:
        path = _FOLDER / "4_media" / "ffmpeg-hls-ssrf" / "read_passwd_bypass.mp4"
        with FileSource(path) as source, pytest.raises(MediaUnreadableError, match="AVI video"):
            probe(source, "video/mp4")
