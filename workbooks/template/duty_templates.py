"""The 职责模板 a new ledger starts with: for each weak aspect, what both sides do.

Each line is one duty a clerk can check off from the log: who does what, how often, within how
many months. Townships change, add and delete lines freely.
"""

from __future__ import annotations

from validators.vocabulary import Aspect, Method, Side, Subject

_A, _C, _D, _E = Method.ASSIGNMENTS, Method.CASES, Method.DELEGATION, Method.EXCHANGE
_Line = tuple[Side, str, Method, int, int]
_MENTOR, _MENTEE = Side.MENTOR, Side.MENTEE

_INDIVIDUAL: dict[Aspect, tuple[_Line, ...]] = {
    Aspect.CONVICTION: (
        (_MENTOR, "与对象谈心谈话，了解思想动态和实际困难，帮助坚定扎根基层的信心", _E, 4, 12),
        (_MENTOR, "带对象走访老党员、老支书，讲入党、任职和为民办事的经历", _E, 2, 6),
        (_MENTEE, "学习党的创新理论和“三农”政策，每季度写一篇学习心得交导师批阅", _A, 4, 12),
        (_MENTEE, "联系两户以上困难群众，每月上门一次，记录诉求和办理结果", _D, 6, 6),
    ),
    Aspect.COMPETENCE: (
        (_MENTOR, "讲解岗位职责、办事流程和常用政策，列出应知应会清单", _A, 3, 3),
        (_MENTOR, "拿出一件办结的难事，从头到尾讲清怎么判断、怎么处置", _C, 4, 12),
        (_MENTOR, "交一项工作由对象牵头，中途检查、事后点评", _D, 2, 6),
        (_MENTEE, "按应知应会清单逐项学，当面向导师讲一遍，由导师评判是否掌握", _A, 3, 6),
        (_MENTEE, "独立起草通知、总结或调研材料，按导师意见修改定稿", _A, 4, 12),
    ),
    Aspect.ORGANISATION: (
        (_MENTOR, "指导对象组织一次规范的“三会一课”或主题党日，会后点评", _D, 3, 6),
        (_MENTOR, "讲解发展党员、党费收缴和党员管理的程序与常见错误", _C, 2, 6),
        (_MENTEE, "列席并参与支部会议筹备，独立做一次会议记录和资料归档", _A, 3, 6),
        (_MENTEE, "学习“四议两公开”程序，参与一项村级事项的全过程", _D, 1, 12),
    ),
    Aspect.CONDUCT: (
        (_MENTOR, "带对象入户走访，示范怎么听诉求、怎么答复、怎么跟踪办理", _E, 4, 6),
        (_MENTOR, "围绕廉洁纪律和群众身边的案例谈一次话", _C, 2, 12),
        (_MENTEE, "建立民情台账，走访联系户，件件写明办理结果", _A, 6, 6),
        (_MENTEE, "公开承诺事项按期办结，办不结的向群众说明原因", _D, 2, 12),
    ),
    Aspect.INDUSTRY: (
        (_MENTOR, "带对象考察产业基地或合作社，讲清投入、销路和风险", _E, 2, 6),
        (_MENTOR, "指导对象做一个产业小项目的方案，算清成本收益", _D, 2, 12),
        (_MENTEE, "调查本村资源和农户意愿，形成一份产业发展建议", _A, 1, 6),
        (_MENTEE, "带动农户参加一项种养殖、加工或劳务增收项目，记录户数和收入变化", _D, 2, 12),
    ),
    Aspect.GOVERNANCE: (
        (_MENTOR, "带对象参加矛盾纠纷调解，讲清法律政策依据和说话方法", _C, 3, 6),
        (_MENTOR, "指导对象排查网格内的安全、环境和信访隐患", _E, 2, 6),
        (_MENTEE, "独立调解或参与化解纠纷，写明经过，由导师点评", _C, 2, 12),
        (_MENTEE, "协助修订村规民约或推进一项环境整治，按月报告进展", _D, 3, 12),
    ),
}

_ORGANISATION: dict[Aspect, tuple[_Line, ...]] = {
    Aspect.CONVICTION: (
        (_MENTOR, "到村（社区）讲党课或政策宣讲，带动党员亮身份、作表率", _E, 2, 12),
        (_MENTEE, "每月组织一次主题党日，做到有主题、有记录、有实效", _A, 6, 6),
        (_MENTEE, "为老党员、困难党员上门送学，党员参学情况逐人登记", _A, 4, 12),
    ),
    Aspect.COMPETENCE: (
        (_MENTOR, "给村（社区）“两委”成员集中讲一次业务和办事程序", _A, 3, 6),
        (_MENTOR, "指导书记主持一次难点工作的研究和部署，会后点评", _C, 3, 12),
        (_MENTEE, "“两委”成员明确分工，每人列出年度任务并按季报告进展", _A, 4, 12),
    ),
    Aspect.ORGANISATION: (
        (_MENTOR, "会同班子查找组织建设短板，制定整改清单，写明时限和责任人", _C, 1, 2),
        (_MENTOR, "列席支部会议，指导“三会一课”、组织生活会规范开展", _E, 4, 12),
        (_MENTEE, "按整改清单逐项整改，每季度向乡镇党委报告一次", _A, 4, 12),
        (_MENTEE, "培养村级后备力量，落实到人并有培养记录", _D, 2, 12),
    ),
    Aspect.CONDUCT: (
        (_MENTOR, "随班子入户听意见，帮助梳理群众反映集中的问题", _E, 3, 6),
        (_MENTEE, "党务、村务、财务按期公开，群众疑问当面答复并记录", _A, 4, 12),
        (_MENTEE, "落实坐班值班和代办服务，群众诉求件件有登记、有结果", _D, 6, 12),
    ),
    Aspect.INDUSTRY: (
        (_MENTOR, "帮助盘清集体资产和资源，选准一个增收项目", _C, 2, 6),
        (_MENTOR, "联系农技、市场、金融等方面，帮助解决项目难题", _E, 3, 12),
        (_MENTEE, "制定集体经济增收计划，每季度核对一次收入和进度", _A, 4, 12),
        (_MENTEE, "推动项目落地，建立带动农户的利益联结并登记户数", _D, 2, 12),
    ),
    Aspect.GOVERNANCE: (
        (_MENTOR, "指导排查矛盾纠纷和信访隐患，帮助化解疑难事项", _C, 3, 12),
        (_MENTOR, "帮助健全网格管理、积分制、村规民约等办法", _E, 2, 6),
        (_MENTEE, "每月研判一次矛盾隐患，能解决的当场解决，解决不了的按程序上报", _A, 6, 6),
        (_MENTEE, "组织环境整治、移风易俗等活动，党员带头参加", _D, 3, 12),
    ),
}


def duty_defaults() -> list[dict[str, object]]:
    """Return the default duty templates as rows of 职责模板."""
    return [
        {
            "subject": subject,
            "aspect": aspect,
            "side": side,
            "item": item,
            "method": method,
            "target": target,
            "months": months,
        }
        for subject, aspects in (
            (Subject.INDIVIDUAL, _INDIVIDUAL),
            (Subject.ORGANISATION, _ORGANISATION),
        )
        for aspect, lines in aspects.items()
        for side, item, method, target, months in lines
    ]
