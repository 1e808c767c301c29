"""The check of a draft paper: what its text says, against the committee table. Pure: no Django, no store, no clock."""
