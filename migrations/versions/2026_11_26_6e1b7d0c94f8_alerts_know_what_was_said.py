"""alerts know what was said

What: how serious the last private answer took it to be, when it arrived and in which private
thread, and whether those who look after the space were told that no room takes the card.
Why: all this was in memory alone, so that after a restart the same message could be answered
twice, in a thread beside the first one, and the same keepers told twice.
Works with the previous release because: that one reads and writes rows without the new columns,
which are empty then, as if nothing had been said.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "6e1b7d0c94f8"
down_revision: str | None = "d23d6f890500"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.add_column(sa.Column("thread_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("answered", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("keepers_know", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_column("keepers_know")
        batch_op.drop_column("answered_at")
        batch_op.drop_column("answered")
        batch_op.drop_column("thread_id")
