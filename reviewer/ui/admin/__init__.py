"""Administration."""

from __future__ import annotations
