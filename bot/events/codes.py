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
# What a reporting verb says more exactly than its act; root of the code first two digits, as the manual has them.
_CUES = {
    (Act.APPEAL, "demand"): "100",
    (Act.APPEAL, "insist"): "100",
    (Act.CONDEMNATION, "complain"): "114",
    (Act.CONDEMNATION, "protest"): "114",
    (Act.SUPPORT, "defend"): "052",
    (Act.POSITION, "hope"): "013",
    (Act.POSITION, "agree"): "019",
    (Act.POSITION, "concur"): "019",
}
_PLOVER_OF_ROOT = {
    "03": "AGREE", "05": "SUPPORT", "10": "REQUEST", "11": "ACCUSE", "12": "REJECT", "13": "THREATEN",
}  # fmt: skip


def cue_code(act: Act, cue: str) -> str | None:
    """The CAMEO code that the lemma of a cue gives beyond its act, or None: a demand is no mere appeal."""
    return _CUES.get((act, cue))


def plover_of(cameo: str, otherwise: str) -> str:
    """The PLOVER type of a CAMEO code finer than the act's; `otherwise` is the act's own."""
    return _PLOVER_OF_ROOT.get(cameo[:2], otherwise)


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
