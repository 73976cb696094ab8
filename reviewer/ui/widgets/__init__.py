"""Small controls of the window's own; each paints itself from the theme."""

from __future__ import annotations
