"""Templates of the tests' own and a real SMTP server on the loopback interface."""

import socket
from copy import deepcopy
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from securenet.foundation.actor import system
from securenet.foundation.mail.actions import queue_mail

AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
TEMPLATES = {
    "hello.th": "Subject: [{{ system_name }}] ยืนยันคำขอ {{ number }}\n\nเรียน คุณ {{ name }}\n\n"
    "กดที่นี่ก่อน {{ by|date_long }}\n\n"
    "{{ link }}\n\nอ่านต่อที่ https://help.example/a?b=1&c=2. ขอบคุณ\nระบบ\n",
    "hello.en": "Subject: [{{ system_name }}] Confirm {{ number }}\n\n"
    "Dear {{ name }}, before {{ by|date_long }}\n\n{{ link }}\n",
    "headless.th": "เรียน คุณ\n\nไม่มีหัวเรื่อง\n",
    "silent.th": "Subject:   \n\nไม่มีหัวเรื่อง\n",
}  # fmt: skip
CONTEXT = {
    "system_name": "SecureNet",
    "number": "2818",
    "name": "อนงค์ ใจดี",
    "by": datetime(2020, 7, 20, tzinfo=UTC),
    "link": "https://portal.example/confirm/?t=abc&n=1",
}


class Server:
    """A mail server that keeps what it is given and answers as the test says."""

    def __init__(self):
        self.answers, self.messages = [], []

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802  aiosmtpd's name
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"


@pytest.fixture
def server(settings):
    """The server that the outbox is told to use."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        host, port = free.getsockname()
    handler = Server()
    controller = Controller(handler, hostname=host, port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = host, port
    settings.EMAIL_TIMEOUT = 10
    yield handler
    controller.stop()


@pytest.fixture(autouse=True)
def templates(settings, tmp_path):
    """The templates above, where the mail engine finds them."""
    (tmp_path / "mail").mkdir()
    for name, text in TEMPLATES.items():
        (tmp_path / "mail" / f"{name}.txt").write_text(text)
    engines = deepcopy(settings.TEMPLATES)
    for engine in engines:
        engine["DIRS"] = [tmp_path] if engine["NAME"] == "mail" else engine.get("DIRS", [])
    settings.TEMPLATES = engines


@pytest.fixture
def queue():
    """Queue a mail to Anong; each argument can be given another value."""

    def queued(template="hello", *, to="anong@example.com", language="th", **context):
        context = {**CONTEXT, **context}
        return queue_mail(template, to=to, language=language, context=context, about="submission 2818", by=BY)

    return queued


BY = system("test", AT)
