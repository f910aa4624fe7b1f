"""regulations written before «entering» say there how many entries a person may have; open ranking is done anew

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-26 02:10:00

"""
import datetime
import hashlib
import json

from alembic import op
import sqlalchemy as sa

import app.database


# revision identifiers, used by Alembic.
revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

VERSION = sa.table('regulation_version', sa.column('id'), sa.column('body', sa.JSON(none_as_null=True)), sa.column('sha256'))
EVENT = sa.table('event', sa.column('id'), sa.column('approved_at'))
TALLY = sa.table('tally', sa.column('event_id'), sa.column('stale', sa.Boolean()))
JOB = sa.table('job', *(sa.column(name) for name in ('kind', 'key', 'state', 'attempts')), sa.column('payload', sa.JSON(none_as_null=True)),
               *(sa.column(name, app.database.Moment(timezone=True)) for name in ('due_at', 'created_at')))


def upgrade():
    bring_up_regulations()
    rank_anew()


def rank_anew():
    """Open ties, reasons and awards to come were not kept before 0005: the worker computes them where nothing is approved yet."""
    bind, now = op.get_bind(), datetime.datetime.now(datetime.UTC)
    waiting = sa.select(EVENT.c.id).where(EVENT.c.approved_at.is_(None), EVENT.c.id.in_(sa.select(TALLY.c.event_id)))
    events = bind.scalars(waiting.order_by(EVENT.c.id)).all()
    bind.execute(sa.update(TALLY).where(TALLY.c.event_id.in_(events)).values(stale=True))
    if events:
        op.bulk_insert(JOB, [
            {'kind': 'judging.rank', 'key': f'rank:{one}:{revision}:{now.timestamp()}', 'state': 'pending', 'attempts': 0,
             'payload': {'event_id': one}, 'due_at': now, 'created_at': now}
            for one in events
        ])


def bring_up_regulations():
    bind = op.get_bind()
    for row in bind.execute(sa.select(VERSION.c.id, VERSION.c.body)).all():
        if 'most_entries' in row.body:
            body = brought_up(row.body)
            bind.execute(sa.update(VERSION).where(VERSION.c.id == row.id).values(body=body, sha256=mark(body)))


def brought_up(body):
    body = dict(body)
    most = body.pop('most_entries')
    entering = dict(body.get('entering') or {})
    if most is not None:
        entering['limits'] = [*entering.get('limits', ()), {'of': 'person', 'most': most}]
    return {**body, 'entering': entering} if entering else body


def mark(body):
    """As app.events.models makes it; a migration stays as it was when it ran."""
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(',', ':')).encode()).hexdigest()


def downgrade():
    """What was brought up is read by the older code too: that of 0005 knows «entering» already."""
