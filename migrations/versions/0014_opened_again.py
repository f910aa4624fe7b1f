"""approved results may be opened again: acts become former ones, and say who signed

Revision ID: 0014
Revises: 0013
Create Date: 2026-11-26 01:40:00

"""
from alembic import op
import sqlalchemy as sa

import app.database


# revision identifiers, used by Alembic.
revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

IN_FORCE = sa.text('reopened_at IS NULL')


def upgrade():
    with op.batch_alter_table('order_act', schema=None) as batch_op:
        batch_op.add_column(sa.Column('chair', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('secretary', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('reopened_at', app.database.Moment(timezone=True), nullable=True))
        batch_op.drop_constraint(op.f('uq_order_act_event_id_link'), type_='unique')
        batch_op.create_index(
            'uq_order_act_event_id_link_in_force', ['event_id', 'link'], unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE
        )


def downgrade():
    with op.batch_alter_table('order_act', schema=None) as batch_op:
        batch_op.drop_index('uq_order_act_event_id_link_in_force')
        batch_op.create_unique_constraint(op.f('uq_order_act_event_id_link'), ['event_id', 'link'])
        batch_op.drop_column('reopened_at')
        batch_op.drop_column('secretary')
        batch_op.drop_column('chair')
