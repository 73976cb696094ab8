"""The tour: walks through every page of the demo store and takes a picture of each.

Works with or without a screen. The pictures are of the real window, at the size of the design's
own pictures, so that both can be laid side by side.
"""

from __future__ import annotations

import logging
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from reviewer.app import Program, make_application
from reviewer.errors import N_, FileUnusableError, NoDisplayError, reason_of
from reviewer.messages import choose_language
from reviewer.messages import language as current_language
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.criteria.line import parse_line
from reviewer.models.ids import InteractionId, WallUs
from reviewer.models.interaction import Channel
from reviewer.models.search import Search
from reviewer.services.demo import DEMO_LOGIN, SHOWCASE_CALL, SHOWCASE_CHAT
from reviewer.storage.address import open_address
from reviewer.ui.display import require_display
from reviewer.ui.pages import PAGES
from reviewer.ui.review.request import ReviewRequest
from reviewer.ui.settings import WindowSettings
from reviewer.ui.trace.request import TraceRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QApplication

    from reviewer.storage.store import Session
    from reviewer.ui.page import Page
    from reviewer.ui.theme.theme import Scheme

_log = logging.getLogger(__name__)

_POLL_MS = 50
_QUIET_POLLS = 4
"""How many times in a row nothing may be under way before a page counts as finished."""
_MOST_POLLS = 300
_LARGE = (1440, 900)
_SMALL = (1280, 720)
_QUERY = "started:last30d duration>2m (flagged:yes OR transferred:yes) -direction:internal"


_SPOKEN_US = 302 * 1_000_000
"""Where the showcase call is shown: somebody speaks, and there is something to be seen."""
_SHOW_VIDEO = "video.show"


@dataclass(frozen=True, slots=True)
class Stop:
    """One picture.

    Attributes:
        name: Of its file.
        lead: Leads there.
        size: Of the window, in pixels.
        video: Whether the screen's picture is shown there; None: there is none.
    """

    name: str
    lead: Callable[[Program], None]
    size: tuple[int, int] = _LARGE
    video: bool | None = None


