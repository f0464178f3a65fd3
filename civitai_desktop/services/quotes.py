"""What the form as it stands would cost, asked as rarely as possible."""

import asyncio
import json
from collections import OrderedDict
from dataclasses import replace
from random import randrange

from civitai_desktop.domain.errors import CivitaiError, Unreachable
from civitai_desktop.domain.generation import GenerationRequest
from civitai_desktop.domain.source import addressed
from civitai_desktop.domain.workflow import Quote
from civitai_desktop.services.line import Line
from civitai_desktop.services.ports import Orchestration
from civitai_desktop.services.refusals import judged

PATIENCE_S = 8.0
"""A price that takes longer is "unknown": civitai.com bounds its own quotes by the same time."""

_KEPT = 200
_SEEDS = 2**31
"""Each of them lies in every engine's range."""
_PROMPT = "a picture"
"""Sent in place of the prompt, which does not change the price: typing needs no new quote."""

_PICTURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAAAAACPAi4CAAAAKUlEQVR42u"
    "3MQREAAAwCIKMb3RD77SAA6VEEAoFAIBAIBAKBQCAQfA8G320AeXC6efoAAAAASUVORK5CYII="
)
"""64 x 64 grey pixels, sent in place of a picture that is uploaded only when Generate is pressed:
the number of pictures has a price, not what they show."""


class Quotes:
    """Prices by what-if, remembered by everything that a price depends on."""

    def __init__(
        self, api: Orchestration, *, patience_s: float = PATIENCE_S, line: Line | None = None
    ) -> None:
        """Take the parts.

        Args:
            api: Knows the prices.
            patience_s: How long an answer is waited for, in seconds.
            line: Hears that there was an answer.
        """
        self._api = api
        self._line = line
        self._patience_s = patience_s
        self._known: OrderedDict[str, Quote] = OrderedDict()

    async def quote(self, request: GenerationRequest) -> Quote:
        """Return what `request` would cost; nothing runs and nothing is spent.

        Raises:
            InvalidInput: The server refuses the values, field by field.
            EngineNotOffered: It does not know the engine any more.
            Unreachable: No answer in time.
        """
        asked = addressed(request, _any_picture)
        known, key = self._known, _key(asked)
        if key in known:
            known.move_to_end(key)
            return known[key]
        asked = replace(asked, input={**asked.input, "prompt": _PROMPT, **_another_seed(asked)})
        try:
            async with asyncio.timeout(self._patience_s):
                quote = await self._asked(asked)
        except TimeoutError:
            raise Unreachable("The price did not come in time.") from None
        except CivitaiError as error:
            raise judged(request, error) from error
        known[key] = quote
        if len(known) > _KEPT:
            known.popitem(last=False)
        return quote

    async def _asked(self, request: GenerationRequest) -> Quote:
        if self._line is None:
            return await self._api.quote(request)
        return await self._line.try_out(lambda: self._api.quote(request))

    def forget(self) -> None:
        """Drop what is known: another account may pay other prices, and spending changes funds."""
        # A new one, so that an answer still on its way is not remembered.
        self._known = OrderedDict()


def _any_picture(_reference: str) -> str:
    return _PICTURE


def _another_seed(request: GenerationRequest) -> dict[str, int]:
    """Return what no former request had: the server prices one it still remembers at nothing."""
    return {"seed": randrange(_SEEDS)} if "seed" in request.input else {}


def _key(request: GenerationRequest) -> str:
    unpriced = {"prompt", "negativePrompt", "seed"}
    priced = {name: value for name, value in request.input.items() if name not in unpriced}
    terms = (request.terms.wallet, request.terms.allow_mature)
    return json.dumps((priced, terms), sort_keys=True, default=str)
