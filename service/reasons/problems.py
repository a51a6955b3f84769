"""The refusals that have to do with decisions as readers meet them."""

from service.kernel.problems import Problem


class DecisionUnknown(Problem):
    """There is no decision with this id, or it is not about something of yours."""

    slug, title, status = "decision-unknown", "There is no such decision", 404
    text = "problems.decision_unknown"
