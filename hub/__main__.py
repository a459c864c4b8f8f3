"""The program `hub`, from its first line."""

from hub.geheugen import blijvend


def main() -> None:
    """Import the commands, and run the one that is asked for."""
    with blijvend():
        from hub import cli  # noqa: PLC0415 - inside, because the imports are what stays
    cli.main()


if __name__ == "__main__":
    main()
