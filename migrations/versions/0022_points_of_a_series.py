"""points of a series are kept with approved results

Revision ID: 0022
Revises: 0021
Create Date: 2026-11-26 05:20:00

"""
import datetime

from alembic import op
import sqlalchemy as sa

import app.database


# revision identifiers, used by Alembic.
revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

VERSION = sa.table('regulation_version', sa.column('id'), sa.column('body', sa.JSON(none_as_null=True)))
EVENT = sa.table('event', *(sa.column(name) for name in ('id', 'version_id', 'approved_at')))
JOB = sa.table('job', *(sa.column(name) for name in ('kind', 'key', 'state', 'attempts')), sa.column('payload', sa.JSON(none_as_null=True)),
               *(sa.column(name, app.database.Moment(timezone=True)) for name in ('due_at', 'created_at')))


def upgrade():
    op.create_table('series_points',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('series', sa.String(length=60), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('units', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_series_points_application_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_series_points_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series_points')),
    sa.UniqueConstraint('series', 'event_id', 'application_id', name=op.f('uq_series_points_series'))
    )
    op.create_index('ix_series_points_event_id', 'series_points', ['event_id'])
    op.create_index(op.f('ix_series_points_application_id'), 'series_points', ['application_id'])
    keep_what_was_approved()


def keep_what_was_approved():
    """The worker computes the points of results that stand approved already."""
    bind, now = op.get_bind(), datetime.datetime.now(datetime.UTC)
    approved = sa.select(EVENT.c.id, VERSION.c.body).join(VERSION, VERSION.c.id == EVENT.c.version_id).where(EVENT.c.approved_at.is_not(None))
    events = [one for one, body in bind.execute(approved.order_by(EVENT.c.id)) if body.get('series')]
    if events:
        op.bulk_insert(JOB, [
            {'kind': 'judging.points', 'key': f'points:{one}:{revision}:{now.timestamp()}', 'state': 'pending', 'attempts': 0,
             'payload': {'event_id': one}, 'due_at': now, 'created_at': now}
            for one in events
        ])


def downgrade():
    op.drop_table('series_points')
