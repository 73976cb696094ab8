"""Make the screen videos of the demo store, once: `python tools/make_demo_screens.py`.

Draws the screens of a fictitious subscriber system as an agent would go through them and encodes
them as VP8 in WebM, 640 x 360, one frame a second, in pieces of a login session. A key frame
every minute keeps seeking quick and the files small.
"""

from __future__ import annotations

import json
import os
import random
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QImage,
    QPainter,
    QPolygonF,
)

W, H = 640, 360
RESOURCES = Path(__file__).resolve().parent.parent / "resources"
OUT = RESOURCES / "demo" / "screens"
PIECES = {
    "ru-1": 900,
    "ru-2": 900,
    "ru-3": 420,
    "ru-4": 128,
    "en-1": 900,
    "en-2": 480,
    "en-3": 420,
    "en-4": 128,
}
"""Name and seconds of each piece; the name begins with the language of the screens."""

WORDS = {
    "ru": {
        "title": "Северная линия · Абоненты",
        "menu": ["Абонент", "Номера", "Услуги", "Обращения", "Платежи", "База знаний"],
        "card": "Договор 40-",
        "fields": ["Абонент", "Тариф", "Баланс", "Номеров", "Состояние"],
        "values": [
            ["Вершинин А. П.", "Офис 5", "1 240,00 ₽", "5", "Активен"],
            ["ООО «Кедровая падь»", "Офис 20", "18 603,50 ₽", "14", "Активен"],
            ["Ладожская М. С.", "Домашний", "−312,40 ₽", "1", "Приостановлен"],
            ["ИП Озёрный", "Офис 5", "640,00 ₽", "3", "Активен"],
        ],
        "chart": "Минуты за месяц",
        "columns": ["Дата", "Тема", "Оператор", "Результат"],
        "topics": [
            "Переадресация",
            "Голосовая почта",
            "Смена тарифа",
            "Счёт за месяц",
            "Связь пропадает",
        ],
        "agents": ["Иволгина Т.", "Рощин Д.", "Бережная К.", "Студёный П."],
        "results": ["Решено", "В работе", "Передано", "Отказ", "Решено"],
        "services": [
            "Безусловная переадресация",
            "Голосовая почта",
            "Автосекретарь",
            "Конференция",
            "Запись разговоров",
        ],
        "on": "включено",
        "off": "выключено",
        "article": "Как настроить переадресацию",
        "search": "Поиск по номеру",
    },
    "en": {
        "title": "Northern Line · Subscribers",
        "menu": ["Subscriber", "Numbers", "Services", "Requests", "Payments", "Knowledge"],
        "card": "Contract 40-",
        "fields": ["Subscriber", "Plan", "Balance", "Numbers", "State"],
        "values": [
            ["A. Winterbourne", "Office 5", "£124.00", "5", "Active"],
            ["Cedar Hollow Ltd", "Office 20", "£860.35", "14", "Active"],
            ["M. Lakeshore", "Home", "−£31.24", "1", "Suspended"],
            ["Fernhill Bakery", "Office 5", "£64.00", "3", "Active"],
        ],
        "chart": "Minutes a month",
        "columns": ["Date", "Subject", "Agent", "Result"],
        "topics": ["Forwarding", "Voicemail", "Change of plan", "Monthly bill", "Line drops"],
        "agents": ["T. Goldcrest", "D. Grove", "K. Shore", "P. Frost"],
        "results": ["Solved", "Open", "Passed on", "Refused", "Solved"],
        "services": [
            "Forwarding, always",
            "Voicemail",
            "Attendant",
            "Conference",
            "Call recording",
        ],
        "on": "on",
        "off": "off",
        "article": "How to set up forwarding",
        "search": "Find a number",
    },
}
INK, MUTED, LINE, PAPER, PAGE = "#1f2937", "#6b7280", "#d9dee5", "#ffffff", "#eef1f5"
NAVY, BLUE, PALE = "#234a7d", "#3d74c7", "#dbe7fa"


@dataclass
class View:
    """What the agent has on the screen."""

    page: int
    person: int
    row: int
    cursor: tuple[float, float]
    typed: str


