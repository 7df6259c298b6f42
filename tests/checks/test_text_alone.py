"""Texts that contradict themselves: lists, balances, percentages, one thing told twice; and texts that do not."""

from __future__ import annotations

import pytest

from tests.checks.wordings import codes_in, found_in, report_saying

FOUND: dict[str, list[tuple[str, str, str]]] = {
    "list-does-not-add-up": [
        ("error", "网站公开263条，公众号公开291条，前两项合起来544条。", "a slip of the sum of neighbours that no table has"),
        ("error", "全年主动公开信息共330条：网站111条、公众号159条、导览屏50条。", "colon"),
        ("error", "全年共公开信息500条，网站300条、公众号150条、公开栏60条。", "共 and side by side"),
        ("error", "主动公开政府信息200条，其中网站150条、公众号80条。", "more than the whole after 其中"),
        ("error", "共发布信息100条，其中：\n网站60条；\n公众号50条。", "over line breaks and ；"),
        ("error", "发布解读材料50篇（文字解读24篇、图表解读20篇）。", "bracket"),
        ("error", "网站发布263条，公众号发布291条，合计560条。", "total behind"),
        ("error", "全年累计公开信息1,204条，包括网站1000条、公众号304条。", "包括, more than the whole"),
        ("error", "全年共公开信息300条。其中，网站200条，公众号180条。", "其中 in the next sentence"),
        ("error", "全年共公开信息300条，其中网站200条（要闻150条、公告60条），公众号100条。", "a list in a list"),
        ("warning", "主动公开政府信息100条，其中网站60条、公众号35条。", "a little less than the whole"),
        ("notice", "主动公开政府信息200条，其中网站60条、公众号40条、其他50条。", "其他 ends the list"),
        ("notice", "全年共公开信息500余条，其中网站400余条、公众号300余条。", "approximate"),
        ("error", "全年共公开信息十二条，其中网站八条、公众号六条。", "Chinese numerals"),
        ("error", "共公开信息1.2万条，其中网站1万条、公众号3000条。", "万"),
        ("error", "网站公开263条，公众号公开291条，两项共545条；其余栏目12条。", "a sum takes no items behind it"),
        ("warning", "新收申请12件，其中10件为自然人，其余1件来自企业。", "其余 completes a head of the tables"),
        ("warning", "网上放了468条，翻开来数，126条动态，203条公示，98条文件，59条解读。", "a sum with two digits swapped"),
    ],
    "text-balance": [
        ("error", "新收申请12件，上年结转1件，办结10件，结转下年度2件。", "four figures"),
        ("error", "全年收到申请12件，办结12件，上年结转1件，无结转下年度。", "nothing carried out"),
        ("error", "全年新收申请12件；上年结转2件；答复11件，2件结转下年度继续办理。", "carried in is wrong"),
        ("error", "收到申请十二件，上年结转一件，办结十件，结转下年度两件。", "Chinese numerals"),
    ],
    "figure-twice": [
        ("warning", "全年收到申请12件。综上，2024年新收申请15件。", "twice in one part"),
        ("warning", "制发行政规范性文件3件。回顾全年，新制发规范性文件5件。", "documents"),
        ("warning", "行政复议3件。全年行政复议4件。", "disputes"),
        ("warning", "办结申请11件。全年共办结申请9件。", "handled"),
        ("warning", "全年公开信息1126条，其中公众号411条、网站715条。公众号全年推送441条。", "a channel, the first of its list"),
        ("warning", "公开信息1126条，其中网站715条、公众号411条。微信公众号“甲发布”一年推送信息441条。", "its name"),
        ("warning", "全年主动公开信息574条。网站公开263条，公众号公开291条，合计554条。", "all channels together"),
        ("warning", "2024年清河镇主动公开信息545条。网站公开263条，公众号公开291条，合计554条。", "the organ by its name"),
        ("warning", "全年镇网站发布信息263条。网站年度发布量由250条增至236条。", "the level that a channel reached"),
        ("warning", "主动公开信息1204条。主动公开信息量由1010条升至1240条。", "the level that all reached"),
    ],
    "text-percentage": [
        ("warning", "办结申请11件，其中予以公开5件，占办结总数的50.5%。", "base told"),
        ("warning", "办结申请11件，予以公开5件、占45.5%，不予公开2件、占28.2%。", "the other one shows the base"),
        ("notice", "办结申请11件，其中予以公开5件，占办结总数的45.4%。", "cut off, not rounded"),
        ("warning", "全年共公开信息200条，其中网站150条，占65%，公众号50条，占25%。", "of a list"),
        ("warning", "予以公开5件、部分公开1件，两项占办结总数的60.5%。", "two together"),
        ("warning", "新收申请12件，其中自然人申请10件，占20%。", "far from the right one, which no part of the base has"),
        ("warning", "予以公开5件，占办结总数的7%。", "the same with the base"),
        ("warning", "新收申请12件，自然人10件，占83.3%；其余为企业、科研等机构，占26.7%。", "what the rest has"),
    ],
}  # fmt: skip