def take(
    store_url: str | Path,
    folder: Path,
    *,
    language: str,
    schemes: Sequence[Scheme],
) -> tuple[Path, ...]:
    """Write pictures of every page into `folder`, in each scheme.

    Args:
        store_url: The demo store.
        folder: Made if it is not there; pictures of the same names are replaced.
        language: `en` or `ru`.
        schemes: Of `light` and `dark`.

    Returns:
        The pictures, `NAME-LANGUAGE-SCHEME.png`.

    Raises:
        StoreError and its kinds; FileUnusableError when `folder` cannot be written.

    Thread: main; runs the event loop.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileUnusableError(name=folder, reason=reason_of(error)) from error
    try:
        require_display()
    except NoDisplayError:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    before = current_language()
    store = open_address(str(store_url))
    try:
        session = store.session(DEMO_LOGIN)
        app = make_application()
        with tempfile.TemporaryDirectory() as scratch:
            settings = WindowSettings(Path(scratch) / "window.ini")
            # Nothing is played, and the pictures are the same with and without a sound card.
            settings.set_value("sound/arguments", ["--aout=adummy"])
            choose_language(language)
            program = Program(app, store, session, settings=settings, scheme=schemes[0])
            walk = Walk(app, program, _stops(session), folder, schemes)
            walk.start()
            app.exec()
            program.close()
    finally:
        store.close()
        choose_language(before)
    return tuple(walk.pictures)


class Walk(QObject):
    """Goes from stop to stop as soon as the window has nothing left to do."""

    def __init__(
        self,
        app: QApplication,
        program: Program,
        stops: Sequence[Stop],
        folder: Path,
        schemes: Sequence[Scheme],
    ) -> None:
        super().__init__(program)
        self.pictures: list[Path] = []
        self._app = app
        self._program = program
        self._folder = folder
        self._plan = [(stop, scheme) for scheme in schemes for stop in stops]
        self._quiet = 0
        self._polls = 0
        self._current: tuple[Stop, Scheme] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    def start(self) -> None:
        """Set out; quits the application's loop after the last stop."""
        # A window that is never activated would be drawn as one in the background.
        self._program.window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, on=False)
        self._program.window.show()
        self._timer.start()

    @Slot()
    def _on_timer_timeout(self) -> None:
        if self._current is None:
            self._next()
            return
        self._polls += 1
        page = self._program.window.current
        # What nobody waits for counts too: pauses that were found are in the picture.
        busy = bool(self._program.runner.tasks) or (page is not None and not page.settled)
        self._quiet = 0 if busy or self._switched_video(page) else self._quiet + 1
        if self._polls >= _MOST_POLLS:
            _log.warning(
                "tour: %s was still busy when its picture was taken", self._current[0].name
            )
        elif self._quiet < _QUIET_POLLS:
            return
        self._picture(*self._current)
        self._next()

    def _next(self) -> None:
        if not self._plan:
            self._timer.stop()
            self._app.quit()
            return
        stop, scheme = self._current = self._plan.pop(0)
        self._quiet = self._polls = 0
        self._program.theme.set_scheme(scheme)
        self._program.window.resize(*stop.size)
        stop.lead(self._program)

    def _switched_video(self, page: Page | None) -> bool:
        """Show or hide the screen's picture as the stop wants it; true if that was to be done."""
        wanted = self._current[0].video if self._current is not None else None
        if wanted is None or page is None:
            return False
        action = self._program.actions.action(_SHOW_VIDEO, page)
        if not action.isEnabled() or action.isChecked() == wanted:
            return False
        action.trigger()
        return True

    def _picture(self, stop: Stop, scheme: Scheme) -> None:
        path = self._folder / f"{stop.name}-{current_language()}-{scheme}.png"
        if self._program.window.grab().save(str(path)):
            self.pictures.append(path)
        else:
            raise FileUnusableError(name=path, reason=N_("the picture could not be written"))


def _stops(session: Session) -> tuple[Stop, ...]:
    call = session.interactions.get(SHOWCASE_CALL)
    chat = session.interactions.get(SHOWCASE_CHAT).id
    # As one comes there from the results.
    among = session.interactions.ids(Search())
    heard = ReviewRequest(call.id, among=among, at_us=WallUs(call.started_us + _SPOKEN_US))
    stops = [
        Stop("search", lambda p: p.window.go("search", Search(parse_line(_QUERY)))),
        Stop("results", lambda p: p.window.go("results", Search())),
        Stop("trace", lambda p: p.window.go("trace", TraceRequest(ReviewRequest(call.id)))),
        Stop("review-voice", _to_review(heard), video=False),
        Stop("review-video", _to_review(heard), video=True),
        Stop("review-voice-1280", _to_review(heard), _SMALL, video=True),
        Stop("review-chat", _to_review(ReviewRequest(chat, among=among)), video=False),
    ]
    gone = session.interactions.search(Search(parse_line("deleted:yes"), Channel.VOICE), limit=1)
    stops += [Stop("deleted", _to_review(row.id)) for row in gone]
    deleted = session.audit.entries(AuditQuery(acts=(Act.DELETED.value,)))
    one = [InteractionId(e.interaction_id) for e in deleted if "message" in e.detail]
    stops += [Stop("deleted-message", _to_review(number)) for number in one[:1]]
    held = session.keeping.holds()
    stops += [Stop("held", _to_review(hold.interaction_id)) for hold in held[:1]]
    me = session.people.me
    stops += [
        Stop(page.name, _to_page(page.name))
        for page in PAGES
        if page.section == "administration" and page.is_for(me)
    ]
    return tuple(stops)


def _to_page(name: str) -> Callable[[Program], None]:
    return lambda program: program.window.go(name)


def _to_review(wanted: ReviewRequest | InteractionId) -> Callable[[Program], None]:
    return lambda program: program.window.go("review", wanted)
