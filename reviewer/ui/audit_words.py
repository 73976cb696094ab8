"""Entries of the audit log as rows of a table: when, who, what, on what, from where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.messages import format_count, format_instant, tr
from reviewer.services.audit_log import act_title
from reviewer.services.audit_words import detail_words
from reviewer.ui.widgets.table import INSTANT_PX, Column, TableRow

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reviewer.models.audit import AuditEntry


def columns(*, with_object: bool) -> tuple[Column, ...]:
    """Return the columns, in the language in force; `with_object`: on what as well."""
    found = [
        Column(tr("No."), 64, right=True),
        Column(tr("When"), INSTANT_PX, whole=True),
        Column(tr("Who"), 100),
        Column(tr("Act"), 180),
    ]
    if with_object:
        found.append(Column(tr("On what"), 170))
    return (*found, Column(tr("More")), Column(tr("From where"), 112))


def as_row(entry: AuditEntry, zone: ZoneInfo, *, with_object: bool) -> TableRow:
    """Return an entry as a row."""
    texts = [
        format_count(entry.number),
        format_instant(entry.at_us, zone),
        entry.login or tr("the program"),
        act_title(entry.act),
    ]
    if with_object:
        texts.append(tr("an interaction you may not see") if entry.hidden else str(entry.giid))
    texts += [detail_words(entry), entry.origin]
    return TableRow(tuple(texts), entry, tip="\n".join(filter(None, texts)))
