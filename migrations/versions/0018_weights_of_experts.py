"""experts' sheets may have a weight

Revision ID: 0018
Revises: 0017
Create Date: 2026-11-26 03:00:00

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('named', schema=None) as batch_op:
        batch_op.add_column(sa.Column('weight', sa.Numeric(precision=6, scale=2), nullable=False, server_default='1'))


def downgrade():
    with op.batch_alter_table('named', schema=None) as batch_op:
        batch_op.drop_column('weight')
