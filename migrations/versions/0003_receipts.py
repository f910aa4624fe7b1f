"""receipts: letters and papers on which a methodist acts for somebody (0002 became part of 0001 before anybody had run it)

Revision ID: 0003
Revises: 0001
"""
import sqlalchemy as sa
from alembic import op

import app.database

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("move_id", sa.Integer(), nullable=True),
        sa.Column("ground", sa.String(length=300), nullable=False),
        sa.Column("received_at", app.database.Moment(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", app.database.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_receipt_application_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_receipt_by_id")),
        sa.ForeignKeyConstraint(["move_id"], ["move.id"], name=op.f("fk_receipt_move_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("move_id", name=op.f("uq_receipt_move_id")),
    )
    op.create_index("ix_receipt_application_id", "receipt", ["application_id"], unique=False)
    # What was entered for somebody before keeps its ground; its first submit, if there was one, was done on it.
    op.execute(
        "INSERT INTO receipt (application_id, move_id, ground, received_at, name, by_id, at) "
        "SELECT application.id, (SELECT min(move.id) FROM move WHERE move.application_id = application.id AND move.step = 'submit'), "
        "application.entered_ground, application.received_at, '', application.entered_by_id, application.created_at "
        "FROM application WHERE application.entered_by_id IS NOT NULL AND application.received_at IS NOT NULL"
    )


def downgrade():
    op.drop_index("ix_receipt_application_id", table_name="receipt")
    op.drop_table("receipt")
