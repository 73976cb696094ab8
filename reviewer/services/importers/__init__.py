"""Importers."""

from __future__ import annotations
