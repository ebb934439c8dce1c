"""It outlives the project: what was handed out says where it lies, to whom, and how much it holds."""

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


def downgrade() -> None:
    # What was handed out
    with op.batch_alter_table("handouts") as batch:
        batch.drop_constraint(batch.f("uq_handouts_uid"), type_="unique")
        for name in ("pictures", "posts", "place", "uid"):
            batch.drop_column(name)
