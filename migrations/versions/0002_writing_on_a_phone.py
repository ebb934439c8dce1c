"""Cards, devices, passkeys, the outbox, crops, second texts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CLAIMS = ("nobody", "yes", "not_yet", "unknown")


def allow_claims(*claims: str) -> None:
    with op.batch_alter_table("consents") as batch:
        batch.drop_constraint(op.f("ck_consents_claim"), type_="check")
        batch.create_check_constraint(op.f("ck_consents_claim"), sa.column("claim").in_(claims))


def number_posts_once() -> None:
    """Let SQLite never give a post the id of a deleted one; PostgreSQL does so anyway."""
    if op.get_bind().dialect.name == "sqlite":
        kwargs = {"sqlite_autoincrement": True}
        with op.batch_alter_table("posts", recreate="always", table_kwargs=kwargs):
            pass


def upgrade() -> None:
    number_posts_once()
    allow_claims(*CLAIMS, "unanswered")
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox") as batch:
        batch.create_index(batch.f("ix_outbox_due_at"), ["due_at"], unique=False)

    op.create_table(
        "cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_cards_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["accounts.id"], name=op.f("fk_cards_issued_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_cards_code_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_cards_uid")),
    )
    with op.batch_alter_table("cards") as batch:
        batch.create_index(batch.f("ix_cards_account_id"), ["account_id"], unique=False)
        batch.create_index(batch.f("ix_cards_issued_by_id"), ["issued_by_id"], unique=False)

    op.create_table(
        "devices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("lab_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_devices_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["lab_id"], ["labs.id"], name=op.f("fk_devices_lab_id_labs")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["accounts.id"], name=op.f("fk_devices_made_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
    )
    with op.batch_alter_table("devices") as batch:
        batch.create_index(batch.f("ix_devices_account_id"), ["account_id"], unique=False)
        batch.create_index(batch.f("ix_devices_lab_id"), ["lab_id"], unique=False)
        batch.create_index(batch.f("ix_devices_made_by_id"), ["made_by_id"], unique=False)

    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_passkeys_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    with op.batch_alter_table("passkeys") as batch:
        batch.create_index(batch.f("ix_passkeys_account_id"), ["account_id"], unique=False)

    with op.batch_alter_table("accounts") as batch:
        batch.add_column(sa.Column("forget_asked_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("invitations") as batch:
        batch.add_column(sa.Column("uid", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("joined", sa.Integer(), nullable=False, server_default="0"))
        batch.create_unique_constraint(batch.f("uq_invitations_uid"), ["uid"])

    with op.batch_alter_table("labs") as batch:
        batch.add_column(sa.Column("questions", sa.JSON(), nullable=False, server_default="{}"))

    with op.batch_alter_table("persons") as batch:
        batch.add_column(
            sa.Column("minor", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    with op.batch_alter_table("pictures") as batch:
        batch.add_column(sa.Column("sent_sha256", sa.String(), nullable=True))

    with op.batch_alter_table("renditions") as batch:
        batch.add_column(sa.Column("crop", sa.String(), nullable=False, server_default=""))
        batch.drop_index(batch.f("uq_renditions_size"))
        batch.create_index(
            "uq_renditions_size", ["picture_id", "crop", "extension", "width"], unique=True
        )

    with op.batch_alter_table("revisions") as batch:
        batch.add_column(
            sa.Column(
                "second_kind",
                sa.Enum(
                    "translation",
                    "easy",
                    name="second_kind",
                    native_enum=False,
                    create_constraint=True,
                    length=20,
                ),
                nullable=True,
            )
        )
        batch.add_column(sa.Column("second_lang", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("second_body", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("second_html", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("scribe", sa.String(), nullable=False, server_default=""))

    with op.batch_alter_table("working_copies") as batch:
        batch.add_column(sa.Column("tab", sa.String(), nullable=False, server_default=""))

    with op.batch_alter_table("shown_pictures") as batch:
        batch.add_column(sa.Column("link", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.execute("UPDATE consents SET claim = 'unknown' WHERE claim = 'unanswered'")
    allow_claims(*CLAIMS)
    with op.batch_alter_table("shown_pictures") as batch:
        batch.drop_column("link")

    with op.batch_alter_table("working_copies") as batch:
        batch.drop_column("tab")

    with op.batch_alter_table("revisions") as batch:
        batch.drop_column("scribe")
        batch.drop_column("second_html")
        batch.drop_column("second_body")
        batch.drop_column("second_lang")
        batch.drop_constraint(op.f("ck_revisions_second_kind"), type_="check")
        batch.drop_column("second_kind")

    op.execute("DELETE FROM renditions WHERE crop <> ''")  # the index below has no room for them
    with op.batch_alter_table("renditions") as batch:
        batch.drop_index("uq_renditions_size")
        batch.create_index("uq_renditions_size", ["picture_id", "extension", "width"], unique=True)
        batch.drop_column("crop")

    with op.batch_alter_table("pictures") as batch:
        batch.drop_column("sent_sha256")

    with op.batch_alter_table("persons") as batch:
        batch.drop_column("minor")

    with op.batch_alter_table("labs") as batch:
        batch.drop_column("questions")

    with op.batch_alter_table("invitations") as batch:
        batch.drop_constraint(batch.f("uq_invitations_uid"), type_="unique")
        batch.drop_column("joined")
        batch.drop_column("uid")

    with op.batch_alter_table("accounts") as batch:
        batch.drop_column("forget_asked_at")

    with op.batch_alter_table("passkeys") as batch:
        batch.drop_index(batch.f("ix_passkeys_account_id"))

    op.drop_table("passkeys")
    with op.batch_alter_table("devices") as batch:
        batch.drop_index(batch.f("ix_devices_made_by_id"))
        batch.drop_index(batch.f("ix_devices_lab_id"))
        batch.drop_index(batch.f("ix_devices_account_id"))

    op.drop_table("devices")
    with op.batch_alter_table("cards") as batch:
        batch.drop_index(batch.f("ix_cards_issued_by_id"))
        batch.drop_index(batch.f("ix_cards_account_id"))

    op.drop_table("cards")
    with op.batch_alter_table("outbox") as batch:
        batch.drop_index(batch.f("ix_outbox_due_at"))

    op.drop_table("outbox")
