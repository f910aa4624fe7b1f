"""events run through all stages of their regulation

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-25 23:20:00

"""
from alembic import op
import sqlalchemy as sa

import app.database


# revision identifiers, used by Alembic.
revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

PLAIN = sa.JSON(none_as_null=True)


def upgrade():
    op.create_table('entered',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=60), nullable=False),
    sa.Column('source', sa.String(length=60), nullable=False),
    sa.Column('who', sa.String(length=200), nullable=False),
    sa.Column('criterion', sa.String(length=130), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', app.database.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_entered_application_id')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_entered_by_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_entered_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entered')),
    sa.UniqueConstraint('application_id', 'stage', 'source', 'who', 'criterion', name=op.f('uq_entered_application_id_stage_source_who_criterion'))
    )
    with op.batch_alter_table('entered', schema=None) as batch_op:
        batch_op.create_index('ix_entered_event_id', ['event_id'], unique=False)

    with op.batch_alter_table('appointment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('jury', sa.String(length=60), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('weight', sa.Numeric(precision=6, scale=2), nullable=False, server_default='1'))

    with op.batch_alter_table('mark', schema=None) as batch_op:
        batch_op.alter_column('criterion', existing_type=sa.String(length=60), type_=sa.String(length=130), existing_nullable=False)
        batch_op.alter_column('value', existing_type=sa.Numeric(precision=12, scale=4), type_=sa.String(length=60), existing_nullable=False, postgresql_using='value::varchar')
    op.execute("UPDATE mark SET value = rtrim(rtrim(value, '0'), '.') WHERE value LIKE '%.%'")

    with op.batch_alter_table('standing', schema=None) as batch_op:
        batch_op.alter_column('list', existing_type=sa.String(length=120), type_=sa.String(length=250), existing_nullable=False)
        batch_op.add_column(sa.Column('verdict', sa.String(length=60), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('why', PLAIN, nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('awards', PLAIN, nullable=False, server_default='[]'))
    op.execute("UPDATE standing SET list = CASE WHEN list = 'overall' THEN stage ELSE stage || '/' || list END")

    with op.batch_alter_table('tally', schema=None) as batch_op:
        batch_op.add_column(sa.Column('stale', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('lists', PLAIN, nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('open', PLAIN, nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('faults', PLAIN, nullable=False, server_default='[]'))

    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.alter_column('list', existing_type=sa.String(length=120), type_=sa.String(length=250), existing_nullable=False)
        batch_op.add_column(sa.Column('stage', sa.String(length=60), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('act', sa.String(length=40), nullable=False, server_default=''))
    stage = "(SELECT min(standing.stage) FROM standing WHERE standing.event_id = decision.event_id)"
    op.execute(f"UPDATE decision SET list = CASE WHEN list = 'overall' THEN {stage} ELSE {stage} || '/' || list END WHERE list <> '' AND {stage} IS NOT NULL")
    op.execute("UPDATE decision SET act = by_id || ':' || at WHERE kind = 'tie'")

    with op.batch_alter_table('award', schema=None) as batch_op:
        batch_op.add_column(sa.Column('list', sa.String(length=250), nullable=False, server_default=''))
        batch_op.drop_constraint(op.f('uq_award_event_id_application_id_award'), type_='unique')
        batch_op.create_unique_constraint(op.f('uq_award_event_id_application_id_award_list'), ['event_id', 'application_id', 'award', 'list'])
    op.execute("UPDATE award SET list = coalesce((SELECT min(standing.list) FROM standing WHERE standing.application_id = award.application_id), '')")

    with op.batch_alter_table('order_act', schema=None) as batch_op:
        batch_op.add_column(sa.Column('link', sa.String(length=60), nullable=False, server_default=''))
        batch_op.drop_constraint(op.f('uq_order_act_event_id'), type_='unique')
        batch_op.create_unique_constraint(op.f('uq_order_act_event_id_link'), ['event_id', 'link'])


def downgrade():
    raise NotImplementedError(
        "marks that are no numbers and acts of several bodies have no place in the older tables: "
        "the way back is the older code with the backup made before the update, see docs/operate.md"
    )
