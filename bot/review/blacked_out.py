"""Where secrets are in a text, and what stands there instead."""

IN_PLACE = "[redacted]"

Places = tuple[tuple[int, int], ...]
"""Where secrets begin and end in a text, in order and apart."""
