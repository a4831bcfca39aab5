"""Numbers with their noun, as English says them: "1 entry", "2 entries"."""


def counted(number: int, one: str, many: str = "") -> str:
    """*number* with *one*, or with *many* (by default *one* and an s)."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
