"""Writing interactions into the tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select

from reviewer.models.folding import fold, fold_address, reverse
from reviewer.models.interaction import StretchKind
from reviewer.models.recording import PartyRole
from reviewer.storage.catalogue import codes, facts, heard, schema
from reviewer.storage.catalogue.records import enter_service_dispositions
from reviewer.storage.catalogue.text_index import texts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Table

    from reviewer.models.ids import InteractionId
    from reviewer.models.interaction import Interaction, Segment
    from reviewer.models.shares import Shares
    from reviewer.storage.catalogue.names import Names

_CHILDREN: Final = (
    schema.segments,
    schema.stretches,
    schema.recordings,
    schema.spans,
    schema.messages,
    schema.steps,
    schema.notes,
    schema.tombstones,
    schema.interaction_custom,
    schema.interaction_labels,
)
_WRITTEN: Final = (schema.interactions, *_CHILDREN, schema.unheard)

_ID: Final = select(schema.interactions.c.id).where(schema.interactions.c.id == bindparam("number"))


class Writer:
    """Collects the rows of a batch of interactions and writes them with one call a table."""

    def __init__(self, connection: Connection, names: Names, now_us: int) -> None:
        self._connection = connection
        self._names = names
        self._now_us = now_us
        self._texts = texts_of(connection.dialect.name)
        self._rows: dict[Table, list[dict[str, object]]] = {}
        self._taken: set[int] = set()
        self._said: list[tuple[int, list[str]]] = []
        self._ends: set[tuple[int, int]] = set()

    def add(
        self,
        interaction: Interaction,
        fingerprint: bytes,
        *,
        searchable: bool,
        shares: Shares | None = None,
    ) -> InteractionId:
        """Enter a new interaction; return its id. Without `shares` it waits to be listened to."""
        number = self._free_id(interaction)
        row = self._main_row(interaction, fingerprint, searchable=searchable)
        row |= heard.columns(shares)
        if shares is None and heard.is_sounding(interaction):
            self._put(schema.unheard, interaction_id=number)
        self._put(schema.interactions, id=number, added_us=self._now_us, **row)
        self._children(number, interaction)
        self._say(number, interaction, searchable=searchable)
        return number

    def replace(
        self, interaction: Interaction, fingerprint: bytes, *, searchable: bool
    ) -> InteractionId:
        """Put another text of an interaction that is there in its place; its id stays.

        Segments and recordings keep the ids that `interaction` gives them. What hangs on the
        interaction from within the store, evaluations, comments, is not
        touched. What was heard may be another: it waits to be listened to again.
        """
        number = interaction.id
        self._texts.remove(self._connection, (number,))
        for table in _CHILDREN:
            self._connection.execute(table.delete().where(table.c.interaction_id == number))
        table = schema.interactions
        row = self._main_row(interaction, fingerprint, searchable=searchable)
        row |= heard.columns(None)
        heard.forget(self._connection, (number,))
        if heard.is_sounding(interaction):
            self._put(schema.unheard, interaction_id=number)
        self._connection.execute(table.update().where(table.c.id == number).values(**row))
        self._children(number, interaction)
        self._say(number, interaction, searchable=searchable)
        return number

    def remove(self, number: InteractionId) -> None:
        """Take an interaction out that another has taken in."""
        self._texts.remove(self._connection, (number,))
        table = schema.interactions
        self._connection.execute(table.delete().where(table.c.id == number))

    def flush(self) -> None:
        """Write what was collected."""
        for table in _WRITTEN:
            rows = self._rows.pop(table, [])
            # Rows with an id of their own and rows that get one are two statements.
            for named in (True, False):
                chosen = [row for row in rows if ("id" in row) is named]
                if chosen:
                    self._connection.execute(table.insert(), chosen)
        self._texts.add(self._connection, self._said)
        self._said = []
        if self._ends:
            enter_service_dispositions(self._connection, self._ends)
            self._ends = set()

    def _put(self, table: Table, **values: object) -> None:
        self._rows.setdefault(table, []).append(values)

    def _say(self, number: int, interaction: Interaction, *, searchable: bool) -> None:
        said = [m.text for m in interaction.messages if m.role is not PartyRole.SYSTEM]
        if searchable and said:
            self._said.append((number, said))

    def _free_id(self, interaction: Interaction) -> InteractionId:
        number = facts.first_id(interaction.giid, interaction.started_us)
        while (
            number in self._taken
            or self._connection.execute(_ID, {"number": number}).first() is not None
        ):
            number = facts.next_id(number)
        self._taken.add(number)
        return number

    def _main_row(
        self, interaction: Interaction, fingerprint: bytes, *, searchable: bool
    ) -> dict[str, object]:
        return {
            **own_columns(interaction),
            "service_id": self._names.service(interaction.service),
            "disposition_id": self._names.disposition(interaction.disposition),
            "agent_id": self._names.agent(interaction.agent),
            "texts_searchable": int(searchable),
            "fingerprint": fingerprint,
            "changed_us": self._now_us,
        }

    def _children(self, number: InteractionId, interaction: Interaction) -> None:
        for segment in interaction.segments:
            self._segment(number, segment)
        self._recordings(number, interaction)
        self._spoken(number, interaction)
        for stone in interaction.tombstones:
            self._put(
                schema.tombstones,
                interaction_id=number,
                kind=codes.RECORDING_KINDS.code(stone.kind),
                at_us=stone.at_us,
                by=stone.by,
                reason=stone.reason,
                by_retention=int(stone.by_retention),
                recordings=stone.recordings,
                bytes=stone.bytes,
                message=stone.message,
                recording=stone.recording,
                approved_by=stone.approved_by,
            )
        pairs = {(self._names.custom_field(name), fold(text)) for name, text in interaction.custom}
        for field_id, value in sorted(pairs):
            if value:
                self._put(
                    schema.interaction_custom,
                    field_id=field_id,
                    value_fold=value,
                    interaction_id=number,
                )
        labels = {(codes.LABEL_KM, fold(text)) for text in interaction.km_articles}
        labels |= {(codes.LABEL_TAG, fold(text)) for text in interaction.tags}
        for kind, value in sorted(labels):
            self._put(schema.interaction_labels, kind=kind, value_fold=value, interaction_id=number)

    def _segment(self, number: InteractionId, segment: Segment) -> None:
        known = {"id": segment.id} if segment.id else {}
        service_id = self._names.service(segment.service)
        disposition_id = self._names.disposition(segment.disposition)
        if service_id is not None and disposition_id is not None:
            self._ends.add((service_id, disposition_id))
        self._put(
            schema.segments,
            interaction_id=number,
            number=segment.number,
            kind=codes.SEGMENT_KINDS.code(segment.kind),
            started_us=segment.started_us,
            ended_us=segment.ended_us,
            agent_id=self._names.agent(segment.agent),
            service_id=service_id,
            disposition_id=disposition_id,
            party=segment.party,
            connected_to=segment.connected_to,
            transfer=codes.TRANSFERS.code_or_none(segment.transfer),
            transferred_to=segment.transferred_to,
            consultation_of=segment.consultation_of,
            **known,
        )
        for ordinal, stretch in enumerate(segment.stretches):
            self._put(
                schema.stretches,
                interaction_id=number,
                segment_number=segment.number,
                ordinal=ordinal,
                kind=codes.STRETCH_KINDS.code(stretch.kind),
                started_us=stretch.started_us,
                ended_us=stretch.ended_us,
                detail=stretch.detail,
            )

    def _recordings(self, number: InteractionId, interaction: Interaction) -> None:
        for ordinal, recording in enumerate(interaction.recordings):
            known = {"id": recording.id} if recording.id else {}
            self._put(
                schema.recordings,
                interaction_id=number,
                ordinal=ordinal,
                segment_number=recording.segment_number,
                kind=codes.RECORDING_KINDS.code(recording.kind),
                state=codes.RECORDING_STATES.code(recording.state),
                party=codes.ROLES.code(recording.party),
                channel_parties=",".join(role.value for role in recording.channel_parties),
                media_type=recording.media_type,
                object_id=recording.object_id,
                bytes=recording.bytes,
                sha256=recording.sha256,
                source_name=recording.source_name,
                started_us=recording.started_us,
                duration_us=recording.duration_us,
                **known,
            )
            for position, span in enumerate(recording.spans):
                self._put(
                    schema.spans,
                    interaction_id=number,
                    recording_ordinal=ordinal,
                    ordinal=position,
                    media_start_us=span.media_start_us,
                    wall_start_us=span.wall_start_us,
                    duration_us=span.duration_us,
                )

    def _spoken(self, number: InteractionId, interaction: Interaction) -> None:
        for ordinal, message in enumerate(interaction.messages):
            words = tuple((word.text, word.started_us, word.ended_us) for word in message.words)
            self._put(
                schema.messages,
                interaction_id=number,
                ordinal=ordinal,
                at_us=message.at_us,
                ended_us=message.ended_us,
                role=codes.ROLES.code(message.role),
                author=message.author,
                text=message.text,
                segment_number=message.segment_number,
                sentiment=message.sentiment,
                words=_json(words),
                recording=message.recording,
            )
        for ordinal, step in enumerate(interaction.steps):
            self._put(
                schema.steps,
                interaction_id=number,
                ordinal=ordinal,
                step=step.order,
                at_us=step.at_us,
                duration_us=step.duration_us,
                scenario=step.scenario,
                block_type=step.block_type,
                block_title=step.block_title,
                block_id=step.block_id,
                exit_taken=step.exit_taken,
            )
        for note in interaction.notes:
            known = {"id": note.id} if note.id else {}
            self._put(
                schema.notes,
                interaction_id=number,
                author=note.author,
                at_us=note.at_us,
                text=note.text,
                segment_number=note.segment_number,
                by_reviewer=int(note.by_reviewer),
                **known,
            )


def own_columns(interaction: Interaction) -> dict[str, object]:
    """Return the columns of an interaction's row that follow from it alone."""
    voice, transcript, screen, email = facts.content_states(interaction)
    state = codes.RECORDING_STATES.code_or_none
    from_fold = fold_address(interaction.from_address)
    to_fold = fold_address(interaction.to_address)
    return {
        "giid": interaction.giid,
        "channel": codes.CHANNELS.code(interaction.channel),
        "direction": codes.DIRECTIONS.code(interaction.direction),
        "outcome": codes.OUTCOMES.code(interaction.outcome),
        "started_us": interaction.started_us,
        "ended_us": interaction.ended_us,
        "duration_us": interaction.duration_us,
        "hold_us": sum(s.time_in(StretchKind.HOLD) for s in interaction.segments),
        "from_address": interaction.from_address,
        "from_fold": from_fold,
        "from_rev": reverse(from_fold),
        "to_address": interaction.to_address,
        "to_fold": to_fold,
        "to_rev": reverse(to_fold),
        "connected_to": interaction.connected_to,
        "connected_fold": fold_address(interaction.connected_to),
        "from_name": interaction.from_name,
        "medium": interaction.medium,
        **_folded(interaction),
        "flagged": int(interaction.flagged),
        "voice_signature": int(interaction.voice_signature),
        "was_transferred": int(interaction.was_transferred),
        "km_used": int(bool(interaction.km_articles)),
        "has_notes": int(any(not note.by_reviewer for note in interaction.notes)),
        "sentiment": interaction.sentiment,
        "segment_count": len(interaction.segments),
        "voice_state": state(voice),
        "transcript_state": state(transcript),
        "screen_state": state(screen),
        "email_state": state(email),
        "custom": _json(interaction.custom),
        "km_articles": _json(interaction.km_articles),
        "tags": _json(interaction.tags),
        "source_kind": interaction.source.kind,
        "source_system": interaction.source.system,
        "source_key": interaction.source.key,
    }


def _folded(interaction: Interaction) -> dict[str, object]:
    return {
        "scenario": interaction.scenario,
        "scenario_fold": fold(interaction.scenario),
        "call_problem": interaction.call_problem,
        "call_problem_fold": fold(interaction.call_problem),
        "account_number": interaction.account_number,
        "account_fold": fold(interaction.account_number),
        "case_number": interaction.case_number,
        "case_fold": fold(interaction.case_number),
        "thread_id": interaction.thread_id,
        "thread_fold": fold(interaction.thread_id),
        "subject": interaction.subject,
        "subject_fold": fold(interaction.subject),
    }


def _json(values: Sequence[object]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) if values else ""
