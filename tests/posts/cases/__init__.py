"""Blocks of ordinary kinds, each with what must become of it, against the demonstration as it is loaded."""
