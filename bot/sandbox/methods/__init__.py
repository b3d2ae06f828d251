"""The methods of the Web API that are there; every other name answers `unknown_method`."""

from bot.sandbox.calling import Method
from bot.sandbox.methods import (
    auth,
    bookmarks,
    canvases,
    chat,
    conversations,
    direct,
    files,
    history,
    openid,
    pins,
    reactions,
    scheduling,
    usergroups,
    users,
    views,
)

METHODS: dict[str, Method] = {
    **auth.METHODS,
    **openid.METHODS,
    **users.METHODS,
    **usergroups.METHODS,
    **conversations.METHODS,
    **direct.METHODS,
    **history.METHODS,
    **chat.METHODS,
    **scheduling.METHODS,
    **views.METHODS,
    **bookmarks.METHODS,
    **canvases.METHODS,
    **pins.METHODS,
    **reactions.METHODS,
    **files.METHODS,
}
