"""when peerbot heard itself

What: a new table, one row for each community whose alerts have a place.
Why: responders and whoever runs the server see when a test message last went the whole way.
Works with the previous release because: it only adds; nothing that it reads is renamed or gone.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "d0a39ea5e78e"
down_revision: str | None = "7f463c6fcba0"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "crisis_hearing",
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("faults", sa.String(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("well_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("card_platform", sa.String(), nullable=True),
        sa.Column("card_room", sa.String(), nullable=True),
        sa.Column("card_message", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_crisis_hearing_community_id_community"),
        ),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_crisis_hearing")),
    )
    with op.batch_alter_table("crisis_hearing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crisis_hearing_due_at"), ["due_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("crisis_hearing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crisis_hearing_due_at"))

    op.drop_table("crisis_hearing")
