"""The window: pages, widgets, theme, background work. Qt lives here."""

from __future__ import annotations
