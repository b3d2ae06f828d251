"""`python -m bot …` is `muster …`."""

from bot.cli import main

if __name__ == "__main__":
    main(prog_name="muster")
