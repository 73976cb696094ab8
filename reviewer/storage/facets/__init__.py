"""Contracts of single facets of a session; `reviewer.storage.store` holds them together."""

from __future__ import annotations
