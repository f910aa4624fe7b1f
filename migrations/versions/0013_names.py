"""lists by name stand in one index, and who works at a school now in another

Revision ID: 0013
Revises: 0012
Create Date: 2026-11-26 02:20:00

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

APPLICATION = sa.table('application', sa.column('id'), sa.column('applicant_id'), sa.column('name_key'))
PERSON = sa.table('person', *(sa.column(name) for name in ('id', 'surname', 'given_name', 'patronymic')))


def upgrade():
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.add_column(sa.Column('name_key', sa.String(length=300), nullable=False, server_default=''))
        batch_op.create_index('ix_application_event_id_name_key_id', ['event_id', 'name_key', 'id', 'state', 'site_id'], unique=False)
    fill_keys()

    with op.batch_alter_table('affiliation', schema=None) as batch_op:
        batch_op.drop_index('ix_affiliation_organisation_id')
        batch_op.create_index('ix_affiliation_organisation_id_until_person_id', ['organisation_id', 'until', 'person_id'], unique=False)


def fill_keys():
    """As app.applications.models.text_key makes them; a migration stays as it was when it ran."""
    connection = op.get_bind()
    named = sa.select(APPLICATION.c.id, PERSON.c.surname, PERSON.c.given_name, PERSON.c.patronymic)
    rows = connection.execute(named.join(PERSON, PERSON.c.id == APPLICATION.c.applicant_id)).all()
    keys = [{'one': one, 'key': ' '.join(' '.join(name).casefold().replace('ё', 'е').split())[:300]} for one, *name in rows]
    if keys:
        filled = sa.update(APPLICATION).where(APPLICATION.c.id == sa.bindparam('one')).values(name_key=sa.bindparam('key'))
        connection.execute(filled, keys)


def downgrade():
    with op.batch_alter_table('affiliation', schema=None) as batch_op:
        batch_op.drop_index('ix_affiliation_organisation_id_until_person_id')
        batch_op.create_index('ix_affiliation_organisation_id', ['organisation_id'], unique=False)

    op.drop_index('ix_application_event_id_name_key_id', 'application')
    op.drop_column('application', 'name_key')  # not in a batch: it would copy the table, and rows that refer to it forbid that
