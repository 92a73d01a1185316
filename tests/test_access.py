"""Where the key comes from and that it goes nowhere else; the options, their choices and their way through JSON."""

from __future__ import annotations

import json
import traceback
from pathlib import Path
from typing import Any

import pytest

from bulk_io import access
from bulk_io.access import KEY_VARIABLE, URL_VARIABLE, Access
from bulk_io.client import DEFAULT_BASE_URL, ContactsClient
from bulk_io.errors import UsageError
from bulk_io.options import CHOICES, Connecting, Options

SECRET = "ck_secret_0123456789"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key and no base URL but those that a test sets."""
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.delenv(URL_VARIABLE, raising=False)


def opened(**connecting: Any) -> Access:
    """The access that is opened for these options."""
    with access.opened(Connecting(**connecting)) as found:
        return found


def shown(error: BaseException) -> str:
    """All that a log could show of an error: its message and whole traceback."""
    return "".join(traceback.format_exception(error))


def test_key_and_base_url_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendor's own variable names; the base URL is how the run remembers the place."""
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    monkeypatch.setenv(URL_VARIABLE, "https://crm.example/api/external/")
    found = opened()
    assert (found.base_url, found.api_key) == ("https://crm.example/api/external", SECRET)
    assert found.name == found.base_url


def test_what_is_given_beats_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each by itself."""
    monkeypatch.setenv(KEY_VARIABLE, "ck_other_key")
    monkeypatch.setenv(URL_VARIABLE, "https://other.example/api")
    assert opened(api_key=SECRET).api_key == SECRET
    assert opened(base_url="https://crm.example/api").base_url == "https://crm.example/api"
    assert opened(base_url="https://crm.example/api").api_key == "ck_other_key"


@pytest.mark.parametrize("url", [None, ""], ids=["not set", "empty"])
def test_without_a_base_url_it_is_the_vendors(monkeypatch: pytest.MonkeyPatch, url: str | None) -> None:
    """An empty variable is one that is not set."""
    if url is not None:
        monkeypatch.setenv(URL_VARIABLE, url)
    assert opened(api_key=SECRET).base_url == DEFAULT_BASE_URL == "https://staging.isao.io/api/external"


@pytest.mark.parametrize("key", [None, ""], ids=["not set", "empty"])
def test_no_key_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch, key: str | None) -> None:
    """Before anything is read or sent."""
    if key is not None:
        monkeypatch.setenv(KEY_VARIABLE, key)
    with pytest.raises(
        UsageError, match=r"there is no API key; set ISAO_API_KEY.*--api-key-file or --sandbox"
    ) as error:
        opened()
    assert error.value.exit_code == 2


@pytest.mark.parametrize("key", [f"{SECRET}\n", f"{SECRET} x", f"{SECRET}é", f"{SECRET}\r\nX-Evil: 1"])
def test_a_key_that_cannot_be_one_is_refused_unseen(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """Line breaks, spaces and accents cannot stand in a header; the message does not show the key."""
    monkeypatch.setenv(KEY_VARIABLE, key)
    with pytest.raises(UsageError, match="characters that no key has") as error:
        opened()
    assert SECRET not in str(error.value)


@pytest.mark.parametrize(
    "url", ["http://crm.example/api", "ftp://crm.example", "crm.example", "https://u:p@crm.example"]
)
def test_a_base_url_that_cannot_be_used_is_refused(url: str) -> None:
    """Plain http would send the key to whoever listens."""
    with pytest.raises(UsageError, match="http"):
        opened(base_url=url, api_key=SECRET)


def test_neither_access_nor_options_show_the_key() -> None:
    """Not where somebody prints them, nor in a traceback that shows values."""
    for each in (opened(api_key=SECRET), Connecting(api_key=SECRET)):
        assert SECRET not in f"{each!r} {each}"


def test_a_sandbox_lasts_as_long_as_the_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs no key, asks the environment for nothing, and keeps its data; the run remembers its folder."""
    monkeypatch.setenv(URL_VARIABLE, "https://crm.example/api")
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    monkeypatch.chdir(tmp_path)
    seen: list[Access] = []
    for _ in range(2):
        with access.opened(Connecting(sandbox="data")) as found:
            seen.append(found)
            with ContactsClient(found.base_url, found.api_key) as client:
                if len(seen) == 1:
                    client.create({"name": "Ada Martin", "phoneNumber": "+33612345678"})
                assert client.list().total == 1
    assert {each.name for each in seen} == {f"sandbox {tmp_path / 'data'}"}
    assert all(each.base_url.startswith("http://127.0.0.1:") for each in seen)
    assert SECRET not in {each.api_key for each in seen}


def test_the_kept_sandbox_lies_with_the_users_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no folder is named."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert opened(sandbox="").name == f"sandbox {tmp_path / 'bulk-io' / 'sandbox'}"


# the key file


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(SECRET.encode(), id="as it is"),
        pytest.param(f"{SECRET}\n".encode(), id="with a line end"),
        pytest.param(f"\r\n {SECRET} \r\n".encode(), id="with spaces around"),
        pytest.param(f"\ufeff{SECRET}\r\n".encode(), id="with a byte order mark, as Notepad writes it"),
    ],
)
def test_a_key_file_holds_the_key(tmp_path: Path, content: bytes) -> None:
    """And nothing else but white space."""
    (tmp_path / "key").write_bytes(content)
    assert access.read_key_file(tmp_path / "key") == SECRET


