"""The tables behind search: each database has its own kind."""

from typing import Any

from django.db import migrations

from satsuma.app.crm.search.tables import Thing, creating


def create(apps: Any, schema_editor: Any) -> None:
    for statement in creating(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    for thing in Thing:
        schema_editor.execute(f"DROP TABLE {thing.table}")


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
