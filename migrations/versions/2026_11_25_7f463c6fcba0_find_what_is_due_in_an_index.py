"""find what is due in an index

What: indexes over open rounds by when they remind, and over cards to nobody by when they are due.
Why: every beat asks what is due next; it must not look at every open round, or every posted card.
Works with the previous release because: only indexes change, and its own questions use them too.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "7f463c6fcba0"
down_revision: str | None = "a4cc01140ef4"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("checkin_round", schema=None) as batch_op:
        batch_op.create_index(
            "ix_checkin_round_to_remind", ["state", "reminded", "remind_at"], unique=False
        )

    with op.batch_alter_table("crisis_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crisis_offer_due_at"))
        batch_op.create_index(
            "ix_crisis_offer_to_post",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("posted_at IS NULL"),
            postgresql_where=sa.text("posted_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("crisis_offer", schema=None) as batch_op:
        batch_op.drop_index("ix_crisis_offer_to_post")
        batch_op.create_index(batch_op.f("ix_crisis_offer_due_at"), ["due_at"], unique=False)

    with op.batch_alter_table("checkin_round", schema=None) as batch_op:
        batch_op.drop_index("ix_checkin_round_to_remind")
