"""What tests of several pages of administration do."""

from __future__ import annotations

COUNT = 5
"""Calls in the store."""


def idle(qtbot, shell):
    """Wait until nothing is under way."""
    qtbot.waitUntil(lambda: not shell.runner.busy, timeout=20_000)
