"""Companies in a column of people."""

from __future__ import annotations

import pytest

from bulk_io.companies import is_company


@pytest.mark.parametrize(
    "name",
    ["Acme SARL", "Martin, SARL", "Müller GmbH", "Müller GmbH & Co. KG", "Acme Ltd.", "Acme Inc", "Acme S.A.",
     "Acme SA",
     "Rossi S.p.A.", "García S.L.", "Visser B.V.", "Silva Lda", "Boulangerie Martin", "Garage du Lac", "Hôtel Bellevue",
     "Martin et fils", "Weber & Söhne", "Smith & Sons", "Groupe Acme Consulting", "Acme Holding", "Zurich AG"],
    ids=str,
)  # fmt: skip
def test_a_company_is_noticed(name: str) -> None:
    """By its legal form, its trade in front, or its kin."""
    assert is_company(name)


@pytest.mark.parametrize(
    "name",
    ["", "Jean Dupont", "Maria SA", "Maria Sá", "S.A. Martin", "B.V. Raman", "Sas Müller", "Mei Lin", "Ag Nielsen",
     "Marie Hôtel",
     "Jean Cabinet", "Co Tran", "Se-ri Yoon", "Ana e Marco", "Jean et Marie DUPONT", "Dr. Inca Roca", "Carla Groupeau"],
    ids=str,
)  # fmt: skip
def test_a_person_is_no_company(name: str) -> None:
    """Short forms may be names or initials."""
    assert not is_company(name)
