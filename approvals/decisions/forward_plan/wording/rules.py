"""What is said of a notice that is not withdrawn. Pure."""


def stays_in_words(reference: str, decided: str) -> str:
    """Why the notice of this reference stays: a drawdown was decided under it, or, where that is "", it is withdrawn already."""
    return f"{decided} was decided under this notice: it stays." if decided else f"{reference} is withdrawn already."
