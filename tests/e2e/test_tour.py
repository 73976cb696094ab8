"""The tour of the demo, as a new user without a screen sees it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from PySide6.QtGui import QImage

from reviewer.ui.pages import PAGES

pytestmark = [pytest.mark.e2e]

NAMES = {
    *("search", "results", "trace", "review-voice", "review-video", "review-voice-1280"),
    *("review-chat", "deleted", "deleted-message", "held"),
}


def colours_of(picture: QImage) -> int:
    """Return how many colours there are in a coarse grid over it."""
    places = [(x, y) for x in range(0, picture.width(), 16) for y in range(0, picture.height(), 16)]
    return len({picture.pixel(x, y) for x, y in places})


def test_the_tour_shows_every_page_without_a_screen(tmp_path):
    left_out = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    folders = ("DATA", "CONFIG", "CACHE", "STATE")
    environment |= {f"XDG_{name}_HOME": str(tmp_path / name) for name in folders}
    (tmp_path / "passing").mkdir()
    environment["TMPDIR"] = str(tmp_path / "passing")
    command = [sys.executable, "-m", "reviewer", "demo", "--tour", str(tmp_path / "tour")]
    command += ["--lang", "en", "--theme", "light", "--as-of", "2026-11-29"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pictures = {path.name: QImage(str(path)) for path in (tmp_path / "tour").iterdir()}
    assert done.stdout.strip() == f"{len(pictures)} pictures in {tmp_path / 'tour'}"
    administration = {page.name for page in PAGES if page.section == "administration"}
    assert set(pictures) == {f"{name}-en-light.png" for name in NAMES | administration}
    for name, picture in pictures.items():
        size = (1280, 720) if "1280" in name else (1440, 900)
        assert (picture.width(), picture.height()) == size, name
        assert colours_of(picture) > 20, name
    # It was on a demo of its own: nothing that it did is in the user's, or kept.
    assert list(tmp_path.rglob("demo.json")) == []
    assert list((tmp_path / "passing").iterdir()) == []
    # Each was finished: nothing is said of one that was taken while its page was busy.
    assert len(done.stderr.splitlines()) == 1, done.stderr
