"""Characters that pass for another: a compact table of what disguises are written with.

What Unicode itself calls compatible (fullwidth, mathematical, circled letters, ligatures) is not listed, NFKC takes
care of it; nor are accents, which are taken off by decomposition. Letters are in casefolded form. The table is used on
texts and on listed words alike, so a word in Cyrillic letters is still found by a list in Cyrillic letters.
"""

from typing import Final

# Each line: what is meant, then what is written for it.
_PASSING_FOR: Final = """
a аɑαᴀ∂
b вʙᏼ♭ƀɓ
c сᴄсϲⅽⲥ
d ԁᴅɗđꮷ
e еєᴇεɛℯꭼ℮ə
f ꜰƒẝϝ
g ɡɢցᵹɠ
h нһʜհħᏺ
i іıɪɩιӏᎥ׀ɨ∣
j јᴊϳʝɉ
k кᴋκĸƙ
l ʟłǀɭℓɫ
m мᴍɱ₥
n ɴηոпŋɲ
o оοօσᴏøסഠ๐໐᧐
p рᴘρƿþ
q ԛզʠ
r гʀᴦɾɍ
s ѕꜱʂꞩ
t тᴛτŧƭ
u υսᴜμʉц
v νѵᴠ∨
w ԝᴡωѡɯ
x хχ×ⅹ
y уүʏγуɏ
z ᴢʐƶȥ
"""
# Letters drawn in boxes and circles, and the halves of flags, as first place and count from A on.
_ALPHABETS: Final = ((0x1F110, 26), (0x1F150, 26), (0x1F170, 26), (0x1F1E6, 26), (0x249C, 26))


def _table() -> dict[str, str]:
    table = {}
    for line in _PASSING_FOR.split("\n"):
        meant, _, written = line.partition(" ")
        table.update(dict.fromkeys(written, meant))
    for first, count in _ALPHABETS:
        table.update({chr(first + place): chr(ord("a") + place) for place in range(count)})
    return table | {"æ": "ae", "œ": "oe", "ß": "ss"}


LOOKALIKES: Final = _table()
