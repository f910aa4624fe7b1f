"""one person replaced by another in an application

Revision ID: 0016
Revises: 0015
Create Date: 2026-11-26 02:30:00

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('substitution',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('move_id', sa.Integer(), nullable=True),
    sa.Column('replaced_id', sa.Integer(), nullable=False),
    sa.Column('successor_id', sa.Integer(), nullable=False),
    sa.Column('post', sa.String(length=120), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_substitution_application_id')),
    sa.ForeignKeyConstraint(['move_id'], ['move.id'], name=op.f('fk_substitution_move_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_substitution_organisation_id')),
    sa.ForeignKeyConstraint(['replaced_id'], ['person.id'], name=op.f('fk_substitution_replaced_id')),
    sa.ForeignKeyConstraint(['successor_id'], ['person.id'], name=op.f('fk_substitution_successor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_substitution')),
    sa.UniqueConstraint('move_id', name=op.f('uq_substitution_move_id'))
    )
    with op.batch_alter_table('substitution', schema=None) as batch_op:
        batch_op.create_index('ix_substitution_application_id', ['application_id'], unique=False)


def downgrade():
    op.drop_table('substitution')
