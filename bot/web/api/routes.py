"""Every route of the API: from this table come the handlers and the OpenAPI document."""

from typing import Final

from bot.web.api.proposing import PROPOSALS
from bot.web.api.reads import READS
from bot.web.api.webhooks import WEBHOOKS
from bot.web.api.writes import WRITES

ROUTES: Final = (*READS, *WRITES, *PROPOSALS, *WEBHOOKS)
