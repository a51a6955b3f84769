"""The rules of screening over HTTP, all under `/v1/admin/rules`."""

from service.screening.routes import history, preview, proposals, rules

handlers = [*rules.handlers, *preview.handlers, *history.handlers, *proposals.handlers]
