"""The theme in force: colours, fonts, icons and palette, and the signal that they changed.

One `Theme` belongs to the application object (`Theme.install`); widgets reach it by `theme()`
when they paint and keep no colour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from reviewer.ui.theme.fonts import SCALE_MAX, SCALE_MIN, load_fonts, mono_font, ui_font
from reviewer.ui.theme.icons import IconCache, ThemedIconEngine
from reviewer.ui.theme.style import ReviewerStyle
from reviewer.ui.theme.tokens import DARK, DARK_ROLES, LIGHT, LIGHT_ROLES, Colors, Step, alpha

if TYPE_CHECKING:
    from PySide6.QtGui import QFontMetricsF

Scheme = Literal["system", "light", "dark"]
_PROPERTY = "reviewerTheme"
# A row keeps at least this much air around its text, px.
_ROW_AIR = 12


class Theme(QObject):
    """What the window looks like now.

    Thread: main.
    """

    # Emitted after colours, fonts or text size changed and palette and font are set.
    changed = Signal()

    def __init__(
        self,
        app: QApplication,
        *,
        scheme: Scheme = "system",
        scale: float = 1.0,
    ) -> None:
        super().__init__(app)
        self._app = app
        self._scheme: Scheme = scheme
        self._scale = _within(scale)
        self._dark = False
        self._follows = False
        self._fonts: dict[tuple[str, int | None], QFont] = {}
        self._text_palettes: dict[str, QPalette] = {}
        self.icons = IconCache()

    @classmethod
    def install(cls, app: QApplication, *, scheme: Scheme = "system", scale: float = 1.0) -> Theme:
        """Load the fonts, set the style, and make the theme of the application.

        An application that has its theme already keeps it, with the scheme and scale given.

        Raises:
            ResourceMissingError: A font is not there.
        """
        found = app.property(_PROPERTY)
        if isinstance(found, cls):
            found._scheme, found._scale = scheme, _within(scale)  # noqa: SLF001 (our own)
            made = found
        else:
            load_fonts()
            made = cls(app, scheme=scheme, scale=scale)
            app.setProperty(_PROPERTY, made)
            app.setStyle(ReviewerStyle(made))
        made._follow()
        made._apply()
        return made

    # --- what is in force

    @property
    def scheme(self) -> Scheme:
        """What the user chose: a scheme, or to follow the system."""
        return self._scheme

    @property
    def dark(self) -> bool:
        """Whether the dark colours are in force."""
        return self._dark

    @property
    def colors(self) -> Colors:
        """The colours in force."""
        return DARK if self._dark else LIGHT

    @property
    def scale(self) -> float:
        """The user's text size, 0.9..1.5."""
        return self._scale

    def color(self, role: str, opacity: float = 1.0) -> QColor:
        """Return the colour of a role, `tokens.ROLES`."""
        found = (DARK_ROLES if self._dark else LIGHT_ROLES)[role]
        return found if opacity >= 1.0 else alpha(found, opacity)

    def text_palette(self, role: str) -> QPalette:
        """Return the palette of a text in a role; do not change what you get.

        Kept, because a page makes hundreds of labels and each palette takes 0.1 ms to make.
        """
        found = self._text_palettes.get(role)
        if found is None:
            group, where = QPalette.ColorGroup, QPalette.ColorRole.WindowText
            color, disabled = self.color(role), self.color("disabled")
            found = self._text_palettes[role] = QPalette()
            found.setColor(group.Active, where, color)
            found.setColor(group.Inactive, where, color)
            found.setColor(group.Disabled, where, disabled)
        return found

    def px(self, size: float) -> int:
        """Return a token's size at the user's text size, px."""
        return round(size * self._scale)

    def row_px(self, size: float, metrics: QFontMetricsF) -> int:
        """Return the height of a row: the token, or more where the font needs it, px."""
        return max(self.px(size), round(metrics.lineSpacing()) + _ROW_AIR)

    def font(self, step: Step, weight: int | None = None) -> QFont:
        """Return the font of a type step; do not change what you get."""
        key = (step, weight)
        found = self._fonts.get(key)
        if found is None:
            found = self._fonts[key] = ui_font(step, weight=weight, scale=self._scale)
        return found

    def mono(self, size_px: int = 12) -> QFont:
        """Return the fixed-width font; do not change what you get."""
        key = (f"mono{size_px}", None)
        found = self._fonts.get(key)
        if found is None:
            found = self._fonts[key] = mono_font(size_px, scale=self._scale)
        return found

    def icon(
        self,
        name: str,
        role: str = "text2",
        *,
        on_role: str = "accent_text",
        filled: bool | None = None,
    ) -> QIcon:
        """Return an icon that follows the theme; `on_role` is its colour while checked.

        Raises:
            ResourceMissingError: There is no such icon in `resources/icons`.
        """
        return QIcon(ThemedIconEngine(self, name, role, on_role, filled))

    def pixmap(
        self,
        name: str,
        size: int,
        role: str = "text2",
        ratio: float = 1.0,
        *,
        filled: bool | None = None,
    ) -> QPixmap:
        """Return an icon as a cached pixmap, for painting; `size` in logical px."""
        return self.icons.pixmap(name, size, self.color(role), ratio, filled=filled)

    # --- changing it

    def set_scheme(self, scheme: Scheme) -> None:
        """Choose the colours."""
        self._scheme = scheme
        self._apply()

    def set_scale(self, scale: float) -> None:
        """Choose the text size, clipped to 0.9..1.5."""
        self._scale = _within(scale)
        self._apply()

    def close(self) -> None:
        """Stop following the system."""
        if self._follows:
            self._app.styleHints().colorSchemeChanged.disconnect(self._on_system_scheme_changed)
            self._follows = False

    def _follow(self) -> None:
        if not self._follows:
            self._app.styleHints().colorSchemeChanged.connect(self._on_system_scheme_changed)
            self._follows = True

    @Slot(Qt.ColorScheme)
    def _on_system_scheme_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self._scheme == "system":
            self._apply()

    def _apply(self) -> None:
        self._dark = self._scheme == "dark" or (self._scheme == "system" and self._system_dark())
        self._fonts.clear()
        self._text_palettes.clear()
        self.icons.clear()
        self._app.setFont(self.font("body"))
        self._app.setPalette(palette(self.colors))
        self.changed.emit()

    def _system_dark(self) -> bool:
        scheme = self._app.styleHints().colorScheme()
        if scheme != Qt.ColorScheme.Unknown:
            return scheme == Qt.ColorScheme.Dark
        # Some platforms do not tell: their own palette does.
        style = self._app.style()
        own = style.standardPalette()
        return own.windowText().color().lightness() > own.window().color().lightness()


