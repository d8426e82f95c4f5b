"""What lists of contacts are filtered by most, beside owners and tags, which have indexes anyway."""

from django.db import migrations

COLUMNS = ("country", "industry")


def index(column: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE INDEX contact_list_{column} ON crm_contact ({column}) WHERE binned_at IS NULL AND {column} <> ''",
        f"DROP INDEX contact_list_{column}",
    )


class Migration(migrations.Migration):
    dependencies = [("crm", "0002_search")]

    operations = [index(column) for column in COLUMNS]
