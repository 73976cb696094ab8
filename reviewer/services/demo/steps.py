"""Traces of the demo's scenarios: which blocks were executed and how they were left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.models.ids import WallUs
from reviewer.models.interaction import ScenarioStep

if TYPE_CHECKING:
    from reviewer.services.demo.cast import Cast

NORMAL = "normal exit"
_NO_BLOCK = -1


class Steps:
    """A trace in the making; times are milliseconds from the interaction's start."""

    def __init__(self, cast: Cast, started_us: int, scenario: str = "voice") -> None:
        self._words = cast.scenario
        self._scenario = cast.scenario[scenario]
        self._started_us = started_us
        self._steps: list[ScenarioStep] = []
        self._at_ms = 0

    def add(self, block: str, title: str, took_ms: int, exit_taken: str = NORMAL) -> None:
        """Add a block by its type and the key of its title."""
        order = len(self._steps) + 1
        last = block == "Exit"
        self._steps.append(
            ScenarioStep(
                order=order,
                at_us=WallUs(self._started_us + self._at_ms * 1000),
                duration_us=took_ms * 1000,
                scenario=self._scenario,
                block_type=f"{block}.{order}",
                block_title=self._words[title],
                block_id=_NO_BLOCK if last else 40 + order * 3,
                exit_taken=exit_taken,
            )
        )
        self._at_ms += took_ms

    def made(self) -> tuple[ScenarioStep, ...]:
        """Return the trace."""
        return tuple(self._steps)
