"""The rules that screening goes by, as staff write them: one part for each check, each with bounds of its own.

Every part says whether it acts (`on`), only counts (`shadow`: its signals become notes that tell what would have
happened) or rests (`off`).
"""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from service.kernel.patterns import whole

Use: TypeAlias = Literal["on", "shadow", "off"]
# What a word or a domain stands for. The words are those of the reasons of reports, so that urgency reads both alike.
Harm: TypeAlias = Literal[
    "threat", "hate", "harassment", "abuse", "misinformation", "spam", "illegal", "off_topic", "other"
]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=1_000)]
Share: TypeAlias = Annotated[float, Meta(gt=0, le=1)]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=60)]
# A word or a phrase; a `*` at its end lets anything follow.
Word: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100)]
# A host name; its subdomains are meant with it.
Domain: TypeAlias = Annotated[str, Meta(min_length=1, max_length=253)]
# A primary language subtag of BCP 47.
Language: TypeAlias = Annotated[str, Meta(pattern=whole("[a-z]{2,3}"))]


class WordList(Struct, frozen=True, forbid_unknown_fields=True):
    """Words and phrases: `blocked` refuse a comment, `suspect` hold it, `allowed` are passed over wherever they stand.

    A list with a `language` rests in texts that are plainly in another: "dick" is a German word too.
    """

    name: Name
    kind: Literal["blocked", "suspect", "allowed"]
    words: Annotated[tuple[Word, ...], Meta(max_length=20_000)]
    language: Language | None = None
    harm: Harm | None = None
    use: Use = "on"


class Links(Struct, frozen=True, forbid_unknown_fields=True):
    """How many links pass unseen, and which domains are allowed (not counted) or blocked (refused), with their
    subdomains."""

    most: Count = 3
    most_new_reader: Count = 1
    # Published comments from which an author is no new reader any more.
    known_after: Count = 3
    allowed: Annotated[tuple[Domain, ...], Meta(max_length=5_000)] = ()
    blocked: Annotated[tuple[Domain, ...], Meta(max_length=20_000)] = ()
    use: Use = "on"


class Shape(Struct, frozen=True, forbid_unknown_fields=True):
    """What a text looks like, whatever it says."""

    # Of the letters that have case, the share of capitals that is shouting, in texts with at least so many of them.
    capitals_share: Share = 0.75
    capitals_letters_min: Annotated[int, Meta(ge=5, le=10_000)] = 24
    # One character, or one word, so many times in a row.
    character_run: Annotated[int, Meta(ge=5, le=10_000)] = 20
    word_run: Annotated[int, Meta(ge=3, le=10_000)] = 8
    # Letters that carry more than three combining marks.
    piled_letters: Annotated[int, Meta(ge=1, le=10_000)] = 3
    # Unbroken characters of a script that puts spaces between words; links do not count.
    word_chars: Annotated[int, Meta(ge=20, le=10_000)] = 80
    use: Use = "on"


class Repeats(Struct, frozen=True, forbid_unknown_fields=True):
    """The same text again, or nearly the same: by its author, or by several."""

    # Shorter texts may be said twice.
    chars_min: Annotated[int, Meta(ge=10, le=10_000)] = 40
    hours: Annotated[int, Meta(ge=1, le=168)] = 24
    # The author's own texts like it that are one too many.
    own: Annotated[int, Meta(ge=1, le=20)] = 1
    # Other authors who sent a text like it.
    others: Annotated[int, Meta(ge=1, le=20)] = 2
    # The share of pairs of words that two texts have in common from which they count as alike.
    alike: Annotated[float, Meta(ge=0.3, le=1)] = 0.6
    use: Use = "on"


class Flood(Struct, frozen=True, forbid_unknown_fields=True):
    """Many comments by one author in a short while.

    Rate limits refuse what no person types; what is a flood below that differs from site to site, so this only counts
    until it is switched on.
    """

    most: Annotated[int, Meta(ge=1, le=20)] = 10
    minutes: Annotated[int, Meta(ge=1, le=1_440)] = 10
    use: Use = "shadow"


class NewReaders(Struct, frozen=True, forbid_unknown_fields=True):
    """An author's comments wait until so many were approved."""

    approved_min: Annotated[int, Meta(ge=1, le=100)] = 2
    # With so many published, an author is not new, though nobody ever had to approve one.
    published_min: Annotated[int, Meta(ge=1, le=10_000)] = 20
    use: Use = "off"


class PastDecisions(Struct, frozen=True, forbid_unknown_fields=True):
    """An author's comments wait when so large a share of the earlier ones was rejected, of at least so many."""

    rejected_share: Share = 0.3
    sample_min: Annotated[int, Meta(ge=1, le=1_000)] = 5
    use: Use = "on"


class Reports(Struct, frozen=True, forbid_unknown_fields=True):
    """When reports bring a published comment to review, and when they hide it until it is seen (null: never).

    Each report counts by how likely its reporter is right (`comments/rules/reporting.py`): a reporter of whom nothing
    is known counts `prior_accuracy`, and `prior_reports` says how many answered reports weigh as much as that. A report
    of something illegal is reviewed whatever it counts. Unless `on`, every report is reviewed and none hides; in
    `shadow` what would have hidden is noted.
    """

    review_at: Annotated[float, Meta(gt=0, le=1_000)] = 0.2
    hide_at: Annotated[float, Meta(gt=0, le=1_000)] | None = None
    prior_accuracy: Annotated[float, Meta(gt=0, lt=1)] = 0.5
    prior_reports: Annotated[float, Meta(ge=0.5, le=100)] = 4
    use: Use = "on"


class Model(Struct, frozen=True, forbid_unknown_fields=True):
    """The model that learns from this installation's decisions; it may hold, never refuse."""

    hold_at: Share = 0.9
    use: Use = "off"


class OutsideService(Struct, frozen=True, forbid_unknown_fields=True):
    """What one outside service's verdict counts for, and what happens to a comment that it fails to judge in time.

    Where `hold_at` is set, a score from there on holds a comment whatever the service advises, and a lower one does
    not.
    """

    when_failing: Literal["publish", "hold"] = "publish"
    hold_at: Share | None = None
    use: Use = "on"


class Outside(Struct, frozen=True, forbid_unknown_fields=True):
    """The outside services, each used where it is configured."""

    akismet: OutsideService = OutsideService()
    moderation: OutsideService = OutsideService()
    check: OutsideService = OutsideService()


class RuleSet(Struct, frozen=True, forbid_unknown_fields=True):
    """The rules as they are written and read whole; a part that is left out is as it is here."""

    words: Annotated[tuple[WordList, ...], Meta(max_length=100)] = ()
    links: Links = Links()
    shape: Shape = Shape()
    repeats: Repeats = Repeats()
    flood: Flood = Flood()
    new_readers: NewReaders = NewReaders()
    history: PastDecisions = PastDecisions()
    reports: Reports = Reports()
    model: Model = Model()
    outside: Outside = Outside()


class Rules(RuleSet, frozen=True, forbid_unknown_fields=True):
    """What the checks go by; `version` is told with every signal."""

    version: int = 0
