"""The database: tables on one MetaData, migrations, transactions and the audit log."""
