"""What people write: settings, policy and runbooks; every problem with its file and line."""
