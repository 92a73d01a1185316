"""Makes ``bulk_io/countries.tsv``: every name of a country that ``countries.region`` knows, one country a line.

Run ``python -m tests.generate_countries`` after a change here or a new Babel. A name that two countries share in the
seven languages is left out, unless it is listed here: better unknown than wrong.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages

from bulk_io.countries import folded

TABLE = Path(__file__).parents[1] / "bulk_io" / "countries.tsv"
LANGUAGES = ("en", "fr", "de", "es", "it", "nl", "pt")
ALSO = ("pt_PT",)
"""Where a language's own names are those of another country than its first."""
NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "CQ", "IC", "EA"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})

# The signs of cars, too, that are in use for countries in lists: D, A, CH.
ALIASES = {
    "AE": "Ras al Khaimah|Sharjah|UAE|U.A.E.|EAU|Emirates|Emirats|Emirati|VAE|Dubai|Abu Dhabi",
    "AR": "República Argentina|République argentine|Argentinische Republik|Argentine Republic",
    "AT": "A",
    "AX": "Åland-Inseln|Ålandseilanden|Îles Åland",
    "AZ": "Azerbaidjão",
    "BA": "Bosnia-Erzegovina|Bosnia y Hercegovina|Bosnie et Herzégovine|Bosnia|Bosnie|Bosnien|Bosnië|Bósnia|"
    "Bosnia-Herzegovina",
    "BE": "B|Belgie|Belgien|Belgio",
    "BF": "Burquina",
    "BG": "BUL",
    "BN": "Brunei Darussalam",
    "BO": "Bolivia (Plurinational State)|Plurinational State of Bolivia|Bolivia (Plurinational State of)",
    "BQ": "Caribbean Netherlands|Bonaire, Saint-Eustache et Saba|Paesi Bassi caraibici|Bonaire|"
    "Bonaire, Sint Eustatius and Saba",
    "BY": "Belarus|White Russia|Biélorussie|Belorussia|Weissrussland|Wit-Rusland|Bielorrusia|Bielorussia|"
    "Bielorrússia|Bielo-Rússia",
    "CC": "Cocos Islands|Keeling Islands",
    "CD": "DRC|DR Congo|RDC|RD Congo|Congo Kinshasa|Congo (Kinshasa)|Democratic Republic of Congo|"
    "Democratic Republic of the Congo|Congo, Democratic Republic of the|Congo, The Democratic Republic of the|"
    "République démocratique du Congo|Demokratische Republik Kongo|República Democrática del Congo|"
    "Repubblica Democratica del Congo|Democratische Republiek Congo|República Democrática do Congo|Zaire",
    "CF": "CAR|RCA|Central African Rep.",
    "CG": "Kongo|Congo|Congo Brazzaville|Congo (Brazzaville)|Republic of the Congo|République du Congo",
    "CH": "Swiss Confederation|Confédération helvétique|Confederación Suiza|Confederazione svizzera|"
    "Confederação Suíça|SUI|Helvetia|Confoederatio Helvetica|Swiss|Confédération suisse|"
    "Schweizerische Eidgenossenschaft|Zwitserland",
    "CI": "Ivory Coast|Cote d'Ivoire|Elfenbeinküste|Costa de Marfil|Costa d'Avorio|Ivoorkust|Costa do Marfim|RCI",
    "CN": "PRC|P.R. China|PR China|People's Republic of China|Mainland China|VR China|República Popular China",
    "CV": "Kap Verde|Cabo Verde|Cape Verde|Cap-Vert",
    "CX": "Weihnachtsinseln",
    "CZ": "Czech|Tchequie|Czech Republic|Czechia|Czech Rep.|Tchéquie|République tchèque|Tschechien|"
    "Tschechische Republik|Chequia|República Checa|Cechia|Repubblica Ceca|Tsjechië|Tsjechische Republiek|"
    "República Tcheca|Tchéquia|Chéquia",
    "DE": "D|GER|RFA|BRD|Bundesrepublik Deutschland|Federal Republic of Germany|République fédérale d'Allemagne|"
    "Alemania",
    "DK": "DEN|Kingdom of Denmark",
    "DO": "Dominican Rep.|Rep. Dominicana|Rép. dominicaine|República Dominicana",
    "ES": "E|Canary Islands|Canarias|Islas Canarias|Îles Canaries|Kanaren|Ceuta|Melilla|Ceuta y Melilla|"
    "Balearic Islands|Baleares|Kingdom of Spain|Espana|Espagna",
    "FK": "Falkland Islands (Malvinas)|Islas Falkland|Isole Falkland (Malvine)|Malvinas|Falklands|Malouines",
    "FM": "États fédérés de Micronésie|Federated States of Micronesia|Micronesia (Federated States of)",
    "FO": "Färöer-Inseln",
    "FR": "F|Rép. française|Französische Republik|República Francesa|Repubblica francese|Franse Republiek|Corse|"
    "Corsica|Korsika|République française|France métropolitaine|Metropolitan France|French Republic",
    "GB": "ENG|SCO|WAL|N. Ireland|Nordirland|gbeng|gbsct|gbwls|Royaume-Uni de Grande-Bretagne et d'Irlande du Nord|"
    "UK|U.K.|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|GBR|United Kingdom (UK)|"
    "United Kingdom of Great Britain and Northern Ireland|Royaume Uni|Grande-Bretagne|Angleterre|Écosse|"
    "Pays de Galles|Irlande du Nord|Großbritannien|Vereinigtes Königreich|Schottland|Gran Bretaña|Inglaterra|"
    "Escocia|Gales|Irlanda del Norte|Gran Bretagna|Inghilterra|Scozia|Galles|Irlanda del Nord|Groot-Brittannië|"
    "Engeland|Schotland|Noord-Ierland|Grã-Bretanha|Escócia|País de Gales|Irlanda do Norte|Reino Unido|Regno Unito|"
    "Verenigd Koninkrijk|VK",
    "GE": "Géorgie",
    "GF": "Guyane|Französisch-Guyana",
    "GM": "The Gambia|Gambia, The",
    "GQ": "Eq. Guinea",
    "GR": "GRE|EL|Hellenische Republik|República Helénica|Hellas|Hellenic Republic",
    "GS": "South Georgia and the South Sandwich Islands",
    "HK": "Hong-Kong|HK SAR|Hong Kong (SAR)|Hong Kong S.A.R.|Hong Kong|Hongkong|HKSAR",
    "HR": "CRO",
    "HU": "Magyarország",
    "IE": "Irish Republic|Southern Ireland|Rep. of Ireland|Eire|Republic of Ireland|République d'Irlande|"
    "Ireland, Republic of",
    "IM": "Insel Man|Eiland Man",
    "IR": "Islamic Republic of Iran|Iran, Islamic Republic of|Persia",
    "IT": "I|Italian Republic|République italienne|Italienische Republik|República Italiana|Repubblica Italiana",
    "KH": "Cambodge|Kampuchea",
    "KN": "St Kitts|Saint Kitts & Nevis",
    "KP": "N. Korea|North Korea|Korea (North)|Korea, North|DPRK|Corée du Nord|"
    "Korea, Democratic People's Republic of|Democratic People's Republic of Korea|Nordkorea|Corea del Norte|"
    "Noord-Korea|Korea, Democratic People's Republic|Korea, Democratische Volksrepubliek|"
    "República Popular Democrática da Coreia",
    "KR": "S. Korea|Südkorea (Republik Korea)|South Korea|Korea (South)|Korea, South|Korea|Republic of Korea|"
    "Korea, Republic of|Korea (Republic of)|ROK|Corée|Corée du Sud|Corée (du Sud)|Südkorea|Corea|Corea del Sur|"
    "Corea del Sud|Zuid-Korea|Coreia do Sul|Coreia",
    "KY": "Cayman-Inseln",
    "LA": "Lao People's Democratic Rep.|Lao|Lao PDR|Lao People's Democratic Republic",
    "LB": "Lebanese Republic|République libanaise",
    "LK": "Ceylon|Ceylan",
    "LU": "L|Luxemburg|Grand-Duché de Luxembourg|Letzebuerg",
    "MA": "Maroc|Kingdom of Morocco|Marruecos",
    "MD": "Moldau|Republic of Moldova|Moldova, Republic of|Moldavie|Moldavia|Moldawien",
    "MF": "Saint Martin (French part)|Saint-Martin (partie française)",
    "MK": "N. Macedonia|Macedonia|FYROM|Macédoine|Mazedonien|North Macedonia|Macedonië|Macedónia|"
    "Macedonia, the former Yugoslav Republic of",
    "MM": "Burma|Birmanie|Birma|Birmania|Myanmar (Burma)",
    "MO": "Macao S.A.R.|Macau|Macao|Macao SAR",
    "MX": "Méjico|United Mexican States|Estados Unidos Mexicanos|Estados Unidos do México",
    "NL": "Nederlanden|NED|Holland|Hollande|Holanda|Olanda|The Netherlands|Netherlands, The|Niederlande|Nederland|"
    "Pays Bas|Kingdom of the Netherlands|Países Bajos|Paesi Bassi|Países Baixos",
    "NZ": "N. Zealand|New-Zealand|Aotearoa",
    "PG": "PNG",
    "PN": "Pitcairn",
    "PS": "Palestine, State of|State of Palestine|Palestine|Palästina|Palestina",
    "PT": "P|Portuguese Republic|République portugaise|Portugiesische Republik|POR|Republica Portuguesa",
    "RE": "Île de la Réunion|Ilha Reunião|Réunion|La Réunion|Ile de la Reunion",
    "RU": "Russie, Fédération de|Russland|RF|Russian Federation|Fédération de Russie|Russische Föderation|"
    "Federación Rusa|Federazione Russa|Federação Russa|Russische Federatie",
    "SA": "S. Arabia|KSA|Kingdom of Saudi Arabia|Arabie Saoudite|Saudi",
    "SB": "Salomoninseln",
    "SG": "Cingapura|Singapur",
    "SH": "Saint Helena, Ascension and Tristan da Cunha",
    "SJ": "Svalbard und Jan Mayen",
    "SK": "Slovak Republic|République slovaque|Slowakische Republik",
    "SM": "São Marino",
    "SN": "Sénégal",
    "SS": "Sudan del Sud",
    "ST": "Sao Tome",
    "SX": "Sint Maarten (Dutch part)",
    "SY": "Syrian Arab Republic",
    "SZ": "Swaziland|Eswatini|eSwatini|Suazilândia|Swasiland",
    "TF": "French Southern Territories",
    "TL": "East Timor|Timor oriental|Osttimor|Timor Oriental",
    "TN": "Tunesische Republik|République tunisienne",
    "TR": "Turkey|Türkiye|Turkiye|Republic of Türkiye|Turquie",
    "TT": "Trinidad|Trinidade e Tobago",
    "TW": "Taïwan, province de Chine|Taiwan, Province of China|Republic of China|Taiwan (Province of China)|"
    "Chinese Taipei",
    "TZ": "United Republic of Tanzania|Tanzania, United Republic of|Zanzibar",
    "UM": "United States Minor Outlying Islands",
    "US": "US of A|The States|États-Unis d'Amérique|USofA|Los Estados Unidos|E.E.U.U.|USA|U.S.A.|U.S.|"
    "United States of America|The United States|America|EEUU|EE.UU.|EE. UU.|Estados Unidos de América|E.U.A.|EUA|"
    "États Unis d'Amérique|Etats-Unis|Amérique|Vereinigte Staaten von Amerika|Amerika|Stati Uniti d'America|"
    "Verenigde Staten van Amerika|VS|V.S.|Estados Unidos da América|United States (USA)",
    "VA": "Vatican|Holy See|Saint-Siège|Vatikan|Vaticano|Holy See (Vatican City State)",
    "VC": "Saint Vincent and the Grenadines",
    "VE": "Venezuela, Bolivarian Republic of|Venezuela (Bolivarian Republic of)|Bolivarian Republic of Venezuela",
    "VG": "Isole Vergini, Regno Unito|Maagdeneilanden, Britse|BVI|British Virgin Islands|Virgin Islands, British|"
    "Virgin Islands (British)",
    "VI": "Îles Vierges, États-Unis|Islas Vírgenes, de EEUU|Isole Vergini, U.S.A.|Maagdeneilanden, Amerikaanse|"
    "Ilhas Virgens, Estados Unidos|USVI|US Virgin Islands|Virgin Islands, U.S.|Virgin Islands (U.S.)",
    "VN": "Vietnam (Viet Nam)|Socialist Republic of Vietnam|Viet Nam|Viet-Nam",
    "ZA": "S. Africa|Südafrika|RSA|Republic of South Africa|Afrique du Sud|Suid-Afrika",
}


