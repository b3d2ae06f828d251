"""One way out: effects leave the outbox lane by lane, each to its destination, and what came of it is remembered."""
