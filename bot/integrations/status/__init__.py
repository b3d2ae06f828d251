"""Where what customers are told goes besides Muster's own server: each kind is one small class behind a protocol."""

from bot.integrations.status.files import Files, write_page

__all__ = ["Files", "write_page"]
