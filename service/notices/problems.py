"""The refusals that have to do with notices of illegal content."""

from service.kernel.problems import Problem


class NoticeUnknown(Problem):
    """There is no notice with this id, or the `Notice-Token` is not the one of its receipt."""

    slug, title, status = "notice-unknown", "There is no such notice", 404
    text = "problems.notice_unknown"
