"""what people find of conditions, and what staff fill in, stand with the application

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-26 02:05:00

"""
from alembic import op
import sqlalchemy as sa

import app.database


# revision identifiers, used by Alembic.
revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

PLAIN = sa.JSON(none_as_null=True)
ENTERED = sa.table('entered', *(sa.column(name) for name in ('event_id', 'application_id', 'stage', 'source', 'who', 'criterion', 'value', 'by_id')), sa.column('at', app.database.Moment(timezone=True)))
ANSWER = sa.table('staff_answer', sa.column('application_id'), sa.column('question'), sa.column('value', PLAIN), sa.column('by_id'), sa.column('at', app.database.Moment(timezone=True)))


def upgrade():
    op.create_table('staff_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(length=60), nullable=False),
    sa.Column('value', PLAIN, nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', app.database.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_staff_answer_application_id')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_staff_answer_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_answer')),
    sa.UniqueConstraint('application_id', 'question', name=op.f('uq_staff_answer_application_id'))
    )
    op.create_table('finding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('condition', sa.String(length=60), nullable=False),
    sa.Column('met', sa.Boolean(), nullable=False),
    sa.Column('ground', sa.String(length=300), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', app.database.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_finding_application_id')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_finding_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding'))
    )
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.create_index('ix_finding_application_id', ['application_id'], unique=False)
    rows = op.get_bind().execute(sa.select(ENTERED).where(ENTERED.c.stage == '')).mappings().all()
    if rows:
        op.bulk_insert(ANSWER, [
            {'application_id': row['application_id'], 'question': row['criterion'], 'value': row['value'], 'by_id': row['by_id'], 'at': row['at']}
            for row in rows
        ])
        op.get_bind().execute(sa.delete(ENTERED).where(ENTERED.c.stage == ''))


def downgrade():
    bind = op.get_bind()
    events = dict(bind.execute(sa.text('SELECT id, event_id FROM application')).all())
    rows = bind.execute(sa.select(ANSWER)).mappings().all()
    if rows:
        op.bulk_insert(ENTERED, [
            {'event_id': events[row['application_id']], 'application_id': row['application_id'], 'stage': '', 'source': '', 'who': '',
             'criterion': row['question'], 'value': str(row['value']), 'by_id': row['by_id'], 'at': row['at']}
            for row in rows
        ])
    op.drop_table('finding')
    op.drop_table('staff_answer')
