"""a row for every session

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-25 22:40:00

"""
from alembic import op
import sqlalchemy as sa

import app.database


# revision identifiers, used by Alembic.
revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('sign_in',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('browser', sa.String(length=60), nullable=False),
    sa.Column('began_at', app.database.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['login.id'], name=op.f('fk_sign_in_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in')),
    sa.UniqueConstraint('mark', name=op.f('uq_sign_in_mark'))
    )
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_user_id'), ['user_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sign_in_began_at'), ['began_at'], unique=False)


def downgrade():
    op.drop_table('sign_in')
