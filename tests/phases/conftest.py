"""Who opens the pages of phases."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User


@pytest.fixture
def sign_in(client: Client) -> Callable[[User], Client]:
    def signed_in(person: User) -> Client:
        client.force_login(person)
        return client

    return signed_in
