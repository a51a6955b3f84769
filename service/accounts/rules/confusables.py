"""Characters that are drawn like a Latin letter: this project's own table for the skeletons of names.

It serves comparison only; nothing that it produces is ever shown. Compatibility forms (fullwidth, mathematical,
circled) and marks are folded by Unicode normalisation before the table is asked, so they are not in it. Keys are folded
to one case.
"""

from typing import Final

_ALIKE: Final = {
    "a": "аαɑ@4ᴀꭺ∂ａӕ",
    "b": "ьвßʙƅᏼβ8ъ",
    "c": "сϲᴄⅽꮯ¢ҫ",
    "d": "ԁɗᴅꭰđ",
    "e": "еєҽɛ3℮ᴇꭼεэ€ə",
    "f": "ғꜰƒϝꞙ",
    "g": "ɡցɢԍɠ9ƍ",
    "h": "һհнʜꮒ",
    # One upright stroke, whatever it is called.
    "l": "iіιı1!|ⅼӏןǀ∣ɩɪʟⲓﺍاו׀Ꮮ¡ł",
    "j": "јʝᴊϳյ",
    "k": "кκᴋҡқĸ",
    "m": "мᴍꮇʍ",
    "n": "пոռɴηийŋ",
    "o": "оοσօ0ᴏøθөⲟ๐໐०০੦૦ഠ௦๏ס○●◯",
    "p": "рρᴘꮲþ",
    "q": "ԛզʠ",
    "r": "гᴦʀяꮁⲅɾŗ",
    "s": "ѕꜱ5$ʂꮪƽ§",
    "t": "тτᴛŧ7†ƭ+",
    "u": "υսᴜʋцμµ",
    "v": "νѵᴠ∨ⅴטꮩ",
    "w": "ωшԝᴡщɯѡա",
    "x": "хχ×ⅹҳ᙮",
    "y": "уγʏүყყ¥ү",
    "z": "ᴢʐ2ƶꮓ",
}

# Folding case is not the same as lower case everywhere (Cherokee folds upward), so the keys are folded too.
LOOKS_LIKE: Final[dict[str, str]] = {
    alike.casefold(): letter for letter, group in _ALIKE.items() for alike in group
} | {
    # Negative circled, negative squared and flag letters have no compatibility form.
    chr(first + place): "l" if place == ord("i") - ord("a") else chr(ord("a") + place)
    for first in (0x1F150, 0x1F170, 0x1F1E6)
    for place in range(26)
}

# Two letters that are read as one.
LOOKS_LIKE_PAIRS: Final[tuple[tuple[str, str], ...]] = (("rn", "m"), ("vv", "w"))
