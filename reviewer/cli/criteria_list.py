"""What `reviewer search --criteria` tells: every criterion, and how its operators are written."""

from __future__ import annotations

from textwrap import fill, indent
from typing import TYPE_CHECKING, Any, Final

from reviewer.messages import language, ptr, tr
from reviewer.models.criteria.catalogue import CRITERIA, custom
from reviewer.models.criteria.kinds import OPERATORS, Kind, arity, operator_name
from reviewer.models.criteria.line import print_node
from reviewer.models.criteria.printing import key_text
from reviewer.models.criteria.tree import Condition, Op
from reviewer.models.folding import fold
from reviewer.models.ids import US_PER_S
from reviewer.models.interaction import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reviewer.cli.context import Output
    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.models.criteria.tree import Scalar

_WIDTH: Final = 88
_SMALL: Final = 1
"""Numbers up to this have examples of their own."""
_MINUTE_US: Final = 60 * US_PER_S
_VALUES: Final[Mapping[Kind, tuple[Scalar, Scalar]]] = {
    Kind.PHONE: ("79161234567", "1012"),
    Kind.GIID: ("5D0C2C3E", "6A1A6C3E"),
    Kind.NUMBER: (2, 5),
    Kind.SHARE: (30, 50),
    Kind.DURATION: (5 * _MINUTE_US, 20 * _MINUTE_US),
    Kind.MOMENT: ("2023-10-05", "2023-10-12"),
}
"""Values of an example; those of other kinds are texts."""


def list_criteria(output: Output) -> None:
    """Print the criteria, those of a kind together with how their operators are written."""
    tongue = language()
    entries = sorted((*CRITERIA, custom(tr("NAME"))), key=lambda entry: fold(entry.name()))
    if output.as_json:
        for entry in entries:
            output.record(_facts(entry))
        return
    widths = [max(len(part) for part in parts) for parts in zip(*map(_parts, entries), strict=True)]
    for kind in Kind:
        mine = [entry for entry in entries if entry.kind is kind]
        if not mine:
            continue
        output.line(f"{_title(kind)}:")
        shown = _example_of(kind, mine)
        for op in OPERATORS[kind]:
            written = print_node(_condition(shown, op), tongue)
            output.line(f"    {written:<36} {operator_name(op, kind)}")
        for entry in mine:
            cells = zip(_parts(entry), widths, strict=True)
            output.line("  " + "  ".join(f"{part:<{width}}" for part, width in cells).rstrip())
            if entry.about():
                output.line(indent(fill(entry.about(), _WIDTH), " " * 6))
    output.line(
        tr(
            "V voice, C chat, E email: the channels that have it. *: not for those who may listen "
            "to assigned services only. A leading - or NOT negates, a space is AND, OR joins, "
            "parentheses group."
        )
    )


def _parts(entry: Criterion) -> tuple[str, str, str]:
    letters = {Channel.VOICE: "V", Channel.CHAT: "C", Channel.EMAIL: "E"}
    channels = " ".join(letter for channel, letter in letters.items() if channel in entry.channels)
    name = tr("field of the centre") if entry.is_custom else entry.name()
    return key_text(entry, language()), name + ("*" if entry.restricted else ""), channels


def _facts(entry: Criterion) -> dict[str, Any]:
    tongue = language()
    written = {op.value: print_node(_condition(entry, op), tongue) for op in entry.operators}
    return {
        "key": entry.key,
        "word": key_text(entry, tongue),
        "name": entry.name(),
        "kind": entry.kind.value,
        "channels": [channel.value for channel in Channel if channel in entry.channels],
        "restricted": entry.restricted,
        "operators": written,
        "about": entry.about(),
    }


def _example_of(kind: Kind, entries: list[Criterion]) -> Criterion:
    """Return the criterion by which operators are shown: one that takes the example's values."""
    if kind is not Kind.NUMBER:
        return entries[0]
    return next(entry for entry in entries if entry.most > _SMALL)


def _condition(entry: Criterion, op: Op) -> Condition:
    return Condition(entry.key, op, tuple(_values(entry, op)))


def _values(entry: Criterion, op: Op) -> Iterator[Scalar]:
    least, most = arity(op).value
    if not least:
        return
    if entry.kind is Kind.CHOICE:
        yield from (choice.value for choice in entry.choices[:2])
        return
    if op is Op.WITHIN:
        yield "today"
        return
    if op is Op.PHRASE:
        yield tr("credit card")
        return
    texts = (ptr("example", "word"), ptr("example", "other"))
    first, last = _VALUES.get(entry.kind, texts)
    if entry.kind is Kind.NUMBER and entry.most <= _SMALL:
        first, last = entry.least / 2, entry.most / 2
    yield first
    if op is Op.ANY_OF or most == 2:
        yield last


def _title(kind: Kind) -> str:
    return {
        Kind.TEXT: tr("Texts"),
        Kind.PHONE: tr("Addresses"),
        Kind.GIID: tr("GIID"),
        Kind.NAME: tr("Names"),
        Kind.NUMBER: tr("Numbers"),
        Kind.SHARE: tr("Shares"),
        Kind.DURATION: tr("Durations"),
        Kind.MOMENT: tr("Dates"),
        Kind.CHOICE: tr("Choices"),
        Kind.FLAG: tr("Yes or no"),
        Kind.FULLTEXT: tr("Full text"),
    }[kind]
