"""The one style of the window: a proxy over Fusion that draws every control from the tokens.

What a control is comes from dynamic properties: `kind` of a button (default, primary, ghost,
danger, soft), `panel` (lower, in panels and toolbars), `shortcutText`, `error` and `fieldHeight`
of a field. A widget with a style sheet of its own would bypass all this: there are none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleHintReturnMask,
    QStyleOption,
    QStyleOptionComplex,
    QWidget,
)
from typing_extensions import override

from reviewer.ui.theme import style_buttons, style_fields, style_items
from reviewer.ui.theme.tips import TIP, TipLooks
from reviewer.ui.theme.tokens import Motion, Radius, Size, Space

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QIcon, QPainter
    from PySide6.QtWidgets import QStyleOptionSlider

    from reviewer.ui.theme.theme import Theme

CE = QStyle.ControlElement
PE = QStyle.PrimitiveElement
CC = QStyle.ComplexControl
CT = QStyle.ContentsType
PM = QStyle.PixelMetric
SC = QStyle.SubControl
SE = QStyle.SubElement
SH = QStyle.StyleHint

_SILENT = frozenset({PE.PE_FrameFocusRect, PE.PE_IndicatorHeaderArrow, PE.PE_PanelItemViewRow})
_PRIMITIVES: dict[PE, Callable[[Theme, Any, QPainter], None]] = {
    PE.PE_IndicatorCheckBox: style_buttons.check_box,
    PE.PE_IndicatorRadioButton: style_buttons.radio_button,
    PE.PE_PanelItemViewItem: style_items.view_item_panel,
    PE.PE_PanelMenu: style_items.menu_panel,
    PE.PE_PanelTipLabel: style_items.tooltip_panel,
}
_CONTROLS: dict[CE, Callable[[Theme, Any, QPainter], None]] = {
    CE.CE_ComboBoxLabel: style_fields.combo_label,
    CE.CE_HeaderSection: style_items.header_section,
    CE.CE_TabBarTabShape: style_items.tab_shape,
    CE.CE_TabBarTabLabel: style_items.tab_label,
    CE.CE_ProgressBar: style_fields.progress_bar,
    CE.CE_Splitter: style_items.splitter,
}
_CONTROLS_WITH_WIDGET: dict[CE, Callable[[Theme, Any, QPainter, QWidget | None], None]] = {
    CE.CE_PushButton: style_buttons.push_button,
    CE.CE_MenuItem: style_items.menu_item,
    CE.CE_HeaderLabel: style_items.header_label,
}
_COMPLEX: dict[CC, Callable[[Theme, Any, QPainter, QWidget | None], None]] = {
    CC.CC_ToolButton: style_buttons.tool_button,
    CC.CC_ComboBox: style_fields.combo_box,
    CC.CC_SpinBox: style_fields.spin_box,
}
# Lengths at the normal text size, and whether they grow with it.
_METRICS: dict[PM, tuple[int, bool]] = {
    PM.PM_IndicatorWidth: (16, True),
    PM.PM_IndicatorHeight: (16, True),
    PM.PM_ExclusiveIndicatorWidth: (16, True),
    PM.PM_ExclusiveIndicatorHeight: (16, True),
    PM.PM_CheckBoxLabelSpacing: (Space.S, False),
    PM.PM_RadioButtonLabelSpacing: (Space.S, False),
    PM.PM_SmallIconSize: (Size.ICON, True),
    PM.PM_ButtonIconSize: (Size.ICON, True),
    PM.PM_ToolBarIconSize: (Size.ICON, True),
    PM.PM_ListViewIconSize: (Size.ICON, True),
    PM.PM_TabBarIconSize: (Size.ICON, True),
    PM.PM_ScrollBarExtent: (style_items.SCROLL_PX, False),
    PM.PM_SplitterWidth: (Size.LINE, False),
    PM.PM_DefaultFrameWidth: (Size.LINE, False),
    PM.PM_ComboBoxFrameWidth: (Size.LINE, False),
    PM.PM_MenuPanelWidth: (Size.LINE, False),
    PM.PM_MenuVMargin: (Space.XS, False),
    PM.PM_MenuHMargin: (0, False),
    PM.PM_SubMenuOverlap: (0, False),
    PM.PM_ToolTipLabelFrameWidth: (6, False),
    PM.PM_SliderThickness: (20, True),
    PM.PM_SliderLength: (style_fields.HANDLE, True),
    PM.PM_SliderControlThickness: (style_fields.HANDLE, True),
    PM.PM_LayoutHorizontalSpacing: (Space.S, False),
    PM.PM_LayoutVerticalSpacing: (Space.S, False),
    PM.PM_LayoutLeftMargin: (Space.M, False),
    PM.PM_LayoutRightMargin: (Space.M, False),
    PM.PM_LayoutTopMargin: (Space.M, False),
    PM.PM_LayoutBottomMargin: (Space.M, False),
    PM.PM_TabBarTabShiftVertical: (0, False),
    PM.PM_TabBarTabShiftHorizontal: (0, False),
    PM.PM_TabBarBaseOverlap: (0, False),
    PM.PM_ButtonShiftHorizontal: (0, False),
    PM.PM_ButtonShiftVertical: (0, False),
    PM.PM_HeaderMargin: (Space.XS, False),
    PM.PM_FocusFrameHMargin: (Space.XS, False),
}
_HINTS: dict[SH, int] = {
    SH.SH_EtchDisabledText: 0,
    SH.SH_ToolTip_WakeUpDelay: Motion.TOOLTIP,
    SH.SH_ToolTip_FallAsleepDelay: 0,
    SH.SH_ScrollBar_Transient: 0,
    SH.SH_ComboBox_Popup: 0,
    SH.SH_ItemView_ShowDecorationSelected: 1,
    SH.SH_ItemView_ActivateItemOnSingleClick: 0,
    SH.SH_DialogButtonBox_ButtonsHaveIcons: 0,
    SH.SH_UnderlineShortcut: 0,
    SH.SH_Menu_SloppySubMenus: 1,
    SH.SH_Menu_Scrollable: 1,
    SH.SH_TabBar_Alignment: Qt.AlignmentFlag.AlignLeft.value,
    SH.SH_Slider_AbsoluteSetButtons: Qt.MouseButton.LeftButton.value,
    # Asked for each widget that is painted in a window that is not the active one.
    SH.SH_Widget_ShareActivation: 0,
    SH.SH_Widget_Animate: 0,
    SH.SH_Widget_Animation_Duration: 0,
}
_FIELD_SIDE = Space.S - 2
# Qt's own classes behind the list of a combo box.
_COMBO_POPUP = "QComboBoxPrivateContainer"
_COMBO_LIST = "QComboBoxListView"
_RAISED = QPalette.ColorRole.Button


class ReviewerStyle(QProxyStyle):
    """Draws the standard controls. Thread: main."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Fusion")
        self._theme = theme
        self._tips = TipLooks(self)

    @override
    def polish(self, target: Any) -> None:
        # Qt's three functions of this name arrive here: for widgets, application and palette.
        super().polish(target)
        if isinstance(target, QAbstractItemView) and target.inherits(_COMBO_LIST):
            # Pop-ups lie on `raised`, which is the palette's Button.
            target.viewport().setBackgroundRole(_RAISED)
        elif isinstance(target, QLabel) and target.inherits(TIP):
            self._tips.take(target)

    # --- painting

    @override
    def drawPrimitive(
        self,
        element: PE,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        if element in _SILENT:
            return
        paint = _PRIMITIVES.get(element)
        if paint is not None:
            paint(self._theme, option, painter)
        elif element == PE.PE_PanelLineEdit:
            style_fields.line_edit(self._theme, option, painter, widget)
        elif element == PE.PE_Frame:
            self._frame(option, painter, widget)
        elif element not in {PE.PE_FrameLineEdit, PE.PE_FrameTabBarBase, PE.PE_FrameMenu}:
            super().drawPrimitive(element, option, painter, widget)

    @override
    def drawControl(
        self, element: CE, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        paint = _CONTROLS.get(element)
        if paint is not None:
            paint(self._theme, option, painter)
            return
        paint_for = _CONTROLS_WITH_WIDGET.get(element)
        if paint_for is not None:
            paint_for(self._theme, option, painter, widget)
            return
        super().drawControl(element, option, painter, widget)

    @override
    def drawComplexControl(
        self,
        control: CC,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        paint = _COMPLEX.get(control)
        if paint is not None:
            paint(self._theme, option, painter, widget)
        elif control == CC.CC_ScrollBar:
            style_items.scroll_bar(self._theme, cast("QStyleOptionSlider", option), painter)
        elif control == CC.CC_Slider:
            handle = self.subControlRect(control, option, SC.SC_SliderHandle, widget)
            style_fields.slider(self._theme, cast("QStyleOptionSlider", option), painter, handle)
        else:
            super().drawComplexControl(control, option, painter, widget)

    def _frame(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
        popup = widget is not None and widget.inherits(_COMBO_POPUP)
        painter.save()
        painter.setPen(self._theme.colors.line2 if popup else self._theme.colors.line)
        painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
        painter.restore()

    # --- geometry

    @override
    def pixelMetric(
        self, metric: PM, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        found = _METRICS.get(metric)
        if found is None:
            return super().pixelMetric(metric, option, widget)
        length, grows = found
        if (
            metric == PM.PM_FocusFrameHMargin
            and widget is not None
            and widget.inherits(_COMBO_LIST)
        ):
            # The words of the list stand under those of the box.
            return Space.S + 1
        return self._theme.px(length) if grows else length

    @override
    def sizeFromContents(
        self,
        type: CT,
        option: QStyleOption,
        size: QSize,
        widget: QWidget | None = None,
    ) -> QSize:
        theme = self._theme
        any_option: Any = option
        if type == CT.CT_PushButton:
            return style_buttons.push_button_size(theme, any_option, widget)
        if type == CT.CT_MenuItem:
            return style_items.menu_item_size(theme, any_option, widget)
        if type == CT.CT_TabBarTab:
            return style_items.tab_size(theme, any_option, widget)
        found = super().sizeFromContents(type, option, size, cast("QWidget", widget))
        if type == CT.CT_HeaderSection:
            return style_items.header_size(theme, found)
        if type == CT.CT_LineEdit:
            found.setHeight(style_fields.field_height(theme, widget))
        elif type in {CT.CT_ComboBox, CT.CT_SpinBox}:
            found = QSize(
                size.width() + style_fields.ARROW_PX + 2 * Space.S,
                style_fields.field_height(theme, widget),
            )
        elif type == CT.CT_ItemViewItem:
            found.setHeight(max(found.height(), theme.px(Size.MENU_ROW)))
        return found

    @override
    def subElementRect(
        self, element: SE, option: QStyleOption, widget: QWidget | None = None
    ) -> QRect:
        if element == SE.SE_LineEditContents and not style_fields.is_embedded(widget):
            return option.rect.adjusted(_FIELD_SIDE, 1, -_FIELD_SIDE, -1)
        if element == SE.SE_TabBarTabText:
            # In little room what is around the words goes before they are cut.
            return option.rect.adjusted(Space.XS, 0, -Space.XS, 0)
        return super().subElementRect(element, option, cast("QWidget", widget))

    @override
    def subControlRect(
        self,
        control: CC,
        option: QStyleOptionComplex,
        sc: SC,
        widget: QWidget | None = None,
    ) -> QRect:
        rect = option.rect
        if control == CC.CC_ScrollBar:
            return self._scroll_rect(cast("QStyleOptionSlider", option), sc)
        if control == CC.CC_ComboBox and sc == SC.SC_ComboBoxEditField:
            return rect.adjusted(_FIELD_SIDE, 1, -style_fields.ARROW_PX, -1)
        if control == CC.CC_SpinBox:
            return self._spin_rect(rect, sc)
        if control == CC.CC_Slider and sc == SC.SC_SliderHandle:
            return self._handle_rect(cast("QStyleOptionSlider", option))
        return super().subControlRect(control, option, sc, cast("QWidget", widget))

    @staticmethod
    def _scroll_rect(option: QStyleOptionSlider, sc: SC) -> QRect:
        rect, thumb = option.rect, style_items.scroll_thumb(option)
        across = option.orientation == Qt.Orientation.Horizontal
        if sc == SC.SC_ScrollBarGroove:
            return rect
        if sc == SC.SC_ScrollBarSlider:
            return thumb
        if sc == SC.SC_ScrollBarSubPage:
            end = QPoint(thumb.left() - 1, rect.bottom()) if across else None
            return QRect(rect.topLeft(), end or QPoint(rect.right(), thumb.top() - 1))
        if sc == SC.SC_ScrollBarAddPage:
            start = QPoint(thumb.right() + 1, rect.top()) if across else None
            return QRect(start or QPoint(rect.left(), thumb.bottom() + 1), rect.bottomRight())
        return QRect()

    def _handle_rect(self, option: QStyleOptionSlider) -> QRect:
        rect, side = option.rect, self._theme.px(style_fields.HANDLE)
        across = option.orientation == Qt.Orientation.Horizontal
        room = (rect.width() if across else rect.height()) - side
        offset = self.sliderPositionFromValue(
            option.minimum, option.maximum, option.sliderPosition, room, option.upsideDown
        )
        if across:
            return QRect(rect.left() + offset, rect.center().y() - side // 2, side, side)
        return QRect(rect.center().x() - side // 2, rect.top() + offset, side, side)

    @staticmethod
    def _spin_rect(rect: QRect, sc: SC) -> QRect:
        arrows = QRect(
            rect.right() - style_fields.ARROW_PX, rect.top(), style_fields.ARROW_PX, rect.height()
        )
        if sc == SC.SC_SpinBoxUp:
            return arrows.adjusted(0, 1, 0, -arrows.height() // 2)
        if sc == SC.SC_SpinBoxDown:
            return arrows.adjusted(0, arrows.height() // 2, 0, -1)
        if sc == SC.SC_SpinBoxEditField:
            return rect.adjusted(_FIELD_SIDE, 1, -style_fields.ARROW_PX, -1)
        return rect

    # --- behaviour

    @override
    def styleHint(
        self,
        hint: SH,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,
    ) -> int:
        found = _HINTS.get(hint)
        if found is not None:
            return found
        if hint in {SH.SH_Menu_Mask, SH.SH_ToolTip_Mask}:
            if isinstance(returnData, QStyleHintReturnMask) and option is not None:
                radius = Radius.CARD if hint == SH.SH_Menu_Mask else Radius.BAR
                returnData.region = style_items.rounded_region(option.rect, radius)
                return 1
            return 0
        if hint == SH.SH_Table_GridLineColor:
            # Qt takes the 32 bits of a colour in a signed int.
            return int(self._theme.colors.line.rgb()) - 2**32
        return super().styleHint(hint, option, widget, returnData)

    @override
    def standardIcon(
        self,
        standardIcon: QStyle.StandardPixmap,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> QIcon:
        if standardIcon == QStyle.StandardPixmap.SP_LineEditClearButton:
            return self._theme.icon("x")
        return super().standardIcon(standardIcon, option, widget)
