"""What operators run: the bot itself, the check-up, exports, work on the database."""
