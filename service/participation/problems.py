"""The refusal of taking part that no other feature has.

The others are problems of the features that know the reason (`banned`, `story-closed`, `subscription-required`);
`rules/policy.py` puts them together.
"""

from service.kernel.problems import TooManyRequests


def slow_mode(retry_after_s: int, slow_mode_s: int) -> TooManyRequests:
    """The refusal of a comment that comes too soon after the reader's last one on a slow story."""
    headers = {
        "RateLimit-Policy": f'"slow-mode";q=1;w={slow_mode_s}',
        "RateLimit": f'"slow-mode";r=0;t={retry_after_s}',
    }
    return TooManyRequests.after(retry_after_s, headers, slow=True, limit="slow-mode")
