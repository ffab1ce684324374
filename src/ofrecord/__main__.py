"""`python -m ofrecord` is the `ofrecord` command."""

from ofrecord.cli.main import main

if __name__ == "__main__":
    main()
