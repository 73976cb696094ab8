"""The review page: hears, reads and scores one interaction at a time."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from typing_extensions import override

from reviewer.errors import NotFoundError, ReasonNeededError, ReviewerError
from reviewer.messages import explain, tr
from reviewer.models.interaction import Channel
from reviewer.services.derive import Derivations
from reviewer.ui.page import Page, State
from reviewer.ui.review.around import AroundCustomer
from reviewer.ui.review.choosing import Choosing
from reviewer.ui.review.evaluating import Evaluating
from reviewer.ui.review.fetching import Fetched, Fetching
from reviewer.ui.review.finding import Finding
from reviewer.ui.review.gone_panel import is_content_gone
from reviewer.ui.review.interaction_header import source_words
from reviewer.ui.review.layout import ReviewLayout, made_areas
from reviewer.ui.review.listening import Listening
from reviewer.ui.review.loading import Opened, opener_of, position_of, segment_at
from reviewer.ui.review.place_bar import PlaceBar
from reviewer.ui.review.reasoning import Reasoning
from reviewer.ui.review.remarking import Remarking
from reviewer.ui.review.request import ReviewRequest, as_request
from reviewer.ui.review.resuming import Resuming, place_to_resume
from reviewer.ui.review.scene_build import build_scene
from reviewer.ui.review.serving import Serving
from reviewer.ui.review.transcript_model import make_lines
from reviewer.ui.review.trouble import Trouble
from reviewer.ui.review.watching import Watching
from reviewer.ui.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from PySide6.QtCore import QObject
    from PySide6.QtGui import QResizeEvent, QShowEvent
    from PySide6.QtWidgets import QWidget

    from reviewer.models.changes import Changes
    from reviewer.models.remarks import Comment
    from reviewer.player.qt_player import QtPlayer
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell


class ReviewPage(Page):
    """Shows one interaction: header, texts, facts, transport, timeline, evaluation.

    Thread: main. Everything is read and written in the pools.
    """

    name = "review"
    crumb_parent = "results"

    def __init__(
        self,
        shell: Shell,
        session: Session,
        player: QtPlayer,
        parent: QWidget | None = None,
        *,
        silent: bool = False,
        in_turns: bool = False,
    ) -> None:
        """Make the page.

        Args:
            shell: What the program hands to every page.
            session: Whose interactions are reviewed.
            player: Plays them.
            parent: Qt's.
            silent: Whether nothing can be heard on this machine.
            in_turns: Whether `making` is left to the caller; the page is of no use before.
        """
        super().__init__(parent)
        self._shell, self._session = shell, session
        self._request: ReviewRequest | None = None
        self._opened: Opened | None = None
        self._turns = Turns(self)
        self._player = player
        self._needs_reason = False
        self.reasoning = Reasoning(session, shell.runner, self)
        self.reasoning.given.connect(self._read_again)
        self.make(self._made(player, silent=silent), in_turns=in_turns)

    # --- made once

    def _made(self, player: QtPlayer, *, silent: bool) -> Generator[None, None, None]:
        """Make all that the page consists of, in turns: together it took 70 ms."""
        shell, session = self._shell, self._session
        self._peaks, areas = yield from made_areas(shell.runner, self)
        self.parts = ReviewLayout(areas, self)
        yield from self.parts.built(self)
        self.areas = self.parts.areas
        yield
        self.listening = Listening(player, self.parts, self)
        self.evaluating = Evaluating(shell, session, self.parts.evaluation, self)
        yield
        self.choosing = Choosing(self.parts, self.evaluating, self.listening, self)
        place, seek = self.listening.marked_place, self.listening.seek
        self.remarking = Remarking(shell, session, self.parts, self, place=place, seek=seek)
        yield
        self.watching = Watching(player, self)
        self.parts.set_picture(self.watching.panel)
        yield
        self.resuming = Resuming(shell, session, player, self)
        self.around = AroundCustomer(shell, session, self.parts, self, came_from=self._came_from)
        self.finding = Finding(self.parts, self, position=lambda: player.position_us, seek=seek)
        self.fetching = Fetching(shell, session, self)
        self._trouble = Trouble(self.parts, self._peaks, player, self, silent=silent)
        yield
        yield from self._registered()
        yield
        self.serving = Serving(
            shell,
            session,
            self.parts,
            self,
            position=lambda: player.position_us,
            segment=lambda: self.choosing.number,
        )
        yield
        self.place = PlaceBar(self.toolbar, shell.actions, self)
        self._connect()
        self._show_place()
        yield
        self.retranslate()
        self.parts.show_loading()

    def _registered(self) -> Generator[None, None, None]:
        actions = self._shell.actions
        self._actions = yield from self.listening.register(
            actions,
            self,
            {
                "review.previous_interaction": partial(self._step_interaction, -1),
                "review.next_interaction": partial(self._step_interaction, 1),
                "review.save_draft": self._save_drafts,
                **self.evaluating.handlers(),
                "review.remark": self.remarking.write,
                "review.return": self._return,
                **self.choosing.handlers(),
                **self.finding.handlers(),
            },
            self._score,
        )
        yield
        self.choosing.take_actions(self._actions)
        self.evaluating.take_actions(self._actions)
        yield
        self.watching.register(actions, self, is_writing=self.remarking.editor.isVisible)
        self.parts.transport.bind(actions, self)
        self.parts.timeline.bind(actions, self)

    def _connect(self) -> None:
        parts = self.parts
        self._peaks.filled.connect(parts.timeline.invalidate)
        self._peaks.finished.connect(self._on_peaks_finished)
        self.fetching.fetched.connect(self._on_fetching_fetched)
        self.fetching.failed.connect(self._on_fetching_failed)
        self.fetching.pauses_found.connect(self.listening.player.planner.set_dull)
        self._trouble.grew.connect(self._on_trouble_grew)
        self.watching.arranged.connect(self._on_watching_arranged)
        self.evaluating.changed.connect(self._on_evaluating_changed)
        self.evaluating.next_wanted.connect(self._on_evaluating_next_wanted)
        self.finding.bar.escaped.connect(self.listening.toggle)
        self.remarking.changed.connect(self._on_remarking_changed)
        parts.failed.acted.connect(self._on_failed_acted)
        self._shell.bus.changes_applied.connect(self._on_bus_changes_applied)

    # --- page

    @property
    def opened(self) -> Opened | None:
        """What is shown, None before it is there."""
        return self._opened

    @property
    def segment_number(self) -> int:
        """Number of the chosen segment, 0 for none."""
        return self.choosing.number

    @override
    def title(self) -> str:
        if self._opened is None:
            return tr("Review")
        interaction = self._opened.interaction
        source = source_words(interaction)
        if interaction.channel is Channel.CHAT:
            return tr("Chat {source}", source=source)
        return source

    @property
    @override
    def settled(self) -> bool:
        return super().settled and not self._turns.busy

    @override
    def open(self, argument: object) -> None:
        request = as_request(argument)
        if request is None:
            return
        same = self._request is not None and request.interaction_id == self._request.interaction_id
        self._request = request
        self._show_place()
        if request.shown is not None:
            request.shown(request.interaction_id)
        if same and self._opened is not None:
            if request.at_us is not None:
                self.choosing.stand_at(request.at_us)
            return
        self._keep_place()
        self._let_go()
        self.parts.show_loading()
        self._read()

    def _let_go(self) -> None:
        self._needs_reason = False
        self._turns.stop()
        self.serving.take_up(None)
        self.evaluating.drop()
        self.remarking.drop()
        self.around.drop()
        self.choosing.drop()
        self._opened = None
        self._peaks.stop()
        self.listening.stop()
        self.watching.stop()

    def _read(self) -> None:
        if self._request is not None:
            self.fetching.read(self._request)

    @override
    def again(self) -> ReviewRequest | None:
        # What is stepped to over there leaves the results of this window alone.
        return replace(self._request, shown=None) if self._request is not None else None

    @override
    def entered(self) -> None:
        if self._opened is not None and not self.parts.evaluation.focus_form():
            self.parts.timeline.setFocus()

    @override
    def left(self) -> None:
        self.listening.player.pause()
        self._keep_place()
        self.evaluating.keep()

    @override
    def closing(self) -> None:
        self._keep_place(at_once=True)
        self._turns.stop()
        self.fetching.drop()
        self.evaluating.close()
        self.remarking.close()
        self.serving.describing.close()
        self._peaks.stop()
        self.watching.close()
        self.listening.player.close()

    @override
    def give_up(self) -> None:
        self._player.close()
        super().give_up()

    @override
    def save_state(self) -> State:
        return {
            **self.parts.save(),
            **self.listening.save(),
            **self.watching.save(),
            **self.evaluating.save(),
        }

    @override
    def restore_state(self, state: Mapping[str, object]) -> None:
        self.parts.restore(state)
        self.listening.restore(state)
        self.watching.restore(state)
        self.evaluating.restore(state)

    @override
    def retranslate(self) -> None:
        self.parts.retranslate()
        self.remarking.retranslate()
        self.finding.retranslate()
        self.watching.retranslate()
        self._show_place()
        if self._opened is not None:
            self._word_again(self._opened)

    # --- showing an interaction

    @Slot(object)
    def _on_fetching_fetched(self, fetched: Fetched) -> None:
        """Begin to show what was read: the sound first, then area by area."""
        opened, before = fetched.opened, self._opened
        again = before is not None
        self._opened = opened
        self._trouble.take_up(opened)
        interaction = opened.interaction
        chat, gone = opened.scene.chat, is_content_gone(interaction)
        texts, spoken = bool(opened.lines) or chat, opened.has_texts or chat
        self.parts.arrange(gone=gone, texts=texts, chat=chat, spoken=spoken)
        self.parts.timeline.set_scene(opened.scene, opened.zone)
        opener = opener_of(self._session, interaction.id)
        asked = self._request.at_us if self._request is not None else None
        start = position_of(opened, place_to_resume(opened) if asked is None else asked)
        self.resuming.take_up(opened)
        if before is not None and before.timeline == opened.timeline:
            self.listening.renew(opened)
        else:
            self.listening.load(opened, opener, keep_position=again, start_us=start)
            self.watching.load(opened.timeline, opener, self.title())
        for over in (self.watching.panel.view, self.parts.transcript.veil):
            over.name_viewer(opened.me, opened.zone)
        if fetched.pauses is not None:
            self.listening.player.planner.set_dull(fetched.pauses)
        number = self.choosing.number if again else 0
        if interaction.segment(number) is None:
            number = segment_at(opened, start)
        self._turns.start(self._filled(opened, number, again=again))

    def _filled(self, opened: Opened, number: int, *, again: bool) -> Generator[None, None, None]:
        """Fill the areas, each in a turn of its own (together they took 100 ms at first)."""
        waves = [w.piece.recording for row in opened.scene.rows for w in row.waves]
        self._peaks.load(dict.fromkeys(waves), Derivations(self._session, opened.interaction.id))
        self.parts.transcript.show_lines(opened.lines, bubbles=opened.scene.chat)
        self.listening.show_position()
        criteria = self._request.criteria if self._request is not None else None
        self.finding.take_up(opened.lines, criteria)
        yield
        self.remarking.take_up(opened)
        yield
        yield from self.evaluating.take_up(opened)
        yield from self.choosing.take_up(opened, number)
        self.parts.show_head(opened)
        yield
        self._trouble.show()
        self.serving.take_up(opened)
        self.title_changed.emit()
        yield
        yield from self.parts.uncovered()
        if self.isVisible() and not again:
            self.entered()
        self.around.take_up(opened)
        if not self._peaks.busy:
            self.fetching.follow_up(opened)

    @Slot()
    def _on_peaks_finished(self) -> None:
        if self._opened is not None and not self._turns.busy:
            self.fetching.follow_up(self._opened)

    def _word_again(self, opened: Opened) -> None:
        """Show the same in another language."""
        interaction, timeline = opened.interaction, opened.timeline
        scene = build_scene(interaction, timeline, missing=self._trouble.missing)
        lines = make_lines(interaction, timeline, opened.zone)
        self.parts.show_head(opened)
        self.parts.timeline.set_scene(scene, opened.zone)
        self.parts.transcript.show_lines(lines, bubbles=scene.chat)
        self.finding.retranslate(lines)
        self.listening.retranslate()
        self.choosing.renew(opened)
        self.serving.take_up(opened)
        self.remarking.retranslate()
        self.evaluating.show_segment(self.choosing.number)
        self._trouble.show()
        self.title_changed.emit()

    @Slot(object)
    def _on_fetching_failed(self, error: ReviewerError) -> None:
        self._let_go()
        again = "" if isinstance(error, NotFoundError) else tr("Try again")
        self._needs_reason = isinstance(error, ReasonNeededError)
        self.parts.show_failure(explain(error), "", tr("Say why") if self._needs_reason else again)
        if self._needs_reason and self.isVisible():
            self._ask_reason()

    def _ask_reason(self) -> None:
        """Ask why what is to be shown is opened; given up, it can be asked for again."""
        if self._request is not None:
            self.reasoning.ask(self._request.interaction_id)

    @Slot()
    def _on_failed_acted(self) -> None:
        if self._needs_reason:
            self._ask_reason()
        else:
            self._read_again()

    @Slot()
    def _read_again(self) -> None:
        self.parts.show_loading()
        self._read()

    def _came_from(self) -> tuple[ReviewRequest | None, str]:
        return self._request, self.title()

    def _keep_place(self, *, at_once: bool = False) -> None:
        self.resuming.keep(self._opened, playable=self.listening.playable, at_once=at_once)

    def _show_place(self) -> None:
        self.place.show(self._request, self._actions)

    # --- other interactions

    def _step_interaction(self, step: int) -> None:
        request = self._request.neighbour(step) if self._request is not None else None
        if request is not None:
            self._shell.navigator.go(self.name, request)

    def _return(self) -> None:
        request = self._request.came_from if self._request is not None else None
        if request is not None:
            self._shell.navigator.go(self.name, request)

    @Slot()
    def _on_trouble_grew(self) -> None:
        """Draw what turned out to be unreadable as such."""
        opened = self._opened
        if opened is not None:
            missing = self._trouble.missing
            scene = build_scene(opened.interaction, opened.timeline, missing=missing)
            self.parts.timeline.set_scene(scene, opened.zone)

    @Slot(bool)
    def _on_watching_arranged(self, shown: bool) -> None:
        self.parts.show_picture(on=shown)

    # --- evaluating, comments

    def _score(self, score: int) -> None:
        self.parts.evaluation.score_active(score or None)

    def _save_drafts(self) -> None:
        """Have all that was begun written now, and say that it is."""
        self.remarking.flush()
        self.evaluating.flush(partial(self._shell.notifier.notify, tr("Kept as a draft")))

    @Slot()
    def _on_evaluating_next_wanted(self) -> None:
        self._step_interaction(1)

    @Slot(object)
    def _on_evaluating_changed(self, opened: Opened) -> None:
        self._opened = opened

    @Slot(object)
    def _on_remarking_changed(self, comments: tuple[Comment, ...]) -> None:
        if self._opened is not None:
            self._opened = replace(self._opened, comments=comments)

    # --- what others changed

    @Slot(object, object)
    def _on_bus_changes_applied(self, changes: Changes, initiator: QObject | None) -> None:
        if self._opened is None or initiator is self:
            return
        own, me = self._opened.interaction.id, self._opened.me.id
        if own in changes.interactions | changes.recordings_of or me in changes.users:
            self._read()
        elif own in changes.evaluations_of or changes.categories:
            self.evaluating.refresh()
        if own in changes.comments_of:
            self.remarking.refresh()

    # --- overrides

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()
        self.parts.place()

    def _fit(self) -> None:
        window = self.window()
        self.parts.fit(window.width(), window.height())
        self.parts.place()
