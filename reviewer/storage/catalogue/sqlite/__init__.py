"""The catalogue as a file of SQLite."""

from __future__ import annotations
