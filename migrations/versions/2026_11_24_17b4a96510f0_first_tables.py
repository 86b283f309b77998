"""first tables

What: every table of the first release: communities, members, settings, check-ins, alerts, tips,
resources, sends and work, keys.
Why: there was no database before.
Works with the previous release because: there is none.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "17b4a96510f0"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "app_key_check",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_key_check")),
    )
    op.create_table(
        "community",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("setup_step", sa.Integer(), nullable=False),
        sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
    )
    op.create_table(
        "crisis_offer",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("space_id", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("platform", "room_id", name=op.f("pk_crisis_offer")),
    )
    with op.batch_alter_table("crisis_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crisis_offer_due_at"), ["due_at"], unique=False)

    op.create_table(
        "directory_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pack", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_version")),
    )
    op.create_table(
        "member_key",
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_member_key")),
    )
    op.create_table(
        "send",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("to_kind", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("to_id", sa.String(), nullable=False),
        sa.Column("to_space", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("ref_room", sa.String(), nullable=True),
        sa.Column("ref_message", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_send")),
        sa.UniqueConstraint(
            "kind",
            "subject",
            "to_kind",
            "platform",
            "to_id",
            name=op.f("uq_send_kind_subject_to_kind_platform_to_id"),
        ),
    )
    with op.batch_alter_table("send", schema=None) as batch_op:
        batch_op.create_index(
            "ix_send_ended_at",
            ["ended_at"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NOT NULL"),
            postgresql_where=sa.text("ended_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_send_owner",
            ["owner"],
            unique=False,
            sqlite_where=sa.text("owner IS NOT NULL"),
            postgresql_where=sa.text("owner IS NOT NULL"),
        )

    op.create_table(
        "work",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_work")),
    )
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.create_index("ix_work_done_at", ["done_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_next_try_at"), ["next_try_at"], unique=False)
        batch_op.create_index("ix_work_status", ["status"], unique=False)

    op.create_table(
        "alert",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("whose", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("surface", sa.String(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("next_step_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("room_id", sa.String(), nullable=True),
        sa.Column("space_id", sa.String(), nullable=True),
        sa.Column("permalink", sa.String(), nullable=True),
        sa.Column("source_room", sa.String(), nullable=True),
        sa.Column("source_message", sa.String(), nullable=True),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("card_platform", sa.String(), nullable=True),
        sa.Column("card_room", sa.String(), nullable=True),
        sa.Column("card_message", sa.String(), nullable=True),
        sa.Column("claimed_platform", sa.String(), nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("wants_privacy", sa.Boolean(), nullable=False),
        sa.Column("says_misread", sa.Boolean(), nullable=False),
        sa.Column("needs_backup", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_alert_community_id_community")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_community_id"), ["community_id"], unique=False)
        batch_op.create_index(
            "ix_alert_member", ["platform", "member_id", "raised_at"], unique=False
        )
        batch_op.create_index("ix_alert_next_step", ["next_step_at"], unique=False)

    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("native_id", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_audit_community_id_community")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_community_at", ["community_id", "at"], unique=False)

    op.create_table(
        "checkin",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("room_platform", sa.String(), nullable=True),
        sa.Column("room_id", sa.String(), nullable=True),
        sa.Column("room_space", sa.String(), nullable=True),
        sa.Column("recurrence", sa.String(), nullable=False),
        sa.Column("own_zone", sa.Boolean(), nullable=False),
        sa.Column("window_seconds", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_wall", sa.String(), nullable=True),
        sa.Column("last_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_checkin_community_id_community")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin")),
    )
    with op.batch_alter_table("checkin", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkin_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_checkin_created_by"), ["created_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_checkin_next_at"), ["next_at"], unique=False)

    op.create_table(
        "member",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("native_id", sa.String(), nullable=False),
        sa.Column("old_enough", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_member_community_id_community")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint(
            "community_id",
            "platform",
            "native_id",
            name=op.f("uq_member_community_id_platform_native_id"),
        ),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_native_id"), ["native_id"], unique=False)

    op.create_table(
        "organization",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("community_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("website", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_organization_community_id_community")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
    )
    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organization_community_id"), ["community_id"], unique=False
        )

    op.create_table(
        "settings_version",
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_settings_version_community_id_community"),
        ),
        sa.PrimaryKeyConstraint("community_id", "number", name=op.f("pk_settings_version")),
    )
    op.create_table(
        "space",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("native_id", sa.String(), nullable=False),
        sa.Column("community_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_space_community_id_community")
        ),
        sa.PrimaryKeyConstraint("platform", "native_id", name=op.f("pk_space")),
    )
    with op.batch_alter_table("space", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_space_community_id"), ["community_id"], unique=False)

    op.create_table(
        "tip_schedule",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("space_id", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("recurrence", sa.String(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_tip_schedule_community_id_community")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tip_schedule")),
        sa.UniqueConstraint(
            "community_id",
            "platform",
            "room_id",
            name=op.f("uq_tip_schedule_community_id_platform_room_id"),
        ),
    )
    with op.batch_alter_table("tip_schedule", schema=None) as batch_op:
        batch_op.create_index("ix_tip_schedule_due", ["paused", "next_at"], unique=False)

    op.create_table(
        "checkin_reminder",
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_checkin_reminder_community_id_community"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_checkin_reminder_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_checkin_reminder")),
    )
    with op.batch_alter_table("checkin_reminder", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_checkin_reminder_community_id"), ["community_id"], unique=False
        )

    op.create_table(
        "checkin_round",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("checkin_id", sa.String(), nullable=False),
        sa.Column("community_id", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("room_platform", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("room_space", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tally", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["checkin_id"], ["checkin.id"], name=op.f("fk_checkin_round_checkin_id_checkin")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_checkin_round_community_id_community")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_round")),
        sa.UniqueConstraint("checkin_id", "slot", name=op.f("uq_checkin_round_checkin_id_slot")),
    )
    with op.batch_alter_table("checkin_round", schema=None) as batch_op:
        batch_op.create_index(
            "ix_checkin_round_community_id_state", ["community_id", "state"], unique=False
        )
        batch_op.create_index(
            "ix_checkin_round_state_closes_at", ["state", "closes_at"], unique=False
        )

    op.create_table(
        "consent",
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_consent_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member_id", "purpose", name=op.f("pk_consent")),
    )
    op.create_table(
        "service",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("community_id", sa.String(), nullable=True),
        sa.Column("copy_of", sa.String(), nullable=True),
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("support", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("application_process", sa.String(), nullable=False),
        sa.Column("eligibility_description", sa.String(), nullable=False),
        sa.Column("minimum_age", sa.Integer(), nullable=True),
        sa.Column("maximum_age", sa.Integer(), nullable=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("always_open", sa.Boolean(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_read", sa.String(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_service_community_id_community")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_service_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_service")),
        sa.UniqueConstraint(
            "community_id", "copy_of", name=op.f("uq_service_community_id_copy_of")
        ),
        sa.UniqueConstraint("id", name=op.f("uq_service_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_community_id"), ["community_id"], unique=False)

    op.create_table(
        "tip_round",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("schedule_id", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("tip_id", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["tip_schedule.id"],
            name=op.f("fk_tip_round_schedule_id_tip_schedule"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tip_round")),
        sa.UniqueConstraint("schedule_id", "slot", name=op.f("uq_tip_round_schedule_id_slot")),
    )
    op.create_table(
        "checkin_answer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("round_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("skipped", sa.Boolean(), nullable=False),
        sa.Column("help", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("words_for", sa.String(), nullable=True),
        sa.Column("voice_card", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_checkin_answer_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["checkin_round.id"],
            name=op.f("fk_checkin_answer_round_id_checkin_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_answer")),
        sa.UniqueConstraint(
            "round_id", "member_id", name=op.f("uq_checkin_answer_round_id_member_id")
        ),
    )
    with op.batch_alter_table("checkin_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_checkin_answer_answered_at"), ["answered_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_checkin_answer_member_id"), ["member_id"], unique=False
        )

    op.create_table(
        "cost_option",
        sa.Column("option", sa.String(), nullable=False),
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_number"],
            ["service.number"],
            name=op.f("fk_cost_option_service_number_service"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("service_number", "position", name=op.f("pk_cost_option")),
    )
    op.create_table(
        "language",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_number"],
            ["service.number"],
            name=op.f("fk_language_service_number_service"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("service_number", "position", name=op.f("pk_language")),
    )
    op.create_table(
        "location",
        sa.Column("location_type", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_number"],
            ["service.number"],
            name=op.f("fk_location_service_number_service"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("service_number", "position", name=op.f("pk_location")),
    )
    op.create_table(
        "phone",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_number"],
            ["service.number"],
            name=op.f("fk_phone_service_number_service"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("service_number", "position", name=op.f("pk_phone")),
    )
    op.create_table(
        "schedule",
        sa.Column("byday", sa.String(), nullable=False),
        sa.Column("opens_at", sa.String(), nullable=False),
        sa.Column("closes_at", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_number"],
            ["service.number"],
            name=op.f("fk_schedule_service_number_service"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("service_number", "position", name=op.f("pk_schedule")),
    )


def downgrade() -> None:
    op.drop_table("schedule")
    op.drop_table("phone")
    op.drop_table("location")
    op.drop_table("language")
    op.drop_table("cost_option")
    with op.batch_alter_table("checkin_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkin_answer_member_id"))
        batch_op.drop_index(batch_op.f("ix_checkin_answer_answered_at"))

    op.drop_table("checkin_answer")
    op.drop_table("tip_round")
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_community_id"))

    op.drop_table("service")
    op.drop_table("consent")
    with op.batch_alter_table("checkin_round", schema=None) as batch_op:
        batch_op.drop_index("ix_checkin_round_state_closes_at")
        batch_op.drop_index("ix_checkin_round_community_id_state")

    op.drop_table("checkin_round")
    with op.batch_alter_table("checkin_reminder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkin_reminder_community_id"))

    op.drop_table("checkin_reminder")
    with op.batch_alter_table("tip_schedule", schema=None) as batch_op:
        batch_op.drop_index("ix_tip_schedule_due")

    op.drop_table("tip_schedule")
    with op.batch_alter_table("space", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_space_community_id"))

    op.drop_table("space")
    op.drop_table("settings_version")
    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organization_community_id"))

    op.drop_table("organization")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_native_id"))

    op.drop_table("member")
    with op.batch_alter_table("checkin", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkin_next_at"))
        batch_op.drop_index(batch_op.f("ix_checkin_created_by"))
        batch_op.drop_index(batch_op.f("ix_checkin_community_id"))

    op.drop_table("checkin")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_community_at")

    op.drop_table("audit")
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index("ix_alert_next_step")
        batch_op.drop_index("ix_alert_member")
        batch_op.drop_index(batch_op.f("ix_alert_community_id"))

    op.drop_table("alert")
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.drop_index("ix_work_status")
        batch_op.drop_index(batch_op.f("ix_work_next_try_at"))
        batch_op.drop_index("ix_work_done_at")

    op.drop_table("work")
    with op.batch_alter_table("send", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_send_owner",
            sqlite_where=sa.text("owner IS NOT NULL"),
            postgresql_where=sa.text("owner IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_send_ended_at",
            sqlite_where=sa.text("ended_at IS NOT NULL"),
            postgresql_where=sa.text("ended_at IS NOT NULL"),
        )

    op.drop_table("send")
    op.drop_table("member_key")
    op.drop_table("directory_version")
    with op.batch_alter_table("crisis_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crisis_offer_due_at"))

    op.drop_table("crisis_offer")
    op.drop_table("community")
    op.drop_table("app_key_check")
