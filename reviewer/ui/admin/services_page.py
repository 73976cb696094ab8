"""Services and dispositions: names that came with the recordings, and how much they are used."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from reviewer.errors import N_
from reviewer.messages import format_count, ntr, tr
from reviewer.ui.admin.list_page import ListPage
from reviewer.ui.widgets.segmented import Segment, SegmentedControl
from reviewer.ui.widgets.table import Column, TableRow

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from reviewer.models.centre import NameUse
    from reviewer.models.changes import Changes
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress

_Found = tuple[tuple["NameUse", ...], tuple["NameUse", ...]]
_SERVICES: Final = "services"
_DISPOSITIONS: Final = "dispositions"


class ServicesPage(ListPage):
    """Lists services, or dispositions. Thread: main."""

    name = "services"
    title_id = N_("Services and dispositions")
    hint_id = N_(
        "They come with the recordings. Who sees which service alone is said with the users; how "
        "long the content of a service is kept, with the retention rules."
    )

    @override
    def _made(self) -> Generator[None, None, None]:
        yield from super()._made()
        self._found: dict[str, tuple[NameUse, ...]] = {}
        self.kind = SegmentedControl(ring_room=True)
        self._row.insertWidget(0, self.kind)
        self.kind.value_changed.connect(self._on_kind_value_changed)
        yield
        self.retranslate()
        self.kind.value = _SERVICES

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        return partial(_read, self.session)

    @override
    def take(self, found: object) -> None:
        self._found = dict(zip((_SERVICES, _DISPOSITIONS), cast("_Found", found), strict=True))

    @override
    def columns(self) -> Sequence[Column]:
        if self.kind.value == _DISPOSITIONS:
            return (Column(tr("Name")), Column(tr("Segments of interactions"), 180, right=True))
        return (
            Column(tr("Name")),
            Column(tr("Users who see it alone"), 320),
            Column(tr("Segments of interactions"), 180, right=True),
        )

    @override
    def rows(self) -> Sequence[TableRow]:
        services = self.kind.value != _DISPOSITIONS
        return [
            TableRow(
                (
                    use.name,
                    *((", ".join(use.users),) if services else ()),
                    format_count(use.segments),
                ),
                use,
                muted=not use.segments,
            )
            for use in self._found.get(str(self.kind.value), ())
        ]

    @override
    def counted(self, n: int) -> str:
        if self.kind.value == _DISPOSITIONS:
            return ntr("{n} disposition", "{n} dispositions", n)
        return ntr("{n} service", "{n} services", n)

    @override
    def concerns(self, changes: Changes) -> bool:
        return bool(changes.users) or bool(changes.interactions)

    @Slot(object)
    def _on_kind_value_changed(self, _value: object) -> None:
        self.table.show_rows(())
        self.table.show_columns(self.columns())
        self.show_all()

    @override
    def retranslate(self) -> None:
        self.kind.set_items(
            (Segment(_SERVICES, tr("Services")), Segment(_DISPOSITIONS, tr("Dispositions")))
        )
        self.kind.setAccessibleName(tr("What is listed"))
        QWidget.setTabOrder(self.kind.stop, self.filter)
        QWidget.setTabOrder(self.filter, self.table)
        super().retranslate()


def _read(session: Session, _progress: TaskProgress) -> _Found:
    return session.centre.services(), session.centre.dispositions()


def make_page(shell: Shell, session: Session, *, in_turns: bool = False) -> ServicesPage:
    """Return the page of services and dispositions."""
    return ServicesPage(shell, session, in_turns=in_turns)
