"""`reviewer certificate`: proof of what was deleted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.cli.options import add_verbs
from reviewer.errors import N_, FileUnusableError, UsageError, reason_of
from reviewer.messages import ntr, tr
from reviewer.models.certificate import MAX_BYTES, certificate_text, read_certificate
from reviewer.models.criteria.line import parse_line
from reviewer.models.search import Search
from reviewer.services.erase import OLDEST_FIRST, lingering_sentence
from reviewer.storage.atomic import replacing

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context, Output
    from reviewer.models.certificate import Certificate
    from reviewer.storage.store import Session

_DAMAGED = 5


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr(
        "Example: {example}",
        example="""reviewer certificate make 'deleted:yes started:2023-10' --to october.json
  reviewer certificate make 'deleted:yes' --to all.json --pdf all.pdf
  reviewer certificate verify october.json""",
    )
    add_verbs(
        parser,
        {
            "make": (tr("write what was destroyed, by whom, when and why, signed"), _making),
            "verify": (tr("check a certificate against the audit log"), _verifying),
        },
    )


def _making(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", metavar="QUERY", help=tr("criteria as one line"))
    parser.add_argument("--to", metavar="FILE", required=True, help=tr("the file to write"))
    parser.add_argument("--pdf", metavar="FILE", help=tr("also write it as a PDF, for people"))


def _verifying(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=tr("the certificate"))


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Do what the command within the command says."""
    with context.session() as session:
        if arguments.verb == "make":
            return _make(session, arguments, context.output)
        return _verify(session, arguments, context.output)


def _make(session: Session, arguments: argparse.Namespace, output: Output) -> int:
    search = Search(parse_line(arguments.query), None, OLDEST_FIRST)
    made = session.erasure.certificate(session.interactions.ids(search))
    if not made.items:
        reason = N_("nothing of what this finds was deleted: there is nothing to certify")
        raise UsageError(reason=reason)
    path = Path(arguments.to)
    _write(path, certificate_text(made).encode())
    if arguments.pdf:
        # What it takes is heavy, and the JSON does without.
        from reviewer.services.certificate_pdf import certificate_pdf
        from reviewer.services.watermarking import session_watermark

        bar = output.progress(tr("Writing the PDF"))
        by = session_watermark(session)
        data = certificate_pdf(made, session.settings.zone, by=by, progress=bar)
        bar.end()
        _write(Path(arguments.pdf), data)
    if output.as_json:
        counts = {"items": len(made.items), "lingering": len(made.lingering)}
        output.record({"file": str(path), **counts})
    else:
        said = ntr("{n} deletion", "{n} deletions", len(made.items))
        output.line(tr("Certificate of {deletions}: {file}", deletions=said, file=path))
        _say_lingering(made, output)
    return 0


def _say_lingering(certificate: Certificate, output: Output) -> None:
    if certificate.lingering:
        output.say(lingering_sentence(certificate))


def _write(path: Path, data: bytes) -> None:
    try:
        with replacing(path) as file:
            file.write(data)
    except OSError as error:
        raise FileUnusableError(name=str(path), reason=reason_of(error)) from error


def _verify(session: Session, arguments: argparse.Namespace, output: Output) -> int:
    path = Path(arguments.file)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileUnusableError(name=str(path), reason=reason_of(error)) from error
    certificate = read_certificate(data, str(path))
    wrong = session.erasure.verify_certificate(certificate)
    if output.as_json:
        counts = {"items": len(certificate.items), "lingering": len(certificate.lingering)}
        output.record({"holds": not wrong, **counts, "wrong": list(wrong)})
    elif wrong:
        for sentence in wrong:
            output.line(sentence[:1].upper() + sentence[1:])
    else:
        said = ntr("{n} deletion", "{n} deletions", len(certificate.items))
        output.line(tr("The certificate holds: {deletions}.", deletions=said))
        _say_lingering(certificate, output)
    return _DAMAGED if wrong else 0
