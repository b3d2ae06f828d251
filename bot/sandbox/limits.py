"""Slack's limits, in one place. Lengths are characters.

docs.slack.dev: the reference pages of Block Kit, of views and of each method, as read in August 2026.
"""

# Messages
TEXT = 40_000
"""Longer text of `chat.postMessage` is cut off."""
UPDATED_TEXT = 4_000
"""Longer text of `chat.update` is refused."""
MESSAGE_BLOCKS = 50
ALL_TEXT = 13_200
"""Assumed: all text of a message's blocks together; Slack documents no number (slackapi/bolt-js, issues 2509, 2867)."""
ATTACHMENTS = 100
METADATA_BYTES = 16_000
"""Assumed."""

# Views
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000
VIEW_TITLE = 24
"""Also `submit` and `close`."""
PRIVATE_METADATA = 3000

# Blocks
ID = 255
SECTION_TEXT = 3000
FIELDS = 10
FIELD = 2000
HEADER = 150
CONTEXT_ELEMENTS = 10
ACTIONS = 25
LABEL = 2000
"""Also `hint`, and the title and alternative text of images."""
URL = 3000
MARKDOWN = 12_000
RICH_ELEMENTS = 1000
"""Assumed: elements within one part of a rich text."""
VIDEO_TITLE = 200
VIDEO_NAME = 50
CONTEXT_ACTIONS = 5
ROWS = 100
COLUMNS = 20

# Elements
BUTTON_TEXT = 75
BUTTON_VALUE = 2000
PLACEHOLDER = 150
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTIONS = {
    "static_select": 100,
    "multi_static_select": 100,
    "overflow": 5,
    "radio_buttons": 10,
    "checkboxes": 10,
}
GROUPS = 100
INPUT = 3000
CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}

# Channels
CHANNEL_NAME = 80
TOPIC = 250
INVITED_AT_ONCE = 100
BOOKMARK_TITLE = 256
BOOKMARK_LINK = 2048
BOOKMARKS = 100
PINS = 100
EMOJI = 23
"""Different reactions on one message."""
