"""schools stand in lists by their numbers: 3, 15, 107

Revision ID: 0020
Revises: 0019
Create Date: 2026-11-26 05:10:00

"""
import re

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

ORGANISATION = sa.table('organisation', *(sa.column(name) for name in ('id', 'name_key', 'order_key')))


def upgrade():
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('order_key', sa.String(length=300), nullable=False, server_default=''))
        batch_op.create_index(batch_op.f('ix_organisation_order_key'), ['order_key'], unique=False)
    fill()


def fill():
    """The name as it was compared until now, its numbers written with six digits."""
    connection = op.get_bind()
    rows = connection.execute(sa.select(ORGANISATION.c.id, ORGANISATION.c.name_key)).all()
    found = [{'one': one, 'key': re.sub(r'\d+', lambda number: number[0].zfill(6), name)[:300]} for one, name in rows]
    if found:
        connection.execute(sa.update(ORGANISATION).where(ORGANISATION.c.id == sa.bindparam('one')).values(order_key=sa.bindparam('key')), found)


def downgrade():
    op.drop_index('ix_organisation_order_key', 'organisation')
    op.drop_column('organisation', 'order_key')  # not in a batch: it would copy the table, and rows that refer to it forbid that
