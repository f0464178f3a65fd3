"""What stands behind one workspace: its presenters, and what there is to pay with."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from civitai_desktop.services.line import Line
from civitai_desktop.services.quotes import Quotes
from civitai_desktop.services.wallet import Wallet
from civitai_desktop.ui.gallery.details_presenter import DetailsPresenter
from civitai_desktop.ui.gallery.picture_actions import PictureActions
from civitai_desktop.ui.gallery.presenter import GalleryPresenter
from civitai_desktop.ui.generate.presenter import GeneratePresenter
from civitai_desktop.ui.generate.presets.shelf import PresetShelf
from civitai_desktop.ui.generate.sources.presenter import SourcePresenter
from civitai_desktop.ui.queue.presenter import QueuePresenter
from civitai_desktop.ui.viewer.room import ViewerRoom


@dataclass(frozen=True, slots=True, kw_only=True)
class Funds:
    """What another key, or a finished generation, makes untrue."""

    line: Line
    quotes: Quotes
    wallet: Wallet
    greet: Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Presenters:
    """The presenters of one workspace."""

    generate: GeneratePresenter
    presets: PresetShelf
    gallery: GalleryPresenter
    details: DetailsPresenter
    viewer: ViewerRoom
    sources: SourcePresenter
    queue: QueuePresenter
    pictures: PictureActions

    async def aclose(self) -> None:
        """Stop what is under way in each, the last one first."""
        self.queue.stop()
        await self.pictures.aclose()
        await self.viewer.aclose()
        await self.details.aclose()
        await self.gallery.aclose()
        await self.presets.aclose()
        await self.sources.aclose()
        await self.generate.aclose()
