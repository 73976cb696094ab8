"""Media."""

from __future__ import annotations
