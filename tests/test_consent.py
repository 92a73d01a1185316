"""Who must not be written to: which columns say so, which cells, and that such rows are held."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pandas as pd
import pytest

import bulk_io
from bulk_io import base, consent, matching
from bulk_io.__main__ import run
from bulk_io.fields import NAMES

OUT = [
    "SMS_BLACKLISTED", "HasOptedOutOfEmail", "Email Opt Out", "Unsubscribed from all email",
    "DoNotCall",
    "Do Not Call", "UNSUB_TIME", "Désinscrit", "Abgemeldet",
    "Nicht kontaktieren", "Werbesperre", "Fecha de baja", "No llamar", "Disiscritto", "Non chiamare",
    "Afgemeld", "Bel-me-niet", "Niet benaderen", "Descadastrado", "Não contactar",
    "Consent withdrawn", "GDPR erased", "Consentement retiré", "Consenso revocato", "Refus RGPD", "Not subscribed",
    "Einwilligung widerrufen", "Kein Marketing", "Geen reclame", "Pas de démarchage", "Refuse les SMS",
    "Recusa publicidade", "No longer wants contact", "N'accepte pas les communications", "No desea publicidad",
    "Wil niet gebeld worden", "Não quer receber mensagens", "Do Not Text", "Newsletter abbestellt",
    "Refuser les emailings de masse", "donotbulkemail", "Werbewiderspruch vom", "Werbesperrkennzeichen",
    "Kontakt nur per Post",
    "Recht van verzet", "Bloquear SMS", "Werbeverweigerer", "Unsubscription date", "Revocación del consentimiento",
    "Anrufe nicht zulassen", "Cancellato dalla newsletter il", "Oposição ao marketing direto", "Rinuncia e-mail",
]  # fmt: skip
REGISTER = [
    "EMAIL_BLACKLIST",
    "Ne pas appeler (Bloctel)",
    "Liste d'opposition",
    "Lista Robinson",
    "Registro delle opposizioni",
    "TPS registered",
    "Bel-me-niet register",
]
IN = [
    "Opt-in", "OPT_IN", "Phone Opt-in", "GDPR consent", "Accepts SMS Marketing", "Consentement RGPD", "Einwilligung",
    "Consentimiento", "Consenso marketing", "Toestemming", "Consentimento LGPD",
    "Accepts phone calls", "Contactable", "Anrufe erlaubt", "Kontaktaufnahme erwünscht", "Acepta recibir publicidad",
    "Mag gebeld worden", "Autoriza contacto", "Iscritto alla newsletter", "Would like to be contacted",
    "Statut abonnement", "Contact preference", "Preferred channel", "Comms preference", "Bevorzugter Kontaktweg",
    "Permission (Y/N)", "Permiso comercial", "Further communication", "Newsletter-Abo", "Voglio ricevere offerte",
    "AllowBroadcast", "Invitee accepted marketing emails", "Would you like to hear from us?", "Mag gemaild worden",
]  # fmt: skip
NEITHER = [
    "DOUBLE_OPT-IN", "Unsubscribe link", "Mobile", "Contact", "Contact no.", "Avg. order", "Name", "Ville", "Notes",
    "Inscrit", "Photo consent", "Consenso informato firmato", "Contract blocked", "Contract status", "Order status", 
    "Nº llamadas", "Not contacted",
    "When can we call you?", "À quel numéro pouvons-nous vous joindre ?", "Accepted offer", "Akkoord offerte",
    "Motif de refus", "Permiso de conducir",
    "Could not be contacted", "No de llamadas", "Stop date", "Motif d'exclusion", "No show", "Sin respuesta",
    "Message accepted", "Marketing budget approved", "Subscribed to premium", "Toestemming ouders", "IsOptInPending",
    "Preferred time to call",
    "Offerte afgewezen", "Rückruf erwünscht", "Kündigung", "Permission level", "Wants a quote",
    "No. of calls", "Prénom du contact inscrit", "Number of messages", "Call back", "Last call result",
]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        *((one, "out") for one in OUT),
        *((one, "register") for one in REGISTER),
        *((one, "in") for one in IN),
        *((one, "") for one in NEITHER),
        *((one, "status") for one in ("Statut du contact", "Contact restrictions")),
        *((one, "channel") for one in ("Newsletter", "Email marketing", "Telefonwerbung", "Communication SMS")),
        *((one, "tag") for one in ("Reply", "Last SMS reply", "Antwort")),
    ],
)
def test_a_column_says_how_it_speaks(header: str, kind: str) -> None:
    """Of those who said no, of those who said yes, or of something else; in seven languages."""
    assert consent.kind(header) == kind


CELLS = {
    "out": (
        ["yes", "TRUE", "1", "x", "Oui", "ja", "2024-01-02", "angry", "no calls", "not allowed", "Enabled"],
        ["", "no", "0", "False", "-", "n/a", "Disabled", "not blocked", "inscrit", "nicht gesperrt", "no objection"],
    ),
    "register": (["inscrit", "Registered", "oui", "iscritto"], ["", "non", "non inscrit", "not listed"]),
    "in": (
        ["no", "Non", "0", "false", "nein", "Opted out", "UNSUBSCRIBED", "I do not agree", "liegt nicht vor", "refusé",
         "NEVER_SUBSCRIBED", "no concedido", "Blocked", "retirado", "E-mail only"],
        ["", "yes", "2024-01-02", "GDPR", "liegt vor", "I agree", "not withdrawn", "non renseigné", "no answer"],
    ),
    "remark": (
        ["DNC", "Ne plus appeler", "vip, do not call", "Unsubscribed", "opt-out SMS", "Please don't",
         "Asked not to be called again", "Ne veut plus être appelé", "Will keine Anrufe", "Keine Werbung",
         "Requested removal from list", "Told us to stop contacting", "nega consenso", "consent withdrawn"],
        ["", "yes", "no", "Do not call before 9", "No answer", "Blocked", "Stop", "refused", "sent to the DNC list",
         "No contact", "No message", "Not contacted", "Order removed", "No WhatsApp", "refused offer; no budget"],
    ),
    "channel": (["Refusée", "Unsubscribed", "nicht erlaubt"], ["", "no", "non", "weekly", "Acceptée", "sent"]),
    "tag": (
        ["vip; STOP", "Opted-out customers", "no marketing", "blacklist"],
        ["", "vip", "stop over", "no-show", "blocked toilet"],
    ),
    "status": (
        ["Unsubscribed", "Do not contact", "Désabonné", "No calls", "Blocked", "Email only", "Nur per Post",
         "None - do not process", "Removed by request", "nicht erlaubt"],
        ["", "no", "New", "subscribed", "NY", "Refused", "cancelled", "No answer", "Email", "Not delivered"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_says_no_or_not(kind: consent.Kind) -> None:
    """Of those who said no everything counts but a plain no; of the others a refusal; a blank says nothing."""
    refused, allowed = CELLS[kind]
    assert [cell for cell in refused if not consent.opted_out(kind, cell)] == []
    assert [cell for cell in allowed if consent.opted_out(kind, cell)] == []


@pytest.mark.parametrize(
    "header", ["Consentement (oui/non)", "Opt-in Y/N", "Toestemming ja/nee", "SMS OK? (yes or no)"]
)
def test_the_answers_in_a_header_are_no_refusal(header: str) -> None:
    """They tell what the cells say; the column is still one of those who said yes."""
    assert consent.kind(header) == "in"


SAYINGS = """
    May we call you?                        : yes          : no
    No phone calls                          :              : x
    Do not allow phone calls                : false        : true
    Stop messaging                          :              : STOP
    Telemarketing objection                 : none         : objected
    SMS permission status                   : Allowed      : Blocked
    Accord SMS                              : oui          : non
    Refus de prospection                    : 0            : 1
    Autorisation d'envoi WhatsApp           : Autorisé     : Non autorisé
    Contact interdit                        : non          : oui
    Ne plus envoyer de SMS                  : non          : oui
    Zustimmung DSGVO                        : liegt vor    : liegt nicht vor
    Newsletter-Widerspruch                  : nein         : ja
    Anrufverbot                             : nein         : ja
    Excluido de campañas                    : no           : X
    Permiso WhatsApp                        : concedido    : no concedido
    Derecho de oposición                    : no           : ejercido
    Possiamo contattarla telefonicamente?   : sì           : no
    Consenso al ricontatto                  : prestato     : negato
    Geen telefonisch contact                : nee          : x
    Akkoord met WhatsApp                    : akkoord      : niet akkoord
    Proibido ligar                          : não          : sim
    Customer asked not to be called         : no           : yes
    Bitte nicht mehr anrufen                : nein         : ja
    Opt in / Opt out                        : In           : Out
    Marketing emails                        : None         : Opted out
    Legal basis                             : Legitimate interest : Consent withdrawn
    Right to object exercised               : no           : yes
    Droit à l'oubli demandé                 : non          : oui
    Retirou o consentimento                 : não          : sim
    Non desidera essere contattato          : no           : sì
    Posso contattarti su WhatsApp?          : sì           : no
    DNC Status                              : OK to call   : Do Not Call
    Prohibit marketing                      : false        : true
    Email/SMS opt-in                        : Both         : None
    GDPR deletion requested                 : no           : yes
    Rayé de la liste                        : non          : oui
    Préférence contact                      : Tél          : Ne pas contacter
    Abonnement SMS                          : Activé       : Désactivé
    Datenschutz: Löschung verlangt          : nein         : ja
    Kommunikationssperre                    : nein         : ja
    Ejerció derecho de supresión            : no           : sí
    Recibir WhatsApp                        : Sí quiero    : No quiero
    Cancellare da lista                     : no           : sì
    Uitschrijven                            : nee          : ja
    Contact preference                      : No preference : No phone
    Willing to be contacted                 : Yes          : No
    Keep me informed by text                : Yes          : No
    Démarchable                             : oui          : non
    Contact à exclure                       :              : X
    Widerspruch eingelegt am                :              : 2026-02-02
    Consiente envío de WhatsApp             : sí           : no
    Escluso da invii                        : no           : sì
    Não quer ser incomodado                 : não          : sim
    Saiu da lista                           : não          : sim
    DONOTCALL                               : 0            : 1
    Prefers no calls                        : no           : yes
    Refuse d'être contacté par téléphone    : non          : oui
    Ne pas utiliser le numéro               : non          : oui
    Sperrvermerk                            :              : x
    Ha solicitado la baja                   : no           : sí
    Desea recibir información               : sí           : no
    Descadastrou                            : não          : sim
    Removed from campaigns                  : No           : Yes
    hs_marketable_status                    : true         : false
    Nega consenso                           : no           : sì
    Autoriza contacto por telemóvel         : sim          : não
