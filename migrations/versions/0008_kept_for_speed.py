"""what lists count and search stands in one index: keys of titles, visits of exhibits

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-26 00:15:00

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

APPLICATION = sa.table('application', sa.column('id', sa.Integer), sa.column('title', sa.String), sa.column('title_key', sa.String))


def upgrade():
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.add_column(sa.Column('title_key', sa.String(length=300), nullable=False, server_default=''))
        batch_op.drop_index('ix_application_event_id_id')
        batch_op.drop_index('ix_application_event_id_site_id_state')
        batch_op.create_index('ix_application_event_id_id_title_key', ['event_id', 'id', 'title_key'], unique=False)
        batch_op.create_index('ix_application_event_id_site_id_state_applicant_id', ['event_id', 'site_id', 'state', 'applicant_id'], unique=False)
    fill_keys()

    with op.batch_alter_table('exhibit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('visits', sa.Integer(), nullable=False, server_default='0'))
        batch_op.create_index('ix_exhibit_event_id_section_hidden_at', ['event_id', 'section', 'hidden_at'], unique=False)
        batch_op.create_index('ix_exhibit_event_id_visits_id', ['event_id', 'visits', 'id'], unique=False)
    op.execute('UPDATE exhibit SET visits = coalesce((SELECT sum(visits.count) FROM visits WHERE visits.exhibit_id = exhibit.id), 0)')

    with op.batch_alter_table('picture', schema=None) as batch_op:
        batch_op.create_index('ix_picture_state_exhibit_id', ['state', 'exhibit_id'], unique=False)

    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.drop_index('ix_certificate_centre_id_id')
        batch_op.create_index('ix_certificate_centre_id_id_recipient', ['centre_id', 'id', 'recipient'], unique=False)

    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_index('ix_notification_event_id_state')
        batch_op.drop_index('ix_notification_centre_id_state_event_id')
        batch_op.create_index('ix_notification_event_id_state_centre_id', ['event_id', 'state', 'centre_id'], unique=False)
        batch_op.create_index('ix_notification_state_event_id_centre_id', ['state', 'event_id', 'centre_id'], unique=False)


def fill_keys():
    """As app.applications.models.title_key makes them; a migration stays as it was when it ran."""
    connection = op.get_bind()
    rows = connection.execute(sa.select(APPLICATION.c.id, APPLICATION.c.title).where(APPLICATION.c.title != '')).all()
    keys = [{'one': one, 'key': ' '.join(title.casefold().replace('ё', 'е').split())[:300]} for one, title in rows]
    if keys:
        filled = sa.update(APPLICATION).where(APPLICATION.c.id == sa.bindparam('one')).values(title_key=sa.bindparam('key'))
        connection.execute(filled, keys)


def downgrade():
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_index('ix_notification_state_event_id_centre_id')
        batch_op.drop_index('ix_notification_event_id_state_centre_id')
        batch_op.create_index('ix_notification_centre_id_state_event_id', ['centre_id', 'state', 'event_id'], unique=False)
        batch_op.create_index('ix_notification_event_id_state', ['event_id', 'state'], unique=False)

    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.drop_index('ix_certificate_centre_id_id_recipient')
        batch_op.create_index('ix_certificate_centre_id_id', ['centre_id', 'id'], unique=False)

    with op.batch_alter_table('picture', schema=None) as batch_op:
        batch_op.drop_index('ix_picture_state_exhibit_id')

    with op.batch_alter_table('exhibit', schema=None) as batch_op:
        batch_op.drop_index('ix_exhibit_event_id_visits_id')
        batch_op.drop_index('ix_exhibit_event_id_section_hidden_at')
    op.drop_column('exhibit', 'visits')  # not in a batch: it would copy the table, and rows that refer to it forbid that

    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.drop_index('ix_application_event_id_site_id_state_applicant_id')
        batch_op.drop_index('ix_application_event_id_id_title_key')
        batch_op.create_index('ix_application_event_id_site_id_state', ['event_id', 'site_id', 'state'], unique=False)
        batch_op.create_index('ix_application_event_id_id', ['event_id', 'id'], unique=False)
    op.drop_column('application', 'title_key')
