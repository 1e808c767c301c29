"""What a proxy of a council does, no more: it says for whom it asks, whatever they claim, and hands the rest on.

`python -m tests.house.proxy PORT TARGET` serves http on 127.0.0.1:PORT, as if it had come by https.
"""

import http.client
import http.server
import sys

OUR_OWN = {"connection", "x-forwarded-for", "x-forwarded-proto", "transfer-encoding", "keep-alive"}


class _Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    target = 0

    def _pass_on(self) -> None:
        kept = {name: value for name, value in self.headers.items() if name.lower() not in OUR_OWN}
        given = kept | {"X-Forwarded-For": self.client_address[0], "X-Forwarded-Proto": "https", "Connection": "close"}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = http.client.HTTPConnection("127.0.0.1", self.target, timeout=60)
        asked.request(self.command, self.path, body or None, given)
        answer = asked.getresponse()
        content = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in OUR_OWN | {"content-length"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_HEAD = _pass_on

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


if __name__ == "__main__":
    _Proxy.target = int(sys.argv[2])
    with http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), _Proxy) as server:
        server.serve_forever()
