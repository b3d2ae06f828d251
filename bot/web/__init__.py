"""What is served over HTTP: health, figures, and Slack's requests in HTTP mode."""
