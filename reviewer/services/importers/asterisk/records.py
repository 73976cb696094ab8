"""Tells from call records who spoke with whom, where no channel events do. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.models.ids import US_PER_S, WallUs
from reviewer.models.interaction import TransferKind
from reviewer.services.importers.asterisk.channels import (
    caller_of,
    context_of,
    extension_of,
    pair_of,
)
from reviewer.services.importers.asterisk.events import CONFERENCE_APPS, VOICEMAIL_APPS
from reviewer.services.importers.asterisk.facts import Facts, Handling, Period, Transfer, Visit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.services.importers.asterisk.cdr import CdrRow

_NEXT_US = 2 * US_PER_S
"""A record that continues a call begins this soon after the one before."""
_RANK = ("ANSWERED", "BUSY", "CONGESTION", "NO ANSWER", "FAILED")


def caller_rows(rows: Sequence[CdrRow], key: str) -> list[CdrRow]:
    """Return the records of the channel that the conversation is named after, both its ends."""
    first = next((row for row in rows if row.uniqueid == key), None) or _uncalled(rows)
    pair = pair_of(first.channel)
    return [
        row
        for row in rows
        if (row.uniqueid == first.uniqueid and row.channel == first.channel)
        or (pair and pair_of(row.channel) == pair)
    ]


def _uncalled(rows: Sequence[CdrRow]) -> CdrRow:
    """Return the first record of a channel that no other record says was called."""
    called = {row.dstchannel for row in rows} - {""}
    pairs = {pair_of(channel) for channel in called} - {""}
    own = (r for r in rows if r.channel not in called and pair_of(r.channel) not in pairs)
    return next(own, rows[0])


def facts_of(rows: Sequence[CdrRow], key: str) -> Facts:
    """Return everything these records tell; `rows` by start, at least one."""
    mine = caller_rows(rows, key)
    first = mine[0]
    facts = Facts(
        started_us=min(row.start_us for row in rows),
        ended_us=max(row.end_us for row in rows),
        caller=caller_of(first.channel),
    )
    supplement(facts, rows, key)
    facts.answered_us = min((r.answer_us for r in mine if r.answer_us is not None), default=None)
    for row in mine:
        _tell(facts, row, rows, mine)
    facts.handlings.sort(key=lambda handling: handling.started_us)
    return facts


def supplement(facts: Facts, rows: Sequence[CdrRow], key: str) -> None:
    """Add what only call records know: names, accounts, results."""
    mine = caller_rows(rows, key)
    for row in (*mine, *rows):
        facts.number = facts.number or row.number or row.src
        facts.name = facts.name or row.name
        facts.context = facts.context or row.dcontext
        facts.account = facts.account or row.accountcode
        facts.userfield = facts.userfield or row.userfield
    facts.dialled = next((r.did for r in mine if r.did), "") or facts.dialled
    if not facts.dialled:
        local = next((row for row in mine if pair_of(row.channel)), None)
        facts.dialled = extension_of(local.channel) if local else mine[0].dst
    contexts = [text for row in mine for text in (row.dcontext, context_of(row.channel))]
    facts.context = next((c for c in contexts if c.startswith("from-")), facts.context)
    results = [row.disposition for row in mine]
    facts.dispositions += sorted(results, key=_RANK.index)


def _tell(facts: Facts, row: CdrRow, rows: Sequence[CdrRow], mine: Sequence[CdrRow]) -> None:
    whole = Period(row.start_us, row.end_us)
    argument = row.lastdata.partition(",")[0]
    if row.lastapp in CONFERENCE_APPS:
        start = row.answer_us if row.answer_us is not None else row.start_us
        facts.conferences.append(Period(start, row.end_us, argument))
        return
    if row.lastapp in VOICEMAIL_APPS:
        facts.voicemails.append(whole._replace(detail=argument))
    if row.lastapp == "Queue" and argument:
        _visit(facts, row, argument)
    if not row.dstchannel:
        return
    who = extension_of(row.dstchannel)
    legs = _legs(row, rows, mine)
    if row.disposition != "ANSWERED" or (legs and not any(leg.answer_us for leg in legs)):
        facts.rings.append(whole._replace(detail=who))
        return
    answers = [leg.answer_us for leg in legs if leg.answer_us is not None]
    talk = min(answers, default=row.answer_us if row.answer_us is not None else row.start_us)
    handling = Handling(
        who=who,
        talks=[Period(WallUs(min(talk, row.end_us)), row.end_us)],
        rang_us=min((leg.start_us for leg in legs), default=None),
        channels=frozenset(leg.uniqueid for leg in legs if leg.uniqueid),
        queue=argument if row.lastapp == "Queue" else "",
        is_rough=not answers,
    )
    facts.handlings.append(handling)
    target = _handed_on(row, who, mine, facts.dialled)
    if target:
        facts.transfers.append(Transfer(row.end_us, TransferKind.BLIND, who, target))


def _visit(facts: Facts, row: CdrRow, queue: str) -> None:
    last = facts.visits[-1] if facts.visits else None
    if last is not None and last.queue == queue:
        last.left_us = row.end_us
        return
    facts.visits.append(Visit(queue, row.start_us, row.end_us))


def _legs(row: CdrRow, rows: Sequence[CdrRow], mine: Sequence[CdrRow]) -> list[CdrRow]:
    """Return the records of the channel that was called, if it wrote any of its own."""
    pair = pair_of(row.dstchannel)
    window = Period(WallUs(row.start_us - _NEXT_US), WallUs(row.end_us + _NEXT_US))
    return [
        leg
        for leg in rows
        if leg not in mine
        and (leg.channel == row.dstchannel or (pair and pair_of(leg.channel) == pair))
        and window.started_us <= leg.start_us <= window.ended_us
    ]


def _handed_on(row: CdrRow, who: str, mine: Sequence[CdrRow], dialled: str) -> str:
    """Return where the call went from here, "" if it was not handed on.

    A record of the same channel follows at once and either connects another party, or runs the
    extension to which the called party sent it.
    """
    for later in mine:
        if later is row or later.uniqueid != row.uniqueid:
            continue
        if not 0 <= later.start_us - row.end_us <= _NEXT_US:
            continue
        if later.dstchannel and extension_of(later.dstchannel) != who:
            return extension_of(later.dstchannel)
        if not later.dstchannel and later.end_us > later.start_us:
            return later.dst if later.dst not in (dialled, who, "h") else ""
    return ""
