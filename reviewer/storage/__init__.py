"""Where interactions and their content are kept."""

from __future__ import annotations
