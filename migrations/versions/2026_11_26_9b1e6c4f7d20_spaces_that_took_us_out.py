"""spaces that took us out

What: when a space took peerbot out of it.
Why: what is planned there stops, and goes on when peerbot is added again.
Works with the previous release because: it only adds a column that may be empty; that release sends
to such a space as before, and is refused.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "9b1e6c4f7d20"
down_revision: str | None = "6e1b7d0c94f8"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("space", schema=None) as batch_op:
        batch_op.add_column(sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("space", schema=None) as batch_op:
        batch_op.drop_column("left_at")
