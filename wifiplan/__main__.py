"""Run the command line as ``python -m wifiplan``."""

from wifiplan.cli import main

if __name__ == "__main__":
    main()
