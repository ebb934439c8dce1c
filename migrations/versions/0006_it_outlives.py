"""It outlives the project: what was handed out says where it lies, to whom, and how much it holds;
diaries that this one keeps a twin of; earlier diaries that it goes on from."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was handed out (handouts): uid, place, posts, pictures
    with op.batch_alter_table("handouts") as batch:
        batch.add_column(sa.Column("uid", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("place", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("posts", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("pictures", sa.Integer(), nullable=True))
    handouts = sa.table("handouts", sa.column("id", sa.Integer()), sa.column("uid", sa.Uuid()))
    for key in list(op.get_bind().scalars(sa.select(handouts.c.id))):
        op.execute(handouts.update().where(handouts.c.id == key).values(uid=uuid4()))
    with op.batch_alter_table("handouts") as batch:
        batch.alter_column("uid", existing_type=sa.Uuid(), nullable=False)
        batch.alter_column("place", existing_type=sa.String(), server_default=None)
        batch.create_unique_constraint(batch.f("uq_handouts_uid"), ["uid"])
    # What was taken out of a copy (handout_pictures): taken_out_at
    with op.batch_alter_table("handout_pictures") as batch:
        batch.add_column(sa.Column("taken_out_at", sa.DateTime(timezone=True), nullable=True))
    # The mirror (mirrors, mirror_documents, provenances.mirror_id)
    op.create_table(
        "mirrors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("named", sa.String(), nullable=False),
        sa.Column("within", sa.Boolean(), nullable=False),
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("home", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["lab_id"], ["labs.id"], name=op.f("fk_mirrors_lab_id_labs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirrors")),
        sa.UniqueConstraint("uid", name=op.f("uq_mirrors_uid")),
        sa.UniqueConstraint("named", name=op.f("uq_mirrors_named")),
        sa.UniqueConstraint("feed", name=op.f("uq_mirrors_feed")),
    )
    with op.batch_alter_table("mirrors") as batch:
        batch.create_index(batch.f("ix_mirrors_lab_id"), ["lab_id"])
    op.create_table(
        "mirror_documents",
        sa.Column("mirror_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("onward", sa.JSON(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mirror_id"], ["mirrors.id"], name=op.f("fk_mirror_documents_mirror_id_mirrors")
        ),
        sa.PrimaryKeyConstraint("mirror_id", "address", name=op.f("pk_mirror_documents")),
    )
    with op.batch_alter_table("provenances") as batch:
        batch.add_column(sa.Column("mirror_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            batch.f("fk_provenances_mirror_id_mirrors"), "mirrors", ["mirror_id"], ["id"]
        )
        batch.create_index(batch.f("ix_provenances_mirror_id"), ["mirror_id"])

    # An earlier diary (provenances.earlier)
    with op.batch_alter_table("provenances") as batch:
        batch.add_column(sa.Column("earlier", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("provenances") as batch:
        batch.alter_column("earlier", existing_type=sa.String(), server_default=None)


def downgrade() -> None:
    # An earlier diary
    with op.batch_alter_table("provenances") as batch:
        batch.drop_column("earlier")
    # The mirror
    with op.batch_alter_table("provenances") as batch:
        batch.drop_index(batch.f("ix_provenances_mirror_id"))
        batch.drop_constraint(batch.f("fk_provenances_mirror_id_mirrors"), type_="foreignkey")
        batch.drop_column("mirror_id")
    op.drop_table("mirror_documents")
    op.drop_table("mirrors")
    # What was taken out of a copy
    with op.batch_alter_table("handout_pictures") as batch:
        batch.drop_column("taken_out_at")
    # What was handed out
    with op.batch_alter_table("handouts") as batch:
        batch.drop_constraint(batch.f("uq_handouts_uid"), type_="unique")
        for name in ("pictures", "posts", "place", "uid"):
            batch.drop_column(name)