def table() -> str:
    """Give the table's text: code, tab, the folded names joined with "|"; sorted by code and name."""
    owners: dict[str, set[str]] = defaultdict(set)
    for code in codes():
        for name in _names(code):
            owners[name].add(code)
    names = {name: next(iter(owner)) for name, owner in owners.items() if len(owner) == 1}
    for code, aliases in ALIASES.items():
        names.update(dict.fromkeys(map(folded, aliases.split("|")), code))
    names.update({code.casefold(): code for code in codes()} | _longer_codes() | {"uk": "GB"})
    lines: dict[str, list[str]] = defaultdict(list)
    for name, code in names.items():
        lines[code].append(name)
    return "".join(f"{code}\t{'|'.join(sorted(found))}\n" for code, found in sorted(lines.items()))


def codes() -> list[str]:
    """Name the ISO codes of the countries that the table has."""
    known = Locale("en").territories
    return [code for code in known if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES]


def _longer_codes() -> dict[str, str]:
    known = set(codes())
    aliases = {old: new for old, new in get_global("territory_aliases").items() if len(old) == 3 and old.isalpha()}
    return {old.casefold(): new[0] for old, new in aliases.items() if len(new) == 1 and new[0] in known}


def _names(code: str) -> set[str]:
    found = set()
    for language in (*LANGUAGES, *ALSO, *_own_languages(code)):
        locale = _locale(language)
        given = locale.territories.get(code) if locale else None
        if given:
            found.add(folded(given))
        if given and language == "de":
            found.add(folded(given.translate(_UMLAUTS)))
    # "St. Lucia" is "Saint Lucia", too.
    found |= {f"saint {name[3:]}" for name in found if name.startswith("st ")}
    found |= {f"st {name[6:]}" for name in found if name.startswith("saint ")}
    return {name for name in found if name and not name.isdigit()}


def _own_languages(code: str) -> tuple[str, ...]:
    return get_official_languages(code, regional=True, de_facto=True)


def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return None


if __name__ == "__main__":
    TABLE.write_text(table(), "utf-8")
