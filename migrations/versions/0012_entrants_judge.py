"""entrants judge each other's works

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-26 02:15:00

"""
from alembic import op


# revision identifiers, used by Alembic.
revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade():
    # Written out: on SQLite a batch would copy the table, and sheets refer to its rows.
    op.execute("ALTER TABLE assignment ADD COLUMN judge_id INTEGER CONSTRAINT fk_assignment_judge_id REFERENCES application (id)")
    op.create_index(op.f('ix_assignment_judge_id'), 'assignment', ['judge_id'], unique=False)


def downgrade():
    raise NotImplementedError(
        "works that entrants mark have no place in the older tables: "
        "the way back is the older code with the backup made before the update, see docs/operate.md"
    )
