"""halls and experts by name

Revision ID: 0017
Revises: 0016
Create Date: 2026-11-26 02:45:00

"""
from alembic import op
import sqlalchemy as sa

import app.database


# revision identifiers, used by Alembic.
revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('named',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=60), nullable=False),
    sa.Column('source', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', app.database.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_named_by_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_named_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_named')),
    sa.UniqueConstraint('event_id', 'stage', 'source', 'name', name=op.f('uq_named_event_id'))
    )


def downgrade():
    op.drop_table('named')
