"""Is one character repeated in a row? Asked of every text, so asked of all its characters at once."""


def has_run(text: str, length: int) -> bool:
    """Are there so many equal characters in a row?

    Each character is held against the next one by one subtraction without carries (exclusive or) of the whole text,
    taken as a number, and the text moved on by one character: where both are equal there are zeros.
    """
    raw, width = (text.encode(), 1) if text.isascii() else (text.encode("utf-32-le", "surrogatepass"), 4)
    number = int.from_bytes(raw, "little")
    apart = (number ^ (number >> (8 * width))).to_bytes(len(raw), "little")
    zeros, at = bytes(width * (length - 1)), -1
    while (at := apart.find(zeros, at + 1)) >= 0:
        # Zeros may also begin within a character.
        if at % width == 0:
            return True
    return False
