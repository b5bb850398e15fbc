"""The 负面行为清单 printed with every agreement: what mentor and mentee must not do.

The idea of such a list is published practice (see 参数's sources); the wording is this project's
own and stays within what any cadre is bound to anyway.
"""

from __future__ import annotations

__all__ = ["FOR_MENTEES", "FOR_MENTORS"]

FOR_MENTORS = (
    "不得以帮带名义收受礼品礼金、消费卡券，或者接受宴请。",
    "不得让帮带对象代办私事，或者替自己写材料、担责任。",
    "不得只挂名不帮带，编造联系记录、事后集中补记日志。",
    "不得借帮带插手村（社区）选举用人、工程项目和资金分配，为自己或亲友谋利。",
    "不得向帮带对象推销产品、保险，或者拉其参加与履职无关的营利活动。",
    "不得训斥羞辱帮带对象，或者借评价打分施压。",
    "不得泄露帮带中知悉的工作秘密、个人隐私和群众信息。",
)
"""What a mentor must not do; each a whole sentence."""

FOR_MENTEES = (
    "不得向导师赠送礼品礼金，或者以拜师、答谢名义组织宴请。",
    "不得借导师名义请托说情、谋求任用，或者承揽项目、争取照顾。",
    "不得无故不参加帮带活动，或者不完成约定的学习和工作任务。",
    "不得编造学习成果、工作实绩，虚报带动人数和收入数据。",
    "不得把本职工作推给导师，或者以接受帮带为由不服从所在党组织管理。",
    "不得隐瞒帮带中发现的问题，或者在评价导师时讲人情、打假分。",
    "不得泄露帮带中知悉的工作秘密、个人隐私和群众信息。",
)
"""What a mentee, also the leaders of a mentee organisation, must not do."""
