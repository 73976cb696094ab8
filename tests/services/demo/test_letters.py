from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

from reviewer.services.demo.letters import Letter, attachment, mime

LETTER = Letter(
    sender="support@sevline.example",
    sender_name="Мария Луговая",
    to="moroshkina@mail.example",
    subject="Re: Комиссия",
    text="Добрый день!\n\nВернём <завтра>.",
    at=datetime(2026, 3, 1, 10, 41, tzinfo=UTC),
    message_id="<a.1@sevline.example>",
)


def test_a_letter_reads_back_as_it_was_written():
    letter = replace(
        LETTER,
        html=True,
        image_host="img.example",
        charset="windows-1251",
        attachments=("tarif.pdf", "screenshot.png"),
    )
    read = message_from_bytes(mime(letter), policy=default)
    assert read["Subject"] == letter.subject
    assert read["From"].addresses[0].display_name == letter.sender_name
    assert read.get_body(("plain",)).get_content().split() == letter.text.split()
    page = read.get_body(("html",)).get_content()
    assert "&lt;завтра&gt;" in page
    assert "https://img.example/banner.png" in page
    assert read.get_body(("plain",)).get_content_charset() == "windows-1251"
    parts = {part.get_filename(): part.get_content() for part in read.iter_attachments()}
    assert set(parts) == {"tarif.pdf", "screenshot.png"}
    assert parts["tarif.pdf"].startswith(b"%PDF")
    assert not read.defects


def test_the_same_letter_gives_the_same_bytes():
    letter = replace(LETTER, html=True, attachments=("a.png", "b.csv"))
    assert mime(letter) == mime(letter)


def test_attachments_are_what_their_names_say():
    assert attachment("x.png").startswith(b"\x89PNG")
    assert attachment("x.pdf").rstrip().endswith(b"%%EOF")
    assert attachment("x.csv").startswith(b"date;time")
