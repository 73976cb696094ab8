"""`reviewer doctor`: what this machine lacks, what a store suffers from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reviewer.errors import ReviewerError
from reviewer.messages import explain, ntr, tr, translated
from reviewer.services.checkup import check_machine
from reviewer.storage.address import shown

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context
    from reviewer.storage.store import Finding


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr("Example: {example}", example="reviewer doctor --store calls --repair")
    parser.add_argument("--repair", action="store_true", help=tr("mend what can be mended"))


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Examine the machine and, where one is named or remembered, the store."""
    output = context.output
    address = context.named_address()
    machine = check_machine(os.environ, address or "")
    address = None if address is None else shown(address)
    findings: tuple[Finding, ...] = ()
    code = 0
    trouble: ReviewerError | None = None
    if address is not None:
        bar = output.progress(tr("Examining the store"))
        try:
            with context.session() as session:
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
