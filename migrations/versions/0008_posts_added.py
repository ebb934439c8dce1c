"""The version since which posts were only added."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("state") as batch:
        batch.add_column(sa.Column("cards_since", sa.Integer(), nullable=False, server_default="1"))
    state = sa.table("state", sa.column("version"), sa.column("cards_since"))
    op.execute(state.update().values(cards_since=state.c.version))
    with op.batch_alter_table("state") as batch:
        batch.alter_column("cards_since", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("state") as batch:
        batch.drop_column("cards_since")
