"""What the role of the web server may do: read and write rows, and own nothing."""

from typing import Any

_LACKING = """
    SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'S')
    AND NOT CASE c.relkind WHEN 'S' THEN has_sequence_privilege(%(web)s, c.oid, 'USAGE')
        ELSE has_table_privilege(%(web)s, c.oid, 'SELECT') AND has_table_privilege(%(web)s, c.oid, 'INSERT')
            AND has_table_privilege(%(web)s, c.oid, 'UPDATE') AND has_table_privilege(%(web)s, c.oid, 'DELETE') END
    ORDER BY c.relname
"""
_EXCESSIVE = """
    SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'S')
    AND (pg_has_role(%(web)s, c.relowner, 'MEMBER') OR c.relkind <> 'S' AND has_table_privilege(%(web)s, c.oid, 'TRUNCATE'))
    ORDER BY c.relname
"""


def lacking(cursor: Any, web: str) -> list[str]:
    """Tables and sequences that the role may not use (one query)."""
    cursor.execute(_LACKING, {"web": web})
    return [name for (name,) in cursor.fetchall()]


def excessive(cursor: Any, web: str) -> list[str]:
    """Tables and sequences that the role owns, could come to own, or could empty (one query)."""
    cursor.execute(_EXCESSIVE, {"web": web})
    return [name for (name,) in cursor.fetchall()]