@pytest.mark.parametrize(
    ("content", "story"),
    [
        pytest.param(b"", "must hold the key and nothing else", id="empty"),
        pytest.param(f"{SECRET} {SECRET}".encode(), "must hold the key and nothing else", id="two"),
        pytest.param(f"ISAO_API_KEY = {SECRET}".encode(), "must hold the key and nothing else", id="an assignment"),
        pytest.param(SECRET.encode() + b"\xff", "cannot be read; it must be a text file", id="not text"),
        pytest.param(f"\ufeff{SECRET}".encode("utf-16-le"), "cannot be read; it must be a text file", id="utf-16"),
        pytest.param(None, "cannot be read; it must be a text file", id="not there"),
    ],
)
def test_a_wrong_key_file_is_told_without_its_content(tmp_path: Path, content: bytes | None, story: str) -> None:
    """Neither the message nor the traceback shows a key."""
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    with pytest.raises(UsageError, match=f"^--api-key-file .*/key {story}") as error:
        access.read_key_file(tmp_path / "key")
    assert error.value.exit_code == 2
    assert SECRET not in shown(error.value)


# options


@pytest.mark.parametrize(
    ("name", "choice"), [(name, choice) for name, choices in CHOICES.items() for choice in choices]
)
def test_every_choice_of_the_contract_is_taken(name: str, choice: str) -> None:
    """As it is written."""
    assert getattr(Options(**{name: choice}), name) == choice  # type: ignore[arg-type]


@pytest.mark.parametrize("name", CHOICES)
def test_any_other_choice_names_the_option_and_its_choices(name: str) -> None:
    """As the command line calls it."""
    flag = "--" + name.replace("_", "-")
    with pytest.raises(UsageError) as error:
        Options(**{name: "MERGE"})  # type: ignore[arg-type]
    assert str(error.value) == f"{flag} takes one of {', '.join(CHOICES[name])}, not 'MERGE'"


def test_the_defaults_are_those_of_the_contract() -> None:
    """What a user relies on who gives no option."""
    default = Options()
    assert (default.on_duplicate, default.on_conflict, default.on_name_mismatch) == ("merge", "update", "hold")
    assert (default.tags, default.lookup, default.region) == ("merge", "auto", "")
    assert (default.clear_empty, default.lenient, default.limit_rows) == (False, False, None)
    assert (Connecting().timeout, Connecting().concurrency, Connecting().rate) == (30.0, None, None)


@pytest.mark.parametrize(
    ("given", "code"),
    [("FR", "FR"), ("fr", "FR"), (" de ", "DE"), ("uk", "GB"), ("UK", "GB"), ("gb", "GB"), ("", ""), (None, "")],
)
def test_a_region_is_a_country_code_in_capitals(given: str, code: str) -> None:
    """UK is what people in GB write."""
    assert Options(region=given).region == code


@pytest.mark.parametrize("region", ["FRA", "XX", "33", "+33", "France"])
def test_an_unknown_region_is_refused(region: str) -> None:
    """It would make every national number ambiguous."""
    with pytest.raises(UsageError, match="--region takes a country code of two letters such as FR") as error:
        Options(region=region)
    assert repr(region) in str(error.value)


@pytest.mark.parametrize("name", ["header_row", "limit_rows"])
@pytest.mark.parametrize("number", [0, -1])
def test_rows_count_from_one(name: str, number: int) -> None:
    """As Excel counts them."""
    flag = "--" + name.replace("_", "-")
    with pytest.raises(UsageError, match=f"^{flag} takes a whole number from 1, not {number}$"):
        Options(**{name: number})


@pytest.mark.parametrize("name", ["concurrency", "rate", "timeout", "give_up_after"])
@pytest.mark.parametrize("number", [0, -1.5, float("nan")])
def test_how_the_api_is_reached_takes_numbers_above_zero(name: str, number: float) -> None:
    """Nothing would ever be sent, or answered in time."""
    flag = "--" + name.replace("_", "-")
    with pytest.raises(UsageError, match=f"^{flag} takes a number above 0, not {number}$"):
        Connecting(**{name: number})


def test_one_text_is_one_of_several() -> None:
    """``add_tag="vip"`` is the tag vip, not three letters."""
    assert Options(add_tag="vip", map="Tel=phoneNumber") == Options(add_tag=("vip",), map=("Tel=phoneNumber",))  # type: ignore[arg-type]
    assert Options(add_tag=["a", "b"]).add_tag == ("a", "b")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(Options(), id="defaults"),
        pytest.param(
            Options(
                mapping="hubspot",
                map=("Tél=phoneNumber", "X="),
                sheet=2,
                header_row=3,
                encoding="cp1252",
                delimiter="\t",
                region="uk",
                on_duplicate="last",
                on_conflict="fill",
                on_name_mismatch="update",
                tags="replace",
                add_tag=("a;b", "😀"),
                clear_empty=True,
                lenient=True,
                limit_rows=10,
                lookup="never",
            ),
            id="all others",
        ),
        pytest.param(Options(sheet="2"), id="a sheet that is called 2"),
    ],
)
def test_options_survive_the_journal(options: Options) -> None:
    """A resumed run works under what was asked for at its beginning; what another version knew is left out."""
    stored = json.loads(json.dumps(options.to_json()))
    assert Options.from_json({**stored, "of_another_version": 1}) == options
    assert Options.from_json({}) == Options()
