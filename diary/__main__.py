"""`python -m diary` and the command `diary`."""

from diary.cli import main

if __name__ == "__main__":
    main()
