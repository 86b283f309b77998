"""What a person still has to hear of an alert, the minute they were told, every card about it

What: new columns of `alert`, each nullable or with a default.
Why: responders and the person in danger are told the truth, also after a restart.
Works with the previous release because: it only adds; nothing that it reads is renamed or gone.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "a4cc01140ef4"
down_revision: str | None = "17b4a96510f0"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owed", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("owed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("untold", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("called_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("more_cards", sa.String(), server_default="", nullable=False))
        batch_op.create_index("ix_alert_owed", ["owed_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index("ix_alert_owed")
        batch_op.drop_column("more_cards")
        batch_op.drop_column("called_at")
        batch_op.drop_column("until")
        batch_op.drop_column("untold")
        batch_op.drop_column("owed_at")
        batch_op.drop_column("owed")
