"""an appeal may come by letter or on paper: what its receipt is about

Revision ID: 0015
Revises: 0014
Create Date: 2026-11-26 01:50:00

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('receipt', schema=None) as batch_op:
        batch_op.add_column(sa.Column('about', sa.String(length=12), nullable=False, server_default=''))
    with op.batch_alter_table('appeal', schema=None) as batch_op:
        batch_op.add_column(sa.Column('receipt_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_appeal_receipt_id'), 'receipt', ['receipt_id'], ['id'])


def downgrade():
    with op.batch_alter_table('appeal', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('fk_appeal_receipt_id'), type_='foreignkey')
        batch_op.drop_column('receipt_id')
    with op.batch_alter_table('receipt', schema=None) as batch_op:
        batch_op.drop_column('about')
