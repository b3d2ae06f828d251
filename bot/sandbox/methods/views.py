"""Modals and App Home."""

from bot.sandbox import blocks
from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.state import View


def _described(call: Call, view: View) -> Answer:
    return {"ok": True, "view": view.described(call.workspace)}


def open_(call: Call) -> Answer:
    """A trigger opens one view, within three seconds; a view that is refused leaves the trigger as it was."""
    content = blocks.check_view(call.parsed("view"))
    return _described(call, call.views.open(call.triggers.use(call.text("trigger_id")), content))


def push(call: Call) -> Answer:
    content = blocks.check_view(call.parsed("view"))
    return _described(call, call.views.push(call.triggers.use(call.text("trigger_id")), content))


def update(call: Call) -> Answer:
    content = blocks.check_view(call.parsed("view"))
    found = call.views.find(call.text("view_id", ""), call.text("external_id", ""))
    _check_hash(call, found)
    return _described(call, call.views.update(found, content))


def publish(call: Call) -> Answer:
    content = blocks.check_view(call.parsed("view"))
    if content["type"] != "home":
        raise SlackError("invalid_arguments", ["[ERROR] must be of type home [json-pointer:/view/type]"])
    user = call.text("user_id")
    if user not in call.workspace.people:
        raise SlackError("invalid_arguments", ["[ERROR] no such person [json-pointer:/user_id]"])
    known = call.workspace.homes.get(user)
    if known is not None:
        _check_hash(call, known)
    return _described(call, call.views.publish(user, content))


def _check_hash(call: Call, view: View) -> None:
    given = call.text("hash", "")
    if given and given != view.hash:
        raise SlackError("hash_conflict")


METHODS = {
    "views.open": Method(open_, tier="t4"),
    "views.push": Method(push, tier="t4"),
    "views.update": Method(update, tier="t4"),
    "views.publish": Method(publish, tier="t4"),
}
