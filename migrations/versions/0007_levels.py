"""several events from one regulation: the level of each, and whose winners go where

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-26 00:18:00

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('level', sa.String(length=20), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('feeds_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_event_feeds_id'), 'event', ['feeds_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_event_feeds_id'), ['feeds_id'], unique=False)


def downgrade():
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_event_feeds_id'))
        batch_op.drop_constraint(batch_op.f('fk_event_feeds_id'), type_='foreignkey')
        batch_op.drop_column('feeds_id')
        batch_op.drop_column('level')
