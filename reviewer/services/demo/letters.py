"""Letters of the demo as they would lie in a mail store: MIME, byte for byte."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_PAGE = """<html><head><meta charset="utf-8"><style>body {{ font-family: sans-serif; }}
.box {{ background: #eef1f8; padding: 12px; }}</style></head><body>{paragraphs}{image}
</body></html>
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter before it is written as MIME; `at` is its date with zone."""

    sender: str
    sender_name: str
    to: str
    subject: str
    text: str
    at: datetime
    message_id: str
    in_reply_to: str = ""
    attachments: tuple[str, ...] = ()
    html: bool = False
    image_host: str = ""
    charset: str = "utf-8"


def mime(letter: Letter) -> bytes:
    """Return the letter as `message/rfc822`, the same bytes for the same letter."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f'"{letter.sender_name}" <{letter.sender}>'
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = letter.message_id
    if letter.in_reply_to:
        message["In-Reply-To"] = letter.in_reply_to
        message["References"] = letter.in_reply_to
    message.set_content(letter.text + "\n", charset=letter.charset)
    if letter.html:
        message.add_alternative(_html(letter), subtype="html", charset=letter.charset)
    for name in letter.attachments:
        main, _, sub = _type(name).partition("/")
        message.add_attachment(attachment(name), maintype=main, subtype=sub, filename=name)
    for number, part in enumerate(p for p in message.walk() if p.is_multipart()):
        part.set_boundary(f"----=_part_{number}_{zlib.crc32(letter.message_id.encode()):08x}")
    return message.as_bytes()


def _html(letter: Letter) -> str:
    paragraphs = "".join(
        f"<p>{escape(block).replace(chr(10), '<br>')}</p>" for block in letter.text.split("\n\n")
    )
    image = ""
    if letter.image_host:
        image = f'<p><img src="https://{letter.image_host}/banner.png" width="180" alt=""></p>'
    return _PAGE.format(paragraphs=paragraphs, image=image)


def _type(name: str) -> str:
    return {
        "png": "image/png",
        "pdf": "application/pdf",
        "csv": "text/csv",
    }.get(name.rpartition(".")[2], "application/octet-stream")


@lru_cache(maxsize=16)
def attachment(name: str) -> bytes:
    """Return a small, valid file for an attachment of that name."""
    suffix = name.rpartition(".")[2]
    if suffix == "png":
        return _png(320, 200)
    if suffix == "pdf":
        return _pdf(name.rpartition(".")[0])
    rows = [f"2026-01-{day:02d};{day * 37 % 24:02d}:14;{day * 53 % 300}" for day in range(1, 29)]
    return ("date;time;seconds\r\n" + "\r\n".join(rows) + "\r\n").encode()


def _png(width: int, height: int) -> bytes:
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            inside = 20 < x < width - 20 and 40 < y < height - 30 and (y // 22) % 2 == 0
            rows += b"\xc9\xd8\xf2" if inside else b"\x23\x4a\x7d" if y < 26 else b"\xf6\xf7\xf9"
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _pdf(title: str) -> bytes:
    drawn = f"BT /F1 24 Tf 72 720 Td ({title}) Tj ET".encode("ascii")
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>"
    )
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n" % count
        + table
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(out))
    )
