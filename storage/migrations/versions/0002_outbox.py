"""What a delivery is to say is kept with it, a chat may wish for silence, and articles are found by their address."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the texts of deliveries and the wish for silence."""
    op.create_index("ix_articles_url", "articles", ["url"], postgresql_using="hash")
    op.create_table(
        "texts",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("html", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_texts"),
    )
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.add_column(sa.Column("text_id", sa.Text))
        deliveries.create_foreign_key(
            "fk_deliveries_text_id_texts", "texts", ["text_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index("ix_deliveries_text_id", "deliveries", ["text_id"])
    op.add_column(
        "chats",
        sa.Column("silent_when_empty", sa.Boolean, nullable=False, server_default=sa.text("false")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("chats", "silent_when_empty")
    op.drop_index("ix_deliveries_text_id", "deliveries")
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.drop_constraint("fk_deliveries_text_id_texts", type_="foreignkey")
        deliveries.drop_column("text_id")
    op.drop_table("texts")
    op.drop_index("ix_articles_url", "articles")