NEAR: dict[str, list[tuple[str, str]]] = {
    "list-does-not-add-up": [
        ("全年主动公开信息共330条：网站111条、公众号159条、导览屏60条。", "adds up"),
        ("全年主动公开信息500条，其中重点领域信息120条。", "one of several"),
        ("全年公开信息500条，其中网站200条、公众号150条。", "some of several"),
        ("主动公开信息500余条，其中：网站100余条，公众号121条，学习平台23条，APP18条，其他200余条。", "approximate, fits"),
        ("网站发布263条，公众号发布291条，合计554条。", "total behind, adds up"),
        ("全年发布信息300条，网站改版2次，公众号推送200条。", "other units"),
        ("全年共发布信息300条，回复留言20条，办理提案15件。", "other things done"),
        ("发布信息584条、267条。", "no names"),
        ("微信公众号、微博分别发布信息584条、267条，共计851条。", "分别, total behind"),
        ("共公开信息100条，其中网站60条（要闻40条、公告20条），公众号40条。", "a list in a list"),
        ("共公开信息100条，其中网站60条，包括要闻40条、公告20条，公众号40条。", "a second 其中"),
        ("全年主动公开政府信息32条，包括工作动态类6条、规范性文件类2条、处罚类9条。", "some kinds"),
        ("公开信息100条，比上年增加20条，其中网站60条、公众号40条。", "a change in between"),
        ("采纳意见三条，解读政策两件，答复一次。", "no list"),
        ("收到申请12件，办结11件，结转2件，其中予以公开5件。", "other rows"),
        ("全年共举办培训3次，培训120人次。", "trainings"),
        ("发布解读材料50篇（其中文字解读24条、图表解读26条）。", "other unit, adds up"),
        ("信息公开栏目共5类20项，更新信息300条。", "columns"),
        ("公开5件、部分公开1件，两项共6件，占54.5%；不予公开2件，无法提供1件，不予处理1件，其他处理1件。", "a sum"),
    ],
    "text-balance": [
        ("新收申请12件，上年结转1件，办结11件，结转下年度2件。", "balances"),
        ("全年收到申请12件，办结11件。", "two figures say nothing"),
        ("全年收到申请13件（含上年结转1件），办结11件，结转下年度2件。", "收办"),
        ("新收申请12件，办结11件，结转下年度2件。", "carried in is not told"),
    ],
    "figure-twice": [
        ("全年公开信息1126条，其中公众号411条、网站715条。公众号全年推送民生信息141条。", "a kind of what a channel publishes"),
        ("全年公开信息1126条，其中公众号411条、网站715条。公众号全年收到留言441条。", "what a channel receives"),
        ("全年收到申请12件。12件申请中，自然人10件。", "the same"),
        ("2023年新收申请8件，2024年新收申请12件。", "two years"),
        ("新收申请12件，加上上年结转共13件。", "收办"),
        ("党政办收到申请5件，全镇收到申请12件。", "a part and the whole"),
        ("收到申请12件，其中收到企业申请2件。", "a part"),
        ("全年主动公开信息554条。网站公开263条，公众号公开291条，合计554条。", "all channels together"),
        ("全年镇网站发布信息263条。网站年度发布量由250条增至263条。", "the level that a channel reached"),
        ("公众号“甲发布”全年推送441条。公众号“乙发布”全年推送414条。", "two channels of one kind"),
        ("全年县网站发布信息263条。全年镇网站发布信息236条。", "the sites of two offices"),
        ("（一）网站公开情况\n主动公开信息120条。\n（二）公众号公开情况\n主动公开信息102条。", "below headings of channels"),
        ("公车由上年的28辆减到27辆，用电降了4.1%。", "a change of another thing"),
    ],
    "text-percentage": [
        ("办结申请11件，其中予以公开5件，占办结总数的45.5%。", "right"),
        ("予以公开5件、占45.5%，不予公开2件、占18.2%。", "right without a base"),
        ("新收申请12件，其中自然人申请10件，占83.3%。", "of new"),
        ("办结率100%，满意率98.5%，公开率达95%。", "rates"),
        ("予以公开5件、部分公开1件，两项占办结总数的54.5%。", "two together"),
        ("近三成申请涉及征地，超过一半为自然人提出。", "shares in words"),
        ("依申请公开事项在考核中占5%的分值。", "of something else"),
        ("予以公开5件，占各科所来件的6%；不予公开2件，占全县信访件的1%。", "of bases that the tables do not have"),
        ("新收申请12件，自然人10件，占83.3%；其余为企业、科研等机构，占16.7%。", "what the rest has"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "severity", "sentence"),
    [(code, severity, sentence) for code, rows in FOUND.items() for severity, sentence, _ in rows],
)
def test_is_found(code: str, severity: str, sentence: str) -> None:
    assert (code, severity) in codes_in(sentence)


@pytest.mark.parametrize("sentence", [sentence for rows in NEAR.values() for sentence, _ in rows])
def test_is_left_alone(sentence: str) -> None:
    assert codes_in(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "right", "wrong"),
    [
        ("全年向社会公布政府信息2630条。主动公开政府信息2360条，其中网站1520条、公众号840条。", "2360", "2630"),
        ("全年制作各类政策解读材料57件。县里点名，一年做出政策解读材料75件。", "57", "75"),
    ],
)
def test_of_a_total_written_twice_the_one_that_nothing_confirms_is_marked(sentence: str, right: str, wrong: str) -> None:
    found = [item for item in found_in(report_saying(sentence)) if item.code == "figure-twice"]
    assert [(item.expected, item.found) for item in found] == [(right, wrong)]


def test_two_parts_tell_one_figure_differently() -> None:
    found = codes_in("全年收到申请12件。", other="信息处理费0元。全年收到申请14件。")
    assert ("figure-twice", "warning") in found


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("村务公开栏张贴650条。", []),
        ("村务公开栏张贴640条。", [("figure-twice", "warning")]),
        ("村务公开栏新增40块。", []),
        ("村务公开栏等平台共发布900条。", []),
        ("“清河发布”年末粉丝5210人，全年推送341条信息。", []),
        ("“清河发布”年末粉丝5210人，全年推送314条信息。", [("figure-twice", "warning")]),
    ],
)
def test_channels_agree_with_the_filled_in_counts(sentence: str, found: list[tuple[str, str]]) -> None:
    assert codes_in(sentence, channels=(("村务公开栏", 650), ("“清河发布”公众号", 341))) == found
