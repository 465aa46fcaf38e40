"""Asks every operation of the running demo what /api/openapi.json says of it, by schemathesis.

usage: python .ci/api-schema.py PORTAL [EXAMPLES]

PORTAL is the built program, EXAMPLES how many requests are made up for each operation (12). Run it with a Python that has
schemathesis (`pip install schemathesis`). Fails on a 5xx, on a status or a body that is not described, and on an operation
that answers without a token although it asks for one.
"""

import os
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "ignored_auth",
]
AREAS = ["account", "administration", "forum", "help", "search", "markup"]
# The token that asks would revoke itself.
LEFT_OUT = "/account/tokens"


def begin(portal):
    """Starts the demo. Returns the process, its address and the password of its people."""
    limits = {"ATRIUM_TOKEN_REQUESTS_PER_SECOND": "10000", "ATRIUM_REQUESTS_PER_SECOND": "10000"}
    command = [portal, "demo", "--listen", "127.0.0.1:0", "--log", "error"]
    demo = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **limits})
    address = password = None
    while not (address and password):
        line = demo.stdout.readline()
        if not line:
            sys.exit("the demo ended before it was ready")
        address = address or (re.findall(r"http://[0-9.:]+", line) or [None])[0]
        password = password or (re.findall(r"password (\S+?):", line) or [None])[0]
    return demo, address, password


def token(address, password):
    """Signs in as the demo's administrator and returns the secret of a new token."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def post(path, fields):
        body = urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(address + path, body, {"Sec-Fetch-Site": "same-origin"})
        return opener.open(request).read().decode()

    post("/connexion", {"login": "corinne.delestrac", "password": password})
    fields = [("name", "Schemathesis"), ("reach", "full"), ("days", "7")] + [("areas", area) for area in AREAS]
    return re.search(r"atrium_pat_[A-Za-z0-9_-]+", post("/compte/jetons", fields)).group()


def main():
    portal, examples = sys.argv[1], (sys.argv[2:] or ["12"])[0]
    demo, address, password = begin(portal)
    try:
        with tempfile.TemporaryDirectory() as here:
            document = Path(here) / "openapi.json"
            document.write_bytes(urllib.request.urlopen(address + "/api/openapi.json").read())
            command = [sys.executable, "-m", "schemathesis.cli", "run", str(document), "--url", address]
            command += ["-H", f"Authorization: Bearer {token(address, password)}", "--exclude-path-regex", LEFT_OUT]
            command += ["--phases", "coverage,fuzzing", "--checks", ",".join(CHECKS)]
            command += ["--max-examples", examples, "--seed", "1", "--no-color"]
            done = subprocess.run(command, cwd=here, timeout=600)
            sys.exit(done.returncode)
    finally:
        demo.terminate()


main()
