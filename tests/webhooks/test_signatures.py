"""Which signatures are genuine: the examples that senders publish, openssl's, and forgeries."""

from __future__ import annotations

import base64
import hashlib
import hmac
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from jupyter_nbtasks.webhooks.model import Delivery
from jupyter_nbtasks.webhooks.signatures import is_signed

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECRET = "It's a Secret to Everybody"
BODY = b"Hello, World!"
# https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
GITHUB = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
HEX = GITHUB.removeprefix("sha256=")
BASE64 = base64.b64encode(bytes.fromhex(HEX)).decode()
# https://github.com/standard-webhooks/standard-webhooks
STANDARD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
STANDARD = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
STANDARD_BODY = b'{"test": 2432232314}'
STANDARD_TIME = datetime.fromtimestamp(1614265330, UTC)


def signed(
    value, secret=SECRET, body=BODY, names=("X-Hub-Signature-256",), at="x-hub-signature-256"
):
    return is_signed(Delivery(headers={at: value}, body=body), secret, names, NOW)


def standard(now=STANDARD_TIME, secret=STANDARD_SECRET, body=STANDARD_BODY, **changed):
    headers = STANDARD | {f"webhook-{name}": value for name, value in changed.items()}
    names = ["webhook-signature"]
    return is_signed(Delivery(headers=headers, body=body), secret, names, now)


@pytest.mark.parametrize(
    "value", [GITHUB, HEX, HEX.upper(), BASE64, f"sha256={BASE64}", f"SHA256={HEX}", f" {HEX} "]
)
def test_a_signature_counts_in_every_form_in_use(value):
    assert signed(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "sha256=",
        "sha1=" + HEX,
        "sha256=" + "0" * 64,
        "sha256=" + "é" * 64,
        HEX[:-1],
        HEX[:-1] + "8",
        BASE64[:-1],
        BASE64 + BASE64,
        f"{GITHUB},{GITHUB}",
        "\0" * 64,
    ],
)
def test_whatever_else_is_none(value):
    assert not signed(value)


def test_it_is_of_this_body_by_this_secret_in_a_header_that_is_named():
    assert not signed(GITHUB, body=BODY + b" ")
    assert not signed(GITHUB, secret=SECRET + " ")
    assert not signed(GITHUB, names=["x-esrihook-signature"])
    assert not signed(GITHUB, names=[])
    assert signed(GITHUB, names=["other", "X-HUB-Signature-256"])


def test_the_hash_of_the_body_without_the_secret_is_none():
    assert not signed(hashlib.sha256(BODY).hexdigest())
    assert not signed(hmac.new(b"", BODY, hashlib.sha256).hexdigest())


@pytest.mark.parametrize("flag", ["-hex", "-binary"])
def test_openssl_signs_as_we_read_it(flag):
    body = b'{"path": "\xc3\xa9", "n": 1}'
    command = ["openssl", "dgst", "-sha256", "-hmac", SECRET, flag]
    out = subprocess.run(command, input=body, capture_output=True, check=True).stdout
    shown = out.split()[-1] if flag == "-hex" else base64.b64encode(out)
    assert signed(shown.decode(), body=body)


def test_standard_webhooks_sign_the_id_and_the_time_too():
    assert standard()
    assert standard(signature="v1,AAAA v1a,xyz " + STANDARD["webhook-signature"])
    assert not standard(id="msg_other")
    assert not standard(timestamp="1614265331")
    assert not standard(body=STANDARD_BODY + b" ")
    assert not standard(secret="whsec_" + "A" * 32)
    assert not standard(signature=STANDARD["webhook-signature"].replace("v1,", "v2,"))


@pytest.mark.parametrize("seconds", [-301, 301, 86400])
def test_what_was_recorded_cannot_be_sent_again_later(seconds):
    assert not standard(now=STANDARD_TIME + timedelta(seconds=seconds))
    assert standard(now=STANDARD_TIME + timedelta(seconds=299 if seconds > 0 else -299))


@pytest.mark.parametrize("timestamp", ["", "soon", "-1", "1e9", "9" * 5000, "١٦١٤٢٦٥٣٣٠"])
def test_a_time_that_is_none_is_refused(timestamp):
    assert not standard(timestamp=timestamp)