def views(language: str, seconds: int, seed: str) -> list[View]:
    """Return what is on the screen in each second."""
    rng = random.Random(seed)  # noqa: S311 (pictures, not secrets)
    out: list[View] = []
    view = View(0, 0, 0, (320.0, 200.0), "")
    number = "0000000"
    while len(out) < seconds:
        if rng.random() < 0.25:
            number = f"{rng.randrange(10_000_000):07d}"
            out.extend(
                View(view.page, view.person, view.row, (520.0, 18.0), number[:n])
                for n in range(1, 8)
            )
            view.person = rng.randrange(len(WORDS[language]["values"]))
        view.page = rng.choice([0, 0, 0, 1, 2, 3, 3, 5])
        view.row = rng.randrange(5)
        target = (rng.uniform(150, 600), rng.uniform(70, 330))
        for step in range(1, 4):
            x, y = (view.cursor[i] + (target[i] - view.cursor[i]) * step / 3 for i in (0, 1))
            out.append(View(view.page, view.person, view.row, (x, y), number))
        view.cursor = target
        view.typed = number
        still = View(view.page, view.person, view.row, target, number)
        out.extend([still] * rng.randrange(14, 48))
    return out[:seconds]


class Screen:
    """Draws views of one language."""

    def __init__(self, language: str) -> None:
        self._words = WORDS[language]

    def draw(self, view: View) -> QImage:
        """Return one frame."""
        image = QImage(W, H, QImage.Format.Format_RGB888)
        image.fill(QColor(PAGE))
        self._p = QPainter(image)
        self._p.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._frame(view)
        {0: self._card, 1: self._numbers, 2: self._services, 5: self._article}.get(
            view.page, self._requests
        )(view)
        self._pointer(*view.cursor)
        self._p.end()
        return image

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        colour: str = INK,
        size: int = 10,
        *,
        bold: bool = False,
    ) -> None:
        font = QFont("Inter")
        font.setPixelSize(size)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        self._p.setFont(font)
        self._p.setPen(QColor(colour))
        self._p.drawText(QPointF(x, y), text)

    def _box(self, x: float, y: float, w: float, h: float, colour: str = PAPER) -> None:
        self._p.setPen(Qt.PenStyle.NoPen)
        self._p.setBrush(QColor(colour))
        self._p.drawRoundedRect(QRectF(x, y, w, h), 3, 3)

    def _frame(self, view: View) -> None:
        self._p.fillRect(0, 0, W, 30, QColor(NAVY))
        self._text(12, 19, self._words["title"], "#ffffff", 11, bold=True)
        self._box(440, 7, 150, 16, "#3b629a")
        self._text(448, 18, view.typed or self._words["search"], "#dbe7fa", 9)
        self._p.setBrush(QColor("#9db9e2"))
        self._p.drawEllipse(QPointF(615, 15), 8, 8)
        self._p.fillRect(0, 30, 104, H - 30, QColor("#dfe5ec"))
        for n, item in enumerate(self._words["menu"]):
            if n == view.page:
                self._p.fillRect(0, 40 + n * 24, 104, 22, QColor(PAPER))
            self._text(
                14, 55 + n * 24, item, INK if n == view.page else MUTED, 10, bold=n == view.page
            )

    def _person(self, view: View, w: float) -> None:
        self._box(116, 42, w, 118)
        self._text(128, 60, f"{self._words['card']}{4417 + view.person * 131}", INK, 12, bold=True)
        values = self._words["values"][view.person]
        for n, (field, value) in enumerate(zip(self._words["fields"], values, strict=True)):
            self._text(128, 80 + n * 17, field, MUTED)
            self._text(200, 80 + n * 17, value, bold=True)

    def _card(self, view: View) -> None:
        self._person(view, 262)
        self._box(390, 42, 238, 118)
        self._text(402, 60, self._words["chart"], INK, 11, bold=True)
        for n in range(11):
            height = 18 + (n * 37 + view.person * 23) % 58
            self._box(404 + n * 19.5, 148 - height, 13, height, BLUE if n == 7 else "#a9c4ee")
        self._table(view, 172)

    def _requests(self, view: View) -> None:
        self._table(view, 42)

    def _table(self, view: View, top: int) -> None:
        rows = (H - top - 42) // 24
        self._box(116, top, 512, 34 + rows * 24)
        xs = (128, 216, 366, 490)
        for x, column in zip(xs, self._words["columns"], strict=True):
            self._text(x, top + 19, column, MUTED, 9, bold=True)
        for n in range(rows):
            y = top + 28 + n * 24
            if n == view.row:
                self._p.fillRect(QRectF(117, y, 510, 24), QColor(PALE))
            day = f"{28 - (n * 3 + view.person) % 27:02d}.{12 - n // 4:02d}"
            k = n * 2 + view.person
            cells = (
                day,
                self._words["topics"][k % 5],
                self._words["agents"][k % 4],
                self._words["results"][(k * 3 + 1) % 5],
            )
            for x, cell in zip(xs, cells, strict=True):
                self._text(x, y + 16, cell)
            self._p.fillRect(QRectF(117, y + 24, 510, 0.7), QColor(LINE))

    def _numbers(self, view: View) -> None:
        self._person(view, 512)
        for n in range(6):
            x, y = 116 + (n % 3) * 173, 172 + (n // 3) * 90
            self._box(x, y, 164, 80, PALE if n == view.row else PAPER)
            self._text(
                x + 12,
                y + 22,
                f"… 0{12 + n * 7 + view.person}-{20 + n}-{40 + n}",
                bold=True,
                size=12,
            )
            self._text(x + 12, y + 42, self._words["services"][n % 5], MUTED, 9)
            self._text(x + 12, y + 60, self._words["on" if n % 2 else "off"], BLUE, 9)

    def _services(self, view: View) -> None:
        self._box(116, 42, 512, 40 + 5 * 46)
        for n, service in enumerate(self._words["services"]):
            y = 66 + n * 46
            on = (n + view.person) % 2 == 0
            self._text(132, y + 14, service, INK, 12, bold=n == view.row)
            self._box(560, y + 2, 34, 17, BLUE if on else "#b8c1cc")
            self._p.setBrush(QColor(PAPER))
            self._p.drawEllipse(QPointF(585 if on else 569, y + 10.5), 6.5, 6.5)
            self._text(490, y + 14, self._words["on" if on else "off"], MUTED)

    def _article(self, view: View) -> None:
        self._box(116, 42, 512, 306)
        self._text(136, 72, self._words["article"], INK, 15, bold=True)
        for n in range(13):
            width = 300 + (n * 53 + view.person * 31) % 160
            if n % 5 == 4:
                continue
            self._box(136, 92 + n * 18, width, 7, PALE if n == view.row + 2 else "#e3e7ec")

    def _pointer(self, x: float, y: float) -> None:
        shape = [(0, 0), (0, 13), (3.4, 10), (6, 15), (8, 14), (5.6, 9.4), (10, 9)]
        self._p.setPen(QColor("#ffffff"))
        self._p.setBrush(QColor("#111111"))
        self._p.drawPolygon(QPolygonF([QPointF(x + a, y + b) for a, b in shape]))


def encode(path: Path, language: str, shown: list[View]) -> None:
    """Write the views as one WebM file, a second each."""
    screen = Screen(language)
    with av.open(str(path), "w", format="webm") as container:
        stream = container.add_stream("libvpx", rate=1)
        stream.width, stream.height, stream.pix_fmt = W, H, "yuv420p"
        stream.bit_rate = 60_000
        stream.time_base = Fraction(1, 1000)
        stream.codec_context.gop_size = 90
        stream.codec_context.thread_count = 1
        stream.options = {
            "deadline": "good",
            "cpu-used": "1",
            "lag-in-frames": "0",
            "auto-alt-ref": "0",
            "crf": "24",
            "qmin": "14",
            "qmax": "48",
        }
        for second, view in enumerate(shown):
            image = screen.draw(view)
            pixels = np.frombuffer(image.constBits(), np.uint8).reshape(H, image.bytesPerLine())
            frame = av.VideoFrame.from_ndarray(
                np.ascontiguousarray(pixels[:, : W * 3]).reshape(H, W, 3), format="rgb24"
            )
            frame.pts = second
            frame.time_base = Fraction(1, 1)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def main() -> None:
    """Write all pieces."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QGuiApplication([])
    for font in (RESOURCES / "fonts").glob("Inter-*.otf"):
        QFontDatabase.addApplicationFont(str(font))
    OUT.mkdir(parents=True, exist_ok=True)
    for name, seconds in PIECES.items():
        language = name.split("-")[0]
        path = OUT / f"{name}.webm"
        encode(path, language, views(language, seconds, name))
        print(f"{path.name}: {seconds} s, {path.stat().st_size / 1024:.0f} KiB")
    (OUT / "index.json").write_text(json.dumps(PIECES, indent=2) + "\n", encoding="utf-8")
    app.quit()


if __name__ == "__main__":
    main()
