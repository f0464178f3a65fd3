"""The bar at the bottom: whose account, how much Buzz, how many pictures and jobs."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from civitai_desktop.ui.shared.theme import EDGE_PX, Theme, icon
from civitai_desktop.ui.shared.widgets import named, plain, styled

HEIGHT_PX = 28


class StatusBar(QWidget):
    """Shows what it is told; the account and the queue can be pressed."""

    account_wanted = Signal()
    queue_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._colour = "warning"
        self._jobs = self._waiting = 0
        named(styled(self, "status"), "Status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT_PX)
        self._account = named(styled(QPushButton(), "status"), "Account")
        self._account.setIconSize(QSize(12, 12))
        self._balance = plain(named(styled(QLabel(), "dim"), "Balance"))
        self._pictures = plain(named(styled(QLabel(), "dim"), "Pictures"))
        self._queue = named(styled(QPushButton(), "status"), "Queue")

        layout = QHBoxLayout(self)
        layout.setContentsMargins(EDGE_PX // 2, 0, EDGE_PX // 2, 0)
        layout.setSpacing(EDGE_PX)
        layout.addWidget(self._account)
        layout.addStretch()
        for widget in (self._balance, self._pictures, self._queue):
            layout.addWidget(widget)

        self._account.clicked.connect(self.account_wanted)
        self._queue.clicked.connect(self.queue_wanted)
        theme.changed.connect(self._draw_dot)
        self.show_pictures(0)
        self.show_jobs(0)
        self.show_balance(None)

    def show_account(self, text: str, colour: str) -> None:
        """Show whose account it is, with a dot in a colour of the theme, such as "good"."""
        _say(self._account, text)
        self._colour = colour
        self._draw_dot()

    def show_balance(self, buzz: int | None) -> None:
        """Show the Buzz there is; None hides it."""
        self._balance.setVisible(buzz is not None)
        _say(self._balance, f"{buzz or 0:,} Buzz")

    @Slot(int)
    def show_pictures(self, count: int) -> None:
        """Show how many pictures the gallery has."""
        _say(self._pictures, self.tr("1 image") if count == 1 else f"{count:,} images")

    @Slot(int)
    def show_jobs(self, count: int) -> None:
        """Show how many generations move on."""
        self._jobs = count
        self._show_queue()

    @Slot(int)
    def show_waiting(self, count: int) -> None:
        """Show how many generations are held: they are no jobs done, and may be paid for."""
        self._waiting = count
        self._show_queue()

    def _show_queue(self) -> None:
        jobs, waiting = self._jobs, self._waiting
        moving = self.tr("1 job") if jobs == 1 else self.tr("{n} jobs").format(n=jobs)
        held = self.tr("{n} waiting").format(n=waiting)
        parts = (moving if jobs else "", held if waiting else "")
        _say(self._queue, ", ".join(filter(None, parts)) or self.tr("No jobs"))

    @Slot()
    def _draw_dot(self) -> None:
        self._account.setIcon(icon("dot", getattr(self._theme.colours, self._colour), 12))


def _say(widget: QLabel | QPushButton, text: str) -> None:
    """Show `text`; a screen reader, which reads a widget's name instead, hears it too."""
    widget.setText(text)
    widget.setAccessibleDescription(text)
