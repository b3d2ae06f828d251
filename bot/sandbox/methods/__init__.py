"""The methods of the Web API that are there; every other name answers `unknown_method`."""

from bot.sandbox.calling import Method
from bot.sandbox.methods import (
    auth,
    bookmarks,
    chat,
    conversations,
    files,
    pins,
    reactions,
    usergroups,
    users,
    views,
)

METHODS: dict[str, Method] = {
    **auth.METHODS,
    **users.METHODS,
    **usergroups.METHODS,
    **conversations.METHODS,
    **chat.METHODS,
    **views.METHODS,
    **bookmarks.METHODS,
    **pins.METHODS,
    **reactions.METHODS,
    **files.METHODS,
}
