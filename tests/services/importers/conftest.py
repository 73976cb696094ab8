"""Tests over material that is not part of the repository are collected only where it is."""

from __future__ import annotations

from pathlib import Path

RUN_A = Path(__file__).parents[4] / "shared" / "realdata" / "2_telephony" / "asterisk_run_A"

_OF_RUN_A = ["test_asterisk_run_a.py", "test_asterisk_rotated.py", "test_asterisk_unnamed.py"]
collect_ignore = [] if RUN_A.is_dir() else _OF_RUN_A
