"""Every fixed bound of the service in one table; the unit stands last in each name.

What an operator may change is a setting (`infra/config.py`); what the contract fixes or safety needs is here.
"""

from typing import Final

# Requests
request_body_bytes_max: Final = 64 * 1024
json_depth_max: Final = 64
url_bytes_max: Final = 8 * 1024
header_bytes_max: Final = 16 * 1024
headers_max: Final = 100
# Requests that one process answers at the same time, live streams apart; more are asked to come back.
requests_under_way_max: Final = 1_000
# A refused body is still read for a moment, or the client would see a broken connection in place of the answer.
refused_body_bytes_max: Final = 1024 * 1024
refused_body_s: Final = 2.0
token_bytes_max: Final = 8 * 1024

# Comments
body_chars_max: Final = 10_000
depth_max: Final = 6
edit_window_s: Final = 15 * 60
note_chars_max: Final = 2_000
mutes_max: Final = 1_000
# Of a long chain of replies each comment knows its first ancestors (those it can hang under on a page) and its nearest;
# a count of replies is exact for as many levels. See comments/rules/lineage.py.
ancestors_first_max: Final = depth_max
ancestors_near_max: Final = 50

# Pages
page_roots_default: Final = 20
page_roots_max: Final = 100
page_replies_default: Final = 3
page_replies_max: Final = 20
page_reply_levels: Final = 3
changes_max: Final = 200
counts_stories_max: Final = 100
site_comments_default: Final = 5
excerpt_chars: Final = 200

# Idempotency
idempotency_key_chars_max: Final = 255
idempotency_kept_days: Final = 7
idempotency_wait_s: Final = 2.0

# Screening: for how long texts like a new one are looked for.
prints_kept_days: Final = 7

# Stories
title_chars_max: Final = 500
url_chars_max: Final = 2_000
text_chars_max: Final = 2_000
sides_max: Final = 8
anchors_max: Final = 200
forecasts_max: Final = 20

# Votes move a thread's version at most this often.
vote_bump_interval_s: Final = 3.0

# Unanswered reports of a comment that are weighed, the newest; more change nothing any more.
reports_weighed_max: Final = 500

# Review
claim_lease_s: Final = 300
claim_items_max: Final = 50
decisions_per_request_max: Final = 100
# An act on many comments: as many as it takes in, as many as one request handles and for how long, and for how long a
# count of them may be decided about.
bulk_comments_max: Final = 10_000
bulk_step_comments_max: Final = 200
bulk_step_s: Final = 5.0
bulk_begin_s: Final = 3600
# A search looks words up in their index where fewer comments have them than this; else it walks over so many of the
# newest.
search_few_max: Final = 2_000
search_window: Final = 10_000
# The record of staff acts: links are made for what is new this often, and an export over HTTP has at most so many.
audit_seal_s: Final = 5.0
audit_export_max: Final = 10_000

# Statistics: days that one run sums up.
days_summed_max: Final = 50

# Outside services that judge texts: after so many failures in a row one is left alone for a while.
outside_failures_max: Final = 5
outside_pause_s: Final = 30.0

# Rules of screening: of the newest comments so many are screened anew to show what a change would do, and so many
# before it is made; all of the last days are counted up to a bound.
rules_body_bytes_max: Final = 2 * 1024 * 1024
rules_preview_comments: Final = 2_000
rules_preview_comments_max: Final = 5_000
rules_checked_comments: Final = 1_000
rules_preview_days: Final = 30
rules_preview_s: Final = 6.0
rules_preview_counted_max: Final = 1_000_000
rules_proposals_max: Final = 20
rules_shadow_days: Final = 30
rules_shadow_screenings_max: Final = 20_000
rules_versions_default: Final = 50
rules_versions_max: Final = 100

# Appeals and notices. At least six months, says article 20 of the EU's Digital Services Act; an operator may set it.
appeal_days_default: Final = 183
appeal_chars_max: Final = 5_000
ruling_chars_max: Final = 2_000
notice_chars_max: Final = 5_000
notice_ground_chars_max: Final = 300
notice_contacts_kept_days: Final = 183

# The model that learns from decisions: so many rejected and as many approved comments it needs, and of more than so
# many it takes the newest.
model_examples_min: Final = 200
model_examples_max: Final = 20_000
# After so many new decisions the worker trains anew.
model_renewed_after: Final = 100
models_listed_max: Final = 50

# Waiting for others
postgres_acquire_s: Final = 2.0
postgres_statement_s: Final = 5.0
postgres_lock_s: Final = 2.0
postgres_idle_in_transaction_s: Final = 10.0
redis_timeout_s: Final = 0.25
headers_read_s: Final = 10.0
# How long an answer may wait for its reader to take some more of it.
answer_stalled_s: Final = 60.0
body_read_s: Final = 10.0
request_s: Final = 15.0
health_check_s: Final = 1.0
shutdown_s: Final = 10.0
idle_at_stop_s: Final = 1.0

# Redis and what is told through it
redis_connections_max: Final = 32
redis_breaker_pause_s: Final = 1.0
broadcast_waiting_max: Final = 10_000
broadcast_waiting_bytes_max: Final = 4 * 1024 * 1024
broadcast_batch_max: Final = 500
broadcast_ping_s: Final = 1.0
broadcast_silence_s: Final = 3.0
broadcast_pause_first_s: Final = 0.1
broadcast_pause_longest_s: Final = 2.0

# The outbox
outbox_poll_s: Final = 1.0
outbox_gather_s: Final = 0.01
outbox_lease_s: Final = 30.0
outbox_handler_s: Final = 10.0
outbox_lanes_max: Final = 8
outbox_of_lane_max: Final = 50
outbox_retry_first_s: Final = 1.0
outbox_retry_longest_s: Final = 15 * 60.0
outbox_retry_for_s: Final = 24 * 3600
outbox_faults_max: Final = 10
outbox_error_chars_max: Final = 500

# Live streams
live_streams_max: Final = 5_000
live_streams_of_address_max: Final = 200
live_full_retry_s: Final = 30
live_queue_max: Final = 100
live_queue_bytes_max: Final = 512 * 1024
live_heartbeat_s: Final = 15.0
live_lifetime_s: Final = 600.0
live_goodbye_s: Final = 2.0
# So long after a reader's rights have changed by themselves their stream ends, and the page asks what they are.
live_own_change_s: Final = 0.2
live_retry_shortest_ms: Final = 1_000
live_retry_longest_ms: Final = 5_000
live_compare_s: Final = 60.0
live_compare_alone_s: Final = 3.0
live_compare_stories_max: Final = 1_000
live_worker_s: Final = 3.0
live_spread_s: Final = 2.0
live_spread_of_page_s: Final = 0.002
live_reader_spread_s: Final = 10.0

# The worker
sweep_rows_max: Final = 2_000
votes_announced_max: Final = 20_000
sweep_first_s: Final = 5.0
worker_pause_s: Final = 1.0
receipts_kept_days: Final = 90
