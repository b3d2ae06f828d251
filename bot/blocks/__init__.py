"""What people see in Slack: pure functions from the domain to Block Kit, within Slack's limits."""
