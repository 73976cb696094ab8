"""Making the demo store, and having one at hand."""

from __future__ import annotations

import errno
import json
import shutil
import tempfile
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reviewer.errors import InternalError, StoreFullError, StoreNotWritableError
from reviewer.models.ids import US_PER_S
from reviewer.paths import data_folder
from reviewer.services.demo.mark import DEMO_FORMAT, DEMO_LOGIN, MARK, TIME_ZONES, demo_mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.models.ids import InteractionId
    from reviewer.models.progress import Progress
    from reviewer.storage.store import Landed


def make_demo(
    folder: Path, *, as_of: date, language: str, progress: Progress | None = None
) -> Path:
    """Make a demo store in an empty or new folder.

    Args:
        folder: Where.
        as_of: Its interactions are of the weeks before this day; the same day gives the same.
        language: `ru` or `en`: of its centre and of most of its people.
        progress: Told of the interactions done, and asked whether to stop.

    Returns:
        The store's folder.

    Raises:
        StoreExistsError, StoreNotWritableError, StoreFullError: nothing is left behind.
        ResourceMissingError: A file of the demo's material is not there.
        CancelledError: `progress` was told to stop.

    Thread: any; takes some seconds.
    """
    # What making one needs is heavy, and those who only have one opened do not need it.
    from reviewer.models.settings import StoreSettings
    from reviewer.services.demo.cast import Cast
    from reviewer.services.demo.custody import keep_and_delete
    from reviewer.services.demo.generate import generate
    from reviewer.services.demo.quality import add_users, evaluate
    from reviewer.services.demo.sets import save_sets
    from reviewer.storage.local import create

    items = generate(as_of, language)
    casts = {name: Cast(name) for name in TIME_ZONES}
    texts = casts[language].texts
    settings = StoreSettings(
        name=texts["centre"], time_zone=TIME_ZONES[language], language=language
    )
    folder = Path(folder).absolute()
    there = folder.exists()
    store = create(
        folder,
        settings=settings,
        admin_login=DEMO_LOGIN,
        admin_name=texts["users"]["demo"],
        clock=_Evening(as_of, settings.zone),
    )
    try:
        session = store.session(DEMO_LOGIN)
        add_users(session, casts, language)
        landed, _ = session.intake.put(items, progress=progress)
        ids = {one.giid: _taken(one) for one in landed}
        evaluate(store, items, ids, casts, language, f"{as_of.isoformat()} {language}")
        save_sets(store, casts[language])
        keep_and_delete(session, language)
        _leave_mark(folder, as_of, language)
    except BaseException:
        store.close()
        _clear(folder, keep=there)
        raise
    store.close()
    return folder


def ensure_demo(
    language: str, as_of: date | None = None, *, progress: Progress | None = None
) -> Path:
    """Return the folder of the user's demo store, made now if there is none of this format.

    Args:
        language: `ru` or `en`; there is a store for each.
        as_of: The day before which its interactions are; None: today. A demo that is there
            already is used whatever its day, unless a day is named.
        progress: As for `make_demo`.

    Raises:
        As `make_demo`. The former demo stays if a new one cannot be made.

    Thread: any; when one is made, it takes some seconds.
    """
    folder = data_folder() / f"demo-{language}"
    known = demo_mark(folder)
    if known.get("format") == DEMO_FORMAT and as_of in (None, known.get("as_of")):
        return folder
    day = as_of or datetime.now(ZoneInfo(TIME_ZONES[language])).date()
    with _telling(str(folder)):
        folder.parent.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=f"demo-{language}-", dir=folder.parent))
    try:
        make_demo(place / "new", as_of=day, language=language, progress=progress)
        with _telling(str(folder)):
            if folder.exists():
                folder.rename(place / "old")
            (place / "new").rename(folder)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return folder


@contextmanager
def passing_demo(language: str, as_of: date | None = None) -> Iterator[Path]:
    """Make a demo for the length of a block: what is done with it leaves no trace in the user's.

    Args:
        language: `ru` or `en`.
        as_of: The day before which its interactions are; None: that of the user's demo, else today.

    Raises:
        As `make_demo`.
    """
    known = demo_mark(data_folder() / f"demo-{language}").get("as_of")
    day = as_of or known or datetime.now(ZoneInfo(TIME_ZONES[language])).date()
    with tempfile.TemporaryDirectory(prefix="reviewer-") as place:
        yield make_demo(Path(place) / f"demo-{language}", as_of=day, language=language)


def _leave_mark(folder: Path, as_of: date, language: str) -> None:
    mark = {"format": DEMO_FORMAT, "as_of": as_of.isoformat(), "language": language}
    with _telling(str(folder)):
        (folder / MARK).write_text(json.dumps(mark), encoding="utf-8")


class _Evening:
    """The clock by which a demo's people did what they did: the evening before its day.

    It goes on by some seconds whenever it is looked at, so that the same day gives the same.
    """

    _BEGINS = time(21)
    _STEP_US = 3 * US_PER_S

    def __init__(self, as_of: date, zone: ZoneInfo) -> None:
        begins = datetime.combine(as_of - timedelta(days=1), self._BEGINS, zone)
        self._now_us = int(begins.timestamp()) * US_PER_S

    def __call__(self) -> int:
        """Return what it shows, microseconds UTC."""
        self._now_us += self._STEP_US
        return self._now_us


def _taken(landed: Landed) -> InteractionId:
    """Return the id of what the store took in, or say why it did not."""
    if landed.error is not None:
        raise landed.error
    if landed.interaction_id is None:
        raise InternalError(reason="intake")
    return landed.interaction_id


@contextmanager
def _telling(store: str) -> Iterator[None]:
    """Raise errors of the file system as what they mean for the store."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise (StoreFullError if full else StoreNotWritableError)(store=store) from error


def _clear(folder: Path, *, keep: bool) -> None:
    """Remove what was made of a demo that could not be finished."""
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