"""


@pytest.mark.parametrize("saying", SAYINGS.strip().splitlines(), ids=lambda text: text.split(":")[0].strip())
def test_a_column_is_understood_by_what_its_words_mean_together(saying: str) -> None:
    """Negation, refusal or permission beside a channel; the cell agrees with it, or not."""
    header, fine, refused = (text.strip() for text in saying.split(" : "))
    assert not consent.opted_out(consent.kind(header), fine)
    assert consent.opted_out(consent.kind(header), refused)


@pytest.mark.parametrize("header", ["Disposition", "Tags", "column_9"])
def test_any_column_may_say_it_in_so_many_words(header: str) -> None:
    """A refusal that somebody put among the results of calls or the tags is one."""
    sample = pd.DataFrame(
        {"Nom": ["Ana Silva", "Luc Roux"], "Mobile": "06 12 34 56 01", header: ["DNC", "vip"]}, dtype="str"
    )
    chosen = matching.choose(list(sample.columns), sample)
    assert consent.refusals(sample, chosen.binding.consent).map(bool).tolist() == [True, False]
    ignored = matching.choose(list(sample.columns), sample, overrides=[f"{header}="])
    assert ignored.binding.consent == ()


def test_the_crm_s_own_tags_hold_no_edit_back() -> None:
    """Our own export comes back with the tags that the contact has."""
    sample = pd.DataFrame({name: [""] for name in NAMES}, dtype="str").assign(tags="do not call")
    assert matching.choose(list(sample.columns), sample).binding.consent == ()
    more = sample.assign(base="", **{"Opt-out": "x"}).rename(columns={"base": base.COLUMN})
    assert matching.choose(list(more.columns), more).binding.consent == (("Opt-out", "out"),)


@pytest.mark.parametrize(("second", "expected"), [("12A", ()), ("yes", (("Block", "out"),))], ids=["house", "answers"])
def test_a_header_that_may_be_of_an_address_is_known_by_its_values(second: str, expected: tuple[object, ...]) -> None:
    """``Block`` with yes and no is about people, with numbers and letters about houses."""
    sample = pd.DataFrame(
        {"Name": ["Ana Low", "Ben Tan"], "Phone": "+6591234567", "Block": ["no", second]}, dtype="str"
    )
    chosen = matching.choose(list(sample.columns), sample).binding.consent
    assert tuple(pair for pair in chosen if pair[0] == "Block" and pair[1] in ("out", "in")) == expected


def test_a_column_called_like_phone_numbers_may_be_of_consent() -> None:
    """Where its values are none: ``Abonné SMS`` holds a yes or a no."""
    numbers = [f"06 12 34 56 0{at}" for at in range(4)]
    sample = pd.DataFrame({"Nom": ["Ana", "Luc", "Zoé", "Max"], "Mobile": numbers, "Abonné SMS": ["oui", "non"] * 2})
    choice = matching.choose(list(sample.columns), sample.astype("str"))
    assert choice.binding.consent == (("Abonné SMS", "in"),)
    assert "must not be written to" in choice.proposals[-1].why


LIST = """Prénom;Nom;Mobile;Désinscrit;Opt-in;Statut
Ana;Silva;06 12 34 56 01;oui;;
Luc;Roux;06 12 34 56 02;non;non;
Zoé;Blanc;06 12 34 56 03;;oui;Désabonné
Max;Noir;06 12 34 56 04;non;oui;Nouveau
Ana;Silva;06 12 34 56 01;;;
Eva;Gris;06 12 34 56 01;;;
"""


@pytest.fixture
def leads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list with people who said no: in row 2 (who is in row 6 again), 3 and 4; row 7 has the number of row 2."""
    monkeypatch.setenv("BULK_IO_MAPPINGS", str(tmp_path / "mappings"))
    path = tmp_path / "leads.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_rows_of_people_who_opted_out_are_held(leads: Path) -> None:
    """All rows of such a contact, each with the column that says so; who else has their number gets nothing either."""
    report = bulk_io.validate(leads, region="FR", run_dir=leads.parent)
    assert report.results["outcome"].tolist() == ["held", "held", "held", "valid", "held", "held"]
    problems = report.problems[["row", "field", "code", "column"]].values.tolist()
    assert [one for one in problems if one[2] == "opted_out"] == [
        [2, "consent", "opted_out", "Désinscrit"],
        [3, "consent", "opted_out", "Opt-in"],
        [4, "consent", "opted_out", "Statut"],
    ]
    assert report.exit_code == 1


