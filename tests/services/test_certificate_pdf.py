"""Certificates of deletion as a PDF, read back by another program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdf
import pytest

from reviewer.errors import CancelledError, FileUnusableError
from reviewer.messages import speaking
from reviewer.models.access import Privilege
from reviewer.models.certificate import read_certificate
from reviewer.models.erasure import Shared, What
from reviewer.models.letters import letters_of
from reviewer.models.progress import NoProgress
from reviewer.services import certificate_pdf
from reviewer.services.certificate_pdf import save_certificate
from tests.helpers.emails import case
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reviewer.storage.store import Session

REASON = "Просьба клиента № 8841, письмо от 12 октября"
COUNT = 60


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with make_store(tmp_path) as store:
        admin = store.session(ADMIN)
        admin.intake.put(make_incoming(n) for n in range(1, COUNT + 1))
        ids = [admin.interactions.find(make_giid(n)) for n in range(1, COUNT + 1)]
        admin.erasure.erase(ids, [What.VOICE], REASON, shared=Shared.CUT)
        yield admin


def ids_of(session: Session, count: int = COUNT) -> list[int]:
    return [session.interactions.find(make_giid(n)) for n in range(1, count + 1)]


def words(path: Path) -> str:
    pages = pypdf.PdfReader(path).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_it_says_everything_in_russian(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "c.pdf"
    with speaking("ru"):
        made = save_certificate(session, ids_of(session), path)
    text = words(path)
    assert len(made.items) == COUNT
    assert "Свидетельствообудалении" in text
    assert made.store_id in text
    assert made.public.hex() in text
    assert made.signature.hex() in text
    for item in made.items:
        assert item.giid in text
        assert item.hash in text
    assert text.count("".join(REASON.split())) == COUNT


def test_it_names_whoever_takes_it_out_on_each_page_where_their_role_wants_it(
    session: Session, tmp_path: Path
) -> None:
    powers = {Privilege.LISTEN_ALL, Privilege.AUDIT_VIEW}
    role, _ = session.people.add_role("Proof", powers, watermark=True)
    session.people.add_user("vera", "Vera", [role.key])
    path = tmp_path / "c.pdf"
    save_certificate(session.store.session("vera"), ids_of(session), path)
    pages = pypdf.PdfReader(path).pages
    assert len(pages) > 1
    assert all("vera · Vera · 20" in page.extract_text() for page in pages)


def test_no_name_of_an_interaction_is_broken_and_each_page_has_headings_and_its_number(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Tables are written in pieces, which begin a page of their own.
    monkeypatch.setattr(certificate_pdf, "_CHUNK", 45)
    path = tmp_path / "c.pdf"
    made = save_certificate(session, ids_of(session), path)
    pages = [page.extract_text() for page in pypdf.PdfReader(path).pages]
    lines = "\n".join(pages).split("\n")
    assert all(any(item.giid in line for line in lines) for item in made.items)
    tables = [page for page in pages if "voice recording" in page]
    assert len(tables) > 2
    assert all(page.count("Entry of the audit log") == 1 for page in tables)
    for number, page in enumerate(pages, start=1):
        assert f"page {number} of {len(pages)}" in page


def test_the_same_as_json_verifies(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    made = save_certificate(session, ids_of(session, 3), path)
    again = read_certificate(path.read_bytes(), "c.json")
    assert again == made
    assert session.erasure.verify_certificate(again) == ()


def test_what_cannot_be_written_or_is_stopped_leaves_nothing(
    session: Session, tmp_path: Path
) -> None:
    with pytest.raises(FileUnusableError) as caught:
        save_certificate(session, ids_of(session, 1), tmp_path / "nowhere" / "c.pdf")
    assert "nowhere" in str(caught.value)

    class Stopped(NoProgress):
        def raise_if_cancelled(self) -> None:
            raise CancelledError(resume="")

    with pytest.raises(CancelledError):
        save_certificate(session, ids_of(session), tmp_path / "c.pdf", progress=Stopped())
    assert not list(tmp_path.glob("c.pdf*"))


def test_it_names_the_one_message_of_an_email(session: Session, tmp_path: Path) -> None:
    session.intake.put([case(COUNT + 1)])
    email = session.interactions.get(make_giid(COUNT + 1))
    letter = letters_of(email)[1]
    session.erasure.erase([email.id], [What.EMAIL], REASON, shared=Shared.CUT, letter=letter)
    path = tmp_path / "c.pdf"
    with speaking("ru"):
        save_certificate(session, [email.id], path)
    assert "сообщениеEmail№2" in words(path)
