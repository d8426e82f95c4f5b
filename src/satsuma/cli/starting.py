"""Starting Django for a command: where the data is, the secret, the settings, the database.

Called by the commands that work with an installation. Django and all that hangs on it is imported here, inside the
functions, so that the other commands never wait for it. The settings are named, not imported, as Django does it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer

from satsuma.domain.errors import InputError

SETTINGS = "satsuma.config.settings"
ENVIRONMENT = "satsuma.config.environment"
MIGRATION_LOCK = 0x5A75_0001
"""The number of PostgreSQL's advisory lock under which one process at a time changes the tables."""

DataFolder = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help="The data folder. Without it SATSUMA_DATA, or the usual place on this system.",
        show_default=False,
        file_okay=False,
    ),
]


def choose_data_folder(data: Path | None) -> None:
    """What --data says holds for this process and its children."""
    if data is not None:
        os.environ["SATSUMA_DATA"] = str(data.expanduser().absolute())


def find_data_folder(data: Path | None, *, prepare: bool = False) -> Path:
    """The data folder, which is made, with its secret, if `prepare`. Quick: Django is not loaded. Raises InputError
    when there is none, when it cannot be used, and when the settings cannot."""
    from importlib import import_module

    choose_data_folder(data)
    try:
        environment = import_module(ENVIRONMENT).Environment()
        folder = Path(environment.data)
        if prepare:
            environment.prepare_data_folder()
        elif not folder.is_dir():
            raise InputError(
                "no_installation",
                f"There is no installation in {folder}.",
                remedy="Say where it is with --data, or start a new one with `satsuma serve`.",
                folder=str(folder),
            )
    except ValueError as error:
        raise _unusable(error) from error
    except OSError as error:
        raise InputError(
            "data_folder_unusable",
            f"The data folder cannot be used: {error.strerror}: {error.filename}.",
            remedy="Choose another one with --data, or give yourself the right to write there.",
            folder=str(error.filename),
        ) from error
    return folder


def start_django(data: Path | None, *, prepare: bool = False) -> Path:
    """Makes Django usable in this process and gives the data folder. A restore that was interrupted is finished first.
    Raises InputError as `find_data_folder` does."""
    os.umask(0o077)  # whatever is written from here on is the owner's alone
    folder = find_data_folder(data, prepare=prepare)
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django

    try:
        django.setup()
    except ModuleNotFoundError:
        raise
    except (ValueError, ImportError) as error:
        raise _unusable(error) from error
    _finish_interrupted_restore(folder)
    return folder


def _finish_interrupted_restore(folder: Path) -> None:
    """Unless one goes on just now: then whoever wants to work with the data is told by `locks.running`."""
    from satsuma.cli.locks import alone

    if next(folder.glob("restore-new"), None) or next(folder.glob("*restore.json*"), None):
        from satsuma.cli.backups.restoring import finish_restore

        with suppress(InputError), alone(folder):
            finish_restore(folder)


@contextmanager
def working_with(data: Path | None) -> Iterator[Path]:
    """For a command that reads or writes the installation once: Django, the lock and the tables; gives the folder."""
    from satsuma.cli.locks import running

    folder = start_django(data)
    with running(folder):
        bring_database_up_to_date(folder)
        yield folder


def _unusable(error: Exception) -> InputError:
    return InputError(
        "settings_unusable",
        f"The settings cannot be used: {error}",
        remedy="Look at the environment variables that begin with SATSUMA_.",
    )


def bring_database_up_to_date(folder: Path) -> None:
    """Makes or changes the tables, one process at a time. Quick when there is nothing to do. Raises InputError when
    the database cannot be reached or was written by a newer version."""
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        with _one_at_a_time(folder):
            _refuse_newer()
            if _pending():
                call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise InputError(
            "database_unusable",
            f"The database cannot be used: {error}".strip(),
            remedy="Check SATSUMA_DATABASE_URL and that the server runs, or the rights and space of the data folder.",
        ) from error


def _pending() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _refuse_newer() -> None:
    """An older program must not work with tables it does not know."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    ours = {app for app, _name in loader.disk_migrations}
    unknown = sorted(set(loader.applied_migrations) - set(loader.disk_migrations) - set(loader.replacements))
    if unknown := [(app, name) for app, name in unknown if app in ours]:
        raise InputError(
            "database_newer",
            "The data was last used by a newer version of Satsuma.",
            remedy="Install that version, or restore a backup made with this one.",
            unknown=[f"{app}.{name}" for app, name in unknown],
        )


def _one_at_a_time(folder: Path) -> AbstractContextManager[None]:
    from django.db import connection

    from satsuma.cli.locks import waiting_for

    return _advisory_lock() if connection.vendor == "postgresql" else waiting_for(folder / "migrate.lock")


@contextmanager
def _advisory_lock() -> Iterator[None]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
