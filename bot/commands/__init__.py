"""Slack's door: what is typed, clicked or sent → a request → a reply. `table.py` lists every command."""
