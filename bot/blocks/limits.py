"""How much Slack takes of everything, in one table. Characters unless said otherwise.

From docs.slack.dev: "Block Kit" (each block's and element's page), "Modals", `chat.postMessage`, `chat.update`,
`conversations.create`, `conversations.setTopic`, `conversations.invite` and `bookmarks.add`, as read in August 2026.
"""

from typing import Final

# Messages
MESSAGE_TEXT: Final = 40_000
"""What is longer is cut off by Slack without an error."""
UPDATED_TEXT: Final = 4_000
"""`chat.update` answers `msg_too_long` past it."""
MESSAGE_BLOCKS: Final = 50
MESSAGE_BLOCKS_TEXT: Final = 10_000
"""All text of a message's blocks together. Slack answers `msg_blocks_too_long` somewhere past 12,000; it does not
document where (slackapi/bolt-js issues 2509 and 2867), so we stay well below."""

# Blocks
SECTION_TEXT: Final = 3_000
SECTION_FIELD: Final = 2_000
SECTION_FIELDS: Final = 10
HEADER_TEXT: Final = 150
CONTEXT_ELEMENTS: Final = 10
ACTIONS_ELEMENTS: Final = 25
IMAGE_ALT: Final = 2_000
MARKDOWN_TEXT: Final = 12_000
"""All markdown blocks of a message together."""
TABLE_ROWS: Final = 100
TABLE_COLUMNS: Final = 20
IDENTIFIER: Final = 255
"""A block id, action id, callback id or external id; block and action ids are unique within a message or view."""

# Elements
BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2_000
BUTTON_URL: Final = 3_000
OPTION_TEXT: Final = 75
OPTION_VALUE: Final = 150
SELECT_OPTIONS: Final = 100
CHOICES: Final = 10
"""Options of radio buttons or checkboxes."""
OVERFLOW_OPTIONS: Final = 5
PLACEHOLDER: Final = 150
INPUT_LABEL: Final = 2_000
INPUT_HINT: Final = 2_000
PLAIN_TEXT_INPUT: Final = 3_000
CONFIRM_TITLE: Final = 100
CONFIRM_TEXT: Final = 300
CONFIRM_BUTTON: Final = 30

# Views
VIEW_BLOCKS: Final = 100
VIEW_TITLE: Final = 24
"""Also the text of its submit and close buttons."""
PRIVATE_METADATA: Final = 3_000
VIEW_BYTES: Final = 250_000
"""Of the view as JSON."""

# Channels
CHANNEL_NAME: Final = 80
TOPIC: Final = 250
"""Also a channel's purpose."""
INVITED_AT_ONCE: Final = 100
"""People in one `conversations.invite`."""
BOOKMARK_TITLE: Final = 256
BOOKMARK_LINK: Final = 2_048
