"""Fields that take a time zone: names are offered while something of one is typed.

May be imported by everything in `reviewer.ui`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLineEdit


def complete_zones(edit: QLineEdit) -> None:
    """Offer the IANA names of all zones that have what is typed anywhere in them."""
    completer = QCompleter(sorted(available_timezones()), edit)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    edit.setCompleter(completer)
