"""Settings: read from the environment once, at the start, and checked there.

A wrong one is named in one line and the program does not start. `FIELDS` is the program's own list: what
`deploy/env.example` and the documentation name is checked against it. A secret may come from a file instead:
`NAME_FILE=/run/secrets/name`.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from service.infra.addresses import ClientAddresses
from service.infra.signatures import SECRET_PREFIX, standard_key
from service.kernel.limits import appeal_days_default
from service.kernel.rate_limits import RATES, changed

# A page's origin as browsers send it: scheme, host in ASCII, port where it is not the usual one.
_ORIGIN = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::[1-9]\d{0,4})?")


class SettingError(Exception):
    """A setting that cannot be used: its name and what is wrong with it, in one line."""


Positive = Annotated[int, msgspec.Meta(ge=1)]
Algorithm = Literal["RS256", "ES256", "EdDSA", "HS256"]


class Setting(msgspec.Struct, frozen=True):
    """One setting as the environment names it."""

    env: str
    field: str
    about: str
    secret: bool = False


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting of the service, with the value that holds when none is given."""

    development: bool = False

    database_url: str = ""
    database_read_url: str | None = None
    redis_url: str | None = None
    database_pool_size: Positive = 10
    database_statement_cache: bool = True

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8000
    metrics_port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 9000
    data_dir: str | None = None
    public_url: str | None = None
    allowed_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()

    reader_issuer: str = ""
    reader_audience: str = ""
    reader_jwks: str | None = None
    reader_secret: str | None = None
    staff_issuer: str = ""
    staff_audience: str = ""
    staff_jwks: str | None = None
    staff_secret: str | None = None
    token_algorithms: tuple[Algorithm, ...] = ("RS256", "ES256", "EdDSA")
    token_lifetime_s: Positive = 24 * 3600
    token_leeway_s: Annotated[int, msgspec.Meta(ge=0, le=300)] = 60

    webhook_secrets: tuple[str, ...] = ()
    webhook_format: Literal["standard", "stripe"] = "standard"
    entitlement_source: Literal["newest", "webhook", "token"] = "newest"
    past_due_grace_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 14
    subscribe_url: str | None = None
    login_url: str | None = None
    renew_url: str | None = None

    akismet_key: str | None = None
    akismet_blog: str | None = None
    akismet_url: str = "https://rest.akismet.com/1.1/comment-check"
    moderation_url: str | None = None
    moderation_key: str | None = None
    moderation_model: str | None = None
    check_url: str | None = None
    check_secret: str | None = None
    outside_budget_s: Annotated[float, msgspec.Meta(gt=0, le=5)] = 1.0

    limits: Literal["on", "off"] = "on"
    rates: tuple[str, ...] = ()
    address_kept_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 30
    appeal_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = appeal_days_default
    rules_second_admin_share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.05
    page_cache_bytes: Positive = 64 * 1024 * 1024
    private_addresses_allowed: bool = False
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @classmethod
    def from_env(cls, environ: Mapping[str, str], *, development: bool = False) -> "Settings":
        """The settings in an environment; SettingError for a wrong, missing or unknown one."""
        _refuse_unknown(environ)
        given: dict[str, Any] = {"development": development}
        for setting in FIELDS:
            if (text := _text_of(setting, environ)) is not None:
                given[setting.field] = _value_of(setting, text)
        settings = cls(**given)
        settings._check()
        return settings

    def _check(self) -> None:
        if not self.database_url:
            raise SettingError("DATABASE_URL is not set; give a postgresql:// address, or run `story-comments dev`")
        for setting, schemes in _URL_SCHEMES.items():
            value = getattr(self, setting.field)
            if value and not value.startswith(schemes):
                raise SettingError(f"{setting.env} must start with {' or '.join(schemes)}")
        for who in ("reader", "staff"):
            self._check_verifier(who)
        if self.limits == "off" and not self.development:
            raise SettingError("COMMENTS_LIMITS=off is for development only")
        for origin in self.allowed_origins:
            if not _ORIGIN.fullmatch(origin):
                raise SettingError(f"COMMENTS_ALLOWED_ORIGINS: {origin!r} is not like https://news.example")
        try:
            changed(RATES, self.rates)
        except ValueError as error:
            raise SettingError(f"COMMENTS_RATES: {error}") from error
        try:
            ClientAddresses(self.trusted_proxies)
        except ValueError as error:
            raise SettingError(f"COMMENTS_TRUSTED_PROXIES: {error}") from error
        for secret in self.webhook_secrets:
            self._check_webhook_secret(secret)
        self._check_outside_services()

    def _check_outside_services(self) -> None:
        for one, other in (("akismet_key", "akismet_blog"), ("check_url", "check_secret")):
            if bool(getattr(self, one)) != bool(getattr(self, other)):
                raise SettingError(f"COMMENTS_{one.upper()} and COMMENTS_{other.upper()} go together; one is missing")
        if self.check_secret:
            try:
                standard_key(self.check_secret)
            except ValueError as error:
                raise SettingError(f"COMMENTS_CHECK_SECRET cannot be used: {error}") from error

    def _check_webhook_secret(self, secret: str) -> None:
        if not secret.startswith(SECRET_PREFIX):
            raise SettingError("COMMENTS_WEBHOOK_SECRETS must be a comma-separated list of whsec_… secrets")
        if self.webhook_format == "standard":
            try:
                standard_key(secret)
            except ValueError as error:
                raise SettingError(f"COMMENTS_WEBHOOK_SECRETS: one of them cannot be used: {error}") from error

    def _check_verifier(self, who: str) -> None:
        name = f"COMMENTS_{who.upper()}"
        secret, jwks = getattr(self, f"{who}_secret"), getattr(self, f"{who}_jwks")
        if secret and jwks:
            raise SettingError(f"{name}_SECRET and {name}_JWKS are both set; give one")
        if not (secret or jwks):
            raise SettingError(f"neither {name}_JWKS nor {name}_SECRET is set; nobody's token could be checked")
        if secret and len(secret.encode()) < 32:
            raise SettingError(f"{name}_SECRET must have 32 bytes or more")
        if not (getattr(self, f"{who}_issuer") and getattr(self, f"{who}_audience")):
            raise SettingError(f"{name}_ISSUER and {name}_AUDIENCE must both be set")


