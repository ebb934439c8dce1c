"""Keep what every page says of a post that was rebuilt from traces."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("provenances") as batch:
        batch.add_column(sa.Column("evidence", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("provenances") as batch:
        batch.alter_column("evidence", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("provenances") as batch:
        batch.drop_column("evidence")
