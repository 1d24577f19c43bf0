"""How to reach a database: a socket of the bundled server, or the URL of another server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit


@dataclass(frozen=True, slots=True)
class Address:
    """One database on one server. Immutable; `connect_args()` is what asyncpg.connect and create_pool take."""

    host: str = ""
    """The folder of the server's Unix socket."""
    port: int = 5432
    user: str = "osler"
    database: str = "osler"
    url: str = ""
    """Set for a server that is not ours; the other fields then say nothing."""

    def connect_args(self) -> dict[str, Any]:
        if self.url:
            return {"dsn": self.url}
        return {"host": self.host, "port": self.port, "user": self.user, "database": self.database, "ssl": False}

    def to_url(self) -> str:
        """The same as one `postgresql://` URL, for OSLER_DATABASE_URL and for PostgreSQL's own programs."""
        if self.url:
            return self.url
        return f"postgresql://{self.user}@/{quote(self.database)}?host={quote(self.host, safe='')}&port={self.port}"

    def for_programs(self) -> tuple[str, dict[str, str]]:
        """The same for PostgreSQL's own programs: a URL, and an environment with the password, which `ps` must not show."""
        parts = urlsplit(self.to_url())
        password = unquote(parts.password or "")
        options = parse_qsl(parts.query, keep_blank_values=True)
        password = next((value for name, value in options if name == "password"), password)
        query = urlencode([each for each in options if each[0] != "password"])
        login, _, host = parts.netloc.rpartition("@")
        netloc = f"{login.partition(':')[0]}@{host}" if login else host
        return _join(parts._replace(netloc=netloc, query=query)), {"PGPASSWORD": password} if password else {}

    def with_database(self, name: str) -> Address:
        """The same server and user, another database."""
        if self.url:
            return replace(self, url=_join(urlsplit(self.url)._replace(path=f"/{quote(name)}")))
        return replace(self, database=name)

    def with_user(self, name: str) -> Address:
        return replace(self, user=name)


def _join(parts: SplitResult) -> str:
    # urlunsplit leaves the slashes of an empty host away, and they matter here.
    return f"{parts.scheme}://{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")
