"""Make the stores of the present format that are committed beside this file.

Run `python tests/data/stores/make.py` after the format has changed, and commit the new folders
`vN` and `postgresql-vN` (a dump of its database, and its media); those of older versions are
never made again: they are what migrations are tested with. While a version has not been released,
its folders may be made anew.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2]))

from reviewer.models.criteria.line import parse_line  # noqa: E402
from reviewer.models.ids import WallUs  # noqa: E402 (needs the path above)
from reviewer.models.interaction import (  # noqa: E402
    Agent,
    Channel,
    Message,
    Note,
    ScenarioStep,
    Stretch,
    StretchKind,
    Tombstone,
    TransferKind,
)
from reviewer.models.recording import PartyRole, RecordingKind, RecordingState  # noqa: E402
from reviewer.models.remarks import Place, RemarkKind  # noqa: E402
from reviewer.models.scoring import CategoryScore  # noqa: E402
from reviewer.models.shares import Shares  # noqa: E402
from reviewer.storage.catalogue import schema  # noqa: E402
from reviewer.storage.catalogue.postgresql.address import parse  # noqa: E402
from reviewer.storage.local import create  # noqa: E402
from reviewer.storage.local.postgresql import create_on_server  # noqa: E402
from tests.helpers.postgresql import dump, server  # noqa: E402
from tests.helpers.stores import (  # noqa: E402
    ADMIN,
    SETTINGS,
    STARTED_US,
    make_incoming,
    make_recording,
    make_segment,
    make_wav,
)

if TYPE_CHECKING:
    from reviewer.storage.local import LocalStore
    from reviewer.storage.store import Incoming

HOUR_US = 3600_000_000


def contents() -> list[Incoming]:
    """Return one interaction of each channel that have something of everything together."""
    start = STARTED_US + HOUR_US
    at = WallUs(start + 1_000_000)
    hold = Stretch(StretchKind.HOLD, WallUs(start + 9_000_000), WallUs(start + 12_000_000))
    first = make_segment(
        1, started_us=start, stretches=(hold,), transfer=TransferKind.BLIND, transferred_to=2
    )
    second = make_segment(
        2,
        started_us=start + 60_000_000,
        agent=Agent("petrov", "Пётр", "Петров", "Claims"),
        disposition="Refused",
    )
    call = make_incoming(
        1,
        segments=(first, second),
        recordings=(make_recording(start, 0.1),),
        content={0: make_wav(0.1)},
        custom=(("Region", "Москва"),),
        flagged=True,
        notes=(Note("ivanova", at, "Перезвонить"),),
        steps=(ScenarioStep(1, at, 5, "Main", "SetLanguage.1", "Language", -1, "normal exit"),),
    )
    chat = make_incoming(
        2,
        channel=Channel.CHAT,
        recordings=(),
        content={},
        medium="web",
        km_articles=("How to pay",),
        messages=(Message(at, PartyRole.CUSTOMER, "Клиент", "Здравствуйте", sentiment=0.5),),
    )
    email = make_incoming(
        3,
        channel=Channel.EMAIL,
        recordings=(make_recording(kind=RecordingKind.EMAIL, state=RecordingState.DELETED),),
        content={},
        subject="Тема",
        case_number="C-1",
        tombstones=(Tombstone(RecordingKind.EMAIL, at, "boss", "asked", recordings=1, bytes=9),),
    )
    return [call, chat, email]


def fill(store: LocalStore) -> None:
    """Put something of everything into an empty store."""
    session = store.session(ADMIN)
    landed, _ = session.intake.put(contents())
    session.people.add_user("supervisor", "Supervisor", ["supervisor"], teams=["Claims"])
    number = landed[0].interaction_id
    if number is None:
        raise SystemExit(str(landed[0].error))
    session.evaluations.save(number, 1, [CategoryScore("Greeting", 7)], "Хорошо")
    kept, _ = session.sets.add("Москва", Channel.VOICE, parse_line("custom.Region:Москва"))
    session.sets.share(kept.id, shared=True)
    session.sets.watch(kept.id, watched=True)
    moment = Place(WallUs(STARTED_US + HOUR_US + 500_000))
    session.comments.add(number, RemarkKind.COMMENT, moment, "Важно", public=True)
    session.records.set_tags(number, ["эскалация"])
    session.records.change_disposition(number, 1, "Refused", "ошибка оператора")
    session.hearing.keep(session.interactions.get_by_id(number), Shares(253, 40))
    session.listening.keep(number, moment.started_us)
    session.memory.keep("search", {"channel": "voice"})


def on_server(folder: Path) -> None:
    """Make the store on a server that the tests begin for it, and dump its database."""
    shutil.rmtree(folder, ignore_errors=True)
    name = server().new_database()
    with create_on_server(
        parse(server().url(name, media=folder / "media")), settings=SETTINGS, admin_login=ADMIN
    ) as store:
        fill(store)
    (folder / "catalogue.sql").write_text(dump(name), "utf-8")


def main() -> None:
    """Make the folders of the present version."""
    on_server(HERE / f"postgresql-v{schema.VERSION}")
    folder = HERE / f"v{schema.VERSION}"
    shutil.rmtree(folder, ignore_errors=True)
    with create(folder, settings=SETTINGS, admin_login=ADMIN) as store:
        fill(store)
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as raw:
        raw.execute("PRAGMA journal_mode=DELETE").fetchall()
        raw.execute("VACUUM")


if __name__ == "__main__":
    main()
