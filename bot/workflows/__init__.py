"""One transaction each: load, decide, record. No Slack, no rendering."""
