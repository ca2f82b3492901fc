"""The outbox: mails written in the transaction they report and sent by a worker."""
