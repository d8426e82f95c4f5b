"""Django's own commands, for developers: migrations, messages, shell. Users have `satsuma`."""

import os

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satsuma.config.settings")
    execute_from_command_line()
