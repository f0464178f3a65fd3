"""What the form can ask about the resources in its fields: their names, and whether they fit."""

from PySide6.QtCore import QObject, Signal

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Field
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.domain.air import is_air, version_number
from civitai_desktop.domain.errors import CivitaiError, InvalidInput
from civitai_desktop.domain.resource import Resource
from civitai_desktop.services.resources import Resources
from civitai_desktop.services.tasks import TaskScope
from civitai_desktop.ui.resource_picker.wording import misfit, out_of_reach


class ResourceDesk(QObject):
    """Looks up what was typed or restored, each text once, and remembers the answer.

    Signals:
        answered: Something is known now of this text: the resource, or why there is none.
    """

    answered = Signal(str)

    def __init__(self, resources: Resources, catalogue: Catalogue) -> None:
        super().__init__()
        self._resources = resources
        self._catalogue = catalogue
        self._found: dict[str, Resource] = {}
        self._problems: dict[str, str] = {}
        self._asked: set[str] = set()
        self._named: set[str] = set()
        self._is_open = True
        self._tasks = TaskScope(_unheard)

    def resource(self, text: str) -> Resource | None:
        """Return what a text names, as far as it is known by now."""
        return self._resources.known(text) or self._found.get(text)

    def name(self, air: str) -> str:
        """Return what a resource is called; "" while that is not known, and then it is asked for.

        Once only: whoever shows progress asks four times a second.
        """
        if name := self._resources.name(air):
            return name
        number = version_number(air)
        if number and air not in self._named:
            self._named.add(air)
            self.look_up(str(number))
        return ""

    def is_asked(self, text: str) -> bool:
        """Tell whether the answer to a text is still to come."""
        return text in self._asked

    def look_up(self, text: str) -> None:
        """Find out what a text names, if that is not known; `answered` follows then."""
        is_open_question = text not in self._asked and self.resource(text) is None
        if text and self._is_open and is_open_question:
            self._problems.pop(text, None)
            self._asked.add(text)
            self._tasks.spawn(self._look_up(text), name="look up a resource")

    def objection(self, engine: Engine, field: Field, text: str) -> str:
        """Return why a text cannot stand in a field of an engine, with the next step; else ""."""
        resource = self.resource(text)
        if resource is None and text in self._problems:
            return self._problems[text]
        if sentence := misfit(self._catalogue, engine, field, text, resource):
            return sentence
        return out_of_reach(resource) if resource else ""

    async def aclose(self) -> None:
        """Stop asking; a line that loses the keyboard as the window goes asks nothing more."""
        self._is_open = False
        await self._tasks.aclose()

    async def _look_up(self, text: str) -> None:
        try:
            self._found[text] = await self._resources.resolve(text)
        except CivitaiError as error:
            if problem := self._problem(text, error):
                self._problems[text] = problem
        finally:
            self._asked.discard(text)
        self.answered.emit(text)

    def _problem(self, text: str, error: CivitaiError) -> str:
        # An AIR can be sent whether or not anything more is known of it.
        if is_air(text) and (error.retryable or isinstance(error, InvalidInput)):
            return ""
        if error.retryable:
            advice = self.tr("Press Enter in the field to try again, or paste the AIR itself.")
            return f"{error.message} {advice}"
        return str(error)


def _unheard(error: CivitaiError) -> None:
    """Every expected error is told where it was asked; another one here is a bug."""
    raise error
