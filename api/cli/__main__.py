"""`python -m api.cli` is the command `madoguchi`."""

from api.cli import main

if __name__ == "__main__":
    main()
