"""Which scopes the methods about channels ask for, by the kind of channel. docs.slack.dev, "Scopes"."""

READ = {"channels": ("channels:read",), "groups": ("groups:read",), "im": ("im:read",), "mpim": ("mpim:read",)}
HISTORY = {
    "channels": ("channels:history",),
    "groups": ("groups:history",),
    "im": ("im:history",),
    "mpim": ("mpim:history",),
}
MANAGE = {
    "channels": ("channels:manage", "channels:write"),
    "groups": ("groups:write",),
    "im": ("im:write",),
    "mpim": ("mpim:write",),
}
INVITE = {**MANAGE, "channels": (*MANAGE["channels"], "channels:write.invites")} | {
    "groups": ("groups:write", "groups:write.invites")
}
TOPICS = {
    "channels": (*MANAGE["channels"], "channels:write.topic"),
    "groups": ("groups:write", "groups:write.topic"),
    "im": ("im:write", "im:write.topic"),
    "mpim": ("mpim:write", "mpim:write.topic"),
}
DIRECT = {"im": ("im:write",), "mpim": ("mpim:write",)}
