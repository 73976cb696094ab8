"""The trace of a scenario."""

from __future__ import annotations
