"""How the window looks: tokens, fonts, icons, palette and style."""

from __future__ import annotations
