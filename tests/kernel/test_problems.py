"""A problem's document: the members that every one has, in order, and its own."""

from service.kernel.problems import InvalidRequest, NotFound, Problem, Unavailable


class TeaPot(Problem):
    """The service is a teapot."""

    slug, title, status = "teapot", "A teapot", 418


def test_a_document_names_its_type_and_request_and_ends_with_its_own_members() -> None:
    document = TeaPot("Short and stout.", handle="here").body("request-1")
    assert list(document.items()) == [
        ("type", "/problems/teapot"),
        ("title", "A teapot"),
        ("status", 418),
        ("detail", "Short and stout."),
        ("request_id", "request-1"),
        ("handle", "here"),
    ]


def test_a_problem_without_detail_says_its_title() -> None:
    assert NotFound().body("r")["detail"] == NotFound.title


def test_invalid_request_names_the_field() -> None:
    document = InvalidRequest.of("sides[0].id", "too long").body("r")
    assert document["errors"] == [{"field": "sides[0].id", "message": "too long"}]
    assert document["detail"] == "sides[0].id: too long"
    assert InvalidRequest.of("", "A body is needed.").detail == "A body is needed."


def test_unavailable_says_when_to_try_again_in_header_and_body() -> None:
    problem = Unavailable.retry("Away.", 3)
    assert problem.headers == {"Retry-After": "3"}
    assert problem.body("r")["retry_after_s"] == 3
