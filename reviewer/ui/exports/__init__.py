"""Exporting what was found: the dialog, the run in the background, what it told."""

from __future__ import annotations
