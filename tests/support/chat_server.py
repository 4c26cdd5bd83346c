"""A real chat-completions server on loopback, for tests of everything that asks a language model."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def completion(text, finish_reason="stop", *, refusal=None, counted=True):
    choice = {
        "index": 0,
        "finish_reason": finish_reason,
        "message": {"role": "assistant", "content": text, "refusal": refusal},
    }
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18} if counted else None
    return json.dumps({"id": "1", "object": "chat.completion", "choices": [choice], "usage": usage})


def error(message, code=None):
    return json.dumps({"error": {"message": message, "code": code}})


class Server:
    """A real HTTP server on loopback; `answers` holds (status, body, headers, seconds), the last repeats."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []
        self.times = []
        self.keys = []
        self.in_flight = self.most_in_flight = 0
        self.lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, body, headers, seconds = outer.take(request, self.headers["Authorization"])
                time.sleep(seconds)
                outer.leave()
                payload = body(request) if callable(body) else body
                try:
                    self.send_response(status)
                    length = str(len(payload.encode()))
                    standard = {"Content-Type": "application/json", "Content-Length": length}
                    for name, value in {**standard, **headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(payload.encode())
                except OSError:
                    # The client gave up waiting, which is what some tests are about.
                    self.close_connection = True

            def log_message(self, *args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)

    def take(self, request, key):
        with self.lock:
            self.requests.append(request)
            self.times.append(time.monotonic())
            self.keys.append(key)
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def leave(self):
        with self.lock:
            self.in_flight -= 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *args):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


def half(body):
    """An answer that breaks off in the middle, though all of it was promised."""
    return 200, body[: len(body) // 2], {"Content-Length": str(len(body.encode()))}, 0.0


def answer(body, status=200, *, after=None, seconds=0.0):
    headers = {} if after is None else {"Retry-After": str(after)}
    return status, body, headers, seconds
