"""`python -m service` and the program `story-comments`."""

from service.app.cli import main

if __name__ == "__main__":
    main()