def theme() -> Theme:
    """Return the theme of the application.

    Raises:
        RuntimeError: `Theme.install` was not called: a mistake in the composition.
    """
    app = QApplication.instance()
    found = app.property(_PROPERTY) if app is not None else None
    if not isinstance(found, Theme):
        raise RuntimeError("Theme.install was not called")  # noqa: TRY004
    return found


def palette(colors: Colors) -> QPalette:
    """Return the palette of a theme: active, inactive and disabled."""
    made = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: colors.window,
        role.WindowText: colors.text,
        role.Base: colors.field,
        role.AlternateBase: colors.row_alt,
        role.Text: colors.text,
        role.PlaceholderText: colors.muted,
        role.Button: colors.raised,
        role.ButtonText: colors.text,
        role.BrightText: colors.on_accent,
        role.ToolTipBase: colors.raised,
        role.ToolTipText: colors.text,
        role.Highlight: colors.selection,
        role.HighlightedText: colors.on_sel,
        role.Accent: colors.accent,
        role.Link: colors.accent_text,
        role.LinkVisited: colors.accent_text,
        role.Light: colors.hover,
        role.Midlight: colors.line,
        role.Mid: colors.line2,
        role.Dark: colors.ctl,
        role.Shadow: colors.shadow,
    }
    for where, color in pairs.items():
        made.setColor(where, color)
    made.setColor(QPalette.ColorGroup.Inactive, role.Highlight, colors.selection_off)
    made.setColor(QPalette.ColorGroup.Inactive, role.HighlightedText, colors.text)
    for where in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        made.setColor(QPalette.ColorGroup.Disabled, where, colors.disabled)
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, colors.selection_off)
    made.setColor(QPalette.ColorGroup.Disabled, role.HighlightedText, colors.disabled)
    return made


def _within(scale: float) -> float:
    return min(SCALE_MAX, max(SCALE_MIN, scale))
