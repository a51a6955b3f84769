"""The refusals of the front: what is wrong with a request before anybody looks at what it asks."""

from service.kernel.problems import Problem


class RequestTimeout(Problem):
    """The body did not arrive in time. Send the request again, without pauses."""

    slug, title, status = "request-timeout", "The body did not arrive in time", 408
    text = "problems.request_timeout"


class AddressTooLong(Problem):
    """The address with its query is longer than the service reads. `limit_bytes` is the greatest length."""

    slug, title, status = "address-too-long", "The address is too long", 414


class HeadersTooLarge(Problem):
    """The request's headers are larger than the service reads. `limit_bytes` is the greatest size together."""

    slug, title, status = "headers-too-large", "The headers are too large", 431


class MalformedRequest(Problem):
    """What arrived is not HTTP/1.1 that can be read."""

    slug, title, status = "malformed-request", "This is not readable HTTP", 400
