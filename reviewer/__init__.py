"""Reviewer: a desktop workstation for reviewing what a contact centre recorded."""

from __future__ import annotations

__version__ = "0.1.0"
