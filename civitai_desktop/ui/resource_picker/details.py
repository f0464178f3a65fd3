"""The right side of the picker: facts of the chosen resource, its trigger words, star and use."""

from collections.abc import Iterator

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from civitai_desktop.domain.resource import Resource
from civitai_desktop.ui.resource_picker.presenter import Chosen, PickerPresenter
from civitai_desktop.ui.resource_picker.wording import access_text, count_text, type_text
from civitai_desktop.ui.shared.choice_box import ChoiceBox
from civitai_desktop.ui.shared.texts import WrappedText
from civitai_desktop.ui.shared.theme import EDGE_PX, GAP_PX, Theme, icon
from civitai_desktop.ui.shared.widgets import caption, named, plain, plain_tip, styled

WIDTH_PX = 290
_MOST_WORDS = 12
_WORD_PX = WIDTH_PX - 2 * EDGE_PX - 30


class DetailsPane(QWidget):
    """Shows a `Chosen`.

    Signals:
        words_wanted: A trigger word, or several, that belong into the prompt.
    """

    words_wanted = Signal(str)

    def __init__(self, presenter: PickerPresenter, theme: Theme) -> None:
        super().__init__()
        self._presenter = presenter
        self._theme = theme
        self._shown: Resource | None = None
        self._name = named(WrappedText("text", line_px=20), "Resource name")
        self._facts = named(WrappedText("dim_text", line_px=18), "Resource facts")
        self._versions = named(ChoiceBox(), "Version")
        self._remark = plain(named(QLabel(), "Resource remark"))
        self._words_head = caption(self.tr("Trigger words: click to add one to the prompt"))
        self._words = QVBoxLayout()
        self._star = named(QPushButton(self.tr("Favourite")), "Favourite resource")
        self._nothing = styled(QLabel(self.tr("Choose a card to see its details.")), "dim")
        self._body = QWidget()
        self._lay_out()
        self._versions.activated.connect(self._choose_version)
        self._star.toggled.connect(presenter.set_favourite)
        self._star.toggled.connect(self._colour)
        theme.changed.connect(self._colour)
        presenter.chosen_changed.connect(self._show)
        self._show(presenter.chosen)
        self._colour()

    def _lay_out(self) -> None:
        self.setFixedWidth(WIDTH_PX)
        styled(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._remark.setWordWrap(True)
        self._remark.setProperty("warning", "true")
        self._nothing.setWordWrap(True)
        self._star.setCheckable(True)
        self._star.setAutoDefault(False)
        self._star.setIconSize(QSize(15, 15))
        self._words.setSpacing(4)
        inside = QVBoxLayout(self._body)
        inside.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, EDGE_PX)
        inside.setSpacing(GAP_PX)
        for widget in (self._name, self._versions, self._facts, self._remark, self._star):
            inside.addWidget(widget)
        inside.addSpacing(GAP_PX)
        inside.addWidget(self._words_head)
        inside.addLayout(self._words)
        inside.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._body)
        self._body.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._nothing.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, EDGE_PX)
        column.addWidget(self._nothing)
        column.addWidget(scroll, stretch=1)

    @Slot(object)
    def _show(self, chosen: Chosen) -> None:
        resource = chosen.resource
        self._body.setVisible(resource is not None)
        self._nothing.setVisible(resource is None)
        if resource is None:
            return
        self._name.show_text(resource.name)
        self._facts.show_text("\n".join(self._facts_of(chosen, resource)))
        self._facts.setToolTip(plain_tip(resource.air))
        self._remark.setText(chosen.remark)
        self._remark.setVisible(bool(chosen.remark))
        self._show_versions(chosen)
        with QSignalBlocker(self._star):
            self._star.setChecked(chosen.is_favourite)
        # Without its AIR it could not be used offline, which is what a star is for.
        self._star.setEnabled(bool(resource.air))
        self._colour()
        if self._shown is None or resource.words != self._shown.words:
            self._show_words(resource)
        self._shown = resource

    def _facts_of(self, chosen: Chosen, resource: Resource) -> Iterator[str]:
        if len(chosen.versions) == 1 and resource.version:
            yield self.tr("Version {version}").format(version=resource.version)
        made_for = self.tr("{type} for {base}")
        base, kind = resource.base_model, type_text(resource)
        yield made_for.format(type=kind, base=base) if base else kind
        if resource.creator:
            yield self.tr("by {creator}").format(creator=resource.creator)
        if resource.downloads:
            yield self.tr("{n} downloads").format(n=count_text(resource.downloads))
        if resource.is_mature:
            yield self.tr("Marked as mature")
        access = access_text(resource)
        # The remark says it too, where it keeps this account from using the version.
        if access and not chosen.remark:
            yield access

    def _show_versions(self, chosen: Chosen) -> None:
        with QSignalBlocker(self._versions):
            self._versions.clear()
            for version in chosen.versions:
                text = " · ".join(filter(None, (version.version, version.base_model)))
                self._versions.addItem(text, version)
                if chosen.resource and version.version_id == chosen.resource.version_id:
                    self._versions.setCurrentIndex(self._versions.count() - 1)
        self._versions.setVisible(len(chosen.versions) > 1)

    def _show_words(self, resource: Resource) -> None:
        while item := self._words.takeAt(0):
            if widget := item.widget():
                # Taken out at once: until it is deleted, it would be found by its name.
                widget.setParent(None)
                widget.deleteLater()
        self._words_head.setVisible(bool(resource.words))
        for words in resource.words[:_MOST_WORDS]:
            button = named(QPushButton(), self.tr("Add {words}").format(words=words))
            elide = Qt.TextElideMode.ElideRight
            button.setText(button.fontMetrics().elidedText(f"+  {words}", elide, _WORD_PX))
            button.setToolTip(plain_tip(words))
            styled(button, "words").setAutoDefault(False)
            button.setProperty("words", words)
            button.clicked.connect(self._want_words)
            self._words.addWidget(button)

    @Slot()
    def _want_words(self) -> None:
        self.words_wanted.emit(self.sender().property("words"))

    @Slot(int)
    def _choose_version(self, row: int) -> None:
        version = self._versions.itemData(row)
        if isinstance(version, Resource):
            self._presenter.choose_version(version)

    @Slot()
    def _colour(self) -> None:
        colours = self._theme.colours
        name, colour = (
            ("star", colours.star) if self._star.isChecked() else ("star-outline", colours.dim)
        )
        self._star.setIcon(icon(name, colour))
