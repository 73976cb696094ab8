"""What can be told of a demo store without making one; light to import."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from reviewer.models.ids import Giid, giid_of_source

if TYPE_CHECKING:
    from pathlib import Path

DEMO_FORMAT = 5
"""Grows whenever the demo's content changes: one of an older format is made anew."""
DEMO_LOGIN = "demo"
"""Who opens a demo store: its administrator, who may do everything."""
TIME_ZONES = {"ru": "Europe/Moscow", "en": "Europe/London"}
"""Languages that a demo can be in, and the time zone of the centre."""
MARK = "demo.json"
"""The file that tells a demo store from any other."""

SHOWCASE_CALL: Giid = giid_of_source("demo", "showcase", "call")
SHOWCASE_CHAT: Giid = giid_of_source("demo", "showcase", "chat")
SHOWCASE_EMAIL: Giid = giid_of_source("demo", "showcase", "email")
"""The same in every demo: tours and pictures open them by name."""


def demo_mark(folder: Path) -> dict[str, Any]:
    """Return format, date and language of the demo store in a folder; empty if it is none."""
    try:
        found = json.loads((folder / MARK).read_text(encoding="utf-8"))
        found["as_of"] = date.fromisoformat(found["as_of"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return dict(found)
