"""The refusals that have to do with deciding about many comments at once."""

from service.kernel.problems import Problem


class SelectionUnknown(Problem):
    """No selection was counted under this token, or it was counted too long ago and never decided about. Count
    again."""

    slug, title, status = "selection-unknown", "There is no such selection", 404


class SelectionLapsed(Problem):
    """The selection was counted more than an hour ago, and too much may have happened since. Count again."""

    slug, title, status = "selection-lapsed", "The selection was counted too long ago", 409


class BulkDiffers(Problem):
    """This selection is being decided about already, in other words or by somebody else, or the act was taken back.
    What is under way goes on with the same request; anything else needs a count of its own."""

    slug, title, status = "bulk-differs", "This selection is decided about otherwise already", 409
