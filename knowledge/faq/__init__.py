"""The FAQ: lifecycle, versions, import and export, terminology, synonyms, and how it is used."""
