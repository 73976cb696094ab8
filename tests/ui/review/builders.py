"""Interactions for the review page: made by hand, with everything the timeline can show."""

from __future__ import annotations

import io
import wave
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from reviewer.models.bytesource import MemorySource
from reviewer.models.ids import Giid, InteractionId, MediaUs, RecordingId, SegmentId, WallUs
from reviewer.models.interaction import (
    Agent,
    Channel,
    Direction,
    Interaction,
    Message,
    Note,
    Outcome,
    ScenarioStep,
    Segment,
    SegmentKind,
    Stretch,
    StretchKind,
    Tombstone,
    TransferKind,
)
from reviewer.models.recording import (
    PartyRole,
    Recording,
    RecordingKind,
    RecordingState,
    Span,
)
from reviewer.storage.store import Incoming
from tests.helpers.stores import ADMIN

if TYPE_CHECKING:
    from reviewer.storage.local import LocalStore

S = 1_000_000
# 2023-10-05 13:50:39 MSK
START = 1_696_503_039 * S

IVANOVA = Agent("ivanova_i", "Ирина", "Иванова", "Карты", "1007")
PETROV = Agent("petrov_d", "Денис", "Петров", "Удержание", "1015")


def at(seconds: float) -> WallUs:
    return WallUs(START + round(seconds * S))


def stretch(kind: StretchKind, start: float, end: float, detail: str = "") -> Stretch:
    return Stretch(kind, at(start), at(end), detail)


def recording(
    number: int | None,
    spans: list[tuple[float, float]],
    *,
    ident: int,
    kind: RecordingKind = RecordingKind.VOICE,
    party: PartyRole = PartyRole.MIXED,
    parties: tuple[PartyRole, ...] = (),
    state: RecordingState = RecordingState.AVAILABLE,
    name: str = "",
) -> Recording:
    media, made = 0.0, []
    for start, end in spans:
        made.append(Span(MediaUs(round(media * S)), at(start), round((end - start) * S)))
        media += end - start
    return Recording(
        kind,
        number,
        tuple(made),
        "video/webm" if kind is RecordingKind.SCREEN else "audio/wav",
        party,
        parties,
        state=state,
        source_name=name or f"part{ident}.wav",
        id=RecordingId(ident),
    )


def transcript() -> tuple[Message, ...]:
    agent, customer = PartyRole.AGENT, PartyRole.CUSTOMER
    lines = (
        (20, agent, "Иванова", "Банк «Север», Ирина, здравствуйте. Чем могу помочь?"),
        (31, customer, "Клиент", "Добрый день. С меня списали комиссию за снятие наличных."),
        (258, PartyRole.SYSTEM, "", "Консультация с 1012 завершена"),
        (
            281,
            agent,
            "Иванова",
            "Мария Сергеевна, спасибо, что подождали. Я уточнила в отделе карт.",
        ),
        (288, customer, "Клиент", "Да, слушаю вас."),
        (
            291,
            agent,
            "Иванова",
            "Комиссию за снятие наличных можно вернуть, если оформить заявление до конца месяца.",
        ),
        (
            299,
            customer,
            "Клиент",
            "А кредитная карта при этом останется с тем же лимитом? Мне бы не хотелось его терять.",
        ),
        (
            308,
            agent,
            "Иванова",
            (
                "Лимит не изменится. Кредитная карта продолжит работать как раньше, "
                "меняется только тариф."
            ),
        ),
        (347, agent, "Иванова", "Заявление создано, номер придёт в СМС."),
        (430, agent, "Петров", "Денис Петров, отдел удержания. Вижу вашу заявку."),
        (640, customer, "Клиент", "Спасибо, до свидания."),
    )
    return tuple(
        Message(at(t), role, author, text, ended_us=at(t + 6)) for t, role, author, text in lines
    )


