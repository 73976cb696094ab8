"""When channels lived, by their names, as call records tell it. Pure; imported by the package.

Where records have no uniqueid, which is how Asterisk writes them unless it is told otherwise, the
names of channels alone tell which of them are of one call. Names repeat: after a restart those of
all channels, at once those of lines such as `DAHDI/1-1`.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reviewer.models.ids import US_PER_S
from reviewer.services.importers.asterisk.channels import pair_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reviewer.models.ids import WallUs
    from reviewer.services.importers.asterisk.cdr import CdrRow
    from reviewer.services.importers.asterisk.cel import CelEvent

_SLACK_US = US_PER_S
"""Records count whole seconds: what was at once may seem a second apart."""
_LONGEST_US = 6 * 3600 * US_PER_S
"""How long a channel may have been there when another record of it begins."""


@dataclass(slots=True)
class _Life:
    """From when to when a channel of some name was there, whose records came under `own`."""

    started_us: WallUs
    ended_us: WallUs
    own: str
    src: str


@dataclass(slots=True)
class _Lives:
    """All lives of one name, by their beginning."""

    starts: list[WallUs] = field(default_factory=list)
    lives: list[_Life] = field(default_factory=list)

    def near(self, started_us: WallUs, ended_us: WallUs) -> Iterator[_Life]:
        """Yield those that began in a period, and the ones right before and after it."""
        first = bisect_left(self.starts, started_us)
        last = bisect_left(self.starts, ended_us + 1)
        yield from self.lives[max(0, first - 1) : last + 1]


class Lives:
    """Channels by name: which records tell of the same one, and who was called by whom."""

    def __init__(self) -> None:
        self._of: dict[str, _Lives] = {}

    def enter(self, row: CdrRow, own: str) -> list[str]:
        """Take a record in and return what others of its channel, or of its pair, came under.

        Records come by their beginning.
        """
        same = self._live(row.channel, row, own, may_join=not row.uniqueid)
        pair = pair_of(row.channel)
        twins = self._live(pair, row, own, may_join=not row.linkedid) if pair else []
        return [*same, *twins]

    def called_by(self, row: CdrRow) -> list[str]:
        """Return what the records of the channel that a record says was called came under."""
        found = []
        for name in (row.dstchannel, pair_of(row.dstchannel)):
            lives = self._of.get(name) if name else None
            if lives is None:
                continue
            begin, end = row.start_us - _SLACK_US, row.end_us + _SLACK_US
            for life in lives.near(row.start_us, row.end_us):
                if begin <= life.started_us <= end:
                    found.append(life.own)
                    break
        return found

    def there(self, name: str, at_us: WallUs) -> str:
        """Return what the records of the channel of that name at an instant came under, or ""."""
        lives = self._of.get(name)
        near = lives.near(at_us, at_us) if lives is not None else ()
        own = (x.own for x in near if x.started_us <= at_us <= x.ended_us + _SLACK_US)
        return next(own, "")

    def _live(self, name: str, row: CdrRow, own: str, *, may_join: bool) -> list[str]:
        lives = self._of.setdefault(name, _Lives())
        last = lives.lives[-1] if lives.lives else None
        if last is not None and (last.own == own or (may_join and _goes_on(last, row, name))):
            last.ended_us = max(last.ended_us, row.end_us)
            return [last.own] if last.own != own else []
        lives.starts.append(row.start_us)
        lives.lives.append(_Life(row.start_us, row.end_us, own, row.src))
        return []


def identified(rows: Sequence[CdrRow], events: Iterable[CelEvent]) -> list[CdrRow]:
    """Return records with the ids of their channels, as far as channel events tell them."""
    bare = {row.channel for row in rows if not row.uniqueid}
    told: dict[str, list[CelEvent]] = {}
    for event in events if bare else ():
        if event.type == "CHAN_START" and event.channel in bare:
            told.setdefault(event.channel, []).append(event)
    return [row if row.uniqueid else _identified(row, told.get(row.channel, ())) for row in rows]


def _identified(row: CdrRow, begun: Sequence[CelEvent]) -> CdrRow:
    # A later record of a channel begins when it was there already.
    before = [event for event in begun if event.at_us <= row.start_us + _SLACK_US]
    if not before or row.start_us - before[-1].at_us > _LONGEST_US:
        return row
    return replace(row, uniqueid=before[-1].uniqueid, linkedid=before[-1].linkedid)


def unnamed_id(row: CdrRow) -> str:
    """Return what a record is known by where it has no uniqueid."""
    return f"{row.start_us}/{row.channel}/{row.src}/{row.dst}"


def _goes_on(life: _Life, row: CdrRow, name: str) -> bool:
    # Another call on the same line has another caller; both ends of a pair are one call's.
    alike = name != row.channel or life.src == row.src
    return alike and row.start_us <= life.ended_us + _SLACK_US
