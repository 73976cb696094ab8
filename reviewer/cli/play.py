"""`reviewer play`: plays an interaction without a window."""

from __future__ import annotations

import os
import queue
from typing import TYPE_CHECKING

from reviewer.cli.context import check_segment
from reviewer.errors import N_, NoSoundOutputError, Reason, UsageError
from reviewer.messages import explain, format_duration, tr
from reviewer.models.course import plan_course
from reviewer.models.positions import parse_position
from reviewer.models.timeline import lay_out
from reviewer.player.engine import Ended, EngineMissing, Failed, Reported
from reviewer.player.mixer import MixDesk, VirtualWav
from reviewer.player.outputs import has_sound_output
from reviewer.player.vlc_engine import VlcEngine
from reviewer.services.links import whole_giid

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context, Output
    from reviewer.errors import ReviewerError
    from reviewer.models.ids import TimelineUs
    from reviewer.models.interaction import Interaction
    from reviewer.models.timeline import Timeline
    from reviewer.player.engine import EngineEvent
    from reviewer.storage.store import Session

_STALLED_S = 10.0


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr(
        "Example: {example}",
        example="reviewer play 7C1F0A52-9E4B-4D1A-B2E6-5D0C3F7A91E8 --segment 2 --from 01:12",
    )
    parser.add_argument(
        "giid", metavar="GIID", help=tr("which interaction; its beginning is enough")
    )
    parser.add_argument("--segment", type=int, metavar="N", help=tr("only this segment, from 1"))
    parser.add_argument(
        "--from", dest="start", metavar="T", help=tr("where to begin: [H:]MM:SS from its start")
    )
    parser.add_argument(
        "--vlc",
        action="append",
        default=[],
        metavar="ARGUMENT",
        help=tr("an argument for libVLC, such as --aout=alsa to choose the output"),
    )


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Play to the end, or to Ctrl-C."""
    with context.session() as session:
        interaction = session.interactions.get(whole_giid(session, arguments.giid))
        timeline = lay_out(interaction)
        begin, end = _bounds(interaction, timeline, arguments)
        if not timeline.sound:
            context.output.say(tr("Nothing can be heard in this interaction."))
            return 1
        if not arguments.vlc and not has_sound_output(os.environ):
            raise NoSoundOutputError(example="--vlc=--aout=pulse")
        return _play(session, interaction, timeline, (begin, end), arguments.vlc, context.output)


def _bounds(
    interaction: Interaction, timeline: Timeline, arguments: argparse.Namespace
) -> tuple[TimelineUs, TimelineUs]:
    begin, end = timeline.clamp(0), timeline.end_us
    if arguments.segment is not None:
        check_segment(interaction, arguments.segment)
        row = next(r for r in timeline.rows if r.segment.number == arguments.segment)
        begin, end = row.start_us, row.end_us
    if arguments.start is not None:
        start_us = begin + parse_position(arguments.start)
        if start_us >= end:
            raise UsageError(
                reason=Reason(
                    N_("it ends at {end}, before {start}"),
                    end=format_duration(end - begin),
                    start=arguments.start,
                )
            )
        begin = timeline.clamp(start_us)
    return begin, end


def _play(
    session: Session,
    interaction: Interaction,
    timeline: Timeline,
    bounds: tuple[TimelineUs, TimelineUs],
    vlc_arguments: list[str],
    output: Output,
) -> int:
    course = plan_course(timeline, ())
    begin, end = (course.to_course(position) for position in bounds)
    events: queue.SimpleQueue[EngineEvent] = queue.SimpleQueue()
    broken: list[ReviewerError] = []

    def make() -> VirtualWav:
        return VirtualWav(
            timeline,
            lambda recording: session.content.open(interaction.id, recording),
            MixDesk(course),
            lambda _recording, error: _tell(broken, error, output),
        )

    engine = VlcEngine(events.put, vlc_arguments)
    bar = output.progress(tr("Playing"))
    try:
        engine.load(1, make, begin)
        engine.play()
        while True:
            event = events.get(timeout=_STALLED_S)
            if isinstance(event, EngineMissing | Failed):
                output.say(explain(event.error))
                return event.error.exit_code
            if isinstance(event, Ended):
                break
            if isinstance(event, Reported):
                bar.report(event.position_us, end, format_duration(event.position_us))
                if event.position_us >= end:
                    break
    except queue.Empty:
        output.say(tr("The sound output does not go on; playing was stopped."))
        return 1
    finally:
        bar.end()
        engine.close()
    return 1 if broken else 0


def _tell(broken: list[ReviewerError], error: ReviewerError, output: Output) -> None:
    broken.append(error)
    output.say(explain(error))
