"""Modals and App Home."""

import secrets

from bot.sandbox import blocks
from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.state import View

DEEPEST = 3


def _described(call: Call, view: View) -> Answer:
    workspace = call.workspace
    return {"ok": True, "view": view.described(workspace.team_id, workspace.app_id, workspace.bot_id)}


def new_view(call: Call, user: str, content: dict[str, object]) -> View:
    made = View(call.workspace.ids.new("V"), user, content, new_hash())
    call.workspace.views[made.id] = made
    return made


def new_hash() -> str:
    return f"{secrets.randbelow(10**10)}.{secrets.token_hex(4)}"


def open_(call: Call) -> Answer:
    """A trigger opens one view, within three seconds."""
    content = blocks.check_view(call.parsed("view"))
    user = call.host.use_trigger(call.text("trigger_id"))
    made = new_view(call, user, content)
    call.workspace.stacks[user] = [made]
    call.events.touched()
    return _described(call, made)


def push(call: Call) -> Answer:
    content = blocks.check_view(call.parsed("view"))
    user = call.host.use_trigger(call.text("trigger_id"))
    stack = call.workspace.stacks.setdefault(user, [])
    if len(stack) >= DEEPEST:
        raise SlackError("push_limit_reached")
    made = new_view(call, user, content)
    stack.append(made)
    call.events.touched()
    return _described(call, made)


def update(call: Call) -> Answer:
    content = blocks.check_view(call.parsed("view"))
    found = call.workspace.views.get(call.text("view_id", ""))
    if found is None:
        wanted = call.text("external_id", "")
        found = next(
            (one for one in call.workspace.views.values() if wanted and one.content.get("external_id") == wanted), None
        )
    if found is None:
        raise SlackError("not_found")
    if (given := call.text("hash", "")) and given != found.hash:
        raise SlackError("hash_conflict")
    found.content, found.hash, found.errors = content, new_hash(), {}
    call.events.touched()
    return _described(call, found)


def publish(call: Call) -> Answer:
    content = blocks.check_view(call.parsed("view"))
    if content.get("type") != "home":
        raise SlackError("invalid_arguments", ["[ERROR] must be of type home [json-pointer:/view/type]"])
    user = call.workspace.person(call.text("user_id")).id
    known = call.workspace.homes.get(user)
    if known is not None and (given := call.text("hash", "")) and given != known.hash:
        raise SlackError("hash_conflict")
    made = new_view(call, user, content)
    call.workspace.homes[user] = made
    call.events.touched()
    return _described(call, made)


METHODS = {
    "views.open": Method(open_, tier="t4"),
    "views.push": Method(push, tier="t4"),
    "views.update": Method(update, tier="t4"),
    "views.publish": Method(publish, tier="t4"),
}
