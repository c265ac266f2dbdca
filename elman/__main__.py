from elman.cli import main

main()