@pytest.mark.parametrize("policy", ["merge", "first", "last"])
def test_a_no_in_any_row_of_a_person_counts(leads: Path, policy: Literal["merge", "first", "last"]) -> None:
    """Whichever of the rows is the one that would be written."""
    leads.write_text("Nom;Mobile;Désinscrit\nAna Silva;06 12 34 56 01;\nAna Silva;06 12 34 56 01;oui\n", "utf-8")
    report = bulk_io.validate(leads, region="FR", run_dir=leads.parent, on_duplicate=policy)
    assert report.outcomes["valid"] == 0
    assert report.outcomes["held"] >= 1


def test_the_reason_names_the_row_that_says_no(leads: Path) -> None:
    """Where rows are one person, only the row that says so has a value to show."""
    leads.write_text("Nom;Mobile;Désinscrit\nAna Silva;06 12 34 56 01;\nAna Silva;06 12 34 56 01;oui\n", "utf-8")
    report = bulk_io.validate(leads, region="FR", run_dir=leads.parent)
    (problem,) = report.problems.to_dict("records")
    assert (problem["row"], problem["value"]) == (2, "")
    assert problem["message"].startswith("“Désinscrit” of row 3 is “oui”: this person opted out;")
    leads.write_text("Nom;Mobile;Désinscrit\nAna Silva;06 12 34 56 01;oui\n", "utf-8")
    (alone,) = bulk_io.validate(leads, region="FR", run_dir=leads.parent).problems.to_dict("records")
    assert alone["value"] == "oui"
    assert alone["message"].startswith("“Désinscrit” is “oui”: this person opted out;")


