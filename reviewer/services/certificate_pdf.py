"""Certificates of deletion as a PDF, for people to read and file.

What verifies is the same certificate as JSON; its signature and the entries of the log are named
in both. Thread: any; long for very many deletions.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from fpdf import FPDF, FontFace
from fpdf.enums import TableBordersLayout, WrapMode
from fpdf.fonts import TTFFont
from typing_extensions import override

from reviewer.errors import FileUnusableError, reason_of
from reviewer.messages import (
    format_count,
    format_instant,
    format_size,
    language,
    ntr,
    tr,
    translated,
)
from reviewer.models.certificate import certificate_text
from reviewer.models.erasure import KINDS, TITLES
from reviewer.models.progress import NoProgress
from reviewer.models.recording import RecordingKind
from reviewer.paths import resource_path
from reviewer.services.watermarking import session_watermark
from reviewer.services.wording import names_of_persons
from reviewer.storage.atomic import replacing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from reviewer.models.certificate import Certificate, Destroyed
    from reviewer.models.progress import Progress
    from reviewer.storage.store import Session

SUFFIX: Final = ".pdf"
_TEXT: Final = "Inter"
_CODE: Final = "JetBrains"
_FONTS: Final = (
    (_TEXT, "", "Inter-Regular.otf"),
    (_TEXT, "B", "Inter-SemiBold.otf"),
    (_CODE, "", "JetBrainsMono-Regular.ttf"),
)
_GREY: Final = 90
_WIDTHS: Final = (60, 32, 33, 22, 55, 22, 53)
"""Of the columns, in parts of the page: no GIID is broken."""
_CHUNK: Final = 200


def save_certificate(
    session: Session, ids: Sequence[int], path: Path, *, progress: Progress | None = None
) -> Certificate:
    """Write a certificate to a file, whole or not at all: a PDF by its name, else JSON.

    Args:
        session: Whose.
        ids: Of which interactions.
        path: Where to.
        progress: Told how far it is.

    Raises:
        FileUnusableError: It cannot be written. RefusedError; CancelledError.
    """
    made = session.erasure.certificate(ids)
    if path.suffix.lower() == SUFFIX:
        by = session_watermark(session)
        data = certificate_pdf(made, session.settings.zone, by=by, progress=progress)
    else:
        data = certificate_text(made).encode()
    try:
        with replacing(path) as file:
            file.write(data)
    except OSError as error:
        raise FileUnusableError(name=str(path), reason=reason_of(error)) from error
    return made


def lingering_words() -> str:
    """Return what it means that something was deleted and is not destroyed yet."""
    return tr(
        "Nothing in the store leads to this content any more, but a file of it could not be "
        "removed, as on a disk that is away. It is removed by itself as soon as that can be done; "
        "a certificate made then tells it with the others."
    )


def certificate_pdf(
    certificate: Certificate, zone: ZoneInfo, *, by: str = "", progress: Progress | None = None
) -> bytes:
    """Return a certificate as a PDF, in the language in force; `by`: the watermark of each page.

    Raises:
        ResourceMissingError: A font is not there. CancelledError.
    """
    progress = progress or NoProgress()
    # What it tells of the fonts is no news to anybody.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    page = _Page(certificate, by)
    try:
        page.add_page()
        page.head(zone)
        items = certificate.items
        for first in range(0, len(items), _CHUNK):
            progress.raise_if_cancelled()
            progress.report(first, len(items))
            page.rows(items[first : first + _CHUNK], zone, on_new_page=bool(first))
        page.lingering(zone)
        page.foot()
        return bytes(page.output())
    finally:
        page.close_fonts()


class _Page(FPDF):
    """An A4 page across, in our fonts."""

    def __init__(self, certificate: Certificate, by: str) -> None:
        super().__init__(orientation="landscape", format="A4")
        self._by = by
        self._certificate = certificate
        for family, style, name in _FONTS:
            self.add_font(family, style, resource_path("fonts", name))
        self.set_margin(12)
        self.set_auto_page_break(auto=True, margin=14)
        self.set_title(tr("Certificate of deletion"))
        self.set_creator("Reviewer")
        self.set_lang(language())

    def close_fonts(self) -> None:
        """Close the files of the fonts, which are read as they are needed."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    @override
    def footer(self) -> None:
        self.set_y(-10)
        self.set_font(_TEXT, size=7)
        self.set_text_color(_GREY)
        number = tr("page {n} of {all}", n=self.page_no(), all=self.str_alias_nb_pages)
        parts = (self._by, self._certificate.store_id, number)
        self.cell(0, 4, "   ".join(part for part in parts if part), align="R")

    def head(self, zone: ZoneInfo) -> None:
        """Write what it is, of which store, made by whom and when."""
        made = self._certificate
        self.set_font(_TEXT, "B", 18)
        self.cell(0, 10, tr("Certificate of deletion"), new_x="LMARGIN", new_y="NEXT")
        self.set_font(_TEXT, size=9)
        lines: tuple[tuple[str, str], ...] = (
            (tr("Store"), f"{made.store_name}, {made.store_id}"),
            (tr("Made by"), f"{made.made_by}, {format_instant(made.made_us, zone)}"),
            (tr("Deletions"), format_count(len(made.items))),
        )
        if made.lingering:
            left = (tr("Not destroyed yet"), format_count(len(made.lingering)))
            lines = (*lines, left)
        for name, value in lines:
            self.set_text_color(_GREY)
            self.cell(30, 5, name)
            self.set_text_color(0)
            self.multi_cell(0, 5, value, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(2)
        said = tr(
            "The content named here was destroyed: its keys, its bytes, its copies in indexes and "
            "caches. It cannot be restored. The entries of the audit log that say so are named "
            "with their hashes."
        )
        self.multi_cell(0, 5, said, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(3)

    def rows(self, items: Sequence[Destroyed], zone: ZoneInfo, *, on_new_page: bool) -> None:
        """Write some of what was destroyed, under the headings, which every page repeats."""
        if on_new_page:
            self.add_page()
        self.set_font(_TEXT, size=7)
        names = (
            tr("Interaction"),
            tr("What"),
            tr("When"),
            tr("Deleted by"),
            tr("Reason"),
            tr("How much"),
            tr("Entry of the audit log"),
        )
        with self.table(
            col_widths=_WIDTHS,
            line_height=3.6,
            padding=0.8,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="BOLD"),
            text_align="LEFT",
        ) as table:
            table.row(names)
            for item in items:
                table.row(_cells(item, zone))

    def lingering(self, zone: ZoneInfo) -> None:
        """Write apart what was deleted and is not certainly destroyed yet."""
        items = self._certificate.lingering
        if not items:
            return
        self.ln(6)
        self.set_font(_TEXT, "B", 12)
        self.cell(0, 8, tr("Deleted, but not destroyed yet"), new_x="LMARGIN", new_y="NEXT")
        self.set_font(_TEXT, size=9)
        self.multi_cell(0, 5, lingering_words(), align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(3)
        for first in range(0, len(items), _CHUNK):
            self.rows(items[first : first + _CHUNK], zone, on_new_page=bool(first))

    def foot(self) -> None:
        """Write what it is verified by."""
        made = self._certificate
        self.ln(4)
        self.set_font(_TEXT, size=8)
        said = tr(
            "Signed by the store (Ed25519). The same certificate as JSON is verified against the "
            "audit log by: {command}",
            command="reviewer certificate verify FILE.json",
        )
        self.multi_cell(0, 4.5, said, align="L", new_x="LMARGIN", new_y="NEXT")
        self.set_font(_CODE, size=7)
        for name, value in (
            (tr("Public key"), made.public.hex()),
            (tr("Signature"), made.signature.hex()),
        ):
            text = f"{name}: {value}"
            self.multi_cell(0, 4, text, new_x="LMARGIN", new_y="NEXT", wrapmode=WrapMode.CHAR)


def _cells(item: Destroyed, zone: ZoneInfo) -> tuple[str, ...]:
    kind = RecordingKind(item.kind)
    what = next((what for what, kinds in KINDS.items() if kind in kinds), None)
    name = translated(TITLES[what]) if what is not None else item.kind
    if item.message is not None:
        name = tr("{what} no. {n}", what=name, n=item.message)
    reason = tr("retention ended") if item.by_retention else item.reason
    files = ntr("{n} file", "{n} files", item.recordings) if item.recordings else tr("text")
    return (
        str(item.giid),
        name,
        format_instant(item.at_us, zone),
        names_of_persons(item.by, item.approved_by),
        reason,
        f"{files}, {format_size(item.bytes)}",
        f"{format_count(item.entry)} {item.hash}",
    )
