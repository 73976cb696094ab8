"""The catalogue of result columns: one entry each, for the table, the command line and CSV.

An entry says what a column is called, for which channels it is, how wide it is at first, and
what it shows of a row. The keys are those of `SortKey`. Source: results.md, "Columns".
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from reviewer.messages import (
    format_count,
    format_decimal,
    format_duration,
    format_instant,
    ntr,
    ptr,
    tr,
)
from reviewer.models.folding import fold
from reviewer.models.interaction import Channel
from reviewer.models.recording import RecordingState
from reviewer.models.settings import Feature

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from zoneinfo import ZoneInfo

    from reviewer.models.search import InteractionRow

CUSTOM: Final = "custom."
_VCE: Final = frozenset(Channel)
_E: Final = frozenset({Channel.EMAIL})
_V: Final = frozenset({Channel.VOICE})
_SIGNS: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_FORMULA: Final = (*_SIGNS, "\t", "\r", "\n")


_NEXT_CELL: Final = re.compile(
    r"([;\t\r\n])(?=[^\w;\t\r\n'=+@-]*[{signs}])".replace("{signs}", re.escape("".join(_SIGNS)))
)
"""Where a cell would begin for a spreadsheet whose cells are parted by semicolons."""


class Align(Enum):
    """Where a cell's text stands; the header's stands there as well."""

    LEFT = auto()
    RIGHT = auto()
    CENTER = auto()


def _no_tooltip(_row: InteractionRow, _zone: ZoneInfo) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        key: Its stable key: layouts, sort keys, the API.
        caption: Gives its title in the language in force.
        show: Gives the text of a row's cell.
        explain: Gives the tooltip of a row's cell, "" for none.
        width_px, least_px: Width at first, and when the window is narrow: a number to call back
            is whole in it.
        channels: Channels that have it.
        align: Where its text stands.
        shown: Whether it is shown at first.
        fixed: Whether it cannot be hidden or moved.
        stretch: Whether it takes what room is left over.
        sortable: Whether rows can be ordered by it.
        mark: Whether the table shows an icon instead of the text.
        feature: What must be switched on in the store for it to be there.
    """

    key: str
    caption: Callable[[], str]
    show: Callable[[InteractionRow, ZoneInfo], str]
    width_px: int = 120
    least_px: int = 56
    channels: frozenset[Channel] = _VCE
    align: Align = Align.LEFT
    shown: bool = False
    fixed: bool = False
    stretch: bool = False
    sortable: bool = True
    mark: bool = False
    feature: Feature | None = None
    explain: Callable[[InteractionRow, ZoneInfo], str] = _no_tooltip

    def title(self) -> str:
        """Return its title in the language in force."""
        return self.caption()

    def text(self, row: InteractionRow, zone: ZoneInfo) -> str:
        """Return what the cell says, in the language in force; "" where there is nothing."""
        return self.show(row, zone)

    def tooltip(self, row: InteractionRow, zone: ZoneInfo) -> str:
        """Return what hovering over the cell tells beyond its text."""
        return self.explain(row, zone)

    def csv(self, row: InteractionRow, zone: ZoneInfo) -> str:
        """Return the cell for a CSV file, harmless in a spreadsheet."""
        return csv_cell(self, row, zone)


# --- what cells say ----------------------------------------------------------------------------


def _channel(row: InteractionRow, _zone: ZoneInfo) -> str:
    return {
        Channel.VOICE: tr("Phone call"),
        Channel.CHAT: tr("Chat"),
        Channel.EMAIL: tr("Email"),
    }[row.channel]


def _started(row: InteractionRow, zone: ZoneInfo) -> str:
    return format_instant(row.started_us, zone)


def _from_tooltip(row: InteractionRow, _zone: ZoneInfo) -> str:
    return row.from_name


def _flag(row: InteractionRow, _zone: ZoneInfo) -> str:
    return tr("Help requested") if row.flagged else ""


def _several(last: str, all_: Sequence[str]) -> str:
    return " → ".join(all_) if len(all_) > 1 or (all_ and all_[0] != last) else ""


def _services(row: InteractionRow, _zone: ZoneInfo) -> str:
    return _several(row.service, row.services)


def _agents(row: InteractionRow, _zone: ZoneInfo) -> str:
    return _several(row.agent, row.agents)


def _dispositions(row: InteractionRow, _zone: ZoneInfo) -> str:
    return _several(row.disposition, row.dispositions)


def _content(name: str, state: RecordingState | None) -> str:
    match state:
        case None:
            return ""
        case RecordingState.AVAILABLE:
            return name
        case RecordingState.EXPIRED:
            return tr("{content}: its retention ended", content=name)
        case RecordingState.DELETED:
            return tr("{content}: deleted", content=name)
        case RecordingState.DAMAGED:
            return tr("{content}: file damaged", content=name)
        case _:
            return tr("{content}: file missing or unreadable", content=name)