FIELDS: tuple[Setting, ...] = (
    Setting("DATABASE_URL", "database_url", "PostgreSQL, as postgresql://user:password@host/name", secret=True),
    Setting("DATABASE_READ_URL", "database_read_url", "A replica for reading pages (optional)", secret=True),
    Setting("REDIS_URL", "redis_url", "Redis or Valkey, as redis://host:6379/0", secret=True),
    Setting("COMMENTS_DATABASE_POOL_SIZE", "database_pool_size", "PostgreSQL connections of each process"),
    Setting("COMMENTS_DATABASE_STATEMENT_CACHE", "database_statement_cache", "false behind PgBouncer before 1.21"),
    Setting("COMMENTS_HOST", "host", "The address that the server listens on"),
    Setting("PORT", "port", "The port that the server listens on"),
    Setting("COMMENTS_METRICS_PORT", "metrics_port", "The port of /metrics outside development"),
    Setting("COMMENTS_DATA_DIR", "data_dir", "Where `dev` keeps its PostgreSQL, Redis and secrets"),
    Setting("COMMENTS_PUBLIC_URL", "public_url", "The service's own address as readers see it, for links in feeds"),
    Setting("COMMENTS_ALLOWED_ORIGINS", "allowed_origins", "Origins of the pages that embed it, comma-separated"),
    Setting("COMMENTS_TRUSTED_PROXIES", "trusted_proxies", "Networks whose X-Forwarded-For counts, comma-separated"),
    Setting("COMMENTS_READER_ISSUER", "reader_issuer", "`iss` of readers' tokens"),
    Setting("COMMENTS_READER_AUDIENCE", "reader_audience", "`aud` of readers' tokens"),
    Setting("COMMENTS_READER_JWKS", "reader_jwks", "Keys of readers' tokens: an https URL or a file"),
    Setting(
        "COMMENTS_READER_SECRET", "reader_secret", "HS256 secret of readers' tokens, 32 bytes or more", secret=True
    ),
    Setting("COMMENTS_STAFF_ISSUER", "staff_issuer", "`iss` of staff tokens"),
    Setting("COMMENTS_STAFF_AUDIENCE", "staff_audience", "`aud` of staff tokens"),
    Setting("COMMENTS_STAFF_JWKS", "staff_jwks", "Keys of staff tokens: an https URL or a file"),
    Setting("COMMENTS_STAFF_SECRET", "staff_secret", "HS256 secret of staff tokens, 32 bytes or more", secret=True),
    Setting("COMMENTS_TOKEN_ALGORITHMS", "token_algorithms", "Algorithms accepted with JWKS, comma-separated"),
    Setting("COMMENTS_TOKEN_LIFETIME_S", "token_lifetime_s", "Greatest lifetime of a token, seconds"),
    Setting("COMMENTS_TOKEN_LEEWAY_S", "token_leeway_s", "Clock difference forgiven in tokens, seconds"),
    Setting("COMMENTS_WEBHOOK_SECRETS", "webhook_secrets", "Secrets of the webhook, comma-separated", secret=True),
    Setting("COMMENTS_WEBHOOK_FORMAT", "webhook_format", "Who calls the subscription webhook: standard or stripe"),
    Setting("COMMENTS_ENTITLEMENT_SOURCE", "entitlement_source", "What counts: newest, webhook or token"),
    Setting("COMMENTS_PAST_DUE_GRACE_DAYS", "past_due_grace_days", "Days that a past-due subscription still counts"),
    Setting("COMMENTS_SUBSCRIBE_URL", "subscribe_url", "Where readers subscribe"),
    Setting("COMMENTS_LOGIN_URL", "login_url", "Where readers log in"),
    Setting("COMMENTS_RENEW_URL", "renew_url", "Where readers renew a subscription; the subscribe URL unless set"),
    Setting("COMMENTS_AKISMET_KEY", "akismet_key", "The key of Akismet, which is then asked about spam", secret=True),
    Setting("COMMENTS_AKISMET_BLOG", "akismet_blog", "The front page of the site, as Akismet knows it"),
    Setting("COMMENTS_AKISMET_URL", "akismet_url", "Where Akismet is asked"),
    Setting("COMMENTS_MODERATION_URL", "moderation_url", "A moderation endpoint in OpenAI's style, then asked"),
    Setting("COMMENTS_MODERATION_KEY", "moderation_key", "Its bearer key", secret=True),
    Setting("COMMENTS_MODERATION_MODEL", "moderation_model", "The model that it is asked for"),
    Setting("COMMENTS_CHECK_URL", "check_url", "A check of the publisher's own, which is then sent signed requests"),
    Setting("COMMENTS_CHECK_SECRET", "check_secret", "The whsec_… secret of it and of its late verdicts", secret=True),
    Setting("COMMENTS_OUTSIDE_BUDGET_S", "outside_budget_s", "How long a post waits for outside services, seconds"),
    Setting("COMMENTS_LIMITS", "limits", "off switches rate limits off, in development only"),
    Setting("COMMENTS_RATES", "rates", "Changes of rate limits, as post_comment.reader=20/60:10, comma-separated"),
    Setting("COMMENTS_ADDRESS_KEPT_DAYS", "address_kept_days", "Days that truncated client addresses are kept"),
    Setting(
        "COMMENTS_RULES_SECOND_ADMIN_SHARE",
        "rules_second_admin_share",
        "Share of comments that a change of rules may newly hold or refuse before a second admin must agree; 1: never",
    ),
    Setting("COMMENTS_APPEAL_DAYS", "appeal_days", "Days in which a decision can be appealed"),
    Setting("COMMENTS_PAGE_CACHE_BYTES", "page_cache_bytes", "Memory for ready pages in each process, bytes"),
    Setting("COMMENTS_PRIVATE_ADDRESSES_ALLOWED", "private_addresses_allowed", "true lets configured URLs be private"),
    Setting("COMMENTS_LOG_LEVEL", "log_level", "debug, info, warning or error"),
)

