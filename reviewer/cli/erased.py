"""What was deleted, or would be, told on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reviewer.messages import format_decimal, format_duration, ntr, tr, translated
from reviewer.models.erasure import TITLES
from reviewer.services.erase import lingering_sentences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reviewer.cli.context import Output
    from reviewer.models.erasure import Erased, Loss, What

_SOME_FAILED: Final = 1
_MEBIBYTE: Final = 1 << 20


def kinds_words(what: Sequence[What]) -> str:
    """Return kinds of content in words."""
    return ", ".join(translated(TITLES[each]) for each in what)


def told_losses(losses: Mapping[What, Loss]) -> dict[str, Any]:
    """Return what would be lost as plain JSON values."""
    return {what.value: _loss(loss) for what, loss in losses.items()}


def loss_lines(losses: Mapping[What, Loss]) -> list[str]:
    """Return what would be lost in words, a line for each kind of content."""
    lines = []
    for what, loss in losses.items():
        told = [ntr("{n} interaction", "{n} interactions", loss.interactions)]
        if loss.files:
            told.append(ntr("{n} file", "{n} files", loss.files))
        if loss.duration_us:
            told.append(format_duration(loss.duration_us))
        told.append(tr("{n} MiB", n=format_decimal(loss.bytes / _MEBIBYTE, 1)))
        lines.append(f"{translated(TITLES[what])}: {', '.join(told)}")
    return lines


def _loss(loss: Loss) -> dict[str, int]:
    return {
        "interactions": loss.interactions,
        "files": loss.files,
        "duration_s": loss.duration_us // 1_000_000,
        "bytes": loss.bytes,
        "texts": loss.texts,
    }


def tell_erased(erased: Erased, output: Output) -> int:
    """Say what was destroyed and what was not; return the exit code."""
    if output.as_json:
        output.record(told_of(erased.interactions, erased.held, erased.failed, erased))
    else:
        count = len(erased.interactions)
        output.line(ntr("Deleted in {n} interaction.", "Deleted in {n} interactions.", count))
        for line in loss_lines(erased.losses):
            output.line("  " + line)
        for giid in erased.held:
            output.say(tr("Under a legal hold, not deleted: {giid}", giid=giid))
        if erased.hidden_also:
            n = erased.hidden_also
            output.say(
                ntr(
                    "{n} other lost screen video with them.",
                    "{n} others lost screen video with them.",
                    n,
                )
            )
        for line in lingering_sentences(erased):
            output.say(line)
        for giid, why in erased.failed:
            output.say(f"{giid}: {why}")
    return _SOME_FAILED if erased.failed or erased.held else 0


def told_of(
    interactions: Mapping[Any, int],
    held: Sequence[str],
    failed: Sequence[tuple[str, str]],
    erased: Erased | None = None,
) -> dict[str, Any]:
    """Return what was destroyed as plain JSON values."""
    losses = {} if erased is None else erased.losses
    return {
        "deleted": [{"giid": giid, "audit_entry": entry} for giid, entry in interactions.items()],
        "losses": told_losses(losses),
        "held": list(held),
        "failed": [{"giid": giid, "reason": why} for giid, why in failed],
        "hidden_others": 0 if erased is None else erased.hidden_also,
        "lingering": 0 if erased is None else erased.lingering,
        "words_linger": erased is not None and erased.words_linger,
    }