def _recording(row: InteractionRow, _zone: ZoneInfo) -> str:
    is_chat = row.channel is Channel.CHAT
    contents = (
        _content(ptr("content", "voice"), row.voice),
        _content(ptr("content", "chat") if is_chat else ptr("content", "text"), row.transcript),
        _content(ptr("content", "email"), row.email),
        _content(ptr("content", "screen"), row.screen),
    )
    return ", ".join(filter(None, contents))


def _sentiment_value(row: InteractionRow, _zone: ZoneInfo) -> str:
    return "" if row.sentiment is None else format_decimal(row.sentiment)


def _sentiment(row: InteractionRow, _zone: ZoneInfo) -> str:
    mood = mood_of(row.sentiment)
    return "" if mood is None else mood.title()


def _shown_share(share: int | None) -> str:
    """Return a share in whole percent, half up as everywhere."""
    return "" if share is None else tr("{number}%", number=format_count((share + 5) // 10))


def _silence(row: InteractionRow, _zone: ZoneInfo) -> str:
    return _shown_share(row.silence)


def _talkover(row: InteractionRow, _zone: ZoneInfo) -> str:
    return _shown_share(row.talkover)


def _segments(row: InteractionRow, _zone: ZoneInfo) -> str:
    return format_count(row.segment_count)


def _segments_tooltip(row: InteractionRow, _zone: ZoneInfo) -> str:
    return ntr("{n} segment", "{n} segments", row.segment_count)


def _score(row: InteractionRow, _zone: ZoneInfo) -> str:
    return "" if row.score is None else format_decimal(row.score, 1)


def _tags(row: InteractionRow, _zone: ZoneInfo) -> str:
    return ", ".join(row.tags)


def _evaluated(row: InteractionRow, _zone: ZoneInfo) -> str:
    return tr("evaluated") if row.score is not None or row.evaluator else tr("not evaluated")


class Mood(Enum):
    """What an average sentiment says at a glance."""

    NEGATIVE = auto()
    NEUTRAL = auto()
    POSITIVE = auto()

    def title(self) -> str:
        """Return its name in the language in force."""
        return {
            Mood.NEGATIVE: ptr("sentiment", "negative"),
            Mood.NEUTRAL: ptr("sentiment", "neutral"),
            Mood.POSITIVE: ptr("sentiment", "positive"),
        }[self]


MOOD_EDGE: Final = 0.33
"""Beyond this, either way, a sentiment is not neutral: a third of the scale each."""


def mood_of(sentiment: float | None) -> Mood | None:
    """Return what an average sentiment of -1..1 says, None when there is none."""
    if sentiment is None:
        return None
    if sentiment < -MOOD_EDGE:
        return Mood.NEGATIVE
    return Mood.POSITIVE if sentiment > MOOD_EDGE else Mood.NEUTRAL


def without(row: InteractionRow, features: Collection[Feature]) -> InteractionRow:
    """Return a row without what is switched off in the store: that is absent everywhere."""
    if Feature.SCREEN not in features and row.screen is not None:
        row = replace(row, screen=None)
    spoken = row.channel is Channel.VOICE and row.transcript is not None
    if Feature.TRANSCRIPTS not in features and spoken:
        row = replace(row, transcript=None)
    return row


# --- the catalogue -----------------------------------------------------------------------------

COLUMNS: Final[tuple[Column, ...]] = (
    Column(
        "icon", lambda: tr("Interaction type"), _channel, width_px=36, least_px=36, shown=True,
        fixed=True, mark=True, align=Align.CENTER, explain=_channel,
    ),
    Column(
        "started", lambda: tr("Date and Time"), _started, width_px=168, least_px=132, shown=True,
    ),
    Column(
        "from", lambda: ptr("column", "From"), lambda row, _: row.from_address, width_px=164,
        least_px=137, shown=True, explain=_from_tooltip,
    ),
    Column(
        "to", lambda: ptr("column", "To"), lambda row, _: row.to_address, width_px=142,
        least_px=128, shown=True,
    ),
    Column(
        "connected", lambda: tr("Connected to"), lambda row, _: row.connected_to, width_px=128,
        least_px=72, shown=True,
    ),
    Column(
        "duration", lambda: tr("Duration"), lambda row, _: format_duration(row.duration_us),
        width_px=70, least_px=56, shown=True, align=Align.RIGHT,
    ),
    Column(
        "flag", lambda: tr("Flag"), _flag, width_px=28, least_px=28, shown=True, mark=True,
        align=Align.CENTER, explain=_flag,
    ),
    Column(
        "scenario", lambda: tr("Scenario"), lambda row, _: row.scenario, width_px=128,
        least_px=72, shown=True,
    ),
    Column(
        "service", lambda: tr("Service"), lambda row, _: row.service, width_px=128, least_px=80,
        shown=True, explain=_services,
    ),
    Column(
        "disposition", lambda: tr("Disposition"), lambda row, _: row.disposition, width_px=134,
        least_px=80, shown=True, stretch=True, explain=_dispositions,
    ),
    Column(
        "notes", lambda: tr("Notes"), lambda row, _: row.notes, width_px=28, least_px=28,
        shown=True, mark=True, align=Align.CENTER, explain=lambda row, _: row.notes,
    ),
    Column("account", lambda: tr("Account number"), lambda row, _: row.account_number),
    Column(
        "case", lambda: tr("Case number"), lambda row, _: row.case_number, channels=_E,
    ),
    Column(
        "agent", lambda: tr("Agent"), lambda row, _: row.agent, width_px=86, least_px=64,
        shown=True, explain=_agents,
    ),
    Column(
        "recording", lambda: tr("Recording"), _recording, width_px=84, least_px=84, shown=True,
        mark=True, explain=_recording,
    ),
    Column(
        "sentiment", lambda: tr("Sentiment"), _sentiment, width_px=48, least_px=40, mark=True,
        align=Align.CENTER, feature=Feature.SENTIMENT, explain=_sentiment,
    ),
    Column(
        "sentiment_value", lambda: tr("Sentiment value"), _sentiment_value, width_px=78,
        least_px=56, align=Align.RIGHT, feature=Feature.SENTIMENT,
    ),
    Column(
        "segments", lambda: tr("Segments"), _segments, width_px=64, least_px=56, shown=True,
        align=Align.RIGHT, explain=_segments_tooltip,
    ),
    Column(
        "subject", lambda: tr("Subject"), lambda row, _: row.subject, width_px=200, channels=_E,
    ),
    Column(
        "problem", lambda: tr("Call problem"), lambda row, _: row.call_problem, channels=_V,
    ),
    Column("giid", lambda: tr("Global Interaction ID"), lambda row, _: row.giid, width_px=280),
    Column(
        "score", lambda: tr("Evaluation score"), _score, width_px=72, least_px=56,
        align=Align.RIGHT,
    ),
    Column("evaluator", lambda: tr("Evaluator"), lambda row, _: row.evaluator, width_px=110),
    Column(
        "silence", lambda: tr("Silence share"), _silence, width_px=108, least_px=56, channels=_V,
        align=Align.RIGHT,
    ),
    Column(
        "talkover", lambda: tr("Talk-over share"), _talkover, width_px=168, least_px=56,
        channels=_V, align=Align.RIGHT,
    ),
    Column("tags", lambda: tr("Tags"), _tags, width_px=140, explain=_tags),
    Column("evaluated", lambda: tr("Evaluation status"), _evaluated, width_px=110),
)  # fmt: skip
"""All fixed columns in the order of the table; fields of the centre follow them."""

SNIPPET: Final = Column(
    "snippet", lambda: tr("Found in the text"),
    lambda row, _: "" if row.snippet is None else row.snippet.text,
    width_px=300, least_px=140, shown=True, sortable=False,
)  # fmt: skip
"""A line around what was looked for; only results of a search in texts have it."""

_BY_KEY: Final = {entry.key: entry for entry in (*COLUMNS, SNIPPET)}


def custom_column(name: str) -> Column:
    """Return the column of the custom reporting field `name`."""
    wanted = fold(name)

    def show(row: InteractionRow, _zone: ZoneInfo) -> str:
        return "; ".join(value for field, value in row.custom if fold(field) == wanted)

    return Column(CUSTOM + name, lambda: name, show)


def column(key: str) -> Column:
    """Return the column of a key, `custom.NAME` included.

    Raises:
        KeyError: There is none.
    """
    if key.startswith(CUSTOM) and len(key) > len(CUSTOM):
        return custom_column(key[len(CUSTOM) :])
    return _BY_KEY[key]


def columns_for(
    channel: Channel | None = None,
    custom_fields: Sequence[str] = (),
    *,
    texts: bool = False,
    features: Collection[Feature] = frozenset(Feature),
) -> tuple[Column, ...]:
    """Return the columns that results have, in the table's order.

    Args:
        channel: The channel searched; None: all.
        custom_fields: Names of the centre's own fields.
        texts: Whether something was looked for in texts.
        features: Features of the store that are on: what is off has no columns.
    """
    fixed = (
        entry
        for entry in COLUMNS
        if (channel is None or channel in entry.channels)
        and (entry.feature is None or entry.feature in features)
    )
    found = (SNIPPET,) if texts else ()
    return (*fixed, *found, *(custom_column(name) for name in custom_fields))


def csv_cell(entry: Column, row: InteractionRow, zone: ZoneInfo) -> str:
    """Return a cell for a CSV file, of which no spreadsheet makes a formula.

    Numbers that are ours to format are left as they are. Source: results.md, "Manual export".
    """
    text = entry.text(row, zone).replace("\u00a0", " ").replace("\u2212", "-")
    return text if entry.align is Align.RIGHT else harmless(text)


def harmless(text: str) -> str:
    """Return a text of which no spreadsheet makes a formula: a title or a cell of a CSV file.

    What would begin one, also after what a spreadsheet skips (spaces, controls, what cannot be
    seen), gets an apostrophe before it. So does what stands after a semicolon, a tab or a line's
    end: where semicolons part cells, as in Russian, a comma's quotes do not hold a cell together.
    """
    text = _NEXT_CELL.sub(r"\1'", text)
    seen = next((char for char in text if unicodedata.category(char)[0] not in "ZC"), "")
    return f"'{text}" if text.startswith(_FORMULA) or seen in _FORMULA else text
