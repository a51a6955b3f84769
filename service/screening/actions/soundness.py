"""Rules that cannot be used are refused, each fault by its place in the request."""

from service.kernel.problems import InvalidRequest
from service.screening.rules.ruleset import RuleSet
from service.screening.rules.soundness import faults_in


def refuse_faults(rules: RuleSet, within: str = "rules") -> None:
    """InvalidRequest that names each fault of the rules by its place in the request."""
    if faults := faults_in(rules):
        errors = [{"field": f"{within}.{fault.field}", "message": fault.message} for fault in faults]
        raise InvalidRequest(f"{errors[0]['field']}: {errors[0]['message']}", errors=errors)
