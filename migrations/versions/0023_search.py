"""a page of an event's applications, and a search in them, is read from one index: the state stands in it too

Revision ID: 0023
Revises: 0022
Create Date: 2026-11-26 05:30:00

"""
from alembic import op


# revision identifiers, used by Alembic.
revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

NAME = 'ix_application_event_id_id_title_key'


def upgrade():
    op.drop_index(NAME, 'application')
    op.create_index(NAME, 'application', ['event_id', 'id', 'title_key', 'state', 'entered_by_id'], unique=False)


def downgrade():
    op.drop_index(NAME, 'application')
    op.create_index(NAME, 'application', ['event_id', 'id', 'title_key'], unique=False)
