"""Public posts counted by day."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "days",
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("dated", name=op.f("pk_days")),
    )
    op.execute(
        "INSERT INTO days (dated, posts) SELECT dated, count(*) FROM posts"
        " WHERE status = 'published' GROUP BY dated"
    )


def downgrade() -> None:
    op.drop_table("days")
