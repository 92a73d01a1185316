"""Invented layouts in seven languages, traps among them, each column with the field that is right; the measure of matching.

    python tests/layouts.py          right, wrong, vetoed and left out, and every column that is not right

A column is (header, what its values are, field). Values come from small pools of invented people; "" is an empty cell.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pandas as pd

from bulk_io import matching

ROWS = 12
Column = tuple[str, str, str | None]

POOLS: dict[str, list[str]] = {
    "first fr": ["Jean", "Marie", "Luc", "Zoé", "Camille", "Antoine", "Élodie", "Hugo", "Chloé", "Thomas", "Julie", "Paul"],
    "last fr": ["Dupont", "Lefèvre", "Moreau", "Garnier", "Roux", "Fontaine", "Chevalier", "Blanchard", "Perrin", "Marchand", "Dufour", "Gautier"],
    "first de": ["Anna", "Jürgen", "Lukas", "Sabine", "Felix", "Heike", "Max", "Ingrid", "Stefan", "Katrin", "Moritz", "Uwe"],
    "last de": ["Müller", "Schneider", "Fischer", "Weber", "Becker", "Hoffmann", "Schäfer", "Koch", "Richter", "Wolf", "Krüger", "Vogel"],
    "first es": ["Carlos", "Lucía", "Javier", "Carmen", "Diego", "Elena", "Pablo", "Marta", "Álvaro", "Sofía", "Sergio", "Pilar"],
    "last es": ["García", "Fernández", "Sánchez Ruiz", "Romero", "Navarro", "Torres", "Domínguez", "Vázquez", "Ramos", "Gil", "Serrano", "Molina"],
    "first it": ["Giulia", "Marco", "Francesca", "Luca", "Chiara", "Matteo", "Elena", "Andrea", "Sara", "Paolo", "Giorgio", "Laura"],
    "last it": ["Rossi", "Bianchi", "Esposito", "Ricci", "Marino", "Greco", "Conti", "De Luca", "Ferrara", "Gallo", "Rizzo", "Lombardi"],
    "first nl": ["Jan", "Sanne", "Pieter", "Anouk", "Daan", "Femke", "Bram", "Lotte", "Kees", "Marieke", "Sven", "Emma"],
    "last nl": ["de Vries", "Jansen", "van den Berg", "Bakker", "Visser", "Smit", "Meijer", "Mulder", "Bos", "Vos", "Peters", "Dekker"],
    "first pt": ["João", "Maria", "Pedro", "Ana", "Tiago", "Inês", "Miguel", "Beatriz", "Rui", "Catarina", "Bruno", "Teresa"],
    "last pt": ["Silva", "Santos", "Ferreira", "Pereira", "Oliveira", "Costa", "Rodrigues", "Martins", "Sousa", "Fernandes", "Gonçalves", "Lopes"],
    "first en": ["James", "Emily", "Oliver", "Sarah", "George", "Charlotte", "William", "Grace", "Henry", "Alice", "Peter", "Lucy"],
    "last en": ["Smith", "Taylor", "Brown", "Walker", "Hughes", "Edwards", "Turner", "Parker", "Cooper", "Ward", "Bennett", "Foster"],
    "phone fr": ["06 12 34 56 {:02}", "0612 3456{:02}", "+33 6 12 34 56 {:02}", "07.61.23.45.{:02}"],
    "landline fr": ["01 42 68 53 {:02}", "04 72 40 50 {:02}", "+33 5 61 22 33 {:02}"],
    "phone de": ["0171 23456{:02}", "+49 152 288173{:02}", "0160/98765{:02}"],
    "landline de": ["030 2345 67{:02}", "+49 89 2345 67{:02}"],
    "phone es": ["612 34 56 {:02}", "+34 655 12 34 {:02}", "6712345{:02}"],
    "phone it": ["347 12345{:02}", "+39 333 12345{:02}", "3281234 5{:02}"],
    "phone nl": ["06-123456{:02}", "+31 6 123456{:02}", "06 87 65 43 {:02}"],
    "phone pt": ["912 345 6{:02}", "+351 93 456 78{:02}", "9612345{:02}"],
    "phone gb": ["07911 1234{:02}", "+44 7911 1235{:02}", "0044 7400 1234{:02}"],
    "phone us": ["(212) 736-51{:02}", "+1 415 892 33{:02}", "310-867-53{:02}"],
    "digits fr": ["336123456{:02}"],
    "meta": ["p:+336123456{:02}"],
    "eaten": ["6123456{:02}"],
    "powers": ["3,36E+10"],
    "switchboard": ["01 42 00 00 01", "01 42 00 00 01", "01 42 00 00 01", "01 42 00 00 02", "01 42 00 00 02", "01 42 00 00 02"],
    "fax": ["01 42 68 99 {:02}"],
    "extension": ["4{:02}"],
    "email": ["person{}@example.com", "p.{}@example.org", "lead{}@example.net"],
    "company": ["Acme SARL", "Globex GmbH", "Initech Ltd", "Hooli Inc", "Boulangerie Martin", "Umbrella SAS", "Vandelay Industries", "Stark Group", "Soylent SA", "Wayne Holding", "Tyrell Consulting", "Cyberdyne Systems"],
    "plain company": ["Acme", "Globex", "Initech", "Hooli", "Umbrella", "Vandelay", "Wonka", "Soylent", "Tyrell", "Cyberdyne", "Oscorp", "Aperture"],
    "job fr": ["Directeur commercial", "Responsable marketing", "PDG", "Ingénieure qualité", "Chargé de clientèle", "Comptable", "Cheffe de projet", "Gérant", "Consultante", "Acheteur", "DRH", "Technicien"],
    "job en": ["Head of Sales", "CEO", "Marketing Manager", "Software Engineer", "Founder", "VP Operations", "HR Director", "Account Executive", "Product Owner", "CFO", "Consultant", "Analyst"],
    "job de": ["Geschäftsführer", "Vertriebsleiterin", "Projektleiter", "Einkäufer", "Buchhalterin", "Berater", "Entwickler", "Leiter IT", "Sachbearbeiterin", "Architekt", "Ingenieur", "Assistentin"],
    "job es": ["Director general", "Gerente", "Jefa de compras", "Consultor", "Técnico", "Responsable de ventas", "Analista", "Contable", "Abogada", "Comercial", "Ingeniera", "Socio"],
    "job it": ["Direttore vendite", "Responsabile acquisti", "Titolare", "Consulente", "Impiegato", "Tecnico", "Ingegnere", "Amministratore", "Avvocato", "Architetto", "Contabile", "Analista"],
    "job nl": ["Directeur", "Verkoper", "Adviseur", "Ontwikkelaar", "Hoofd inkoop", "Boekhouder", "Projectmanager", "Consultant", "Medewerker", "Beheerder", "Architect", "Manager"],
    "job pt": ["Diretor comercial", "Gerente", "Engenheira", "Consultor", "Analista", "Coordenadora", "Técnico", "Advogado", "Sócio", "Vendedora", "Assistente", "Contador"],
    "sector fr": ["Industrie", "Santé", "BTP", "Informatique", "Commerce", "Immobilier"],
    "sector en": ["Retail", "Software", "Healthcare", "Finance", "Education", "Real Estate"],
    "sector de": ["Handel", "Maschinenbau", "Gesundheitswesen", "Bau", "Logistik", "Chemie"],
    "sector es": ["Comercio", "Turismo", "Construcción", "Salud", "Energía", "Logística"],
    "city fr": ["Lyon", "Paris", "Nantes", "Lille", "Villeurbanne", "Bordeaux"],
    "city de": ["Berlin", "Hamburg", "München", "Köln", "Leipzig", "Stuttgart"],
    "city es": ["Madrid", "Barcelona", "Valencia", "Sevilla", "Bilbao", "Málaga"],
    "city it": ["Milano", "Roma", "Torino", "Napoli", "Bologna", "Verona"],
    "city nl": ["Amsterdam", "Utrecht", "Rotterdam", "Eindhoven", "Breda", "Zwolle"],
    "city pt": ["Lisboa", "Porto", "Braga", "Coimbra", "Faro", "São Paulo"],
    "city en": ["London", "Leeds", "Boston", "Denver", "Bristol", "Chicago"],
    "country fr": ["France", "Belgique", "Suisse", "Allemagne"],
    "country en": ["United Kingdom", "France", "USA", "Germany"],
    "country de": ["Deutschland", "Österreich", "Schweiz"],
    "country es": ["España", "México", "Francia"],
    "country it": ["Italia", "Svizzera", "Francia"],
    "country nl": ["Nederland", "België", "Duitsland"],
    "country pt": ["Portugal", "Brasil", "Espanha"],
    "iso": ["FR", "DE", "GB", "ES"],
    "dialling": ["+33", "+49", "+44"],
    "state": ["CA", "NY", "TX", "MA", "FL"],
    "region fr": ["Bretagne", "Occitanie", "Île-de-France", "Normandie"],
    "titles fr": ["M.", "Mme", "Mme", "M.", "Dr"],
    "titles en": ["Mr", "Mrs", "Ms", "Dr"],
    "titles de": ["Herr", "Frau", "Dr."],
    "department": ["Marketing", "Finance", "IT", "Vente", "RH"],
    "tags": ["salon", "vip; salon", "newsletter", ""],
    "id": ["10{:03}"],
    "long id": ["6789012{:02}"],
    "siren": ["552100554", "542051180", "652014051", "552032534"],
    "uuid": ["a1b2c3d4-0000-4000-8000-0000000000{:02}"],
    "date": ["2024-01-{:02}", "12/03/2024", "01.02.2023"],
    "number": ["12", "150", "3 400", "27"],
    "zip": ["69001", "75011", "44000"],
    "street": ["12 rue des Lilas", "3 place du Marché", "Hauptstraße 5", "10 Main Street"],
    "url": ["https://www.example.com/in/p{}", "https://example.org/p{}"],
    "domain": ["example.com", "example.org", "example.net"],
    "text": ["rappeler lundi", "very interested, call back", "rencontré au salon", "sin comentarios"],
    "yesno": ["oui", "non", "", "oui"],
    "yes": ["yes", "no"],
    "lang": ["fr", "de", "en"],
    "status": ["New", "Contacted", "Qualified"],
    "empty": [""],
    "level": ["C-Suite", "Manager", "Director", "Owner"],
    "hubspot owner": ["Karim Benali", "Laura Stein", "Karim Benali"],
    "event": ["Salon de Lyon", "Webinaire mars"],
    "quantity": ["1", "2", "1"],
    "lat": ["48.856613", "45.764043"],
    "product": ["Plan Pro", "Plan Free"],
    "budget": ["1000 €", "5000 €", "10 000 €"],
    "answer": ["Je cherche une solution simple", "Remplacer notre outil", "Pas encore"],
}  # fmt: skip


def value(pool: str, row: int) -> str:
    """Give the value of a pool in a row: ``+`` puts two pools together, ``|`` puts something between them."""
    for sign in ("|", "+"):
        if sign in pool:
            left, right = pool.split(sign)
            return f"{value(left, row)}{', ' if sign == '|' else ' '}{value(right, row)}"
    values = POOLS[pool]
    return values[row % len(values)].format(row + 10)


def table(layout: list[Column]) -> pd.DataFrame:
    """Give a layout as the sample that a reader would give."""
    cells = {header: [value(pool, row) for row in range(ROWS)] for header, pool, _ in layout}
    return pd.DataFrame(cells, dtype="str")


N, F, S, P, E, J, C, I, V, K, T = (
    "name", "firstName", "lastName", "phoneNumber", "email", "position", "currentCompany", "industrySector", "city",
    "country", "tags",
)  # fmt: skip
NO = None

LAYOUTS: dict[str, list[Column]] = {
    # plain lists, one a language
    "en plain": [("First Name", "first en", F), ("Last Name", "last en", S), ("Email", "email", E), ("Mobile", "phone gb", P), ("Company", "company", C), ("Job Title", "job en", J), ("City", "city en", V), ("Country", "country en", K), ("Industry", "sector en", I), ("Tags", "tags", T)],
    "fr plain": [("Civilité", "titles fr", NO), ("Nom", "last fr", S), ("Prénom", "first fr", F), ("Tél. portable", "phone fr", P), ("Courriel", "email", E), ("Raison sociale", "company", C), ("Fonction", "job fr", J), ("Secteur d'activité", "sector fr", I), ("CP", "zip", NO), ("Ville", "city fr", V), ("Pays", "country fr", K), ("Étiquettes", "tags", T)],
    "de plain": [("Anrede", "titles de", NO), ("Vorname", "first de", F), ("Nachname", "last de", S), ("Firma", "company", C), ("Funktion", "job de", J), ("Handy", "phone de", P), ("E-Mail-Adresse", "email", E), ("Straße", "street", NO), ("PLZ", "zip", NO), ("Ort", "city de", V), ("Land", "country de", K), ("Branche", "sector de", I), ("Bemerkung", "text", NO)],
    "es plain": [("Nombre", "first es", F), ("Apellidos", "last es", S), ("Empresa", "company", C), ("Cargo", "job es", J), ("Móvil", "phone es", P), ("Correo electrónico", "email", E), ("Ciudad", "city es", V), ("Provincia", "city es", NO), ("País", "country es", K), ("Sector", "sector es", I)],
    "it plain": [("Nome", "first it", F), ("Cognome", "last it", S), ("Azienda", "company", C), ("Ruolo", "job it", J), ("Cellulare", "phone it", P), ("E-mail", "email", E), ("Città", "city it", V), ("Provincia", "city it", NO), ("Nazione", "country it", K)],
    "nl plain": [("Voornaam", "first nl", F), ("Achternaam", "last nl", S), ("Bedrijf", "company", C), ("Functie", "job nl", J), ("Mobiel", "phone nl", P), ("E-mailadres", "email", E), ("Woonplaats", "city nl", V), ("Land", "country nl", K)],
    "pt plain": [("Nome", "first pt", F), ("Sobrenome", "last pt", S), ("Empresa", "company", C), ("Cargo", "job pt", J), ("Telemóvel", "phone pt", P), ("E-mail", "email", E), ("Cidade", "city pt", V), ("País", "country pt", K)],
    # full names alone
    "fr nom alone": [("Nom", "first fr+last fr", N), ("Téléphone", "phone fr", P), ("Mail", "email", E)],
    "nl naam alone": [("Naam", "first nl+last nl", N), ("Telefoonnummer", "phone nl", P), ("Plaats", "city nl", V)],
    "es nombre alone": [("Nombre", "first es+last es", N), ("Teléfono", "phone es", P), ("Localidad", "city es", V)],
    "it nominativo": [("Nominativo", "last it+first it", N), ("Recapito", "phone it", P), ("Ditta", "company", C)],
    "de ansprechpartner": [("Unternehmen", "company", C), ("Ansprechpartner", "first de+last de", N), ("Durchwahl", "landline de", P), ("Telefon Zentrale", "landline de", NO), ("E-Mail", "email", E)],
    "pt nome completo": [("Nome completo", "first pt+last pt", N), ("Celular/WhatsApp", "phone pt", P), ("Ramo de atividade", "sector es", I)],
    "last, first": [("Name", "last en|first en", N), ("Cell", "phone us", P), ("Employer", "company", C)],
    "fr nom + nom complet": [("Nom complet", "first fr+last fr", N), ("Prénom", "first fr", F), ("Nom", "last fr", S), ("GSM", "phone fr", P)],
    # several phone columns
    "fr phones": [("Nom", "last fr", S), ("Prénom", "first fr", F), ("Tél. fixe", "landline fr", P), ("Tél. mobile", "phone fr", P), ("Standard", "switchboard", NO), ("Fax", "fax", NO), ("Ligne directe", "landline fr", P)],
    "en phones": [("Full name", "first en+last en", N), ("Work Phone", "phone gb", P), ("Home Phone", "phone gb", P), ("Mobile Phone", "phone gb", P), ("Company Phone", "switchboard", NO), ("Assistant Phone", "phone gb", NO), ("Fax Number", "fax", NO), ("Pager", "phone gb", NO)],
    "de phones": [("Vorname", "first de", F), ("Name", "last de", S), ("Telefon privat", "landline de", P), ("Telefon geschäftlich", "landline de", P), ("Mobilnummer", "phone de", P), ("Telefax", "fax", NO), ("Firmentelefon", "switchboard", NO), ("Telefon Sekretariat", "landline de", NO)],
    "es phones": [("Nombre y apellidos", "first es+last es", N), ("Tel. fijo", "phone es", P), ("Tel. móvil", "phone es", P), ("Centralita", "phone es", NO), ("Teléfono empresa", "phone es", NO), ("Fax", "fax", NO)],
    "it phones": [("Nome", "first it", F), ("Cognome", "last it", S), ("Tel. ufficio", "phone it", P), ("Cell.", "phone it", P), ("Centralino", "phone it", NO), ("Tel. azienda", "phone it", NO)],
    "nl phones": [("Voornaam", "first nl", F), ("Naam", "last nl", S), ("Tel. werk", "phone nl", P), ("Tel. privé", "phone nl", P), ("Mobiele telefoon", "phone nl", P), ("Bedrijfstelefoon", "phone nl", NO)],
    "pt phones": [("Nome", "first pt", F), ("Apelido", "last pt", S), ("Telefone fixo", "phone pt", P), ("Telemóvel pessoal", "phone pt", P), ("Telefone da empresa", "phone pt", NO), ("Contato de emergência", "phone pt", NO)],
    "numbered": [("Name", "first en+last en", N), ("Phone 1", "phone us", P), ("Phone 2", "phone us", P), ("Email 1", "email", E), ("Email 2", "email", E)],
    "shared line": [("Name", "first fr+last fr", N), ("Phone", "switchboard", NO), ("Mobile", "phone fr", P)],
    "owner": [("First Name", "first en", F), ("Last Name", "last en", S), ("Phone", "phone us", P), ("Owner Name", "hubspot owner", NO), ("Owner Phone", "phone us", NO), ("Owner Email", "email", NO), ("Account Manager", "hubspot owner", NO)],
    "previous": [("Name", "first en+last en", N), ("Mobile", "phone gb", P), ("Previous Company", "company", NO), ("Previous Title", "job en", NO), ("Current Company", "company", C), ("Current Title", "job en", J), ("Parent Company", "company", NO), ("HQ City", "city en", NO), ("HQ Phone", "switchboard", NO)],
    "manager": [("Prénom", "first fr", F), ("Nom", "last fr", S), ("Portable", "phone fr", P), ("Nom du responsable", "first fr+last fr", NO), ("Tél. du responsable", "phone fr", NO), ("E-mail du manager", "email", NO), ("Assistante", "first fr+last fr", NO)],
    # false friends
    "title of address": [("Title", "titles en", NO), ("First Name", "first en", F), ("Surname", "last en", S), ("Telephone", "phone gb", P)],
    "title as job": [("First Name", "first en", F), ("Last Name", "last en", S), ("Title", "job en", J), ("Phone", "phone us", P)],
    "title beside job": [("Title", "titles en", NO), ("Name", "first en+last en", N), ("Role", "job en", J), ("Cell phone", "phone us", P)],
    "titre": [("Titre", "titles fr", NO), ("Nom", "last fr", S), ("Prénom", "first fr", F), ("Poste", "job fr", J), ("Tél", "phone fr", P)],
    "titre job": [("Nom", "last fr", S), ("Prénom", "first fr", F), ("Titre", "job fr", J), ("Mobile", "phone fr", P)],
    "poste extension": [("Nom", "last fr", S), ("Prénom", "first fr", F), ("Téléphone", "phone fr", P), ("Poste", "extension", NO), ("Fonction", "job fr", J)],
    "titel de": [("Titel", "titles de", NO), ("Name", "last de", S), ("Vorname", "first de", F), ("Position", "job de", J), ("Tel.", "phone de", P)],
    "name is company": [("Name", "company", C), ("Contact", "first en+last en", N), ("Phone", "phone us", P), ("Email", "email", E)],
    "nom is company": [("Nom", "plain company", C), ("Contact", "first fr+last fr", N), ("Téléphone", "phone fr", P)],
    "company beside": [("Company", "company", C), ("Name", "first en+last en", N), ("Phone", "phone us", P)],
    "contact phone": [("Nom", "first fr+last fr", N), ("Contact", "phone fr", P), ("Société", "company", C)],
    "contact mail": [("Nom", "first fr+last fr", N), ("Contact", "email", E), ("Tél", "phone fr", P)],
    "contact person": [("Société", "company", C), ("Contact", "first fr+last fr", N), ("Tél", "phone fr", P)],
    "state region": [("Name", "first en+last en", N), ("Phone", "phone us", P), ("City", "city en", V), ("State", "state", NO), ("Region", "region fr", NO), ("Country", "country en", K)],
    "stato": [("Nome", "first it", F), ("Cognome", "last it", S), ("Telefono", "phone it", P), ("Stato", "status", NO), ("Paese", "country it", K)],
    "function department": [("First Name", "first en", F), ("Last Name", "last en", S), ("Function", "department", NO), ("Job title", "job en", J), ("Phone", "phone us", P)],
    "function job": [("First Name", "first en", F), ("Last Name", "last en", S), ("Function", "job en", J), ("Phone", "phone us", P)],
    "service": [("Nom", "last fr", S), ("Prénom", "first fr", F), ("Service", "department", NO), ("Poste", "job fr", J), ("Tél", "phone fr", P)],
    "country codes": [("Name", "first en+last en", N), ("Country code", "dialling", NO), ("Phone", "phone gb", P), ("Country", "iso", K)],
    "country iso": [("Name", "first en+last en", N), ("Country code", "iso", K), ("Phone", "phone gb", P)],
    "numéro": [("Nom", "first fr+last fr", N), ("Numéro", "phone fr", P), ("Ville", "city fr", V)],
    "numéro rue": [("Nom", "first fr+last fr", N), ("Numéro", "number", NO), ("Rue", "street", NO), ("Téléphone", "phone fr", P)],
    "position numbers": [("Position", "number", NO), ("Name", "first en+last en", N), ("Phone", "phone us", P)],
    "mobile yes": [("Name", "first en+last en", N), ("Mobile", "yes", NO), ("Phone", "phone us", P)],
    "location": [("Name", "first en+last en", N), ("Phone", "phone us", P), ("Location", "city en|country en", NO)],
    "account numbers": [("Account", "id", NO), ("Name", "first en+last en", N), ("Phone", "phone us", P)],
    "nationality": [("Nom", "last fr", S), ("Prénom", "first fr", F), ("Nationalité", "country fr", NO), ("Lieu de naissance", "city fr", NO), ("Date de naissance", "date", NO), ("Portable", "phone fr", P)],
    # headers as questions, in two languages, prefixed, technical
    "typeform en": [("#", "uuid", NO), ("What's your first name?", "first en", F), ("And your last name?", "last en", S), ("What is your phone number?", "phone us", P), ("What's your email address?", "email", E), ("Which company do you work for?", "company", C), ("What is your job title?", "job en", J), ("What is your budget?", "budget", NO), ("Submit Date (UTC)", "date", NO), ("Network ID", "uuid", NO)],
    "typeform fr": [("Quel est votre nom ?", "last fr", S), ("Quel est votre prénom ?", "first fr", F), ("Votre numéro de téléphone", "phone fr", P), ("Votre adresse e-mail", "email", E), ("Quel est le nom de votre entreprise ?", "company", C), ("Quel est votre besoin ?", "answer", NO)],
    "form de": [("Wie lautet Ihr Vorname?", "first de", F), ("Wie lautet Ihr Nachname?", "last de", S), ("Ihre Telefonnummer", "phone de", P), ("Ihre E-Mail", "email", E)],
    "form es": [("¿Cuál es tu nombre completo?", "first es+last es", N), ("Tu teléfono", "phone es", P), ("Tu correo", "email", E), ("¿En qué ciudad vives?", "city es", V)],
    "bilingual": [("Nom / Name", "last fr", S), ("Prénom / First name", "first fr", F), ("Téléphone / Phone", "phone fr", P), ("Ville/City", "city fr", V), ("Société (Company)", "company", C)],
    "required": [("Prénom (obligatoire)", "first fr", F), ("Nom *", "last fr", S), ("Téléphone mobile*", "phone fr", P), ("E-mail (facultatif)", "email", E)],
    "snake": [("first_name", "first en", F), ("last_name", "last en", S), ("phone_number", "phone us", P), ("email_address", "email", E), ("job_title", "job en", J), ("company_name", "company", C), ("created_at", "date", NO), ("utm_source", "status", NO), ("lead_id", "long id", NO)],
    "camel": [("firstName", "first en", F), ("lastName", "last en", S), ("mobilePhone", "phone us", P), ("emailAddress", "email", E), ("companyName", "company", C), ("jobTitle", "job en", J), ("linkedInUrl", "url", NO)],
    "prefixed": [("Contact: First Name", "first en", F), ("Contact: Last Name", "last en", S), ("Contact: Mobile", "phone us", P), ("Contact: Email", "email", E), ("Account: Phone", "switchboard", NO), ("Account: Name", "company", C)],
    "capitals": [("NOM", "last fr", S), ("PRENOM", "first fr", F), ("TEL PORTABLE", "phone fr", P), ("ADRESSE MAIL", "email", E), ("VILLE", "city fr", V), ("CODE POSTAL", "zip", NO)],
    "shop": [("Customer Name", "first en+last en", N), ("Customer Phone", "phone us", P), ("Billing City", "city en", NO), ("Shipping City", "city en", NO), ("Order ID", "long id", NO), ("Total", "budget", NO)],
    # no header, or headers that say nothing
    "headerless fr": [("column_1", "last fr", S), ("column_2", "first fr", F), ("column_3", "phone fr", P), ("column_4", "email", E), ("column_5", "company", C), ("column_6", "city fr", V)],
    "headerless full": [("column_1", "first en+last en", N), ("column_2", "phone us", P), ("column_3", "email", E), ("column_4", "job en", J), ("column_5", "country en", K)],
    "headerless de": [("column_1", "id", NO), ("column_2", "first de", F), ("column_3", "last de", S), ("column_4", "phone de", P), ("column_5", "city de", V), ("column_6", "country de", K), ("column_7", "date", NO)],
    "headerless es": [("column_1", "first es+last es", N), ("column_2", "job es", J), ("column_3", "company", C), ("column_4", "phone es", P), ("column_5", "sector es", I)],
    "headerless it": [("column_1", "titles fr", NO), ("column_2", "first it+last it", N), ("column_3", "phone it", P), ("column_4", "city it", V), ("column_5", "url", NO)],
    "headerless two phones": [("column_1", "first fr+last fr", N), ("column_2", "landline fr", P), ("column_3", "phone fr", P), ("column_4", "siren", NO)],
    "headerless eaten": [("column_1", "first fr+last fr", N), ("column_2", "eaten", P), ("column_3", "zip", NO)],
    "letters": [("A", "first en+last en", N), ("B", "phone gb", P), ("C", "email", E), ("D", "text", NO)],
    "unknown words": [("Qui", "first fr+last fr", N), ("Où l'appeler", "phone fr", P), ("Boîte", "company", C), ("Bled", "city fr", V)],
    "feld": [("Feld1", "first de", F), ("Feld2", "last de", S), ("Feld3", "phone de", P), ("Feld4", "email", E)],
    # slips of the pen
    "typos en": [("Frist Name", "first en", F), ("Last Nmae", "last en", S), ("Telephne", "phone us", P), ("Emial", "email", E), ("Compnay", "plain company", C), ("Contract", "text", NO), ("County", "region fr", NO)],
    "typos fr": [("Prénomm", "first fr", F), ("Nom", "last fr", S), ("Télephonne", "phone fr", P), ("Entreprisse", "plain company", C), ("Fonctoin", "job fr", J)],
    # consent, noise, values that mislead
    "consent": [("Name", "first en+last en", N), ("Mobile", "phone gb", P), ("Do not call", "yes", NO), ("Unsubscribed", "yes", NO), ("SMS_BLACKLISTED", "yes", NO), ("Opt-in", "yes", NO), ("Phone opt-in", "yes", NO)],
    "consent fr": [("Nom", "last fr", S), ("Prénom", "first fr", F), ("Tél", "phone fr", P), ("Ne pas contacter", "yesno", NO), ("Désinscrit", "yesno", NO), ("Consentement RGPD", "yesno", NO)],
    "noise": [("Record ID", "long id", NO), ("First Name", "first en", F), ("Last Name", "last en", S), ("Phone", "phone us", P), ("Lifecycle Stage", "status", NO), ("Lead Source", "event", NO), ("Language", "lang", NO), ("LinkedIn", "url", NO), ("Website", "domain", NO), ("Employees", "number", NO), ("Seniority", "level", NO), ("Latitude", "lat", NO), ("Notes", "text", NO)],
    "siren": [("SIREN", "siren", NO), ("Dénomination", "company", C), ("Dirigeant", "first fr+last fr", N), ("Téléphone", "phone fr", P), ("Commune", "city fr", V), ("Code NAF", "id", NO)],
    "ids like phones": [("N° client", "long id", NO), ("Nom", "first fr+last fr", N), ("Portable", "phone fr", P)],
    "event": [("Order #", "long id", NO), ("Order Date", "date", NO), ("Attendee First Name", "first en", F), ("Attendee Last Name", "last en", S), ("Attendee Phone", "phone us", P), ("Ticket Type", "product", NO), ("Quantity", "quantity", NO), ("Buyer Email", "email", NO)],
    "brevo digits": [("EMAIL", "email", E), ("PRENOM", "first fr", F), ("NOM", "last fr", S), ("SMS", "digits fr", P), ("LANGUE", "lang", NO)],
    "questions of meta": [("full_name", "first fr+last fr", N), ("phone_number", "meta", P), ("quel_est_votre_budget_?", "budget", NO), ("votre_poste", "job fr", J), ("platform", "lang", NO)],
    "eaten": [("Nom", "first fr+last fr", N), ("Tel", "powers", P), ("Mail", "email", E)],
    "referral": [("Name", "first en+last en", N), ("Phone", "phone us", P), ("Referred by", "hubspot owner", NO), ("Created by", "hubspot owner", NO), ("Emergency contact", "first en+last en", NO), ("Emergency phone", "phone gb", NO)],
    "commercial": [("Client", "company", C), ("Interlocuteur", "first fr+last fr", N), ("Tél. interlocuteur", "phone fr", P), ("Commercial", "hubspot owner", NO), ("Agence", "city fr", NO), ("Montant", "budget", NO)],
    "address book": [("Display Name", "first en+last en", N), ("Nickname", "first en", NO), ("E-mail", "email", E), ("Home Street", "street", NO), ("Home City", "city en", V), ("Home Country", "country en", K), ("Work Phone", "phone us", P), ("Birthday", "date", NO)],
    "de crm": [("Kundennr.", "id", NO), ("Firmenname", "company", C), ("Ansprechpartner Vorname", "first de", F), ("Ansprechpartner Nachname", "last de", S), ("Tel. direkt", "landline de", P), ("Mobil", "phone de", P), ("Betreuer", "hubspot owner", NO), ("Rechnungsort", "city de", NO), ("Ort", "city de", V)],
    "nl crm": [("Klantnummer", "id", NO), ("Bedrijfsnaam", "company", C), ("Contactpersoon", "first nl+last nl", N), ("Telefoon contactpersoon", "phone nl", P), ("Accountmanager", "hubspot owner", NO), ("Factuur e-mail", "email", NO), ("Plaats", "city nl", V)],
    "pt crm": [("Código", "id", NO), ("Razão social", "company", C), ("Nome do contato", "first pt+last pt", N), ("Celular", "phone pt", P), ("Vendedor", "hubspot owner", NO), ("Data de nascimento", "date", NO), ("Município", "city pt", V), ("UF", "state", NO)],
}  # fmt: skip


def judge(name: str) -> list[tuple[str, str | None, str | None, str]]:
    """Match a layout: of each column the header, what is right, what was found, and why."""
    layout = LAYOUTS[name]
    sample = table(layout)
    choice = matching.choose(list(sample.columns), sample, required=False)
    wanted = {header: field for header, _, field in layout}
    return [(one.header, wanted[one.header], one.field, one.why) for one in choice.proposals]


def verdict(wanted: str | None, found: str | None, why: str) -> str:
    """Say how a column ended: right, wrong (another field), vetoed or left out (its field was not found)."""
    if wanted == found:
        return "right"
    if found is not None:
        return "wrong"
    return "vetoed" if why.startswith("left out") else "left out"


def main() -> int:
    """Print the measure."""
    counts: Counter[str] = Counter()
    for name in LAYOUTS:
        for header, wanted, found, why in judge(name):
            ended = verdict(wanted, found, why)
            counts[ended] += 1
            if ended != "right":
                print(f"{ended:<9} {name}: {header!r} is {wanted}, found {found}: {why}")
    total = sum(counts.values())
    shares = ", ".join(f"{counts[kind]} {kind}" for kind in ("right", "wrong", "vetoed", "left out"))
    print(f"{len(LAYOUTS)} layouts, {total} columns: {shares} ({counts['right'] / total:.1%} right)")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    sys.exit(main())
