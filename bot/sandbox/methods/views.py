"""Modals and App Home."""

from bot.sandbox import blocks
from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.problems import problem
from bot.sandbox.state import View
from bot.sandbox.triggers import Actor


def _actor(call: Call) -> Actor:
    """Who acted, and where: by the trigger, which may come under its newer name."""
    return call.triggers.use(call.text("trigger_id", call.text("interactivity_pointer", "")) or call.text("trigger_id"))


def _described(call: Call, view: View) -> Answer:
    return {"ok": True, "view": view.described(call.workspace)}


def open_(call: Call) -> Answer:
    """A trigger opens one view, within three seconds; a view that is refused leaves the trigger as it was."""
    content = blocks.check_view(call.parsed("view"))
    actor = _actor(call)
    return _described(call, call.views.open(actor.user, content, actor.channel))


def push(call: Call) -> Answer:
    content = blocks.check_view(call.parsed("view"))
    return _described(call, call.views.push(_actor(call).user, content))


def update(call: Call) -> Answer:
    content = blocks.check_view(call.parsed("view"))
    found = call.views.find(call.text("view_id", ""), call.text("external_id", ""))
    _check_hash(call, found)
    return _described(call, call.views.update(found, content))


def publish(call: Call) -> Answer:
    if not call.app.has_home:
        raise SlackError("not_enabled")
    content = blocks.check_view(call.parsed("view"))
    user = call.text("user_id")
    if user not in call.workspace.people:
        raise SlackError("invalid_arguments", [problem("no such person", "/user_id")])
    known = call.workspace.homes.get(user)
    if known is not None:
        _check_hash(call, known)
    return _described(call, call.views.publish(user, content))


def validate(call: Call) -> Answer:
    """`blocks.validate`: exactly one of the three, looked at and not kept."""
    given = [name for name in VALIDATED if call.arguments.get(name)]
    if len(given) != 1:
        raise SlackError("invalid_arguments", [problem("exactly one of blocks, message, view is needed", "")])
    [name] = given
    try:
        VALIDATED[name](call.arguments[name])
    except SlackError as error:
        problems = error.more.get("response_metadata", {}).get("messages", [])
        raise SlackError(f"invalid_{name}", problems) from None
    return {"ok": True}


VALIDATED = {"blocks": blocks.check_message, "message": blocks.check_payload, "view": blocks.check_view}


def _check_hash(call: Call, view: View) -> None:
    given = call.text("hash", "")
    if given and given != view.hash:
        raise SlackError("hash_conflict")


METHODS = {
    "blocks.validate": Method(validate, tier="t4"),
    "views.open": Method(open_, tier="t4"),
    "views.push": Method(push, tier="t4"),
    "views.update": Method(update, tier="t4"),
    "views.publish": Method(publish, tier="t4"),
}
