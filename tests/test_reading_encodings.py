"""Which characters the bytes of a text file stand for: told without a word from anybody, and what was told is shown."""

from __future__ import annotations

import pytest

from bulk_io.errors import UsageError
from bulk_io.reading.table import Table

FRENCH = "Prénom;Téléphone;Ville\nHélène;0639980001;Besançon\nZoë;0639980002;Nîmes\nJérôme;0639980003;Orléans\n"
RUSSIAN = "Имя;Телефон;Город\nИван Петров;+79001234567;Москва\nАнна;+79001234568;Казань\n"
GREEK = "Όνομα;Τηλέφωνο;Πόλη\nΓιώργος;6900000001;Αθήνα\nΆννα;6900000002;Πάτρα\n"


def rows(table: Table) -> dict[int, list[str]]:
    """Give a table's cells by row number."""
    return {int(row): list(cells) for row, cells in zip(table.frame.index, table.frame.to_numpy(), strict=True)}


def text(table: Table) -> str:
    """Give a table as the text that it was, with semicolons."""
    return "".join(";".join(cells) + "\n" for cells in [table.header, *table.frame.to_numpy().tolist()])


@pytest.mark.parametrize(
    "codec",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
@pytest.mark.parametrize("content", [FRENCH, RUSSIAN, GREEK], ids=["french", "russian", "greek"])
def test_unicode_is_told_by_its_marks_its_nuls_or_by_being_right(read, codec: str, content: str) -> None:
    """With a byte order mark and without; no note is needed."""
    table = read(content.encode(codec))
    assert (text(table), table.source.encoding, table.source.notes) == (content, codec, ())


@pytest.mark.parametrize(
    ("codec", "content"),
    [
        ("cp1252", FRENCH),
        ("mac-roman", FRENCH),
        ("cp850", FRENCH),
        ("iso8859-15", "Nom;Ville\nSœur Lefèvre;Cœur\nŒillet;Bœuf Hélène\n"),
        (
            "cp1252",
            "Name;City\nJürgen Groß;Köln\nBjørn Ødegård;Tromsø\nPeña Muñoz;A Coruña\nJoão Conceição;São Paulo\n",
        ),
        ("cp1252", "Name;City\nHélène Lefèvre;Sète\nFrançois Bérard;Nîmes\nNoël Crêpe;Alès\n"),
        ("cp1252", "Vorname;Name\nÉsaïe;Gärber\n"),
        ("cp1252", "Name;City\nJosé Núñez;Alès\nIrène Ibáñez;Orléans\n"),
        ("cp850", "Nom;Ville\nHélène Müller;Sète\nRené Köhler;Genève\n"),
        ("cp1252", "Note;City\n“Call – don’t write”;Zürich\nCafé “Le Petit” – 5 €;Orléans\n"),
        ("cp1252", "Nafn;Borg\nGuðrún Þórsdóttir;Reykjavík\nSigurður Ævarsson;Ísafjörður\n"),
        ("cp1250", "Name;City\nŁukasz Wójcik;Łódź\nGrażyna Dąbrowska;Kraków\nMichał Kozłowski;Gdańsk\n"),
        ("cp1250", "Jméno;Město\nJiří Dvořák;Plzeň\nRůžena Němcová;České Budějovice\nZdeněk Šťastný;Děčín\n"),
        ("cp1250", "Név;Város\nKovács Ödön;Győr\nSzűcs Győző;Szeged\n"),
        ("iso8859-2", "Imię;Miasto\nJaś Wąsik;Łódź\nGrażyna Źródło;Kraków\n"),
        ("cp1254", "Ad;Şehir\nAyşe Yılmaz;İstanbul\nÇağrı Öztürk;Iğdır\n"),
        ("cp1257", "Vārds;Pilsēta\nJānis Bērziņš;Rīga\nKęstutis Žukauskas;Šiauliai\n"),
        ("cp874", "ชื่อ;เมือง\nสมชาย ใจดี;กรุงเทพ\nสมหญิง แก้วใส;เชียงใหม่\n"),
        ("cp1252", "a;b\n4;æøå\n"),
        ("cp1252", "First;Second\nÄÖÜäöüß€µ;ÄÖÜäöüß€µ\n"),
        ("cp1252", "City;State\nÕakman;AL\n"),
        ("euc-jp", "page;title\na.html;Gnumericマニュアル\nb.html;Gnumeric関数リファレンス\n"),
        ("cp1251", RUSSIAN),
        ("koi8-r", RUSSIAN),
        ("cp866", RUSSIAN),
        ("cp1251", "Ім'я;Місто\nОлексій Ґудзь;Київ\nЇжакевич;Львів\n"),
        ("koi8-u", "Імя;Місто\nЇжакевич Євген;Київ\nҐонта Ірина;Львів\n"),
        ("cp1253", GREEK),
        ("iso8859-7", GREEK),
        ("cp1255", "שם;טלפון;עיר\nדוד כהן;0501234567;תל אביב\nשרה לוי;0501234568;חיפה\n"),
        ("cp1256", "الاسم;الهاتف;المدينة\nمحمد علي;0501234567;القاهرة\nفاطمة;0501234568;الرياض\n"),
        ("cp932", "氏名;電話番号;会社名\n山田太郎;0312345678;株式会社サンプル\n佐藤花子;0312345679;テスト商事\n"),
        ("euc-jp", "氏名;電話番号;会社名\n山田太郎;0312345678;株式会社サンプル\n佐藤花子;0312345679;テスト商事\n"),
        ("iso-2022-jp", "氏名;電話番号;会社名\n山田太郎;0312345678;株式会社サンプル\n"),
        ("gb18030", "姓名;电话;城市\n王小明;13800000001;北京\n李娜;13800000002;上海\n"),
        ("big5", "姓名;電話;城市\n王小明;0912345678;臺北\n李娜;0912345679;高雄\n"),
        ("cp949", "이름;전화번호;도시\n김민수;01012345678;서울\n홍길동;01012345679;부산\n"),
    ],
)
def test_letters_tell_the_other_encodings(read, codec: str, content: str) -> None:
    """Every letter comes out right, and a note shows one line to judge by."""
    table = read(content.encode(codec))
    assert text(table) == content
    assert "The letters speak for" in table.source.notes[0]


def test_lines_of_two_encodings_are_read_each_in_its_own(read) -> None:
    """A file put together from UTF-8 and cp1252 loses no accent, and a note says how many bytes were read otherwise."""
    lines = [
        f"{name};06399800{at:02}\n" for at, name in enumerate(["Hélène", "Zoë", "François", "Noël", "André", "Loïc"])
    ]
    content = "Prénom;Tél\n" + "".join(lines)
    mixed = b"".join(
        line.encode("cp1252" if at % 2 else "utf-8") for at, line in enumerate(content.splitlines(keepends=True))
    )
    table = read(mixed)
    assert (text(table), table.source.encoding) == (content, "utf-8")
    assert "4 bytes are no UTF-8" in table.source.notes[0]


def test_text_encoded_twice_is_shown_and_repaired_where_asked_for(read) -> None:
    """The cells stay as they are, with a note that shows the repair; --encoding utf-8-twice makes it."""
    twice = FRENCH.encode().decode("cp1252").encode()
    table = read(twice)
    assert rows(table)[2][0] == "HÃ©lÃ¨ne"
    assert "--encoding utf-8-twice" in table.source.notes[0]
    assert "Prénom;Téléphone" in table.source.notes[0]
    assert text(read(twice, encoding="utf-8-twice")) == FRENCH


def test_only_what_was_encoded_twice_is_repaired(read) -> None:
    """Lines that are right stay right."""
    content = "Nom;Ville\nHÃ©lÃ¨ne;BesanÃ§on\nZoë;Nîmes\nNoÃ«lâ€™s;ÃŽle\n"
    table = read(content, encoding="utf-8-twice")
    assert rows(table) == {2: ["Hélène", "Besançon"], 3: ["Zoë", "Nîmes"], 4: ["Noël’s", "Île"]}


def test_a_second_mark_at_the_start_is_no_part_of_the_header(read) -> None:
    """Programs that add a byte order mark to a file that has one leave two."""
    assert read('\ufeff\ufeff"Name",Phone\nAna,1\n').header == ["Name", "Phone"]


def test_utf8_is_checked_to_the_end_of_the_file(read) -> None:
    """A byte that is no UTF-8 far behind any sample still decides."""
    table = read(b"Name,Phone\n" + b"Ana,0639980001\n" * 200_000 + "Hélène,0639980002\n".encode("cp1252"))
    assert table.source.encoding == "cp1252"
    assert table.frame["Name"].iloc[-1] == "Hélène"


def test_a_few_bad_bytes_do_not_spoil_a_utf8_file(read) -> None:
    """Where nearly all of a file is good UTF-8, the stray bytes are read as cp1252, with a note."""
    text = "Name,Phone\n" + "Hélène,0639980001\n" * 50
    table = read(text.encode() + "Zoë,0639980002\n".encode("cp1252"))
    assert (table.source.encoding, table.frame["Name"].iloc[-1]) == ("utf-8", "Zoë")
    assert "1 bytes are no UTF-8" in table.source.notes[0]


def test_a_multibyte_character_across_blocks_is_no_fault(read) -> None:
    """UTF-8 is checked in blocks of a mebibyte; a character cut by the block's end is whole."""
    start = "Name,Phone\n"
    table = read(start + "x" * ((1 << 20) - len(start) - 1) + "é,1\n")
    assert (table.source.encoding, table.source.notes) == ("utf-8", ())


def test_bytes_without_meaning_never_crash(read) -> None:
    """The five bytes that cp1252 leaves open are replaced, and a note says so."""
    table = read(b"Name,Phone\nH\xe9l\xe8ne \x81\x8d,0639980001\n")
    assert table.source.encoding == "cp1252"
    assert rows(table)[2][0].startswith("Hélène ")
    assert "2 bytes" in table.source.notes[0]


def test_a_cut_utf16_file_is_read_as_far_as_it_goes(read) -> None:
    """Half a character at the end is a note, not a crash."""
    table = read("Name\tPhone\nAna\t1".encode("utf-16") + b"\x32")
    assert rows(table)[2][0] == "Ana"
    assert table.source.notes


def test_a_given_encoding_is_taken(read) -> None:
    """--encoding overrules what would be found; a name that Python does not know is a usage error."""
    assert rows(read("Name,Phone\nŁukasz,1".encode("cp1250"), encoding="cp1250"))[2][0] == "Łukasz"
    with pytest.raises(UsageError, match="no such encoding"):
        read("Name,Phone\nAna,1", encoding="klingon")


def test_half_a_character_at_the_end_is_no_row(read) -> None:
    """A stray byte behind UTF-16 text is left out, and told."""
    table = read("Prénom;Tél\nZoë;0639980001\n".encode("utf-16") + b"\n")
    assert text(table) == "Prénom;Tél\nZoë;0639980001\n"
    assert "1 of its characters are no utf-16" in table.source.notes[0]


def test_byte_order_marks_of_files_that_were_put_together_are_no_text(read) -> None:
    """They stand at the beginnings of lines, before a quote too; what we wrote ourselves is read as it is."""
    table = read('\ufeffName;Phone\nZoë;0639980001\n\ufeff"Roux; Ana";0639980002\n')
    assert list(table.frame["Name"]) == ["Zoë", "Roux; Ana"]


def test_a_lone_control_character_makes_no_text_binary(read) -> None:
    """A backspace in a cell of a short file stays where it is."""
    assert list(read("Name;Phone\nZo\bë;0639980001\n").frame["Name"]) == ["Zo\bë"]


def test_a_few_nuls_among_plain_letters_make_no_utf_16(read) -> None:
    """In UTF-16 each plain letter has one."""
    table = read(b" a ,\x00b\x00,\tc\t\n1,2,3\n")
    assert (table.source.encoding, table.header) == ("utf-8", ["a", "b", "c"])
