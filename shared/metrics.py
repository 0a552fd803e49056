"""Every Prometheus metric of the product, registered once, told apart by the label `service`."""

from collections.abc import Sequence

from prometheus_client import Counter, Gauge, Histogram

from shared.envelope import Message

REQUESTS = Histogram(
    "certtrack_request_seconds",
    "Time until the answer to an HTTP request begins, without waiting for its sender",
    ["service", "method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
PUBLISHED = Counter(
    "certtrack_messages_published_total", "Messages given to the bus", ["service", "type"]
)
CONSUMED = Counter("certtrack_events_consumed_total", "Events handled", ["service", "type"])
CONSUMER_LAG = Histogram(
    "certtrack_consumer_lag_seconds",
    "Time from an event's writing to the commit of its effect",
    ["service", "type"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300),
)
CONSUMER_RETRIES = Counter(
    "certtrack_consumer_retries_total", "Batches tried again after a transient fault", ["service"]
)
PARKED = Gauge("certtrack_parked_events", "Events set aside for a person to look at", ["service"])
OUTBOX_ROWS = Gauge("certtrack_outbox_rows", "Messages waiting to be published", ["service"])
OUTBOX_AGE = Gauge("certtrack_outbox_age_seconds", "Age of the oldest message waiting", ["service"])
JOB_RUNS = Counter(
    "certtrack_job_runs_total", "Runs of scheduled jobs", ["service", "job", "outcome"]
)
RESULTS = Counter(
    "certtrack_results_total", "Exam results taken in", ["service", "programme", "outcome"]
)
RESULT_TO_CERTIFICATE = Histogram(
    "certtrack_result_to_certificate_seconds",
    "Time from the arrival of a result to the certification it earned",
    ["service", "programme"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600),
)
EXAM_TO_ARRIVAL = Histogram(
    "certtrack_exam_to_arrival_days",
    "Days from the day of an exam to the arrival of its result",
    ["service", "vendor"],
    buckets=(0, 1, 2, 3, 5, 7, 10, 14, 30, 90, 365),
)
IMPORTS = Gauge(
    "certtrack_imports", "Files by state; failed: within the last day", ["service", "state"]
)
IMPORT_ROWS_LEFT = Gauge(
    "certtrack_import_rows_left", "Rows of files that are still to be taken in", ["service"]
)
RESULTS_WAITING = Gauge(
    "certtrack_results_waiting", "Results whose candidate is not known", ["service", "programme"]
)
RESULTS_HELD = Gauge("certtrack_results_held", "Results that are held", ["service", "programme"])
FLAGS_OPEN = Gauge(
    "certtrack_flags_open", "What checks found in results and nobody has closed", ["service"]
)
VENDOR_CALLED = Gauge(
    "certtrack_vendor_called_timestamp_seconds",
    "When a vendor's machine last called, in seconds since 1970",
    ["service", "vendor"],
)
EMAILS = Counter("certtrack_emails_total", "E-mails by outcome", ["service", "template", "outcome"])


def published(service: str, messages: Sequence[Message]) -> None:
    """Count messages that the bus has taken."""
    for message in messages:
        PUBLISHED.labels(service, message.type).inc()
