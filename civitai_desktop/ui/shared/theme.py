"""Colours, spacing, fonts and icons; light or dark as the system is, also while running."""

from dataclasses import asdict, dataclass
from functools import lru_cache

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QFont,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QLineEdit

from civitai_desktop import resources
from civitai_desktop.domain.preferences import Appearance

RADIUS_PX = 6
GAP_PX = 8
EDGE_PX = 16

FIELD_PX = 35
"""Height of a field of one line."""
TEXT_PX = 13

_FAMILIES = ["Inter", "Inter Display", ".AppleSystemUIFont", "Segoe UI Variable Text", "Segoe UI"]
"""Tried in this order; what is missing is skipped, and the system's own font comes last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """One set of the design's colours, as "#rrggbb". Text on them has a contrast of 4.5 or more.

    Attributes:
        pressed: Under what the mouse holds down.
        scroll: A scroll bar's handle.
        accent_text: The accent as a text, on `hover` too.
        primary: The accent as a ground for `on_accent`.
        bad_text: `bad` as a text, on `hover` too.
    """

    background: str
    panel: str
    field: str
    hover: str
    pressed: str
    line: str
    scroll: str
    text: str
    dim: str
    accent: str
    accent_text: str
    primary: str
    primary_hover: str
    primary_pressed: str
    on_accent: str
    star: str
    warning: str
    warning_text: str
    good: str
    bad: str
    bad_text: str


DARK = Colours(
    background="#111214",
    panel="#17181b",
    field="#25272c",
    hover="#2c2f35",
    pressed="#363a42",
    line="#2c2f35",
    scroll="#4d525c",
    text="#e9eaec",
    dim="#9a9ea6",
    accent="#3b82f6",
    accent_text="#5b9af8",
    primary="#2e6fe8",
    primary_hover="#2863d6",
    primary_pressed="#2256bd",
    on_accent="#ffffff",
    star="#ffd54a",
    warning="#e0a33a",
    warning_text="#e0a33a",
    good="#43b581",
    bad="#e5534b",
    bad_text="#f0716a",
)

LIGHT = Colours(
    background="#f4f5f7",
    panel="#ffffff",
    field="#f1f2f5",
    hover="#e6e8ed",
    pressed="#d9dce3",
    line="#dfe2e7",
    scroll="#b4b9c3",
    text="#17191d",
    dim="#5d636d",
    accent="#2563eb",
    accent_text="#1d55d3",
    primary="#2563eb",
    primary_hover="#1d55d3",
    primary_pressed="#1a49b8",
    on_accent="#ffffff",
    star="#ffd54a",
    warning="#b7791f",
    warning_text="#8a5a0c",
    good="#2f8f5f",
    bad="#cf3a32",
    bad_text="#c22f28",
)


class Theme(QObject):
    """The colours in force. Paint code asks `colours`; who caches paint listens to `changed`."""

    changed = Signal()

    def __init__(
        self, application: QApplication, appearance: Appearance = Appearance.SYSTEM
    ) -> None:
        super().__init__(application)
        self._application = application
        self._appearance = appearance
        self._is_dressed = False
        self._hints = application.styleHints()
        self._hints.colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def colours(self) -> Colours:
        """Return the set in force."""
        return DARK if self.is_dark else LIGHT

    @property
    def is_dark(self) -> bool:
        """Tell whether it is dark; where nobody has chosen and the system is silent, it is."""
        if self._appearance is Appearance.SYSTEM:
            return self._hints.colorScheme() != Qt.ColorScheme.Light
        return self._appearance is Appearance.DARK

    def choose(self, appearance: Appearance) -> None:
        """Be light, dark, or as the system is, from now on."""
        self._appearance = appearance
        self._apply()

    def dress(self) -> None:
        """Put the style sheet on, for good. Call it before a window is shown.

        Not earlier: under a sheet, every widget is styled again for each parent it is put into,
        which doubles the time the first window takes to build.
        """
        if not self._is_dressed:
            self._is_dressed = True
            self._application.setStyleSheet(self._sheet())

    @Slot()
    def _apply(self) -> None:
        self._application.setStyle("Fusion")
        self._application.setPalette(_palette(self.colours))
        self._application.setFont(_font())
        if self._is_dressed:
            self._application.setStyleSheet(self._sheet())
        self.changed.emit()

    def _sheet(self) -> str:
        sheet = resources.path("themes/window.qss").read_text(encoding="utf-8")
        for name, value in sorted(asdict(self.colours).items(), key=lambda item: -len(item[0])):
            sheet = sheet.replace(f"@{name}", value)
        return sheet


def _font() -> QFont:
    font = QFont()
    font.setFamilies([*_FAMILIES, font.family()])
    font.setPixelSize(TEXT_PX)
    return font


def _palette(colours: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for where, colour in {
        role.Window: colours.background,
        role.Base: colours.field,
        role.AlternateBase: colours.panel,
        role.Button: colours.field,
        role.ToolTipBase: colours.panel,
        role.WindowText: colours.text,
        role.Text: colours.text,
        role.ButtonText: colours.text,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.dim,
        role.Accent: colours.accent,
        role.Highlight: colours.primary,
        role.HighlightedText: colours.on_accent,
        role.Link: colours.accent_text,
    }.items():
        palette.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, QColor(colours.dim))
    return palette


@lru_cache(maxsize=256)
def pixmap(name: str, colour: str, side_px: int, ratio: float = 1.0) -> QPixmap:
    """Draw the shipped icon `name` in one colour, `side_px` large on a screen of this ratio."""
    source = resources.path(f"icons/{name}.svg").read_bytes()
    renderer = QSvgRenderer(QByteArray(source.replace(b"currentColor", colour.encode())))
    picture = QPixmap(QSize(side_px, side_px) * ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def icon(name: str, colour: str, side_px: int = 16) -> QIcon:
    """Return the shipped icon `name` in one colour, sharp on the densest screen there is."""
    ratio = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
    return QIcon(pixmap(name, colour, side_px, ratio))


def colour_field(field: QLineEdit, colour: str) -> None:
    """Draw the button that clears a field as our own icons are drawn; Qt's is a grey disc."""
    # Its name is Qt's own; without it the disc is back, and nothing else.
    for action in field.findChildren(QAction, "_q_qlineeditclearaction"):
        action.setIcon(icon("cross", colour, 12))
