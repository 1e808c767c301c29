"""The first account of a council that starts from nothing."""

import os
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.clock import queries as clock
from accounts.people.actions import create_first_administrator
from accounts.people.models import User


class Command(BaseCommand):
    help = "Makes the first administrator, who then adds everybody else in the browser. Refused once there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", help="asked for if not given")
        parser.add_argument("--name", help="full name; asked for if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"] or input("E-mail address: ").strip()
        name = options["name"] or input("Full name: ").strip()
        # From the environment, not the command line, which every process of the machine can read.
        password = os.environ.get("ADMINISTRATOR_PASSWORD") or self._typed_twice()
        try:
            validate_password(password, User(email=email, name=name))
            create_first_administrator(email=email, name=name, password=password, at=clock.now())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except ValueError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{name} ({email.lower()}) can sign in as administrator.")

    def _typed_twice(self) -> str:
        password = getpass("Password, at least 12 characters: ")
        if password != getpass("The same again: "):
            raise CommandError("The two passwords differ: nothing was done.")
        return password
