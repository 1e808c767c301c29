"""How the council is governed, since when: a leader and cabinet, committees, or an elected mayor."""
