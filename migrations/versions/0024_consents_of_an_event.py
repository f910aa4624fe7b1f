"""a consent says for which event it was given, and covers that one alone

Revision ID: 0024
Revises: 0023
Create Date: 2026-11-26 05:45:00

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None

CONSENT = sa.table('consent', *(sa.column(name) for name in ('application_id', 'event_id')))
APPLICATION = sa.table('application', *(sa.column(name) for name in ('id', 'event_id')))


def upgrade():
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.add_column(sa.Column('event_id', sa.Integer(), nullable=True))
    of = sa.select(APPLICATION.c.event_id).where(APPLICATION.c.id == CONSENT.c.application_id).scalar_subquery()
    op.get_bind().execute(sa.update(CONSENT).values(event_id=of))


def downgrade():
    op.drop_column('consent', 'event_id')  # not in a batch: it would copy the table, and rows that refer to it forbid that
