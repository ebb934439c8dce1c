"""The journey: words to be found by with each database's own index, traces, posts that name others."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# The words are split at spaces alone: the tokenizer `ascii` takes every letter beyond ASCII as
# one and folds none, and the words hold no ASCII sign.
SQLITE = (
    """CREATE VIRTUAL TABLE search_fts USING fts5(
    words, content='search', content_rowid='sequence', tokenize='ascii')""",
    """CREATE TRIGGER search_added AFTER INSERT ON search BEGIN
    INSERT INTO search_fts(rowid, words) VALUES (new.sequence, new.words); END""",
    """CREATE TRIGGER search_gone AFTER DELETE ON search BEGIN
    INSERT INTO search_fts(search_fts, rowid, words)
    VALUES ('delete', old.sequence, old.words); END""",
    """CREATE TRIGGER search_changed AFTER UPDATE ON search BEGIN
    INSERT INTO search_fts(search_fts, rowid, words)
    VALUES ('delete', old.sequence, old.words);
    INSERT INTO search_fts(rowid, words) VALUES (new.sequence, new.words); END""",
)
# Each word with its place, as `to_tsvector('simple', …)` would give them, had its parser no
# thoughts of its own about numbers, hyphens and addresses.
POSTGRES = (
    """CREATE FUNCTION search_vector(words text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(quote_literal(word) || ':' || least(place, 16383), ' '), '')::tsvector
    FROM unnest(string_to_array(words, ' ')) WITH ORDINALITY AS one(word, place)
    WHERE word <> '' $$""",
    """ALTER TABLE search ADD COLUMN vector tsvector
    GENERATED ALWAYS AS (search_vector(words)) STORED""",
    # Words out of the rows, as an index that finds many reads all their rows; and no statistics, so
    # that PostgreSQL always takes the index: it does not reckon with unpacking what it reads else.
    "ALTER TABLE search SET (toast_tuple_target = 128)",
    "ALTER TABLE search ALTER COLUMN vector SET STATISTICS 0",
    "CREATE INDEX ix_search_vector ON search USING gin (vector)",
)

TOLD = {
    "labs": {"sources": "[]", "pictures": "[]"},
    "methods": {"steps": "{}", "needs": "{}", "sources": "[]", "pictures": "[]"},
}


def allow_origins(*origins: str) -> None:
    with op.batch_alter_table("provenances") as batch:
        batch.drop_constraint(batch.f("ck_provenances_origin"), type_="check")
        batch.create_check_constraint(
            batch.f("ck_provenances_origin"), sa.column("origin").in_(origins)
        )


def upgrade() -> None:
    # Search
    op.create_table(
        "search",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("recipe", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_search_post_id_posts")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_search")),
        sa.UniqueConstraint("post_id", name=op.f("uq_search_post_id")),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.execute(sa.text(statement.replace(":", "\\:")))

    # The tally
    op.create_table(
        "tallies",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("lab_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("method_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("resident", sa.Boolean(), nullable=False),
        sa.Column("closely", sa.Boolean(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint(
            *("month", "lab_id", "method_id", "origin", "resident", "closely"),
            name=op.f("pk_tallies"),
        ),
    )

    # What every page says of a post that was rebuilt from traces,
    # what moderators are told of an imported one, and that it may have moved here whole
    allow_origins("written", "moved", "full", "teaser", "title", "example")
    with op.batch_alter_table("provenances") as batch:
        batch.add_column(sa.Column("evidence", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("notes", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("provenances") as batch:
        batch.alter_column("evidence", server_default=None)
        batch.alter_column("notes", server_default=None)

    # Posts that name others
    with op.batch_alter_table("revisions") as batch:
        batch.add_column(sa.Column("inspired_by_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            batch.f("fk_revisions_inspired_by_id_posts"), "posts", ["inspired_by_id"], ["id"]
        )
        batch.create_index(batch.f("ix_revisions_inspired_by_id"), ["inspired_by_id"], unique=False)
    op.create_table(
        "revision_links",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_revision_links_post_id_posts")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_revision_links_revision_id_revisions")
        ),
        sa.PrimaryKeyConstraint("revision_id", "post_id", name=op.f("pk_revision_links")),
    )
    with op.batch_alter_table("revision_links") as batch:
        batch.create_index(batch.f("ix_revision_links_post_id"), ["post_id"], unique=False)

    # Who sent a post in without an account
    op.create_table(
        "senders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_senders_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_senders")),
        sa.UniqueConstraint("uid", name=op.f("uq_senders_uid")),
        sa.UniqueConstraint("post_id", name=op.f("uq_senders_post_id")),
        sa.UniqueConstraint("form_key", name=op.f("uq_senders_form_key")),
    )
    with op.batch_alter_table("senders") as batch:
        batch.create_index(batch.f("ix_senders_at"), ["at"], unique=False)

    # What is made ahead for whoever takes the diary along
    op.create_table(
        "editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sqlite_autoincrement=True,
    )

    # Posts whose day nobody knows stand after all others
    op.execute(
        "UPDATE posts SET dated = '9999-01-01' WHERE precision = 'unknown' AND live_id IS NOT NULL"
    )

    # A place's part of the journey
    op.create_index(
        "ix_posts_lab_journey", "posts", ["lab_id", "status", "dated", "sequence"], unique=False
    )

    # What the pages of labs and methods tell
    for table, columns in TOLD.items():
        with op.batch_alter_table(table) as batch:
            for name, empty in columns.items():
                batch.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default=empty))
        with op.batch_alter_table(table) as batch:
            for name in columns:
                batch.alter_column(name, server_default=None)


def downgrade() -> None:
    # What the pages of labs and methods tell
    for table, columns in TOLD.items():
        with op.batch_alter_table(table) as batch:
            for name in columns:
                batch.drop_column(name)

    # Posts whose day nobody knows stand after all others
    op.execute(
        "UPDATE posts SET dated = (SELECT dated FROM revisions WHERE revisions.id = posts.live_id)"
        " WHERE precision = 'unknown' AND live_id IS NOT NULL"
    )

    # A place's part of the journey
    op.drop_index("ix_posts_lab_journey", table_name="posts")

    # What is made ahead for whoever takes the diary along
    op.drop_table("editions")

    # Who sent a post in without an account
    op.drop_table("senders")

    # Posts that name others
    op.drop_table("revision_links")
    with op.batch_alter_table("revisions") as batch:
        batch.drop_index(batch.f("ix_revisions_inspired_by_id"))
        batch.drop_constraint(batch.f("fk_revisions_inspired_by_id_posts"), type_="foreignkey")
        batch.drop_column("inspired_by_id")

    # What every page says of a post that was rebuilt from traces
    op.execute("UPDATE provenances SET origin = 'full' WHERE origin = 'moved'")
    allow_origins("written", "full", "teaser", "title", "example")
    with op.batch_alter_table("provenances") as batch:
        batch.drop_column("notes")
        batch.drop_column("evidence")

    # The tally
    op.drop_table("tallies")

    # Search
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_fts")
    op.drop_table("search")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION search_vector(text)")
