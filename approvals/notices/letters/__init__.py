"""What the mail of each notice says, as whoever gets it reads it."""
