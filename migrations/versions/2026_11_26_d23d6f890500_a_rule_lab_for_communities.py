"""a rule lab for communities

What: a community's own phrases (sealed), counts of what was found in silence, verdicts on rules,
and since when a community listens silently.
Why: moderators fit the rules to their community, and see how they do before they are acted on.
Works with the previous release because: it only adds tables, which that release does not know.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "d23d6f890500"
down_revision: str | None = "0ceb68af3a67"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "own_phrase",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_own_phrase_community_id_community")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_phrase")),
    )
    op.create_table(
        "rule_verdict",
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_rule_verdict_community_id_community")
        ),
        sa.PrimaryKeyConstraint("community_id", "rule", "verdict", name=op.f("pk_rule_verdict")),
    )
    op.create_table(
        "silent_count",
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_silent_count_community_id_community")
        ),
        sa.PrimaryKeyConstraint(
            "community_id", "day", "tier", "category", "rule", name=op.f("pk_silent_count")
        ),
    )
    op.create_table(
        "silent_trial",
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tell_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_silent_trial_community_id_community")
        ),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_silent_trial")),
    )
    with op.batch_alter_table("silent_trial", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_silent_trial_tell_at"), ["tell_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("silent_trial", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_silent_trial_tell_at"))

    op.drop_table("silent_trial")
    op.drop_table("silent_count")
    op.drop_table("rule_verdict")
    op.drop_table("own_phrase")
