"""What a job takes in: a source without numbers says so first; the mapping is shown, agreed to and kept."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import click
import pytest

import bulk_io
from bulk_io import intake, mappingfile, matching, suggestion
from bulk_io.__main__ import run
from bulk_io.cli import terminal
from bulk_io.errors import MappingError, UsageError
from bulk_io.options import Options
from bulk_io.watching import Agreement, Guess, Taken, Watcher


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the user's own mappings, and a working directory."""
    monkeypatch.setenv("BULK_IO_MAPPINGS", str(tmp_path / "own"))
    monkeypatch.delenv("ISAO_API_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "own"


CONNECTIONS = (
    "Notes:\r\n"
    '"When exporting your connection data, you may notice that some of the email addresses are missing."\r\n'
    "\r\n"
    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\r\n"
    "Ana,Silva,https://www.example.com/in/ana,,Acme,CFO,01 Jan 2025\r\n"
    'Luc,Roux,https://www.example.com/in/luc,luc@example.com,"Globex, Inc.",CEO,02 Jan 2025\r\n'
    ",,,,,,03 Jan 2025\r\n"
)


@pytest.mark.parametrize("command", ["validate", "import"])
def test_a_source_without_numbers_says_so_first(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before a missing key even: exit 2, nothing else is said, and the rows wait in a file with a column to fill in."""
    Path("Connections.csv").write_text(CONNECTIONS, encoding="utf-8")
    assert run([command, "Connections.csv", "--run-dir", "runs"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("Error: no phone numbers: Connections.csv (linkedin-connections) has no column of them")
    assert "its 3 rows are in runs/Connections-to-enrich.csv" in said
    with open("runs/Connections-to-enrich.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == [
        "Phone",
        "First Name",
        "Last Name",
        "URL",
        "Email Address",
        "Company",
        "Position",
        "Connected On",
    ]
    assert rows[2] == ["", "Luc", "Roux", "https://www.example.com/in/luc", "luc@example.com", "Globex, Inc.", "CEO",
                       "02 Jan 2025"]  # fmt: skip
    assert len(rows) == 4


SALES_NAVIGATOR = (
    "profileUrl,fullName,firstName,lastName,companyName,title,companyId,industry,location,vmid\n"
    'https://example.com/1,Ana Silva,Ana,Silva,Acme,CFO,31234561,Retail,"Lyon, France",ACwAA1\n'
    'https://example.com/2,Luc Roux,Luc,Roux,Globex,CEO,31234562,Software,"Paris, France",ACwAA2\n'
)


def test_numbers_of_companies_are_no_numbers_to_call() -> None:
    """Ids that happen to look like phone numbers do not hide that a source has none."""
    Path("search.csv").write_text(SALES_NAVIGATOR, encoding="utf-8")
    with pytest.raises(UsageError, match=r"no phone numbers: search\.csv \(phantombuster\) has no column of them"):
        bulk_io.validate("search.csv", run_dir="runs")


def test_the_file_to_fill_in_is_understood_and_never_written_over() -> None:
    """Filled in, it is the same source with numbers; asked again, another file is made only if it would differ."""
    Path("Connections.csv").write_text(CONNECTIONS, encoding="utf-8")
    for _ in range(2):
        with pytest.raises(UsageError, match=r"Connections-to-enrich\.csv"):
            bulk_io.validate("Connections.csv", run_dir="runs")
    made = Path("runs/Connections-to-enrich.csv")
    filled = made.read_text(encoding="utf-8-sig").replace("\n,Ana", "\n06 12 34 56 78,Ana")
    made.write_text(filled, encoding="utf-8")
    with pytest.raises(UsageError, match=r"Connections-to-enrich-2\.csv"):
        bulk_io.validate("Connections.csv", run_dir="runs")
    assert made.read_text(encoding="utf-8") == filled
    report = bulk_io.validate(made, run_dir="runs", region="FR")
    assert (report.summary.mapping, report.outcomes["valid"]) == ("linkedin-connections", 1)


@pytest.mark.parametrize(
    "text",
    ["Nom,Tél. société\nRoux,01 42 68 53 01\nNoir,01 42 68 53 02\n", "Ville,Pays\nLyon,France\n", "Nom,Prénom\n"],
    ids=["numbers of a company", "no people", "no rows"],
)
def test_other_files_without_a_phone_column_name_what_they_have(text: str) -> None:
    """Where numbers are left out, or no people are in the file, there is nothing to fill in."""
    Path("leads.csv").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="no column for the phone number: the file has '"):
        bulk_io.validate("leads.csv", run_dir="runs")
    assert not Path("runs").exists()


LEADS = """Qui;Où l'appeler;Ville
Jean Dupont;06 12 34 56 01;Lyon
Marie Roux;06 12 34 56 02;Lille
Luc Noir;07 61 23 45 03;Pau
"""


@pytest.fixture
def leads() -> Path:
    """A list whose people and numbers only their values tell."""
    Path("leads.csv").write_text(LEADS, encoding="utf-8")
    return Path("leads.csv")


def importing(path: Path, *more: str) -> list[str]:
    """A dry run into a sandbox of its own."""
    return ["import", str(path), "--sandbox", "--dry-run", "--region", "FR", "--run-dir", "runs", *more]


@pytest.fixture(autouse=True)
def _sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bulk_io.sandbox.default_data", lambda: tmp_path / "crm")


def test_without_a_terminal_a_guess_needs_a_yes(leads: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What values decided is named, each column with its evidence, and nothing is done: exit 2."""
    assert run(importing(leads)) == 2
    said = capsys.readouterr().err
    assert "'Qui' was taken for the name, by its values: 3 of 3 are people" in said
    assert "'Où l'appeler' was taken for the phone number, by its values: 3 of 3 are phone numbers" in said
    assert "--yes" in said
    assert not Path("runs").exists()


@pytest.mark.parametrize(
    "more", [["--yes"], ["--map", "Qui=name", "--map", "Où l'appeler=phoneNumber"]], ids=["--yes", "--map"]
)
def test_a_guess_that_is_approved_is_used(leads: Path, more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """With --yes, which notes it, or with --map, which leaves nothing to guess."""
    assert run(importing(leads, *more)) == 0
    assert ("was taken for" in capsys.readouterr().err) == (more == ["--yes"])


def test_validate_shows_a_guess_and_goes_on(leads: Path) -> None:
    """It writes nothing to the CRM; the report has the warning."""
    report = bulk_io.validate(leads, region="FR", run_dir="runs")
    assert report.outcomes["valid"] == 3
    assert any("'Qui' was taken for the name" in note for note in report.summary.notes)


class Person(Watcher):
    """Somebody at a terminal who says what they were told to say."""

    def __init__(self, *answers: Agreement | None) -> None:
        super().__init__()
        self.answers = list(answers)
        self.shown: list[Guess] = []
        self.notes: list[str] = []

    def agree(self, guess: Guess) -> Agreement | None:
        self.shown.append(guess)
        return self.answers.pop(0)

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)


def agreed(path: Path, person: Person) -> intake.Intake:
    """Take a file in and ask the person."""
    return intake.agreed(intake.take(path, Options(), person, run_dir=Path("runs")), person)


def test_corrections_are_shown_again_and_kept(leads: Path, own: Path) -> None:
    """The mapping with three samples a column is shown until it is right; the answers are a mapping for next time."""
    person = Person(Agreement(("Ville=tags",)), Agreement(("ville=",)), Agreement(keep=True))
    found = agreed(leads, person)
    assert [[one.field for one in guess.columns] for guess in person.shown] == [
        ["name", "phoneNumber", "city"], ["name", "phoneNumber", "tags"], ["name", "phoneNumber", ""]
    ]  # fmt: skip
    assert person.shown[0].columns[2].samples == ("Lyon", "Lille", "Pau")
    assert found.options.map == ("ville=",)
    assert person.notes[-1].startswith(f"the mapping is kept as 'leads' ({own / 'leads.toml'})")
    again = intake.take(leads, Options(), Watcher(), run_dir=Path("runs"))
    assert (again.choice.name, again.choice.binding.fields, again.notes) == ("leads", ("name", "phoneNumber"), ())


def test_what_a_person_agreed_to_is_not_told_again(own: Path) -> None:
    """What values decided is a note of the run only where nobody looked at it."""
    path = Path("list.csv")
    path.write_text("A;B\nAna Silva;+33612345678\nLuc Roux;+33612345679\nZoé Blanc;+33612345670\n", encoding="utf-8")
    assert agreed(path, Person(Agreement(keep=True))).notes == ()
    (own / "list.toml").unlink()
    assert len(agreed(path, Person(Agreement())).notes) == 2


def test_a_wrong_correction_is_told_and_asked_again(leads: Path) -> None:
    """A column that is not there changes nothing."""
    person = Person(Agreement(("Tel=phoneNumber",)), Agreement())
    assert agreed(leads, person).choice.columns == {"Qui": "name", "Où l'appeler": "phoneNumber", "Ville": "city"}
    assert "the file has no column 'Tel'" in person.notes[0]


def test_a_further_column_of_numbers_comes_first(own: Path) -> None:
    """The one that was found stays behind it, for the rows where it is empty; it is left out where that is said."""
    path = Path("list.csv")
    path.write_text("Nom;Tel 1;Joindre\nAna Silva;06 12 34 56 01;\nLuc Roux;;06 12 34 56 02\n", encoding="utf-8")
    both = agreed(path, Person(Agreement(("Joindre=phoneNumber",)), Agreement()))
    assert both.choice.binding.headers("phoneNumber") == ("Joindre", "Tel 1")
    answers = (Agreement(("Joindre=phoneNumber",)), Agreement(("Tel 1=",)), Agreement())
    assert agreed(path, Person(*answers)).choice.binding.headers("phoneNumber") == ("Joindre",)


def test_a_no_ends_it(leads: Path) -> None:
    """Nothing is written, and the ways out are named."""
    with pytest.raises(UsageError, match="--map 'HEADER=field' or --mapping"):
        agreed(leads, Person(None))


def test_save_mapping_keeps_it_under_a_name(leads: Path, own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--save-mapping NAME, on validate too; a name that is taken by another mapping is refused."""
    assert run(["validate", str(leads), "--run-dir", "runs", "--region", "FR", "--save-mapping", "salon"]) == 0
    assert mappingfile.load("salon").detect == ("Qui", "Où l'appeler", "Ville")
    assert run(importing(leads, "--save-mapping", "salon")) == 0
    other = ["validate", str(leads), "--run-dir", "runs", "--map", "Ville=tags", "--save-mapping", "salon"]
    (own / "plain.toml").write_text('[fields]\nname = "Qui"\nphoneNumber = "Où l\'appeler"\n', encoding="utf-8")
    assert run([*other, "--mapping", "plain"]) == 2
    assert "there is a mapping 'salon' already" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../x", "a/b", ".x", "-x"])
def test_a_mapping_is_kept_in_its_folder_only(name: str) -> None:
    """A name is no path."""
    with pytest.raises(UsageError, match="a name is made of"):
        mappingfile.save(name, "")


def test_a_name_that_is_free_is_found(own: Path) -> None:
    """Like the file's, but none of another mapping."""
    own.mkdir()
    (own / "leads.toml").write_text("")
    assert [mappingfile.free_name(name) for name in ("leads", "HubSpot", "a/b: c", "…")] == [
        "leads-2", "HubSpot-2", "a-b- c", "mapping"
    ]  # fmt: skip


def kept(header: list[str]) -> None:
    """Keep the mapping of a layout as ``fair``."""
    mappingfile.save("fair", suggestion.toml(matching.choose(header, None), "fair"))


def test_new_columns_beside_a_kept_layout_are_told() -> None:
    """The mapping is used as it is, and says what it does not know."""
    kept(["Nom", "Tél", "Ville"])
    found = matching.choose(["Nom", "Tél", "Ville", "Prénom", "bulk_io_problem"], None)
    assert found.name == "fair"
    assert found.notes == ("your mapping 'fair' does not know the columns 'Prénom': they are not used",)


def test_a_changed_layout_is_told() -> None:
    """A column that is gone: the mapping is not used by itself, and where it is asked for, the fault says so."""
    kept(["Nom", "Tél", "Ville", "Pays"])
    header = ["Nom", "Portable", "Ville", "Pays"]
    found = matching.choose(header, None)
    assert found.name == "proposed"
    assert found.notes == (
        "this file looks like those of your mapping 'fair', but its layout has changed: 'Tél' is gone (the phone "
        "number came from there), 'Portable' is new; the mapping was not used",
    )
    with pytest.raises(MappingError, match=r"no column 'Tél' .* its columns are 'Nom', 'Portable', 'Ville', 'Pays'"):
        matching.choose(header, None, mapping="fair")


def test_a_hand_written_mapping_says_nothing_of_other_columns(own: Path) -> None:
    """Its ``detect`` is a signature, not the whole layout."""
    own.mkdir()
    (own / "mine.toml").write_text('detect = ["Nom"]\n[fields]\nname = "Nom"\nphoneNumber = "Tél"\n', encoding="utf-8")
    assert matching.choose(["Nom", "Tél", "Ville"], None).notes == ()


def at_terminal(monkeypatch: pytest.MonkeyPatch, answer: str | None) -> None:
    """Let the terminal be one, at which somebody types an answer, or Ctrl-C."""

    def prompt(*_: Any, **__: Any) -> str:
        if answer is None:
            raise click.Abort
        return answer

    monkeypatch.setattr(terminal, "_can_ask", lambda: True)
    monkeypatch.setattr(click, "prompt", prompt)


ANSWERS = {
    "y": Agreement(keep=True),
    "": Agreement(keep=True),
    "Tel=phoneNumber": Agreement(("Tel=phoneNumber",)),
    "n": None,
}
GUESS = Guess(True, (), ("'Qui' was taken for the name",))


@pytest.mark.parametrize("answer", ANSWERS, ids=["yes", "enter", "correction", "no"])
def test_a_terminal_asks_once(answer: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Yes, a correction, or no."""
    at_terminal(monkeypatch, answer)
    assert terminal.Terminal(quiet=True, approved=False).agree(GUESS) == ANSWERS[answer]


def test_ctrl_c_at_the_question_stops_everything(leads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it does elsewhere: exit 130."""
    at_terminal(monkeypatch, None)
    assert run(importing(leads)) == 130


def test_a_terminal_shows_columns_with_their_samples(
    leads: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On stderr, before the question."""
    at_terminal(monkeypatch, "n")
    assert run(importing(leads)) == 2
    shown = capsys.readouterr().err
    assert "Qui           name            Jean Dupont | Marie Roux | Luc Noir" in shown


def test_after_a_correction_a_terminal_shows_what_changed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wide file is not shown whole again."""
    at_terminal(monkeypatch, "y")
    asking = terminal.Terminal(quiet=True, approved=False)
    first = (Taken("Nom", "name", "", ()), Taken("Ville", "city", "", ()))
    asking.agree(Guess(True, first, ()))
    capsys.readouterr()
    asking.agree(Guess(True, (first[0], Taken("Ville", "", "ignored by --map", ())), ()))
    shown = capsys.readouterr().err
    assert "Nom" not in shown
    assert "Ville" in shown
    assert "1 column as before" in shown


def test_a_terminal_shows_what_changed_in_a_layout_before_it_asks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever answers knows what has to be said anew; it is no news after that."""
    kept(["Nom", "Tél", "Ville", "Pays"])
    at_terminal(monkeypatch, "y")
    Path("fair.csv").write_text("Nom,Portable,Ville,Pays\nAna Silva,+33612345601,Lyon,France\n", encoding="utf-8")
    asking = terminal.Terminal(quiet=False, approved=False)
    found = intake.agreed(intake.take(Path("fair.csv"), Options(), asking, run_dir=Path("runs")), asking)
    assert capsys.readouterr().err.startswith("  this file looks like those of your mapping 'fair'")
    assert found.notes == ()


def test_nobody_is_asked_about_what_is_known() -> None:
    """A mapping that knows the file is not asked about; without a terminal, sure proposals are not either."""
    watcher = terminal.Terminal(quiet=True, approved=False)
    assert watcher.agree(Guess(False, (), ())) == watcher.agree(Guess(True, (), ())) == Agreement()
    assert watcher.agree(GUESS) is None
    assert terminal.Terminal(quiet=True, approved=True).agree(GUESS) == Agreement()


def test_inspect_says_how_sure_it_is(leads: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The reason of a column that its values decided ends with its confidence."""
    assert run(["inspect", str(leads), "--json"]) == 0
    columns = json.loads(capsys.readouterr().out)["columns"]
    assert [one["why"] for one in columns] == [
        "by its values: 3 of 3 are people (confidence 0.75)",
        "by its values: 3 of 3 are phone numbers (confidence 0.75)",
        "called like a column of cities",
    ]
