"""The complete MetaData: every table module of this package, loaded. Migrations and their test need all of it."""

from importlib import import_module
from pkgutil import iter_modules

from sqlalchemy import MetaData

import knowledge.store as package
from knowledge.store.tables import metadata


def complete_metadata() -> MetaData:
    """`metadata` with the tables of every module in knowledge/store on it."""
    for module in iter_modules(package.__path__):
        if not module.ispkg:
            import_module(f"{package.__name__}.{module.name}")
    return metadata
