"""Settings come from the environment, and say by name what is missing or wrong."""

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import rates, trade

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SITE_URL": "https://prints.example.org",
    "SECRET_KEY": "a-word-of-this-test-that-is-long-enough-and-no-secret-0123456789",
    "DATABASE_URL": "postgres://ambos:word@localhost/ambos",
    "REDIS_URL": "redis://localhost",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """``manage.py`` in a process of its own, that knows these variables and no others of the site's."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONWARNINGS": "default", **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_production_names_everything_that_is_missing_at_once() -> None:
    answer = manage("check", ENVIRONMENT="production")
    assert answer.returncode != 0
    for name in ("SITE_URL", "DATABASE_URL", "REDIS_URL", "SECRET_KEY (or SECRET_KEY_FILE)"):
        assert name in answer.stderr


@pytest.mark.parametrize("name", ["SITE_URL", "DATABASE_URL", "REDIS_URL"])
def test_production_without_one_variable_names_that_one_alone(name: str) -> None:
    last_line = manage("check", **{**PRODUCTION, name: ""}).stderr.strip().splitlines()[-1]
    assert last_line.endswith(f"ENVIRONMENT=production needs these variables: {name}")


def test_a_complete_production_passes_the_deployment_check_in_silence(tmp_path: Path) -> None:
    answer = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION, DATA_DIR=str(tmp_path))
    assert answer.returncode == 0, answer.stderr
    assert "no issues" in answer.stdout


def test_a_site_without_tls_passes_the_deployment_check_and_sends_usable_cookies(tmp_path: Path) -> None:
    plain = {**PRODUCTION, "SITE_URL": "http://localhost:8080", "DATA_DIR": str(tmp_path)}
    assert manage("check", "--deploy", "--fail-level", "WARNING", **plain).returncode == 0
    shown = manage("shell", "-c", "from django.conf import settings; print(settings.SESSION_COOKIE_SECURE)", **plain)
    assert shown.stdout.strip().endswith("False")


def test_a_public_shop_takes_play_money_only_if_it_says_so(tmp_path: Path) -> None:
    ask = ("shell", "-c", "from django.conf import settings; print(settings.PAYMENT_SANDBOX)")
    public = {**PRODUCTION, "DATA_DIR": str(tmp_path)}
    assert manage(*ask, **public).stdout.strip().endswith("False")
    assert manage(*ask, **public, PAYMENT_SANDBOX="true").stdout.strip().endswith("True")


def test_an_environment_nobody_knows_is_refused() -> None:
    assert '"local" or "production", not "prod"' in manage("check", ENVIRONMENT="prod").stderr


def test_a_site_url_without_scheme_is_refused(tmp_path: Path) -> None:
    answer = manage("check", SITE_URL="prints.example.org", DATA_DIR=str(tmp_path))
    assert 'SITE_URL must look like "https://shop.example.org", not "prints.example.org"' in answer.stderr


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    answer = manage("check", SECRET_KEY_FILE=str(tmp_path / "nothing"), DATA_DIR=str(tmp_path))
    assert f"Cannot read the secret file {tmp_path / 'nothing'}" in answer.stderr


def test_an_empty_secret_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("\n")
    answer = manage("check", SECRET_KEY_FILE=str(tmp_path / "secret"), DATA_DIR=str(tmp_path))
    assert "is empty" in answer.stderr


def test_a_local_site_makes_its_secret_once_for_its_owner_alone(tmp_path: Path) -> None:
    assert manage("check", DATA_DIR=str(tmp_path)).returncode == 0
    secret = tmp_path / "secret_key"
    made = secret.read_text()
    assert secret.stat().st_mode & 0o777 == 0o600
    assert len(made.strip()) >= 50
    assert manage("check", DATA_DIR=str(tmp_path)).returncode == 0
    assert secret.read_text() == made


@pytest.mark.parametrize(("level", "told"), [("INFO", False), ("debug", True)])
def test_what_servers_say_of_themselves_is_told_with_debug_alone(tmp_path: Path, level: str, told: bool) -> None:
    ask = (
        "import logging\n"
        "logging.getLogger('daphne.server').info('listening')\n"
        "logging.getLogger('gunicorn.http.wsgi').warning('HEAD')\n"
        "logging.getLogger('django_tasks_db').warning('stopping')\n"
        "logging.getLogger('django_tasks_db').error('failed')\n"
    )
    said = manage("shell", "-v", "0", "-c", ask, DATA_DIR=str(tmp_path), LOG_LEVEL=level).stderr
    assert "failed" in said
    assert [word in said for word in ("listening", "HEAD", "stopping")] == [told] * 3


@pytest.mark.parametrize("code", ["euro", "eur", "XYZ", "KWD"])
def test_a_currency_that_the_tables_cannot_hold_is_refused(code: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f'SHOP_CURRENCY .* not "{code}"'):
        trade.currency(code)


@pytest.mark.parametrize("percent", ["a fifth", "", "-1", "1000", "21.005", "NaN", "Infinity"])
def test_a_tax_rate_that_is_none_is_refused(percent: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f'SHOP_TAX_RATE_PERCENT .* not "{percent}"'):
        trade.tax_rate(percent)


def test_the_shop_does_not_start_with_a_wrong_tax(tmp_path: Path) -> None:
    answer = manage("check", SHOP_TAX_RATE_PERCENT="a fifth", DATA_DIR=str(tmp_path))
    assert (
        'SHOP_TAX_RATE_PERCENT must be a number of at most two decimals ("21", "5.5"), not "a fifth"' in answer.stderr
    )


def test_what_shops_trade_in_is_taken() -> None:
    assert (trade.currency("EUR"), trade.currency("JPY")) == ("EUR", "JPY")
    assert (trade.tax_rate("0"), trade.tax_rate("5.5")) == (Decimal(0), Decimal("5.5"))


@pytest.mark.parametrize(
    "word", ["", "10", "0/10", "10/0", "-1/10", "10/10/10", " 10/10", "ten/10", "1e3/10", "٣/10", "99999999/1"]
)
def test_a_rate_that_is_none_is_refused(word: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f'CHAT_RATE_USER .* not "{word}"'):
        rates.rate("CHAT_RATE_USER", word)


def test_a_rate_is_messages_and_seconds_or_no_limit() -> None:
    assert (rates.rate("CHAT_RATE_ROOM", "100/10"), rates.rate("CHAT_RATE_ROOM", "none")) == ((100, 10), None)


def test_the_chat_does_not_start_with_a_wrong_rate(tmp_path: Path) -> None:
    answer = manage("check", CHAT_RATE_GUEST="often", DATA_DIR=str(tmp_path))
    assert 'CHAT_RATE_GUEST must be messages and seconds ("10/10": ten in ten seconds) or "none"' in answer.stderr
