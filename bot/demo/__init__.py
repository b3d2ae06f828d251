"""Replays of public incidents through a local Slack: the only package that knows both the bot and the sandbox."""
