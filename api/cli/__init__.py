"""The command `madoguchi`. Importing this must stay cheap: every command imports what it needs when it runs."""


def main() -> None:
    """Entry point of the console script."""
    from api.cli.run import run

    raise SystemExit(run())
