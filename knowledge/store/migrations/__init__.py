"""Alembic migrations. A new one names its parent in `down_revision`; several heads are fine (one per subject)."""
