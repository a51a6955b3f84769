"""The refusals that have to do with the rules of screening."""

from service.kernel.problems import Problem


class RulesChanged(Problem):
    """Somebody else changed the rules after you read them. `current_version` is in force now: read it, and make your
    change on it."""

    slug, title, status = "rules-changed", "The rules were changed meanwhile", 409

    def __init__(self, detail: str = "", *, current_version: int) -> None:
        super().__init__(detail, current_version=current_version)


class RulesVersionUnknown(Problem):
    """There never was a version of the rules with this number."""

    slug, title, status = "rules-version-unknown", "There is no such version of the rules", 404


class ProposalUnknown(Problem):
    """There is no proposed change of the rules with this id."""

    slug, title, status = "proposal-unknown", "There is no such proposal", 404


class ProposalSettled(Problem):
    """The proposed change does not wait any more. `state` says what became of it: `confirmed`, `rejected`, `withdrawn`,
    or `overtaken` by another change."""

    slug, title, status = "proposal-settled", "This proposal was settled already", 409

    def __init__(self, detail: str = "", *, state: str) -> None:
        super().__init__(detail, state=state)
