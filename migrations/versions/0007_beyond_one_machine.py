"""Beyond one machine: what a store that was away is still to do, what lies in the public one."""

import sqlalchemy as sa
from alembic import op

from diary.models.engine import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "errands",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "task",
            sa.Enum(
                "line", "file", "again",
                name="task", native_enum=False, create_constraint=True, length=20,
            ),
            nullable=False,
        ),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errands")),
    )  # fmt: skip
    op.create_table(
        "public_files",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("rendition_id", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("there", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_public_files")),
    )
    op.create_index("ix_public_files_rendition", "public_files", ["rendition_id", "there"])


def downgrade() -> None:
    op.drop_table("public_files")
    op.drop_table("errands")
