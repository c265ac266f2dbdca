"""`python -m elman` is the command `elman`."""

from elman.cli.main import main

main()
