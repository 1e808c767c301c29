"""What time it is. Everybody who needs a moment or a day asks `queries`; the demonstration has a day of its own."""
