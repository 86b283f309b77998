"""Duty times; a reminder to whoever helped; how many others wrote the very same words

What: new tables `duty_shift` and `duty_word`, and two columns of `alert`.
Why: alerts call those who are on duty, and leave the others alone.
Works with the previous release because: it only adds; nothing that it reads is renamed or gone.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "c81d5e0f2a37"
down_revision: str | None = "d0a39ea5e78e"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "duty_shift",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("native_id", sa.String(), nullable=False),
        sa.Column("weekdays", sa.String(), nullable=False),
        sa.Column("begins", sa.String(), nullable=False),
        sa.Column("ends", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_duty_shift_community_id_community"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_shift")),
    )
    with op.batch_alter_table("duty_shift", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_duty_shift_community_id"), ["community_id"], unique=False
        )
        batch_op.create_index("ix_duty_shift_who", ["platform", "native_id"], unique=False)
    op.create_table(
        "duty_word",
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("native_id", sa.String(), nullable=False),
        sa.Column("on_duty", sa.Boolean(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_duty_word_community_id_community"),
        ),
        sa.PrimaryKeyConstraint("community_id", "platform", "native_id", name=op.f("pk_duty_word")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.add_column(sa.Column("alike", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("follow_up_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_alert_follow_up", ["follow_up_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index("ix_alert_follow_up")
        batch_op.drop_column("follow_up_at")
        batch_op.drop_column("alike")
    op.drop_table("duty_word")
    op.drop_table("duty_shift")
