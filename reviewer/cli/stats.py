"""`reviewer stats`: sizes and counts of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.messages import format_count, format_decimal, format_duration, format_instant, tr
from reviewer.services.facts import iso_instant, seconds

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context

_MEBIBYTE = 1024 * 1024


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr("Example: {example}", example="reviewer stats --store calls")


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Print them."""
    with context.session() as session:
        store = session.store
        stats, settings, url = session.centre.stats(), session.settings, store.url
        version = store.schema_version
    first, last = stats.first_us, stats.last_us
    output = context.output
    if output.as_json:
        output.record(
            {
                "store": url,
                "name": settings.name,
                "time_zone": settings.time_zone,
                "format": version,
                "interactions": stats.interactions,
                "by_channel": dict(stats.by_channel),
                "segments": stats.segments,
                "recordings": stats.recordings,
                "recorded_s": seconds(stats.recorded_us),
                "content_bytes": stats.content_bytes,
                "derived_bytes": stats.derived_bytes,
                "catalogue_bytes": stats.catalogue_bytes,
                "evaluations": stats.evaluations,
                "first": iso_instant(first) if first is not None else None,
                "last": iso_instant(last) if last is not None else None,
            }
        )
        return 0
    rows = [
        (tr("Store"), url),
        (tr("Name"), settings.name),
        (tr("Time zone"), settings.time_zone),
        (tr("Format"), str(version)),
        (tr("Interactions"), format_count(stats.interactions)),
        (tr("of them calls"), format_count(stats.by_channel.get("voice", 0))),
        (tr("of them chats"), format_count(stats.by_channel.get("chat", 0))),
        (tr("of them emails"), format_count(stats.by_channel.get("email", 0))),
        (tr("Segments"), format_count(stats.segments)),
        (tr("Recordings"), format_count(stats.recordings)),
        (tr("Recorded time"), format_duration(stats.recorded_us)),
        (tr("Content"), _size(stats.content_bytes)),
        (tr("Waveforms and pauses"), _size(stats.derived_bytes)),
        (tr("Catalogue"), _size(stats.catalogue_bytes)),
        (tr("Evaluations"), format_count(stats.evaluations)),
    ]
    if first is not None and last is not None:
        rows.append((tr("First"), format_instant(first, settings.zone)))
        rows.append((tr("Last"), format_instant(last, settings.zone)))
    width = max(len(label) for label, _value in rows)
    for label, value in rows:
        output.line(f"{label:<{width}}  {value}")
    return 0


def _size(size_bytes: int) -> str:
    return tr("{n} MiB", n=format_decimal(size_bytes / _MEBIBYTE, 1))
