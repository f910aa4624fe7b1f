"""the days off of a year

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-26 00:25:00

"""
from alembic import op
import sqlalchemy as sa

import app.database


# revision identifiers, used by Alembic.
revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

PLAIN = sa.JSON(none_as_null=True)


def upgrade():
    op.create_table('calendar_year',
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('off', PLAIN, nullable=False),
    sa.Column('worked', PLAIN, nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('saved_at', app.database.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_calendar_year_by_id')),
    sa.PrimaryKeyConstraint('year', name=op.f('pk_calendar_year'))
    )


def downgrade():
    op.drop_table('calendar_year')
