"""The quality pages: trend and worst FAQ, evaluation runs, the city's own test questions."""
