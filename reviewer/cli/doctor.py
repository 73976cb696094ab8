"""`reviewer doctor`: what this machine lacks, what a store suffers from."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING

from reviewer.cli.agreeing import has_agreed
from reviewer.errors import ReviewerError
from reviewer.messages import explain, format_size, ntr, tr, translated
from reviewer.services.checkup import check_machine
from reviewer.storage.address import shown

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context, Output
    from reviewer.models.copies import Unknown
    from reviewer.storage.state import Finding
    from reviewer.storage.store import Session


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr("Example: {example}", example="reviewer doctor --store calls --repair")
    parser.add_argument("--repair", action="store_true", help=tr("mend what can be mended"))
    parser.add_argument(
        "--accept-older-catalogue",
        action="store_true",
        help=tr("take a catalogue as it is that is older than the content; tells what that means"),
    )
    parser.add_argument("--yes", action="store_true", help=tr("do not ask"))


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Examine the machine and, where one is named or remembered, the store."""
    output = context.output
    address = context.named_address()
    machine = check_machine(os.environ, address or "")
    address = None if address is None else shown(address)
    findings: tuple[Finding, ...] = ()
    code = 0
    trouble: ReviewerError | None = None
    accepted: Unknown | None = None
    if address is not None:
        bar = output.progress(tr("Examining the store"))
        try:
            with context.session() as session:
                if arguments.accept_older_catalogue:
                    accepted = _accept(session, output, asks=not arguments.yes)
                findings = session.centre.examine(repair=arguments.repair, progress=bar)
        except ReviewerError as error:
            trouble, code = error, error.exit_code
        finally:
            bar.end()
    left = [finding for finding in findings if not finding.repaired]
    if left:
        code = 5
    if output.as_json:
        output.record(
            {
                "machine": [{"code": c.code, "ok": c.ok, "detail": c.detail} for c in machine],
                "store": address,
                "accepted": asdict(accepted) if accepted is not None else None,
                "error": trouble.code if trouble is not None else None,
                "findings": [
                    {
                        "code": f.code,
                        "name": f.name,
                        "detail": f.detail,
                        "repairable": f.repairable,
                        "repaired": f.repaired,
                    }
                    for f in findings
                ],
            }
        )
        return code
    for check in machine:
        output.line(f"{'✓' if check.ok else '✗'} {check.title()}: {check.detail}")
    if address is None:
        output.line(tr("No store was named; only the machine was examined."))
    elif trouble is not None:
        output.say(explain(trouble))
    elif not findings:
        output.line("✓ " + tr("Store {address}: nothing is wrong", address=address))
    else:
        n = len(findings)
        output.line(ntr("{n} finding in the store:", "{n} findings in the store:", n))
        for finding in findings:
            mark = "✓" if finding.repaired else "✗"
            output.line(f"  {mark} {finding.name}: {translated(finding.detail)}")
    return code


def _accept(session: Session, output: Output, *, asks: bool) -> Unknown | None:
    """Take an older catalogue as it is, once it was said what that means; None: it was not."""
    unknown = session.centre.unknown_content()
    if unknown is None:
        output.say(tr("The catalogue is as new as the content: there is nothing to accept."))
        return None
    size = format_size(unknown.bytes)
    output.say(
        tr(
            "The catalogue is older than the content, as after a copy of it was put back. Taken as "
            "it is, everything since then is gone from the store for good:"
        )
    )
    output.say(
        "  "
        + ntr(
            "{n} file of content ({size}) belongs to nothing any more, and --repair removes it",
            "{n} files of content ({size}) belong to nothing any more, and --repair removes them",
            unknown.objects,
            size=size,
        )
    )
    output.say(
        tr(
            "Where there is a newer catalogue, put that back instead; where there are sources, "
            "import them again first."
        )
    )
    if asks:
        output.say(tr("This cannot be undone. Type {word} to accept it:", word="ACCEPT"))
        if not has_agreed("ACCEPT"):
            output.say(tr("Nothing was accepted."))
            return None
    return session.centre.accept_catalogue()
