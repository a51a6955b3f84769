"""When an event that could not be sent on is tried again, and when it is set aside."""

from datetime import datetime, timedelta

from service.kernel import limits


def retry_delay_s(attempts: int, jitter: float) -> float:
    """Seconds to wait after this many failed attempts.

    Doubles from `limits.outbox_retry_first_s` up to `limits.outbox_retry_longest_s`; half of that is certain, and the
    other half is multiplied by `jitter`, which the caller draws from [0, 1) so that this stays a plain function.
    ValueError below one attempt. Source: "equal jitter" in "Exponential Backoff And Jitter", AWS Architecture Blog,
    2015. Equal and not full, because events of one story wait in line: a retry at once would help none of them.
    """
    if attempts < 1:
        raise ValueError(f"{attempts} failed attempts")
    doublings = min(attempts - 1, 30)  # Far above the longest delay, and small enough for a float.
    longest = min(limits.outbox_retry_first_s * 2.0**doublings, limits.outbox_retry_longest_s)
    return longest / 2 + longest / 2 * jitter


def next_try(
    attempts: int, failing_since: datetime, now: datetime, jitter: float, *, may_pass: bool
) -> datetime | None:
    """When to try again after this many failed attempts, the first of them at `failing_since`; None to give up.

    A failure that may pass by itself (something was away, or too slow) is tried for `limits.outbox_retry_for_s`. Any
    other is most likely a fault of our own, which waiting does not mend, while later events of the story stand behind
    it: that is given up after `limits.outbox_faults_max` attempts, to be put back once it is mended.
    """
    if not may_pass and attempts >= limits.outbox_faults_max:
        return None
    if now - failing_since >= timedelta(seconds=limits.outbox_retry_for_s):
        return None
    return now + timedelta(seconds=retry_delay_s(attempts, jitter))
