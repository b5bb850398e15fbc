"""The six aspect columns, shared by the four sheets that rate people and organisations."""

from __future__ import annotations

from typing import Annotated

from validators.columns import column
from validators.fields import Score

__all__ = [
    "ASPECT_FIELDS",
    "Competence",
    "CompetenceRated",
    "Conduct",
    "ConductRated",
    "Conviction",
    "ConvictionRated",
    "Governance",
    "GovernanceRated",
    "Industry",
    "IndustryRated",
    "Organisation",
    "OrganisationRated",
]

ASPECT_FIELDS = ("conviction", "competence", "organisation", "conduct", "industry", "governance")
"""Field names of the six aspects in the order of `vocabulary.Aspect`."""

_HELP = "1–5 分的整数，每一档的标准见“参数”表"

Conviction = Annotated[Score | None, column("思想情怀", width=4.5, help=_HELP, recommended=True)]
Competence = Annotated[Score | None, column("业务能力", width=4.5, help=_HELP, recommended=True)]
Organisation = Annotated[Score | None, column("组织建设", width=4.5, help=_HELP, recommended=True)]
Conduct = Annotated[Score | None, column("工作作风", width=4.5, help=_HELP, recommended=True)]
Industry = Annotated[Score | None, column("产业发展", width=4.5, help=_HELP, recommended=True)]
Governance = Annotated[Score | None, column("基层治理", width=4.5, help=_HELP, recommended=True)]

ConvictionRated = Annotated[Score, column("思想情怀", width=4.5, help=_HELP)]
CompetenceRated = Annotated[Score, column("业务能力", width=4.5, help=_HELP)]
OrganisationRated = Annotated[Score, column("组织建设", width=4.5, help=_HELP)]
ConductRated = Annotated[Score, column("工作作风", width=4.5, help=_HELP)]
IndustryRated = Annotated[Score, column("产业发展", width=4.5, help=_HELP)]
GovernanceRated = Annotated[Score, column("基层治理", width=4.5, help=_HELP)]
