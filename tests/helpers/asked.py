"""What a catalogue is asked."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.storage.local import LocalStore


@contextmanager
def statements(store: LocalStore) -> Iterator[list[str]]:
    """Gather what is asked of the catalogue."""
    asked: list[str] = []

    def note(_c: object, _u: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    engine = store._core.database._engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)
