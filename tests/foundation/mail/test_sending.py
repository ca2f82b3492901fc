"""A mail is sent at least once, always as the same message, or the reason why not is kept."""

import socket
from datetime import timedelta

import pytest
from django.db import transaction

from securenet.foundation.jobs.models import Job
from securenet.foundation.jobs.queue import claim, perform, run_one
from securenet.foundation.mail import jobs
from securenet.foundation.mail.models import Mail, MailState
from tests.foundation.mail.conftest import AT

pytestmark = [pytest.mark.rule("R83"), pytest.mark.django_db]
HOUR = timedelta(hours=1)


def send(at=AT):
    """Run the next job and return the mail."""
    assert run_one("worker", at=at)
    return Mail.objects.get()


def test_a_queued_mail_is_sent_as_text_and_html(queue, server):
    queued = queue()
    assert (queued.state, queued.created_at) == (MailState.QUEUED, AT)
    sent = send()
    assert (sent.state, sent.sent_at, sent.attempts, sent.last_error) == (MailState.SENT, AT, 1, "")
    (message,) = server.messages
    assert message["Subject"].strip() == "[SecureNet] ยืนยันคำขอ 2818"
    assert message["To"] == "anong@example.com"
    assert message["Message-ID"] == queued.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == queued.text
    assert '<html lang="th">' in message.get_body(("html",)).get_content()


def test_no_mail_reports_what_did_not_happen(queue, server):
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert not run_one("worker", at=AT)
    assert server.messages == []


def test_a_server_that_is_busy_is_tried_again(queue, server):
    server.answers = ["451 4.3.0 later please"]
    queue()
    waiting = send()
    assert (waiting.state, waiting.attempts, waiting.last_error) == (MailState.QUEUED, 1, "451 4.3.0 later please")
    sent = send(AT + HOUR)
    assert (sent.state, sent.attempts, sent.sent_at, sent.last_error) == (MailState.SENT, 2, AT + HOUR, "")


@pytest.mark.parametrize("answer", ["550 5.1.1 no such mailbox", "553 5.1.3 bad address"])
def test_an_address_that_is_refused_for_good_is_not_tried_again(queue, server, answer):
    server.answers = [answer]
    queue()
    failed = send()
    assert (failed.state, failed.sent_at, failed.last_error) == (MailState.FAILED, None, answer)
    assert not run_one("worker", at=AT + timedelta(days=9))
    assert server.messages == []


def test_a_server_that_is_down_is_tried_again(queue, server, settings):
    queue()
    port = settings.EMAIL_PORT
    with socket.create_server(("127.0.0.1", 0)) as unused:
        settings.EMAIL_PORT = unused.getsockname()[1]
    waiting = send()
    assert (waiting.state, waiting.last_error) == (MailState.QUEUED, "ConnectionRefusedError")
    settings.EMAIL_PORT = port
    assert send(AT + HOUR).state == MailState.SENT


def test_a_server_that_never_answers_is_given_up(queue, server, settings, monkeypatch):
    monkeypatch.setattr(jobs, "MAX_ATTEMPTS", 3)
    server.answers = ["451 later"] * 3
    queue()
    states = [send(AT + 2 * n * HOUR).state for n in range(3)]
    assert states == [MailState.QUEUED, MailState.QUEUED, MailState.FAILED]
    assert not run_one("worker", at=AT + timedelta(days=9))


def test_a_password_that_the_server_refuses_is_not_the_mails_fault(queue, server, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "securenet", "wrong"
    queue()
    assert send().state == MailState.QUEUED


def test_a_worker_that_dies_after_sending_sends_the_same_message_again(queue, server):
    queued = queue()
    dies = claim("dies", at=AT, lease=HOUR)
    jobs.send(at=AT, **dies.args)
    assert Mail.objects.get().state == MailState.QUEUED
    assert send(AT + 2 * HOUR).state == MailState.SENT
    assert [message["Message-ID"] for message in server.messages] == [queued.message_id] * 2


def test_a_worker_that_comes_too_late_sends_nothing(queue, server):
    queue()
    late = claim("late", at=AT, lease=HOUR)
    send(AT + 2 * HOUR)
    perform(late, at=AT + 2 * HOUR)
    assert len(server.messages) == 1


def test_two_mails_have_two_identities(queue):
    assert queue().message_id != queue().message_id


def test_the_queue_tells_neither_address_nor_text(queue, server):
    server.answers = ["451 anong@example.com is greylisted"]
    queue()
    send()
    job = Job.objects.get()
    assert "Postponed: The mail server answered 451." in job.error
    assert "anong" not in f"{job.error} {job.args}"