def call() -> Interaction:
    """Three parts: consultation in a hold, a transfer, a gap, screen video, steps, a flag."""
    segments = (
        Segment(
            1,
            SegmentKind.HANDLING,
            at(0),
            at(406),
            IVANOVA,
            party="+7 916 204-18-73",
            service="Кредитные карты",
            disposition="Решено: возврат комиссии",
            stretches=(
                stretch(StretchKind.IVR, 0, 22, "Приветствие"),
                stretch(StretchKind.TALK, 22, 406),
                stretch(StretchKind.HOLD, 184, 279),
            ),
            transfer=TransferKind.BLIND,
            transferred_to=3,
            id=SegmentId(1),
        ),
        Segment(
            2,
            SegmentKind.CONSULTATION,
            at(186),
            at(274),
            IVANOVA,
            party="1012",
            connected_to="Павел Смирнов",
            stretches=(stretch(StretchKind.TALK, 186, 274),),
            consultation_of=1,
            id=SegmentId(2),
        ),
        Segment(
            3,
            SegmentKind.HANDLING,
            at(408),
            at(835),
            PETROV,
            party="+7 916 204-18-73",
            service="Удержание",
            disposition="Решено: возврат комиссии",
            stretches=(
                stretch(StretchKind.RINGING, 408, 418),
                stretch(StretchKind.TALK, 418, 815),
                stretch(StretchKind.WRAP_UP, 815, 835),
            ),
            id=SegmentId(3),
        ),
    )
    sides = (PartyRole.AGENT, PartyRole.CUSTOMER)
    recordings = (
        recording(1, [(0, 406)], ident=1, parties=sides),
        recording(2, [(186, 274)], ident=2, parties=(PartyRole.CONSULTED, PartyRole.AGENT)),
        recording(3, [(418, 551), (579, 815)], ident=3, parties=sides),
        recording(None, [(24, 406)], ident=4, kind=RecordingKind.SCREEN),
        recording(None, [(418, 545), (580, 815)], ident=5, kind=RecordingKind.SCREEN),
    )
    return Interaction(
        giid=Giid("7C1F0A52-9E4B-4D1A-B2E6-5D0C3F7A91E8"),
        channel=Channel.VOICE,
        direction=Direction.INBOUND,
        started_us=at(0),
        ended_us=at(835),
        segments=segments,
        from_address="+7 916 204-18-73",
        to_address="8 800 555-35-35",
        outcome=Outcome.ANSWERED,
        flagged=True,
        sentiment=-0.21,
        scenario="Main menu",
        recordings=recordings,
        messages=transcript(),
        steps=(
            ScenarioStep(1, at(22), 4 * S, "Main menu", "Connect call", "Соединить", 4, ""),
            ScenarioStep(2, at(406), 2 * S, "Main menu", "Transfer", "Перевод", 7, "no answer"),
        ),
        notes=(
            Note("Ирина Иванова", at(850), "Клиент недоволен тарифом. Заявление 8841."),
            Note("Татьяна Орлова", at(9000), "Хороший пример для обучения.", by_reviewer=True),
        ),
        id=InteractionId(1),
    )


def chat() -> Interaction:
    """A chat of some minutes with one agent."""
    agent, customer = PartyRole.AGENT, PartyRole.CUSTOMER
    sidorova = Agent("sidorova_k", "Кристина", "Сидорова", "Чаты, смена 2")
    texts = (
        (2, PartyRole.SYSTEM, "", "Чат начат на сайте, страница «Кредитные карты»"),
        (8, customer, "Клиент", "Здравствуйте. Не могу понять, за что списали 590 рублей."),
        (
            64,
            agent,
            "Кристина Сидорова",
            "Здравствуйте! Меня зовут Кристина. Сейчас посмотрю операции по карте.",
        ),
        (131, customer, "Клиент", "Спасибо, жду"),
        (
            238,
            agent,
            "Кристина Сидорова",
            "Это комиссия за снятие наличных: кредитная карта «Север Плюс», операция от 2 октября.",
        ),
        (
            262,
            customer,
            "Клиент",
            (
                "Но мне обещали, что кредитная карта без комиссии первые полгода! "
                "Вот скриншот из приложения."
            ),
        ),
        (420, agent, "Кристина Сидорова", "Вижу. Оформляю возврат, деньги придут за три дня."),
        (700, customer, "Клиент", "Спасибо большое!"),
    )
    return Interaction(
        giid=Giid("A93E77D0-41C2-4F0A-9B1E-3D0C3F7A91E9"),
        channel=Channel.CHAT,
        direction=Direction.INBOUND,
        started_us=at(0),
        ended_us=at(760),
        segments=(
            Segment(
                1,
                SegmentKind.HANDLING,
                at(0),
                at(760),
                sidorova,
                party="94.25.168.31",
                service="Чат: карты",
                disposition="Решено",
                id=SegmentId(9),
            ),
        ),
        from_address="94.25.168.31",
        to_address="",
        medium="web",
        sentiment=0.58,
        recordings=(
            Recording(
                RecordingKind.CHAT_TRANSCRIPT,
                None,
                (),
                "application/json",
                id=RecordingId(20),
            ),
        ),
        messages=tuple(Message(at(t), role, who, text) for t, role, who, text in texts),
        id=InteractionId(2),
    )


