"""The two roles, the database, what each role may do and how long it may wait: made where missing, put right where not so.

Everything may be done again at any time, on a server that holds data too.
"""

from typing import Any, NamedTuple

from psycopg2 import sql

from operations.preparing import limits


class Login(NamedTuple):
    """A role, and the password that it signs in with; none where the server knows it by other means."""

    name: str
    password: str = ""


def make_roles(cursor: Any, owner: Login, web: Login, *more: str) -> None:
    """Both roles with their limits. `more` is added to how the owner is made, such as CREATEDB.

    An administrator who is no superuser becomes a member of the owner: who is not may not set the rights of its tables.
    """
    for login, options, held in ((owner, more, limits.OWNER), (web, (), limits.WEB)):
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login.name])
        name = sql.Identifier(login.name)
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name) + sql.SQL(" ").join(map(sql.SQL, ("", *options))))
        if login.password:
            cursor.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(login.password)))
        for limit, value in held.items():
            cursor.execute(sql.SQL("ALTER ROLE {} SET {} = {}").format(name, sql.Identifier(limit), sql.Literal(value)))
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if not cursor.fetchone()[0]:
        cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(owner.name)))


def make_database(cursor: Any, name: str, owner: str, template: str = "template0") -> bool:
    """The database, owned by the owner; True if it was made now. Not inside a transaction."""
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    if cursor.fetchone():
        return False
    made = sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE {}")
    cursor.execute(made.format(*map(sql.Identifier, (name, owner, template))))
    return True


def grant(cursor: Any, owner: str, web: str) -> None:
    """In the database that the cursor is of: what the web role may do with the tables there are, and with those to come.

    Default privileges hold in the database they are set in, and for tables that this owner makes.
    """
    names = {"owner": sql.Identifier(owner), "web": sql.Identifier(web)}
    for statement in (
        "GRANT CREATE ON SCHEMA public TO {owner}",
        "GRANT USAGE ON SCHEMA public TO {web}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {web}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {web}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {web}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {web}",
    ):
        cursor.execute(sql.SQL(statement).format(**names))
