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
NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "CQ"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})

ALIASES = {
    "AE": "UAE|U.A.E.|EAU|Emirates|Emirats|Emirati|VAE|Dubai|Abu Dhabi",
    "BA": "Bosnia|Bosnie|Bosnien|Bosnië|Bósnia|Bosnia-Herzegovina",
    "BE": "Belgie|Belgien|Belgio",
    "BN": "Brunei Darussalam",
    "BO": "Plurinational State of Bolivia|Bolivia (Plurinational State of)",
    "BQ": "Bonaire|Bonaire, Sint Eustatius and Saba",
    "BY": "White Russia|Biélorussie|Belorussia|Weissrussland|Wit-Rusland|Bielorrusia|Bielorussia|Bielorrússia",
    "CD": "DRC|DR Congo|RDC|RD Congo|Congo Kinshasa|Congo (Kinshasa)|Democratic Republic of Congo|"
    "Democratic Republic of the Congo|Congo, Democratic Republic of the|Congo, The Democratic Republic of the|"
    "République démocratique du Congo|Demokratische Republik Kongo|República Democrática del Congo|"
    "Repubblica Democratica del Congo|Democratische Republiek Congo|República Democrática do Congo|Zaire",
    "CG": "Congo Brazzaville|Congo (Brazzaville)|Republic of the Congo|République du Congo",
    "CH": "Helvetia|Confoederatio Helvetica|Swiss|Confédération suisse|Schweizerische Eidgenossenschaft|Zwitserland",
    "CI": "Ivory Coast|Cote d'Ivoire|Elfenbeinküste|Costa de Marfil|Costa d'Avorio|Ivoorkust|Costa do Marfim|RCI",
    "CN": "PRC|P.R. China|PR China|People's Republic of China|Mainland China|VR China|República Popular China",
    "CV": "Cabo Verde|Cape Verde|Cap-Vert",
    "CZ": "Czech Republic|Czechia|Czech Rep.|Tchéquie|République tchèque|Tschechien|Tschechische Republik|Chequia|"
    "República Checa|Cechia|Repubblica Ceca|Tsjechië|Tsjechische Republiek|República Tcheca|Tchéquia|Chéquia",
    "DE": "RFA|BRD|Bundesrepublik Deutschland|Federal Republic of Germany|République fédérale d'Allemagne|Alemania",
    "DK": "Kingdom of Denmark",
    "ES": "Kingdom of Spain|Espana|Espagna",
    "FK": "Malvinas|Falklands|Malouines|Falkland Islands (Malvinas)",
    "FM": "Federated States of Micronesia|Micronesia (Federated States of)",
    "FR": "République française|France métropolitaine|Metropolitan France|French Republic",
    "GB": "UK|U.K.|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|GBR|United Kingdom (UK)|"
    "United Kingdom of Great Britain and Northern Ireland|"
    "Royaume Uni|Grande-Bretagne|Angleterre|Écosse|Pays de Galles|Irlande du Nord|Großbritannien|"
    "Vereinigtes Königreich|England|Schottland|Nordirland|"
    "Gran Bretaña|Inglaterra|Escocia|Gales|Irlanda del Norte|Gran Bretagna|Inghilterra|"
    "Scozia|Galles|Irlanda del Nord|Groot-Brittannië|Engeland|Schotland|Noord-Ierland|Grã-Bretanha|Escócia|"
    "País de Gales|Irlanda do Norte|Reino Unido|Regno Unito|Verenigd Koninkrijk|VK",
    "GM": "The Gambia|Gambia, The",
    "GR": "Hellas|Hellenic Republic",
    "HK": "Hong Kong|Hongkong|HKSAR",
    "HU": "Magyarország",
    "IE": "Eire|Republic of Ireland|République d'Irlande|Irish Republic|Ireland, Republic of",
    "IR": "Islamic Republic of Iran|Iran, Islamic Republic of|Persia",
    "KN": "St Kitts|Saint Kitts & Nevis",
    "KP": "North Korea|Korea (North)|Korea, North|DPRK|Corée du Nord|Korea, Democratic People's Republic of|"
    "Democratic People's Republic of Korea|Nordkorea|Corea del Norte|Noord-Korea",
    "KR": "South Korea|Korea (South)|Korea, South|Korea|Republic of Korea|Korea, Republic of|Korea (Republic of)|ROK|"
    "Corée|Corée du Sud|Corée (du Sud)|Südkorea|Corea|Corea del Sur|Corea del Sud|Zuid-Korea|Coreia do Sul",
    "LA": "Lao|Lao PDR|Lao People's Democratic Republic",
    "LU": "Luxemburg|Grand-Duché de Luxembourg|Letzebuerg",
    "MA": "Maroc|Kingdom of Morocco|Marruecos",
    "MD": "Republic of Moldova|Moldova, Republic of|Moldavie|Moldavia|Moldawien",
    "MK": "Macedonia|FYROM|Macédoine|Mazedonien|North Macedonia|Macedonië|Macedónia|"
    "Macedonia, the former Yugoslav Republic of",
    "MM": "Burma|Birmanie|Birma|Birmania|Myanmar (Burma)",
    "MO": "Macau|Macao|Macao SAR",
    "NL": "Holland|Hollande|Holanda|Olanda|The Netherlands|Netherlands, The|Niederlande|Nederland|Pays Bas|"
    "Kingdom of the Netherlands|Países Bajos|Paesi Bassi|Países Baixos",
    "NZ": "Aotearoa",
    "PS": "Palestine, State of|State of Palestine|Palestine|Palästina|Palestina",
    "PT": "Republica Portuguesa",
    "RE": "Réunion|La Réunion|Île de la Réunion|Ile de la Reunion",
    "RU": "Russian Federation|Fédération de Russie|Russische Föderation|Federación Rusa|Federazione Russa|"
    "Federação Russa|Russische Federatie",
    "SA": "KSA|Kingdom of Saudi Arabia|Arabie Saoudite|Saudi",
    "SK": "Slovak Republic|République slovaque|Slowakische Republik",
    "ST": "Sao Tome",
    "SY": "Syrian Arab Republic",
    "SZ": "Swaziland|Eswatini|eSwatini",
    "TL": "East Timor|Timor oriental|Osttimor|Timor Oriental",
    "TR": "Turkey|Türkiye|Turkiye|Republic of Türkiye|Turquie",
    "TT": "Trinidad",
    "TW": "Taiwan, Province of China|Republic of China|Taiwan (Province of China)|Chinese Taipei",
    "TZ": "United Republic of Tanzania|Tanzania, United Republic of|Zanzibar",
    "US": "USA|U.S.A.|U.S.|United States of America|The United States|America|EEUU|EE.UU.|EE. UU.|"
    "Estados Unidos de América|E.U.A.|EUA|États Unis d'Amérique|Etats-Unis|Amérique|Vereinigte Staaten von Amerika|"
    "Amerika|Stati Uniti d'America|Verenigde Staten van Amerika|VS|V.S.|Estados Unidos da América|"
    "United States (USA)",
    "VA": "Vatican|Holy See|Saint-Siège|Vatikan|Vaticano|Holy See (Vatican City State)",
    "VE": "Venezuela, Bolivarian Republic of|Venezuela (Bolivarian Republic of)|Bolivarian Republic of Venezuela",
    "VG": "BVI|British Virgin Islands|Virgin Islands, British|Virgin Islands (British)",
    "VI": "USVI|US Virgin Islands|Virgin Islands, U.S.|Virgin Islands (U.S.)",
    "VN": "Viet Nam|Viet-Nam",
    "ZA": "RSA|Republic of South Africa|Afrique du Sud|Suid-Afrika",
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
    for language in (*LANGUAGES, *_own_languages(code)):
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
