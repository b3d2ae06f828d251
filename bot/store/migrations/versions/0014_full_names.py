"""People's full names, for documents that are read by whoever does not know their handles.

They come with the next profile that Slack sends, or that Muster asks for: until then a person is shown by their handle.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("people", sa.Column("full_name", sa.Text, nullable=True))
