"""What is said of money that a later authorisation has not taken over yet. Pure."""

NOT_MOVED_YET = "What the earlier authorisation released has not yet been moved to this one."
