#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL it keeps the embedded PostgreSQL up while a command runs."""

import sys

from backend import embedded_postgres, env


def main() -> None:
    env.use_default("DJANGO_SETTINGS_MODULE", "backend.settings")
    # Imported late, so that the settings module is named before Django looks for it.
    from django.core.management import execute_from_command_line

    with embedded_postgres.in_use_if(env.wants_embedded_database()):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
