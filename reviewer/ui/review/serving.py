"""What is done with an interaction as a whole: downloads, made in the background, and links."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, QStandardPaths, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog

from reviewer.errors import N_
from reviewer.messages import explain, tr
from reviewer.models.access import Privilege
from reviewer.services.downloads import EXTENSIONS, Download, download, file_name, reason_against
from reviewer.services.links import make_link
from reviewer.ui.actions import ActionSpec
from reviewer.ui.review.custody import Custody
from reviewer.ui.review.describing import Describing
from reviewer.ui.widgets.act_menu import ActMenu

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from reviewer.models.ids import TimelineUs
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.review.layout import ReviewLayout
    from reviewer.ui.review.loading import Opened

_FOLDER_KEY: Final = "review/download_folder"
_GROUP: Final = N_("Review")
_DOWNLOADS: Final = {
    Download.SCORES: ActionSpec(
        "review.download_scores",
        N_("Download scores and recording"),
        _GROUP,
        icon="clipboard-check",
    ),
    Download.VIDEO: ActionSpec(
        "review.download_video", N_("Download the video"), _GROUP, icon="monitor"
    ),
    Download.AUDIO: ActionSpec(
        "review.download_audio", N_("Download the sound"), _GROUP, icon="volume-2"
    ),
}
_TAKES: Final = N_("Opening it takes “Listen to recordings and view chats” or a wider privilege")
_LINK: Final = ActionSpec("review.copy_link", N_("Copy the link"), _GROUP, icon="link", hint=_TAKES)
_LINK_HERE: Final = ActionSpec(
    "review.copy_link_here",
    N_("Copy the link to this moment"),
    _GROUP,
    icon="map-pin",
    hint=_TAKES,
)


class Serving(QObject):
    """Does what the row under the facts offers. Thread: main; the work is done in the pools.

    Attributes:
        describing: Changes disposition, tags and notes.
        custody: Deletes, holds and tells who had access.
    """

    def __init__(
        self,
        shell: Shell,
        session: Session,
        parts: ReviewLayout,
        page: QWidget,
        position: Callable[[], TimelineUs],
        segment: Callable[[], int],
    ) -> None:
        super().__init__(page)
        self._shell = shell
        self._session = session
        self._details = details = parts.details
        self._page = page
        self._position = position
        self._opened: Opened | None = None
        self._downloads: dict[Download, QAction] = {}
        actions = shell.actions
        if session.people.me.may(Privilege.DOWNLOAD):
            for kind, spec in _DOWNLOADS.items():
                self._downloads[kind] = actions.add(spec, page, partial(self.ask, kind))
        self._link = actions.add(_LINK, page, self._copy_link)
        self._link_here = actions.add(_LINK_HERE, page, self._copy_link_here)
        details.download.setVisible(bool(self._downloads))
        details.download.clicked.connect(self._on_download_clicked)
        actions.bind(details.link, _LINK.name, page)
        self.custody = Custody(shell, session, parts, page)
        self.describing = Describing(shell, session, details, page, segment=segment)
        details.copied.connect(self._on_details_copied)
        self.take_up(None)

    def take_up(self, opened: Opened | None) -> None:
        """Offer what can be had of an interaction; None: of nothing."""
        self._opened = opened
        for kind, action in self._downloads.items():
            error = None if opened is None else reason_against(opened.interaction, kind)
            reason = tr("Nothing is open") if opened is None else ""
            self._shell.actions.forbid(action, explain(error) if error is not None else reason)
        for action in (self._link, self._link_here):
            action.setEnabled(opened is not None)
        self._details.download.setEnabled(opened is not None)
        self.custody.take_up(opened)
        self.describing.take_up(opened)

    # --- downloads

    @Slot()
    def _on_download_clicked(self) -> None:
        menu = ActMenu(self._page)
        for kind, action in self._downloads.items():
            reason = "" if action.isEnabled() else action.toolTip()
            icon = _DOWNLOADS[kind].icon
            menu.add(action.text(), partial(self.ask, kind), icon=icon, reason=reason)
        button = self._details.download
        above = QPoint(0, -menu.sizeHint().height())
        menu.popup(button.mapToGlobal(above))

    def ask(self, kind: Download) -> None:
        """Ask where to; the window goes on answering meanwhile."""
        opened = self._opened
        if opened is None:
            return
        title = self._downloads[kind].text()
        dialog = QFileDialog(self._page.window(), title, str(self._folder()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(f"*{EXTENSIONS[kind]}")
        dialog.setDefaultSuffix(EXTENSIONS[kind].lstrip("."))
        dialog.selectFile(file_name(opened.interaction, kind, opened.zone))
        dialog.fileSelected.connect(partial(self.save, kind, opened))
        dialog.open()

    def save(self, kind: Download, opened: Opened, path: str) -> None:
        """Write a download to a file, in the background."""
        place = Path(path)
        self._shell.settings.set_value(_FOLDER_KEY, str(place.parent))

        def work(progress: object) -> Path:
            return download(
                self._session,
                opened.interaction.id,
                kind,
                place,
                progress=progress,  # type: ignore[arg-type]  # the pool's is one
            )

        title = tr("Download: {name}", name=place.name)
        self._shell.runner.read(work, then=self._on_saved, parent=self._page, title=title)

    def _on_saved(self, path: Path) -> None:
        show = partial(QDesktopServices.openUrl, QUrl.fromLocalFile(str(path.parent)))
        text = tr("Saved: {name}", name=path.name)
        if self._session.store.is_encrypted:
            text = tr("Saved, decrypted: {name}", name=path.name)
        self._shell.notifier.notify(text, icon="download", action=(tr("Show"), show), stays=True)

    def _folder(self) -> Path:
        """Return the folder of the download before, else where people keep theirs."""
        places = QStandardPaths.StandardLocation
        last = str(self._shell.settings.value(_FOLDER_KEY, ""))
        usual = QStandardPaths.writableLocation(places.DownloadLocation)
        home = QStandardPaths.writableLocation(places.HomeLocation)
        there = (Path(name) for name in (last, usual) if name and Path(name).is_dir())
        return next(there, Path(home))

    # --- links

    def _copy_link(self) -> None:
        self._make_link(None)

    def _copy_link_here(self) -> None:
        self._make_link(self._position())

    def _make_link(self, position_us: TimelineUs | None) -> None:
        if self._opened is not None:
            giid = self._opened.interaction.giid
            self._shell.runner.read(
                lambda _progress: make_link(self._session, giid, position_us),
                then=self._on_link_made,
                parent=self._page,
            )

    @Slot(object)
    def _on_details_copied(self, _text: str) -> None:
        self._shell.notifier.notify(tr("GIID copied"), icon="copy")

    def _on_link_made(self, link: str) -> None:
        QGuiApplication.clipboard().setText(link)
        self._shell.notifier.notify(tr("Link copied"), icon="link")
