"""Writing a certificate of what was deleted: where to is asked, then it is made aside."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from reviewer.messages import tr
from reviewer.services.erase import lingering_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from reviewer.models.certificate import Certificate
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress


def ask_certificate(
    shell: Shell, session: Session, of: Sequence[int] | Sequence[str], page: QWidget
) -> None:
    """Ask where to; the window goes on answering meanwhile.

    Args:
        shell: What the program hands to every page.
        session: Whose.
        of: Interactions, by id or GIID.
        page: Who asks.
    """
    title = tr("Certificate of deletion")
    dialog = QFileDialog(page.window(), title, str(Path.home()))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(["PDF (*.pdf)", "JSON (*.json)"])
    dialog.setDefaultSuffix("pdf")
    dialog.selectFile("certificate.pdf")
    dialog.fileSelected.connect(partial(save_certificate_to, shell, session, of, page))
    dialog.open()


def save_certificate_to(
    shell: Shell, session: Session, of: Sequence[int] | Sequence[str], page: QWidget, path: str
) -> None:
    """Write a certificate to a file, a PDF or JSON by its name, in the background."""
    shell.runner.read(
        partial(_save, session, tuple(of), Path(path)),
        then=partial(_tell, shell),
        parent=page,
        title=tr("Certificate of deletion"),
    )


def _tell(shell: Shell, made: tuple[Path, Certificate]) -> None:
    path, certificate = made
    show = partial(QDesktopServices.openUrl, QUrl.fromLocalFile(str(path.parent)))
    said = tr("Saved: {name}", name=path.name)
    icon = "file-text"
    if certificate.lingering:
        said, icon = f"{said}. {lingering_sentence(certificate)}", "triangle-alert"
    shell.notifier.notify(said, icon=icon, action=(tr("Show"), show), stays=True)


def _save(
    session: Session, of: Sequence[int | str], path: Path, progress: TaskProgress
) -> tuple[Path, Certificate]:
    # What it takes is heavy, and few ask for one.
    from reviewer.services.certificate_pdf import save_certificate

    ids = [one if isinstance(one, int) else session.interactions.find(one) for one in of]
    return path, save_certificate(session, ids, path, progress=progress)