def deleted_call() -> Interaction:
    """The call after its sound and screen were deleted."""
    whole = call()
    gone = tuple(replace(r, state=RecordingState.DELETED) for r in whole.recordings)
    stone = Tombstone(
        RecordingKind.VOICE,
        at(600_000),
        "Татьяна Орлова",
        "Запрос клиента на удаление персональных данных, № 8841",
        recordings=3,
    )
    screen = Tombstone(
        RecordingKind.SCREEN,
        at(600_000),
        "Татьяна Орлова",
        "Запрос клиента на удаление персональных данных, № 8841",
        recordings=2,
    )
    return replace(
        whole,
        giid=Giid("22222222-2222-4222-8222-222222222222"),
        recordings=gone,
        messages=(),
        tombstones=(stone, screen),
    )


def silenced_call() -> Interaction:
    """The call after its sound was deleted and its transcript kept."""
    whole = call()
    left = tuple(
        replace(r, state=RecordingState.DELETED) if r.kind is RecordingKind.VOICE else r
        for r in whole.recordings
    )
    stone = Tombstone(RecordingKind.VOICE, at(600_000), "Татьяна Орлова", "Запрос клиента")
    return replace(
        whole,
        giid=Giid("44444444-4444-4444-8444-444444444444"),
        recordings=left,
        tombstones=(stone,),
    )


def ivr_call() -> Interaction:
    """Nobody answered: IVR, then a queue."""
    return Interaction(
        giid=Giid("11111111-1111-4111-8111-111111111111"),
        channel=Channel.VOICE,
        direction=Direction.INBOUND,
        started_us=at(0),
        ended_us=at(90),
        segments=(
            Segment(
                1,
                SegmentKind.IVR,
                at(0),
                at(90),
                party="+7 911 006-52-48",
                stretches=(
                    stretch(StretchKind.IVR, 0, 40, "Главное меню"),
                    stretch(StretchKind.QUEUE, 40, 90),
                ),
                id=SegmentId(30),
            ),
        ),
        from_address="+7 911 006-52-48",
        to_address="8 800 555-35-35",
        outcome=Outcome.ABANDONED,
        recordings=(recording(1, [], ident=30),),
        id=InteractionId(3),
    )


@cache
def sounds(interaction: Interaction, *, rate_hz: int = 1000) -> dict[int, bytes]:
    """Speech-like sound for every recording that is heard; the parties take turns."""
    return {
        index: _wav(recording, rate_hz)
        for index, recording in enumerate(interaction.recordings)
        if recording.is_sound and recording.state is RecordingState.AVAILABLE
    }


def _wav(recording: Recording, rate_hz: int) -> bytes:
    frames = round(recording.duration_us / S * rate_hz)
    channels = max(1, len(recording.channel_parties))
    rng = np.random.default_rng(int(recording.id))
    time_s = np.arange(frames) / rate_hz
    samples = np.zeros((frames, channels), np.int16)
    for channel in range(channels):
        turn = np.sin(2 * np.pi * time_s / 23 + channel * np.pi) > 0.1
        syllables = np.abs(np.sin(2 * np.pi * time_s * 1.7)) * (0.4 + 0.6 * rng.random(1)[0])
        breath = np.abs(np.sin(2 * np.pi * time_s * 0.11 + channel))
        noise = rng.standard_normal(frames) * 2600
        samples[:, channel] = np.clip(noise * syllables * breath * turn + 12, -30000, 30000)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(samples.tobytes())
    return buffer.getvalue()


def put(store: LocalStore, interaction: Interaction, *, with_sound: bool = True) -> InteractionId:
    """Put an interaction into a store as its administrator and return its id there."""
    content = dict(sounds(interaction)) if with_sound else {}
    for index, each in enumerate(interaction.recordings):
        if each.state is RecordingState.AVAILABLE and index not in content and not each.is_empty:
            content[index] = b"\x1aE\xdf\xa3 some bytes"
    openers = {
        index: partial(MemorySource, data, interaction.recordings[index].source_name)
        for index, data in content.items()
    }
    bare = replace(
        interaction,
        id=InteractionId(0),
        segments=tuple(replace(s, id=SegmentId(0)) for s in interaction.segments),
        recordings=tuple(replace(r, id=RecordingId(0)) for r in interaction.recordings),
    )
    landed, _ = store.session(ADMIN).intake.put([Incoming(bare, openers)])
    found = landed[0].interaction_id
    assert found is not None
    return found
