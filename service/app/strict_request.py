"""A request whose JSON body is taken at its word: `"5"` is no number, and a number is no moment.

The framework decodes bodies first without a type and then leniently into the handler's, as it must with query strings,
which are text. Here the body is decoded once, strictly, into what the handler takes.
"""

from typing import Any

import msgspec
from litestar import Request
from litestar.types import Empty


class StrictRequest(Request[Any, Any, Any]):
    """What every handler is given."""

    async def json(self) -> Any:
        """The body as the handler's `data`; msgspec's ValidationError or DecodeError for one that does not fit."""
        if self._json is not Empty:
            return self._json
        wanted, body = self.route_handler.parsed_data_field, await self.body()
        if wanted is None or not body:
            return await super().json()
        self._json = msgspec.json.decode(body, type=wanted.annotation)
        return self._json
