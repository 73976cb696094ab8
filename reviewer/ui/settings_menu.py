"""The menu behind the user's initials: language, colours, text size, keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from reviewer.messages import language, tr
from reviewer.ui.actions import SHORTCUT
from reviewer.ui.keys import literal
from reviewer.ui.theme.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reviewer.ui.language import LanguageSwitch
    from reviewer.ui.settings import WindowSettings
    from reviewer.ui.theme.theme import Scheme

# Each language by its own name, whatever is spoken now.
_LANGUAGES = (("en", "English"), ("ru", "Русский"))
_ICON = "iconName"
_ALSO = "otherWords"
_SCALES = (0.9, 1.0, 1.1, 1.25, 1.5)


class SettingsMenu(QMenu):
    """Takes effect at once and is remembered."""

    def __init__(
        self,
        user: str,
        languages: LanguageSwitch,
        settings: WindowSettings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self._user = user
        self._languages = languages
        self._settings = settings
        self._acts: tuple[QAction, ...] = ()
        self._last: tuple[QAction, ...] = ()
        self.retranslate()

    def set_acts(self, acts: Sequence[QAction]) -> None:
        """Offer actions of the window after the settings."""
        self._acts = tuple(acts)

    def set_last(self, *acts: QAction) -> None:
        """Offer actions at the very end."""
        self._last = acts

    def choices(self) -> tuple[tuple[str, str, Callable[[], object], str, str], ...]:
        """Return what can be chosen and is not in force: heading, title, act, icon, other words."""
        self.retranslate()
        found: list[tuple[str, str, Callable[[], object], str, str]] = []
        for entry in self.actions():
            submenu: object = entry.menu()
            for action in submenu.actions() if isinstance(submenu, QMenu) else ():
                if action.isCheckable() and not action.isChecked():
                    icon = str(entry.property(_ICON))
                    also = str(entry.property(_ALSO))
                    found.append((entry.text(), action.text(), action.trigger, icon, also))
        return tuple(found)

    def retranslate(self) -> None:
        """Build the menu in the language in force."""
        self.clear()
        who = self.addAction(theme().icon("user"), literal(self._user))
        who.setEnabled(False)
        self.addSeparator()
        words = tr("English, Russian")
        self._add_choices(
            tr("Language"), "languages", _LANGUAGES, language(), self._on_language_triggered, words
        )
        schemes = (
            ("system", tr("As the system")),
            ("light", tr("Light")),
            ("dark", tr("Dark")),
        )
        words = tr("theme, appearance")
        self._add_choices(
            tr("Colours"), "contrast", schemes, theme().scheme, self._on_scheme_triggered, words
        )
        scales = tuple((str(scale), f"{round(scale * 100)} %") for scale in _SCALES)
        words = tr("font, scale")
        self._add_choices(
            tr("Text size"), "zoom-in", scales, str(theme().scale), self._on_scale_triggered, words
        )
        self.addSeparator()
        for act in self._acts:
            self._add_entry(act)
        if self._acts:
            self.addSeparator()
        for act in self._last:
            self._add_entry(act)

    def _add_entry(self, act: QAction) -> None:
        """Offer an action by an entry of the menu's own: clearing it must not end the action."""
        words = str(act.property(SHORTCUT) or "")
        key = f"\t{words}" if words else ""
        entry = self.addAction(act.icon(), act.text() + key)
        entry.triggered.connect(act.trigger)
        if not act.isEnabled():
            entry.setEnabled(False)
            entry.setToolTip(act.toolTip())

    def _add_choices(
        self,
        title: str,
        icon: str,
        choices: Sequence[tuple[str, str]],
        current: str,
        triggered: object,
        also: str,
    ) -> None:
        menu = self.addMenu(theme().icon(icon), title)
        menu.menuAction().setProperty(_ICON, icon)
        menu.menuAction().setProperty(_ALSO, also)
        group = QActionGroup(menu)
        for value, text in choices:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setData(value)
            action.setChecked(value == current)
            group.addAction(action)
        group.triggered.connect(triggered)

    def _on_language_triggered(self, action: QAction) -> None:
        self._settings.language = action.data()
        self._languages.switch(action.data())

    def _on_scheme_triggered(self, action: QAction) -> None:
        scheme = cast("Scheme", action.data())
        self._settings.scheme = scheme
        theme().set_scheme(scheme)

    def _on_scale_triggered(self, action: QAction) -> None:
        scale = float(action.data())
        self._settings.scale = scale
        theme().set_scale(scale)
