"""How the secrets of a second factor are kept: never as they are, so that a copy of the database signs nobody in.

The key follows from SECRET_KEY, with which sessions are signed too. An older one among SECRET_KEY_FALLBACKS still opens what it
closed.
"""

from base64 import urlsafe_b64encode
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

_SALT = "accounts.factors"


class NotOurs(ValueError):
    """A secret that none of the site's keys opens: SECRET_KEY was changed without keeping the old one among the fallbacks."""


def seal(secret: str) -> str:
    """The secret as it is stored."""
    return _box(_keys()).encrypt(secret.encode()).decode()


def unseal(stored: str) -> str:
    """The secret that `seal` closed. Raises NotOurs."""
    try:
        return _box(_keys()).decrypt(stored.encode()).decode()
    except InvalidToken:
        raise NotOurs("No key of this site opens the secret of a second factor.") from None


def _keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS))


@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    digests = (salted_hmac(_SALT, "seal", secret=key, algorithm="sha256").digest() for key in keys)
    return MultiFernet([Fernet(urlsafe_b64encode(digest)) for digest in digests])
