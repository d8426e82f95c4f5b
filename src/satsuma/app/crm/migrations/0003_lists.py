"""What lists of contacts are filtered by most, beside tags, which have an index anyway. With kind and id these indexes
say which rows of a list they hold, so that those can be compared with others, such as members of a segment, without
reading the contacts."""

from django.db import migrations

PRESENT = {"country": "country <> ''", "industry": "industry <> ''", "owner_id": "owner_id IS NOT NULL"}


def index(column: str) -> migrations.RunSQL:
    name = f"contact_list_{column.removesuffix('_id')}"
    return migrations.RunSQL(
        f"CREATE INDEX {name} ON crm_contact ({column}, kind, id) WHERE binned_at IS NULL AND {PRESENT[column]}",
        f"DROP INDEX {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("crm", "0002_search")]

    operations = [index(column) for column in PRESENT]
