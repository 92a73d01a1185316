"""A peer of ``validate``: a pydantic model a row, with its types for phone numbers and e-mail addresses."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from typing import Annotated

from pydantic import BaseModel, EmailStr, Field, StringConstraints, ValidationError
from pydantic_extra_types.phone_numbers import PhoneNumber

Short = Annotated[str, StringConstraints(max_length=100)]


class French(PhoneNumber):
    """A number that is French where it has no prefix."""

    default_region_code = "FR"
    phone_format = "E164"


class Lead(BaseModel):
    """A row of the list."""

    first: Short = Field(alias="First Name")
    last: Annotated[str, StringConstraints(min_length=1, max_length=100)] = Field(alias="Last Name")
    phone: French = Field(alias="Phone")
    email: EmailStr = Field(alias="Email")
    title: Short = Field(alias="Title")
    company: Short = Field(alias="Company")
    industry: Short = Field(alias="Industry")
    city: Short = Field(alias="City")
    country: Short = Field(alias="Country")
    tags: str = Field(alias="Tags")


def main(path: str) -> None:
    """Check a csv file and write good rows and problems as csv."""
    good: list[Lead] = []
    bad: list[list[object]] = []
    with open(path, encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            try:
                good.append(Lead.model_validate(row))
            except ValidationError as error:
                bad += [[number, problem["loc"][0], problem["msg"]] for problem in error.errors()]
    repeated = Counter(lead.phone for lead in good)
    with open(path + ".good.csv", "w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([*lead.model_dump().values(), repeated[lead.phone] > 1] for lead in good)
    with open(path + ".bad.csv", "w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(bad)


if __name__ == "__main__":
    main(sys.argv[1])
