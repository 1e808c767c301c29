"""Moving the demonstration on: to the next day, the next meeting, the end of the financial year."""
