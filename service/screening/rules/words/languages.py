"""Which language a text is plainly in, told by its commonest little words: enough to leave another language's list out.

A guess is made only where it is clear. A text that is short, or mixes languages, is in none, and every list looks at
it.
"""

from collections.abc import Iterable
from typing import Final

_LITTLE_WORDS: Final = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the and of to is in that it for was with are this have not you but they be on from what who would there",
        "de": "der die das und ist nicht ich sie es ein eine zu den mit auf auch von sich aber wie wir haben dass fur",
        "fr": "le la les et est des une pas que qui pour dans ce il elle je vous nous avec sur au ne mais plus",
        "es": "el la los las y es que de una por con para no se lo como pero mas esta su muy son este todo hay",
        "pt": "o os as e que de uma nao por com para se mas mais como isso esta muito ao dos voce ele sao foi tem",
        "it": "il lo gli e che di una non per con sono si come piu ma anche questo della nel alla ha mi perche stato",
        "nl": "de het een en is van niet dat ik je op te zijn met voor maar ook er aan wat als naar heeft bij dit",
        "sv": "och att det som en ar pa inte av for med till den har jag de om ett men var sig sa vi kan nar slut",
        "da": "og at det som en er pa ikke af for med til den har jeg de om et men var sig sa vi kan nar hvad",
        "nb": "og at det som en er pa ikke av for med til den har jeg de om et men var seg sa vi kan nar hva",
        "fi": "ja on ei se han etta mutta kun niin oli ovat mita tama nyt vain jos myos kuin olen joka minun",
        "pl": "i w na nie to jest sie ze z do jak ale tak co za po jego byc tego czy juz od tylko przez",
        "cs": "a je se na to ze v ale tak jako si jsem by pro jsou do bylo jen od po jeho neni kdyz",
        "tr": "ve bir bu da de icin ne cok ama gibi daha kadar sonra degil var ben sen olan olarak her mi ile",
        "id": "yang dan di itu ini dengan untuk tidak dari dalam akan pada juga saya ada ke bisa sudah kami mereka",
    }.items()
}
_CLEAR_MIN: Final = 3


def is_plainly_another(language: str, words: Iterable[str]) -> bool:
    """Are these folded words plainly of another language than this one? No, for a language that is not known here."""
    if (own := _LITTLE_WORDS.get(language)) is None:
        return False
    found = frozenset(words)
    here = len(found & own)
    return any(
        len(found & others) >= max(_CLEAR_MIN, 3 * here) for other, others in _LITTLE_WORDS.items() if other != language
    )


# Letters that are letters of their own in a language, where elsewhere they are accented ones: "año" is not "ano".
OWN_LETTERS: Final = {
    "es": "ñ", "de": "äöüß", "sv": "åäö", "fi": "äö", "da": "æøå", "nb": "æøå", "tr": "çğıöşü", "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýž", "pt": "ãõç", "fr": "ç",
}  # fmt: skip
