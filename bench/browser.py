"""A signed-in person's requests, one after the other on one connection, each with the time until its last byte."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    seconds: float
    body: bytes


class Browser:
    """Keeps its cookies and its connection."""

    def __init__(self, host: str, port: int) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=60)
        self._cookies: dict[str, str] = {}

    def sign_in(self, login: str, password: str) -> None:
        """Raises RuntimeError when the server does not let this person in."""
        form = urlencode({"username": login, "password": password, "next": "/"})
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = self._send("POST", "/sign-in", form.encode(), headers)
        if answer.status != 303:
            raise RuntimeError(f"signing in as {login} was answered with {answer.status}")

    def get(self, target: str) -> Answer:
        return self._send("GET", target)

    def close(self) -> None:
        self._connection.close()

    def _send(self, method: str, target: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        sent = {"accept": "text/html"} | (headers or {})
        if self._cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        began = time.perf_counter()
        self._connection.request(method, target, body or None, sent)
        response = self._connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - began
        for line in response.headers.get_all("set-cookie") or ():
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Answer(response.status, seconds, content)