# Read by parts that run before the settings do.
OTHER_NAMES: frozenset[str] = frozenset({"COMMENTS_PG_BIN", "COMMENTS_REDIS_BIN"})

_BY_ENV = {setting.env: setting for setting in FIELDS}
_URL_SCHEMES = {
    _BY_ENV["DATABASE_URL"]: ("postgresql://", "postgres://"),
    _BY_ENV["DATABASE_READ_URL"]: ("postgresql://", "postgres://"),
    _BY_ENV["REDIS_URL"]: ("redis://", "rediss://", "unix://"),
    _BY_ENV["COMMENTS_SUBSCRIBE_URL"]: ("https://", "http://", "/"),
    _BY_ENV["COMMENTS_LOGIN_URL"]: ("https://", "http://", "/"),
    _BY_ENV["COMMENTS_RENEW_URL"]: ("https://", "http://", "/"),
    _BY_ENV["COMMENTS_PUBLIC_URL"]: ("https://", "http://"),
    _BY_ENV["COMMENTS_AKISMET_BLOG"]: ("https://", "http://"),
    _BY_ENV["COMMENTS_AKISMET_URL"]: ("https://", "http://"),
    _BY_ENV["COMMENTS_MODERATION_URL"]: ("https://", "http://"),
    _BY_ENV["COMMENTS_CHECK_URL"]: ("https://", "http://"),
}


