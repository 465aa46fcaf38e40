"""An SMTP server of aiosmtpd that tests send to: `server.py DIRECTORY plain|starttls|tls`. It writes the certificate of its
authority and its messages into the directory, asks for a password over TLS, and prints its port."""

import ssl
import sys
import time

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import AuthResult

directory, way = sys.argv[1:]


def authenticate(server, session, envelope, mechanism, data):
    known = data.login == b"atrium" and data.password == b"p@ss"
    # What is refused is left to the server to answer.
    return AuthResult(success=known, handled=known)


authority = trustme.CA()
authority.cert_pem.write_to_path(f"{directory}/ca.pem")
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
authority.issue_cert("localhost").configure_cert(context)
options = {"authenticator": authenticate, "auth_required": way != "plain"}
if way == "starttls":
    options |= {"tls_context": context, "require_starttls": True}
if way == "tls":
    options |= {"ssl_context": context, "auth_require_tls": False}
controller = Controller(Mailbox(f"{directory}/maildir"), hostname="localhost", port=int(sys.stdin.readline()), **options)
controller.start()
print("ready", flush=True)
sys.stdin.read()
controller.stop()
