"""whether people were present stands with the registration: it is counted in one index with state and site

Revision ID: 0021
Revises: 0020
Create Date: 2026-11-26 05:20:00

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.add_column(sa.Column('present', sa.Boolean(), nullable=True))
        batch_op.drop_index('ix_application_event_id_site_id_state_applicant_id')
    noted = '(SELECT present FROM attendance WHERE attendance.application_id = application.id)'
    op.execute(f'UPDATE application SET present = {noted} WHERE id IN (SELECT application_id FROM attendance)')
    op.create_index('ix_application_event_id_site_id_state_present', 'application', ['event_id', 'site_id', 'state', 'present'], unique=False)
    op.drop_column('attendance', 'present')


def downgrade():
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.add_column(sa.Column('present', sa.Boolean(), nullable=False, server_default=sa.false()))
    said = '(SELECT present FROM application WHERE application.id = attendance.application_id)'
    op.execute(f'UPDATE attendance SET present = coalesce({said}, false)')
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.alter_column('present', existing_type=sa.Boolean(), existing_nullable=False, server_default=None)

    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.drop_index('ix_application_event_id_site_id_state_present')
        batch_op.create_index('ix_application_event_id_site_id_state_applicant_id', ['event_id', 'site_id', 'state', 'applicant_id'], unique=False)
    op.drop_column('application', 'present')  # not in a batch: it would copy the table, and rows that refer to it forbid that
