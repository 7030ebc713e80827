"""CAMEO codes and PLOVER types of our events, so that analysts can join them to their data.

Codes by the CAMEO Manual 1.1b3 (Schrodt 2012) and the PLOVER codebook (2018): a statement's code follows its
act, a contact's its kind and medium, a mediation's its stage.
"""

from bot.model import Act, EventKind, Medium, Stage, Status

_ACTS = {
    Act.POSITION: ("010", "CONSULT"),
    Act.APPEAL: ("020", "REQUEST"),
    Act.CONCERN: ("012", "CONSULT"),
    Act.CONDEMNATION: ("111", "ACCUSE"),
    Act.CONDOLENCE: ("018", "SUPPORT"),
    Act.ACCUSATION: ("112", "ACCUSE"),
    Act.WARNING: ("130", "THREATEN"),
    Act.REJECTION: ("120", "REJECT"),
    Act.DENIAL: ("016", "REJECT"),
    Act.SUPPORT: ("051", "SUPPORT"),
    Act.PLEDGE: ("030", "AGREE"),
}
_STAGES = {
    Stage.OFFER: ("039", "CONSULT"),
    Stage.UNDERWAY: ("045", "CONSULT"),
    Stage.REQUESTED: ("028", "REQUEST"),
    Stage.ACCEPTED: ("038", "AGREE"),
    Stage.DECLINED: ("126", "REJECT"),
    Stage.ENDED: ("135", "REJECT"),
}


def codes(
    kind: EventKind,
    *,
    act: Act | None = None,
    stage: Stage | None = None,
    status: Status | None = None,
    medium: Medium | None = None,
) -> tuple[str, str]:
    """CAMEO code and PLOVER type of an event.

    A planned contact is CAMEO 036 (express intent to meet or negotiate), a cancelled one 1246 has no
    close match and is coded 125 (reject proposal to meet, discuss or negotiate).
    """
    if kind is EventKind.STATEMENT and act is not None:
        return _ACTS[act]
    if kind is EventKind.MEDIATION and stage is not None:
        return _STAGES[stage]
    if status is Status.PLANNED:
        return "036", "AGREE"
    if status is Status.CANCELLED:
        return "125", "REJECT"
    if kind is EventKind.MEETING:
        return "040", "CONSULT"
    return (
        ("041", "CONSULT")
        if medium in (Medium.PHONE, Medium.VIDEO, Medium.UNSPECIFIED, None)
        else ("040", "CONSULT")
    )
