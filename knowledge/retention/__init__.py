"""How long what people said and wrote is kept, and what deletes it: one list for every table, one way to delete."""
