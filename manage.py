#!/usr/bin/env python
"""Django's command line. Starts the embedded database first, for the commands that use one."""

import os
import sys

from operations import data_folder, database

WITHOUT_DATABASE = {"help", "version", "check", "collectstatic", "findstatic", "--help", "-h", "--version"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "improvement_budget.settings")
    try:
        if len(sys.argv) > 1 and sys.argv[1] not in WITHOUT_DATABASE and "--help" not in sys.argv:
            database.ensure_running()
    except data_folder.DatabaseUnavailable as error:
        sys.exit(f"Error: {error}")
    from django.core.management import execute_from_command_line  # after the settings' environment

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
