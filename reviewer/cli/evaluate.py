"""`reviewer evaluate`: an evaluation of one segment from a file of scores."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.cli.context import check_segment
from reviewer.errors import N_, EvaluationInvalidError
from reviewer.messages import tr
from reviewer.models.access import Privilege
from reviewer.services.facts import evaluation_facts
from reviewer.services.links import whole_giid
from reviewer.services.score_files import read_scores

if TYPE_CHECKING:
    import argparse
    from typing import BinaryIO

    from reviewer.cli.context import Context


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr(
        "Example: {example}",
        example="""reviewer evaluate 7C1F0A52-9E4B-4D1A-B2E6-5D0C3F7A91E8 --segment 1 --scores -
    {"categories": {"Greeting": 7, "Knowledge": null}, "note": "..."}""",
    )
    parser.add_argument(
        "giid", metavar="GIID", help=tr("which interaction; its beginning is enough")
    )
    parser.add_argument(
        "--segment", type=int, required=True, metavar="N", help=tr("which segment, from 1")
    )
    parser.add_argument(
        "--scores", required=True, metavar="FILE", help=tr("JSON file; - for standard input")
    )


def _text(file: Path | BinaryIO) -> str:
    data = file.read_bytes() if isinstance(file, Path) else file.read()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise EvaluationInvalidError(reason=N_("the file is not UTF-8 text")) from None


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Save the evaluation."""
    output = context.output
    text = _text(sys.stdin.buffer if arguments.scores == "-" else Path(arguments.scores))
    with context.session() as session:
        session.people.me.require(Privilege.QM_EVALUATE)
        interaction = session.interactions.get(whole_giid(session, arguments.giid))
        check_segment(interaction, arguments.segment)
        scores, note = read_scores(text, session.evaluations.categories())
        evaluation, _changes = session.evaluations.save(
            interaction.id, arguments.segment, scores, note
        )
    if output.as_json:
        output.record(evaluation_facts(evaluation))
    else:
        output.line(
            tr(
                "Saved: segment {segment}, version {version} by {evaluator}.",
                segment=evaluation.segment_number,
                version=evaluation.version,
                evaluator=evaluation.evaluator,
            )
        )
    return 0
