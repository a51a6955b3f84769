"""The refusals that have to do with moderators' records."""

from service.kernel.problems import Problem


class NoteUnknown(Problem):
    """This reader has no note with this id."""

    slug, title, status = "note-unknown", "There is no such note", 404
