"""An encrypted store with something to be found in it, and the search for traces of that."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import TYPE_CHECKING

from reviewer.crypto.secret import Secret
from reviewer.models.ids import WallUs
from reviewer.models.interaction import Message
from reviewer.models.progress import NoProgress
from reviewer.models.recording import PartyRole
from reviewer.models.search import Search
from reviewer.storage.local import Encryption, LocalStore, create, encryption
from tests.helpers.stores import ADMIN, SETTINGS, STARTED_US, make_incoming, make_recording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reviewer.models.interaction import Interaction
    from reviewer.storage.store import Incoming, Session


KEY = Secret(b"k" * 32)
PASSPHRASE = "правильная лошадь"
EVERYTHING = Search()
PLANTED = ("Квартальный отчёт", "Плутониевская", "+7 495 777-66-55", "секретная-запись.wav")
"""A message, a name, a number and the name of a file that are nowhere in the clear."""


def make_encrypted(folder: Path, **values: object) -> LocalStore:
    how = Encryption(None, key_file=KEY, **values)  # type: ignore[arg-type]
    return create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how)


def planted(number: int = 1) -> Incoming:
    """Return an interaction with something to be found in everything of it."""
    words, name, phone, file = PLANTED
    return make_incoming(
        number,
        from_address=phone,
        from_name=name,
        recordings=(make_recording(source_name=file),),
        content={0: words.encode() * 9000},
        messages=(Message(WallUs(STARTED_US), PartyRole.CUSTOMER, name, words),),
        custom=(("Region", name),),
        subject=words,
    )


def content_of(session: Session, kept: Interaction, place: int = 0) -> bytes:
    with closing(session.content.open(kept.id, kept.recordings[place])) as source:
        return source.read_at(0, source.size)


def traces(folder: Path) -> set[str]:
    """Return which planted words are in files below a folder, or in their names."""
    found = set()
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for word in PLANTED:
            for text in (word, word.casefold(), word.replace("ё", "е").casefold()):
                digits = "".join(c for c in text if c.isdigit())
                texts = [text, *([digits] if len(digits) > 5 else [])]
                for each in texts:
                    if each in path.name or any(
                        each.encode(code) in data for code in ("utf-8", "utf-16-le", "utf-16-be")
                    ):
                        found.add(f"{word}: {path.name}")
    return found


IN_CLEAR = {"catalogue.sqlite", "content.json", "vault"}
"""What lies in the folder of a store in the clear into which something came."""


def encrypt_quickly(store: LocalStore) -> None:
    encryption.encrypt(store._core, Encryption(None, key_file=KEY), NoProgress())


def begin_import(session: Session, *items: Incoming) -> Callable[[], None]:
    """Begin an import in another thread; it brings these in once what is returned is called."""
    begun, go_on = threading.Event(), threading.Event()

    def coming() -> Iterator[Incoming]:
        begun.set()
        assert go_on.wait(60)
        yield from items

    importing = threading.Thread(target=session.intake.put, args=(coming(),))
    importing.start()
    assert begun.wait(60)

    def end() -> None:
        go_on.set()
        importing.join(60)

    return end
