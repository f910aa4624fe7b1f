"""an application says which work of the event below it was made of

Revision ID: 0019
Revises: 0018
Create Date: 2026-11-26 05:00:00

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

APPLICATION = sa.table('application', *(sa.column(name) for name in ('id', 'once', 'from_id')))


def upgrade():
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.add_column(sa.Column('from_id', sa.Integer(), nullable=True))
        batch_op.create_index('ix_application_event_id_from_id', ['event_id', 'from_id'], unique=False)
    fill()


def fill():
    """Until now it stood in the name alone: «up:12:3» is the work 12 at the event 3."""
    connection = op.get_bind()
    rows = connection.execute(sa.select(APPLICATION.c.id, APPLICATION.c.once).where(APPLICATION.c.once.like('up:%'))).all()
    found = [{'one': one, 'work': int(once.split(':')[1])} for one, once in rows]
    if found:
        connection.execute(sa.update(APPLICATION).where(APPLICATION.c.id == sa.bindparam('one')).values(from_id=sa.bindparam('work')), found)


def downgrade():
    op.drop_index('ix_application_event_id_from_id', 'application')
    op.drop_column('application', 'from_id')  # not in a batch: it would copy the table, and rows that refer to it forbid that
