"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# Posts name their revisions and revisions their post. SQLite takes both at once; elsewhere the
# second half follows when both tables stand.
CIRCLE = {"fk_posts_live_id_revisions": "live_id", "fk_posts_waiting_id_revisions": "waiting_id"}


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("uid", name=op.f("uq_events_uid")),
    )
    op.create_index(op.f("ix_events_actor_id"), "events", ["actor_id"], unique=False)
    op.create_index(op.f("ix_events_at"), "events", ["at"], unique=False)
    op.create_index(op.f("ix_events_post_id"), "events", ["post_id"], unique=False)

    op.create_table(
        "focus_areas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_focus_areas")),
        sa.UniqueConstraint("slug", name=op.f("uq_focus_areas_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_focus_areas_uid")),
    )
    op.create_table(
        "labs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_names", sa.JSON(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("summaries", sa.JSON(), nullable=False),
        sa.Column("descriptions", sa.JSON(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("partners", sa.JSON(), nullable=False),
        sa.Column("started", sa.Date(), nullable=True),
        sa.Column("ended", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labs")),
        sa.UniqueConstraint("slug", name=op.f("uq_labs_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_labs_uid")),
    )
    op.create_table(
        "pages",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("slug", "lang", name=op.f("pk_pages")),
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_settings")),
    )
    op.create_table(
        "state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_state_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_state")),
    )
    op.create_table(
        "throttles",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttles")),
    )
    op.create_index(op.f("ix_throttles_until"), "throttles", ["until"], unique=False)

    op.create_table(
        "lab_focus_areas",
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("focus_area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["focus_area_id"],
            ["focus_areas.id"],
            name=op.f("fk_lab_focus_areas_focus_area_id_focus_areas"),
        ),
        sa.ForeignKeyConstraint(
            ["lab_id"], ["labs.id"], name=op.f("fk_lab_focus_areas_lab_id_labs")
        ),
        sa.PrimaryKeyConstraint("lab_id", "focus_area_id", name=op.f("pk_lab_focus_areas")),
    )
    op.create_index(
        op.f("ix_lab_focus_areas_focus_area_id"), "lab_focus_areas", ["focus_area_id"], unique=False
    )

    op.create_table(
        "methods",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_names", sa.JSON(), nullable=False),
        sa.Column("descriptions", sa.JSON(), nullable=False),
        sa.Column("first_lab_id", sa.Integer(), nullable=True),
        sa.Column("core", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_lab_id"], ["labs.id"], name=op.f("fk_methods_first_lab_id_labs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_methods")),
        sa.UniqueConstraint("slug", name=op.f("uq_methods_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_methods_uid")),
    )
    op.create_index(op.f("ix_methods_first_lab_id"), "methods", ["first_lab_id"], unique=False)

    op.create_table(
        "persons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "resident",
                "staff",
                "partner",
                "researcher",
                "guest",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("slug", sa.String(), nullable=True),
        sa.Column("lab_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lab_id"], ["labs.id"], name=op.f("fk_persons_lab_id_labs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
        sa.UniqueConstraint("slug", name=op.f("uq_persons_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_persons_uid")),
    )
    op.create_index(op.f("ix_persons_lab_id"), "persons", ["lab_id"], unique=False)

    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "author",
                "coordinator",
                "lead",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_accounts_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
        sa.UniqueConstraint("person_id", name=op.f("uq_accounts_person_id")),
        sa.UniqueConstraint("username", name=op.f("uq_accounts_username")),
    )
    op.create_table(
        "account_labs",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_labs_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["lab_id"], ["labs.id"], name=op.f("fk_account_labs_lab_id_labs")),
        sa.PrimaryKeyConstraint("account_id", "lab_id", name=op.f("pk_account_labs")),
    )
    op.create_index(op.f("ix_account_labs_lab_id"), "account_labs", ["lab_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "author",
                "coordinator",
                "lead",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "resident",
                "staff",
                "partner",
                "researcher",
                "guest",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["accounts.id"], name=op.f("fk_invitations_created_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_index(
        op.f("ix_invitations_created_by_id"), "invitations", ["created_by_id"], unique=False
    )

    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("short", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "held",
                "returned",
                "scheduled",
                "published",
                "withdrawn",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("form_key", sa.String(), nullable=True),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column(
            "precision",
            sa.Enum(
                "day",
                "month",
                "year",
                "unknown",
                name="precision",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("lab_id", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_id", sa.Integer(), nullable=True),
        sa.Column("waiting_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "status NOT IN ('published', 'withdrawn') OR (live_id IS NOT NULL AND sequence IS NOT NULL AND published_at IS NOT NULL AND slug IS NOT NULL)",
            name=op.f("ck_posts_public"),
        ),
        sa.ForeignKeyConstraint(["lab_id"], ["labs.id"], name=op.f("fk_posts_lab_id_labs")),
        sa.ForeignKeyConstraint(
            ["live_id"], ["revisions.id"], name=op.f("fk_posts_live_id_revisions"), use_alter=True
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["accounts.id"], name=op.f("fk_posts_owner_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["waiting_id"],
            ["revisions.id"],
            name=op.f("fk_posts_waiting_id_revisions"),
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("owner_id", "form_key", name=op.f("uq_posts_owner_id_form_key")),
        sa.UniqueConstraint("sequence", name=op.f("uq_posts_sequence")),
        sa.UniqueConstraint("short", name=op.f("uq_posts_short")),
        sa.UniqueConstraint("slug", name=op.f("uq_posts_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_posts_uid")),
    )
    op.create_index("ix_posts_journey", "posts", ["status", "dated", "sequence"], unique=False)
    op.create_index("ix_posts_lab_stream", "posts", ["lab_id", "status", "sequence"], unique=False)
    op.create_index(op.f("ix_posts_live_id"), "posts", ["live_id"], unique=False)
    op.create_index("ix_posts_stream", "posts", ["status", "sequence"], unique=False)
    op.create_index(op.f("ix_posts_submitted_at"), "posts", ["submitted_at"], unique=False)
    op.create_index(op.f("ix_posts_waiting_id"), "posts", ["waiting_id"], unique=False)

    op.create_table(
        "invitation_labs",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitations.id"],
            name=op.f("fk_invitation_labs_invitation_id_invitations"),
        ),
        sa.ForeignKeyConstraint(
            ["lab_id"], ["labs.id"], name=op.f("fk_invitation_labs_lab_id_labs")
        ),
        sa.PrimaryKeyConstraint("invitation_id", "lab_id", name=op.f("pk_invitation_labs")),
    )
    op.create_index(op.f("ix_invitation_labs_lab_id"), "invitation_labs", ["lab_id"], unique=False)

    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["accounts.id"], name=op.f("fk_messages_author_id_accounts")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_messages_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_author_id"), "messages", ["author_id"], unique=False)
    op.create_index(op.f("ix_messages_post_id"), "messages", ["post_id"], unique=False)

    op.create_table(
        "pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("original_key", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_pictures_post_id_posts"),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["accounts.id"], name=op.f("fk_pictures_uploaded_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
        sa.UniqueConstraint("token", name=op.f("uq_pictures_token")),
        sa.UniqueConstraint("uid", name=op.f("uq_pictures_uid")),
    )
    op.create_index(op.f("ix_pictures_original_key"), "pictures", ["original_key"], unique=False)
    op.create_index(op.f("ix_pictures_post_id"), "pictures", ["post_id"], unique=False)
    op.create_index(
        op.f("ix_pictures_uploaded_by_id"), "pictures", ["uploaded_by_id"], unique=False
    )

    op.create_table(
        "provenances",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "written",
                "full",
                "teaser",
                "title",
                "example",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("source_url", sa.String(), nullable=False),
        sa.Column("seen_on", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_provenances_post_id_posts")
        ),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_provenances")),
        sa.UniqueConstraint("key", name=op.f("uq_provenances_key")),
    )
    op.create_index(op.f("ix_provenances_origin"), "provenances", ["origin"], unique=False)

    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("gist", sa.String(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column(
            "precision",
            sa.Enum(
                "day",
                "month",
                "year",
                "unknown",
                name="precision",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("lab_id", sa.Integer(), nullable=True),
        sa.Column(
            "voice",
            sa.Enum(
                "experience",
                "thought",
                "analysis",
                "insight",
                "lesson",
                name="voice",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("opening", sa.String(), nullable=False),
        sa.Column("recipe", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lab_id"], ["labs.id"], name=op.f("fk_revisions_lab_id_labs")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["accounts.id"], name=op.f("fk_revisions_made_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_revisions_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
    )
    op.create_index(op.f("ix_revisions_lab_id"), "revisions", ["lab_id"], unique=False)
    op.create_index(op.f("ix_revisions_made_by_id"), "revisions", ["made_by_id"], unique=False)
    op.create_index(op.f("ix_revisions_post_id"), "revisions", ["post_id"], unique=False)

    if op.get_bind().dialect.name != "sqlite":
        for name, column in CIRCLE.items():
            op.create_foreign_key(name, "posts", "revisions", [column], ["id"])

    op.create_table(
        "working_copies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_working_copies_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_working_copies_post_id_posts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_copies")),
        sa.UniqueConstraint(
            "post_id", "account_id", name=op.f("uq_working_copies_post_id_account_id")
        ),
    )
    op.create_index(
        op.f("ix_working_copies_account_id"), "working_copies", ["account_id"], unique=False
    )

    op.create_table(
        "bylines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "resident",
                "staff",
                "partner",
                "researcher",
                "guest",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_bylines_person_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_bylines_revision_id_revisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bylines")),
        sa.UniqueConstraint(
            "revision_id", "position", name=op.f("uq_bylines_revision_id_position")
        ),
    )
    op.create_index(op.f("ix_bylines_person_id"), "bylines", ["person_id"], unique=False)

    op.create_table(
        "consents",
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column(
            "claim",
            sa.Enum(
                "nobody",
                "yes",
                "not_yet",
                "unknown",
                name="claim",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("claimed_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "accepted",
                "refused",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"], ["accounts.id"], name=op.f("fk_consents_claimed_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_consents_decided_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["pictures.id"], name=op.f("fk_consents_picture_id_pictures")
        ),
        sa.PrimaryKeyConstraint("picture_id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_claimed_by_id"), "consents", ["claimed_by_id"], unique=False)
    op.create_index(op.f("ix_consents_decided_by_id"), "consents", ["decided_by_id"], unique=False)

    op.create_table(
        "renditions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("extension", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("recipe", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["pictures.id"], name=op.f("fk_renditions_picture_id_pictures")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renditions")),
    )
    op.create_index(op.f("ix_renditions_key"), "renditions", ["key"], unique=False)
    op.create_index(
        "uq_renditions_size", "renditions", ["picture_id", "extension", "width"], unique=True
    )

    op.create_table(
        "revision_methods",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("method_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["method_id"], ["methods.id"], name=op.f("fk_revision_methods_method_id_methods")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["revisions.id"],
            name=op.f("fk_revision_methods_revision_id_revisions"),
        ),
        sa.PrimaryKeyConstraint("revision_id", "method_id", name=op.f("pk_revision_methods")),
    )
    op.create_index(
        op.f("ix_revision_methods_method_id"), "revision_methods", ["method_id"], unique=False
    )

    op.create_table(
        "shown_pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("credit", sa.String(), nullable=False),
        sa.Column("focus_x", sa.Double(), nullable=False),
        sa.Column("focus_y", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["pictures.id"], name=op.f("fk_shown_pictures_picture_id_pictures")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_shown_pictures_revision_id_revisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shown_pictures")),
        sa.UniqueConstraint(
            "revision_id", "position", name=op.f("uq_shown_pictures_revision_id_position")
        ),
    )
    op.create_index(
        op.f("ix_shown_pictures_picture_id"), "shown_pictures", ["picture_id"], unique=False
    )


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        for name in CIRCLE:
            op.drop_constraint(name, "posts", type_="foreignkey")

    op.drop_table("shown_pictures")

    op.drop_table("revision_methods")

    op.drop_table("renditions")

    op.drop_table("consents")

    op.drop_table("bylines")

    op.drop_table("working_copies")

    op.drop_table("revisions")

    op.drop_table("provenances")

    op.drop_table("pictures")

    op.drop_table("messages")

    op.drop_table("invitation_labs")

    op.drop_table("posts")

    op.drop_table("invitations")

    op.drop_table("account_labs")
    op.drop_table("accounts")

    op.drop_table("persons")

    op.drop_table("methods")

    op.drop_table("lab_focus_areas")

    op.drop_table("throttles")
    op.drop_table("state")
    op.drop_table("settings")
    op.drop_table("pages")
    op.drop_table("labs")
    op.drop_table("focus_areas")

    op.drop_table("events")