def test_the_terminal_says_how_to_send_them(leads: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The summary names the option; without such people it does not."""
    assert run(["validate", str(leads), "--region", "FR", "--run-dir", str(leads.parent)]) == 1
    assert "3 contacts opted out: not written unless --include-opted-out says so" in capsys.readouterr().out
    run(["validate", str(leads), "--region", "FR", "--run-dir", str(leads.parent), "--include-opted-out"])
    assert "opted out" not in capsys.readouterr().out


def test_they_are_sent_where_that_is_asked_for(leads: Path) -> None:
    """--include-opted-out makes them rows like any other."""
    report = bulk_io.validate(leads, region="FR", run_dir=leads.parent, include_opted_out=True)
    assert report.results["outcome"].tolist() == ["valid", "valid", "valid", "valid", "merged", "held"]


def test_an_import_holds_them(leads: Path) -> None:
    """Nothing of them reaches the CRM."""
    place = leads.parent
    report = bulk_io.import_file(leads, region="FR", run_dir=place / "runs", sandbox=place / "crm")
    assert report.outcomes["held"] == 5
    assert report.outcomes["created"] == 1


def test_a_mapping_does_not_hide_who_opted_out(leads: Path) -> None:
    """Under a mapping of the user's own too, unless it ignores the column."""
    own = leads.parent / "mine.toml"
    own.write_text('[fields]\nname = "Nom"\nphoneNumber = "Mobile"\n', encoding="utf-8")
    assert bulk_io.validate(leads, region="FR", run_dir=leads.parent, mapping=str(own)).outcomes["held"] == 5
    own.write_text('ignore = ["Désinscrit", "Opt-in", "Statut"]\n' + own.read_text(encoding="utf-8"), encoding="utf-8")
    assert bulk_io.validate(leads, region="FR", run_dir=leads.parent, mapping=str(own)).outcomes["held"] == 1


def test_map_may_free_such_a_column() -> None:
    """A column that --map ignores or uses says nothing of consent."""
    header = ["Nom", "Mobile", "Opt-in"]
    assert matching.choose(header, None).binding.consent == (("Opt-in", "in"),)
    assert matching.choose(header, None, overrides=["Opt-in="]).binding.consent == ()
    assert matching.choose(header, None, overrides=["Opt-in=tags"]).binding.consent == ()


def test_the_reason_says_what_such_a_column_does() -> None:
    """It feeds no field, and is no column that nobody understood."""
    (_, _, one) = matching.choose(["Nom", "Mobile", "Opt-in"], None).proposals
    assert one.field is None
    assert "must not be written to" in one.why
