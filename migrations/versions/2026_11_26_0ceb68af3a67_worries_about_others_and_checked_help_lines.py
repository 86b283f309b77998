"""Worries about others, with words that the hearers may read; what staff found out about help lines

What: new columns of `alert`, each nullable or with a default; tables `worry_words` and
    `helpline_check`.
Why: a worry about a member of the team must go to chosen people alone; staff verify lines in chat.
Works with the previous release because: it only adds. Close open worries before going back to it:
    it does not know that kind of alert.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0ceb68af3a67"
down_revision: str | None = "c81d5e0f2a37"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "worry_words",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worry_words")),
    )
    with op.batch_alter_table("worry_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_worry_words_member_id"), ["member_id"], unique=False)

    op.create_table(
        "helpline_check",
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_helpline_check_community_id_community"),
        ),
        sa.PrimaryKeyConstraint("community_id", "line_id", name=op.f("pk_helpline_check")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.add_column(sa.Column("worry_about", sa.String(), nullable=True))
        batch_op.add_column(
            sa.Column("worry_hearers", sa.String(), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("worry_words", sa.String(), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "worry_speaks_of_self", sa.Boolean(), server_default=sa.false(), nullable=False
            )
        )
        batch_op.add_column(
            sa.Column("worry_earlier_by", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("worry_earlier_about", sa.Integer(), server_default="0", nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_column("worry_earlier_about")
        batch_op.drop_column("worry_earlier_by")
        batch_op.drop_column("worry_speaks_of_self")
        batch_op.drop_column("worry_words")
        batch_op.drop_column("worry_hearers")
        batch_op.drop_column("worry_about")

    op.drop_table("helpline_check")
    with op.batch_alter_table("worry_words", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_worry_words_member_id"))

    op.drop_table("worry_words")
