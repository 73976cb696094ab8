"""Criteria: the catalogue, the condition tree, its one-line text form, its meaning in Python."""

from __future__ import annotations
