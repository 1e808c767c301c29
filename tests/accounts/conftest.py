"""An office, and who keeps offices."""

import pytest

from accounts.models import Office, User
from tests.making import make_administrator, make_office


@pytest.fixture
def office() -> Office:
    return make_office("Chief Executive")


@pytest.fixture
def administrator() -> User:
    return make_administrator(name="The administrator")