def read_setting(env: str, environ: Mapping[str, str]) -> Any:
    """The value of one setting, for commands that need no more than that; SettingError when it is missing or wrong."""
    _refuse_unknown(environ)
    setting = _BY_ENV[env]
    text = _text_of(setting, environ)
    if text is None:
        raise SettingError(f"{env} is not set")
    if (schemes := _URL_SCHEMES.get(setting)) and not text.startswith(schemes):
        raise SettingError(f"{env} must start with {' or '.join(schemes)}")
    return _value_of(setting, text)


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = {*_BY_ENV, *(f"{s.env}_FILE" for s in FIELDS if s.secret), *OTHER_NAMES}
    for name in sorted(environ):
        if name.startswith("COMMENTS_") and name not in known:
            raise SettingError(f"{name} is not a setting of this program")


def _text_of(setting: Setting, environ: Mapping[str, str]) -> str | None:
    """The setting's text, from itself or from the file that `NAME_FILE` names; None when unset or empty."""
    text, path = environ.get(setting.env), environ.get(f"{setting.env}_FILE") if setting.secret else None
    if text and path:
        raise SettingError(f"{setting.env} and {setting.env}_FILE are both set; give one")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingError(f"{setting.env}_FILE cannot be read: {error.strerror}") from error
    return text or None


def _value_of(setting: Setting, text: str) -> Any:
    kind = Settings.__annotations__[setting.field]
    raw: Any = text
    if str(kind).startswith("tuple"):
        raw = tuple(part.strip() for part in text.split(",") if part.strip())
    try:
        return msgspec.convert(raw, kind, strict=False)
    except msgspec.ValidationError as error:
        shown = "" if setting.secret else f" (it is {text!r})"
        raise SettingError(f"{setting.env}: {error}{shown}") from error
