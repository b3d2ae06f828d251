"""Pagers: how people are called who do not look at Slack."""
