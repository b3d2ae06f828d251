"""Files, in three steps: reserve a place, send the bytes, complete."""

from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.methods.chat import target
from bot.sandbox.state import File, Message


def reserve(call: Call) -> Answer:
    workspace = call.workspace
    length = call.number("length", 0)
    if length <= 0:
        raise SlackError("invalid_arguments", ["[ERROR] length must be more than 0"])
    made = File(workspace.ids.new("F"), call.text("filename"), length, workspace.bot_user, workspace.seconds())
    workspace.files[made.id] = made
    return {"ok": True, "upload_url": f"{workspace.url}/upload/v1/{made.id}", "file_id": made.id}


def complete(call: Call) -> Answer:
    """Shares the files as one message, where a channel is given."""
    workspace = call.workspace
    listed = call.parsed("files")
    if not isinstance(listed, list) or not listed:
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: files"])
    files = [workspace.files.get(str(one.get("id"))) for one in listed]
    if any(file is None or not file.content for file in files):
        raise SlackError("file_not_found")
    found = [file for file in files if file is not None]
    for file, given in zip(found, listed, strict=True):
        file.title = str(given.get("title") or file.name)
        file.is_complete = True
    if call.text("channel_id", ""):
        channel = target(Call(workspace, call.events, {"channel": call.text("channel_id")}, call.host))
        for file in found:
            file.channels.append(channel.id)
        message = Message(
            ts=workspace.next_ts(),
            user=workspace.bot_user,
            text=call.text("initial_comment", ""),
            thread_ts=call.text("thread_ts", "") or None,
            bot_id=workspace.bot_id,
            app_id=workspace.app_id,
            files=found,
        )
        channel.add(message)
        call.events.posted(channel, message)
    return {"ok": True, "files": [file.described(workspace.url) for file in found]}


def _one(call: Call) -> File:
    file = call.workspace.files.get(call.text("file"))
    if file is None or not file.is_complete:
        raise SlackError("file_not_found")
    return file


def info(call: Call) -> Answer:
    return {"ok": True, "file": _one(call).described(call.workspace.url)}


def list_(call: Call) -> Answer:
    channel = call.text("channel", "")
    found = [
        file.described(call.workspace.url)
        for file in call.workspace.files.values()
        if file.is_complete and (not channel or channel in file.channels)
    ]
    return {"ok": True, "files": found, "paging": {"count": 100, "total": len(found), "page": 1, "pages": 1}}


def delete(call: Call) -> Answer:
    file = _one(call)
    del call.workspace.files[file.id]
    for channel in call.workspace.channels.values():
        for message in channel.posted:
            if file in message.files:
                message.files.remove(file)
    return {"ok": True}


METHODS = {
    "files.getUploadURLExternal": Method(reserve, ("files:write",), "t4"),
    "files.completeUploadExternal": Method(complete, ("files:write",), "t4"),
    "files.info": Method(info, ("files:read",), "t4"),
    "files.list": Method(list_, ("files:read",), "t3"),
    "files.delete": Method(delete, ("files:write",), "t3"),
}
