"""A problem's document: the members that every one has, in order, and its own."""

import pytest

from service.kernel.problems import InvalidRequest, NotFound, Problem, TooManyRequests, Unavailable
from service.languages.catalogues import words_in
from service.languages.said import said


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


def test_what_a_reader_wrote_wrongly_is_said_in_their_language() -> None:
    problem = InvalidRequest.of("body", said("entries.too_long", most=10_000))
    document = problem.body("r", words_in("de"))
    assert document["title"] == "Eine Angabe ist nicht gültig"
    assert document["detail"] == "Das ist zu lang: Es ist Platz für 10000 Zeichen."
    assert document["errors"] == [{"field": "body", "message": document["detail"]}]
    assert problem.detail == "This is too long: there is room for 10000 characters."
    assert problem.members == {"errors": [{"field": "body"}]}


def test_what_is_plain_text_is_english_throughout() -> None:
    problem = InvalidRequest.of("limit", "too many")
    assert problem.in_language_of(words_in("de")).language == "en"
    assert problem.body("r", words_in("de")) == problem.body("r")
    assert TeaPot("Short and stout.").body("r", words_in("ja"))["title"] == "A teapot"


def test_the_cause_is_for_others_than_the_reader() -> None:
    problem = Unavailable.retry("The pool is empty.")
    assert (problem.cause, str(problem)) == ("The pool is empty.", "The pool is empty.")
    document = problem.body("r", words_in("de"))
    assert document["detail"] == "Der Dienst holt gerade Luft. Bitte versuchen Sie es gleich noch einmal."
    assert document["cause"] == "The pool is empty."
    assert "cause" not in NotFound().body("r")


@pytest.mark.parametrize(
    ("wait_s", "slow", "language", "detail"),
    [
        (1, False, "en", "You can do this again in 1 second."),
        (120, False, "en", "You can do this again in 120 seconds."),
        (121, False, "en", "You can do this again in 3 minutes."),
        (3600, False, "de", "Das geht in 60 Minuten wieder."),
        (1, False, "de", "Das geht in 1 Sekunde wieder."),
        (2, False, "ar", "يمكنك المحاولة بعد ثانيتين."),
        (5, False, "ar", "يمكنك المحاولة بعد 5 ثوانٍ."),
        (40, True, "ar", "هذا النقاش في الوضع البطيء. يمكنك الكتابة من جديد بعد 40 ثانية."),
        (40, True, "en", "This discussion is in slow mode. You can post again in 40 seconds."),
    ],
)
def test_a_wait_is_said_in_the_forms_of_the_language(wait_s: int, slow: bool, language: str, detail: str) -> None:
    problem = TooManyRequests.after(wait_s, {"RateLimit": "x"}, slow=slow)
    document = problem.body("r", words_in(language))
    assert (document["detail"], document["retry_after_s"]) == (detail, wait_s)
    assert problem.headers == {"Retry-After": str(wait_s), "RateLimit": "x"}


def test_unavailable_says_when_to_try_again_in_header_and_body() -> None:
    problem = Unavailable.retry("Away.", 3)
    assert problem.headers == {"Retry-After": "3"}
    assert problem.body("r")["retry_after_s"] == 3
