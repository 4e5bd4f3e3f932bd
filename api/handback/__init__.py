"""The end of a contract: everything given back in open formats, taken over elsewhere, and erased with a record of it."""
