"""Moderators' addresses, all under `/v1/admin`."""

from service.moderation.routes import decisions, queues, readers

handlers = [*queues.handlers, *decisions.handlers, *readers.handlers]
