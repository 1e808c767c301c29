"""People at work during an event: some draft drawdowns through the site, one reads a page. Bounded in number, pace and time."""

import http.client
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode
from uuid import uuid4

from operations.drill.counting import Run, Write
from operations.drill.parts import Failed

HOST = "budget.example.gov.uk"
WRITERS = 4
PAUSE = 0.12  # seconds between two writes of one writer
LONGEST = 180.0  # seconds that they work at most
NO_ANSWER = 75.0  # seconds after which a browser gives up
AGAIN = 2.0  # seconds before what was not confirmed is sent again

Address = tuple[str, int]


@dataclass
class SignedIn:
    """Somebody who prepares drawdowns, with the page of a new one open."""

    cookies: str
    token: str
    delegation: str


def sign_in(web: Address, email: str, password: str) -> SignedIn:
    """Failed where the site does not let them in."""
    _, form, cookies = ask(web, "GET", "/accounts/login/", "")
    fields = {"login": email, "password": password, "csrfmiddlewaretoken": _field(form, "csrfmiddlewaretoken")}
    status, page, more = ask(web, "POST", "/accounts/login/", cookies, fields)
    if status != 302:
        raise Failed(f"Nobody could sign in: {status} {page[:2000]}")
    cookies = "; ".join(f"{name}={value}" for name, value in ({**_pairs(cookies), **_pairs(more)}).items())
    _, page, _ = ask(web, "GET", "/drawdowns/new/", cookies)
    return SignedIn(cookies, _field(page, "csrfmiddlewaretoken"), _field(page, "delegation"))


def ask(web: Address, method: str, path: str, cookies: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Status, body and cookies of an answer; the status is 0 where there was none."""
    connection = http.client.HTTPConnection(*web, timeout=NO_ANSWER)
    headers = {"Host": HOST, "Origin": f"https://{HOST}", "X-Forwarded-Proto": "https", "Cookie": cookies}
    if fields is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(method, path, urlencode(fields) if fields is not None else None, headers)
        answer = connection.getresponse()
        jar = SimpleCookie("; ".join(each.partition(";")[0] for each in answer.msg.get_all("Set-Cookie") or []))
        return answer.status, answer.read().decode(), "; ".join(f"{each.key}={each.value}" for each in jar.values())
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error), ""
    finally:
        connection.close()


class People:
    """They work from `begin` until `end`, through the web servers in turn, as behind a proxy that knows both."""

    def __init__(self, webs: Sequence[Address], who: SignedIn, event: str, *, covered: bool = True) -> None:
        self.run = Run(event, time.monotonic(), covered)
        self._webs, self._who = webs, who
        self._lock, self._over = threading.Lock(), threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(number,), daemon=True) for number in range(WRITERS)]
        self._threads.append(threading.Thread(target=self._read, daemon=True))

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> Run:
        self.run.ended = time.monotonic()
        self._over.set()
        for thread in self._threads:
            thread.join(NO_ANSWER + 10)
        return self.run

    def confirmed_since(self, moment: float) -> int:
        with self._lock:
            return sum(each.confirmed_at > moment for each in self.run.writes)

    @property
    def _goes_on(self) -> bool:
        return not self._over.is_set() and time.monotonic() < self.run.began + LONGEST

    def _write(self, writer: int) -> None:
        number = 0
        while self._goes_on:
            number += 1
            write = Write(f"{self.run.event} {writer}-{number}")
            with self._lock:
                self.run.writes.append(write)
            key, web = uuid4().hex, number + writer
            confirmed = self._send(write, key, web)
            # Every other one that was not confirmed is sent again, under its key, as somebody presses the button again.
            while not confirmed and number % 2 and self._goes_on:
                self._over.wait(AGAIN)
                web += 1
                confirmed = self._send(write, key, web)
            self._over.wait(PAUSE)

    def _send(self, write: Write, key: str, web: int) -> bool:
        who = self._who
        fields = {"key": key, "delegation": who.delegation, "title": write.title, "csrfmiddlewaretoken": who.token}
        status = self._timed("POST", "/drawdowns/new/", web, fields)
        if status == 302:
            with self._lock:
                write.confirmed, write.confirmed_at = True, time.monotonic()
        return status == 302

    def _read(self) -> None:
        number = 0
        while self._goes_on:
            number += 1
            self._timed("GET", "/programmes/ofsted-2016/", number)
            self._over.wait(1)

    def _timed(self, method: str, path: str, web: int, fields: dict[str, str] | None = None) -> int:
        began = time.monotonic()
        status, _, _ = ask(self._webs[web % len(self._webs)], method, path, self._who.cookies, fields)
        with self._lock:
            self.run.longest_page = max(self.run.longest_page, time.monotonic() - began)
        return status


def _pairs(cookies: str) -> dict[str, str]:
    return dict(each.split("=", 1) for each in cookies.split("; ") if each)


def _field(page: str, name: str) -> str:
    """The value of the first field of this name, whatever the order of its attributes."""
    for tag in re.findall(r"<input[^>]*>", page):
        found = re.search(r'value="([^"]*)"', tag)
        if f'name="{name}"' in tag and found:
            return found[1]
    raise Failed(f"The page has no field {name}: {page[:2000]}")
