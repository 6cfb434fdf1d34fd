"""What must be true of every `Message`, whatever its octets were (one check for all tests)."""

import re

from daemon.mail.message import Message

_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def unclean(message: Message) -> list[str]:
    """The values of `message` that could not go into a row, a log line or a header; [] where all is well."""
    lines = [
        message.message_id,
        *message.in_reply_to,
        *message.references,
        message.subject,
        message.return_path or "",
        message.content_type,
    ]
    for address in (message.sender, *message.originators, *message.reply_to, *message.to, *message.cc):
        lines += [address.name, address.addr]
    for pair in (*message.headers, *message.content_type_params):
        lines += pair
    lines += [attachment.name for attachment in message.attachments]
    lines += [attachment.content_type for attachment in message.attachments]
    lines += [f"{defect.code} {defect.detail}" for defect in message.defects]
    if message.report is not None:
        report = message.report
        lines += [report.final_recipient, report.status, report.diagnostic, report.original_message_id]
    texts = [message.text, message.new_text, message.quoted_text]
    return [line for line in lines if _LINE.search(line)] + [text for text in texts if _TEXT.search(text)]
