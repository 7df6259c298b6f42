"""One decision on the whole report: what explains a figure, what is left of its degree, to which figure a list belongs."""

from __future__ import annotations

import pytest

from tests.checks.wordings import codes_in, found_in, last_year, report_saying
from toolkit.checks.narrative.candidates.meanings import _read_sentence, meanings_of
from toolkit.checks.narrative.explaining import explain_figures
from toolkit.forms import Address
from toolkit.report import Organ

# The township: new 12 (natural persons 10, firms 2), carried in 1, handled 11 (natural persons 9), granted 5 (4 and 1).
EXPLAINED = [
    ("收到申请12件。对涉及第三方合法权益的，征求第三方意见8件。", "far from the cell that a clause before names"),
    ("收到申请12件。属于第三方合法权益的情形，都先征求了意见，共发出征求意见函2份。", "papers"),
    ("收到申请12件。涉及第三方合法权益的，书面征求第三方意见2件。", "a step on the way to the answer"),
    ("收到申请12件。说到第三方合法权益，有关业务科室牵头会办2件。", "a step on the way to the answer"),
    ("收到申请12件。属于第三方合法权益的情形，全年召开协调会2件次。", "a noun that is not known"),
    ("收到申请12件。1件已于2025年1月5日答复。", "some of those left over"),
    ("收到申请12件。自然人9件、商业企业2件的办理已完成。", "a kind of applicants of another row"),
    ("收到申请12件。自然人提出的10件，予以公开4件。", "an outcome of one kind of applicants"),
    ("收到申请12件。办结11件，其中第三方合法权益1件、内部事务1件不予公开。", "reasons side by side make up their outcome"),
    ("收到申请12件。新收的申请有2件是企业的。", "the words behind the figure say of whom it is told"),
    ("全年公开120条、公示30条，合计150条，其中网站90条。", "a head that its own list explains"),
    ("行政复议3件，行政诉讼2件。全镇没有一件被复议机关撤销的许可。", "no count"),
    ("无一件被投诉。", "no count"),
    ("收到申请12件。答复一件不漏。", "no count"),
    ("收到申请12件。办结11件，其中涉及渡槽改造的3件予以公开。", "unknown words behind 其中 narrow the figure"),
    ("收到申请12件。全年审了322份文，其中定为不公开的61份。", "the figure before 其中 is of no cell"),
    ("制发发文28份，其中渡槽类20份，通知18份、公告10份。", "an item of unknown words divides another figure"),
    ("收到申请12件。共召开部署会2次、推进会3次，批示4次。", "small figures side by side are no list"),
    ("收到申请12件。交给申请人5件，其中自然人4件。", "the row of the figure before, in words that are not known"),
    ("收到申请12件。公开的合计5件；没给的6件，企业2件、个人4件。", "the items behind the first are its parts"),
    ("收到申请12件，再无新的申请。", "nothing else is denied"),
    ("收到申请12件。行政复议3件、行政诉讼2件，其余复议诉讼均无。", "the others are denied"),
    ("收到申请12件。除这3件外没有行政复议。", "the others are denied"),
    ("收到申请12件，其中最多的村4件，有3个村为零申请。", "some bodies have none"),
    ("收到申请12件。近一半社区全年未收到申请。", "some bodies have none"),
    ("收到申请12件，行政复议3件，其中白杨镇零申请，柳林乡无行政复议。", "another body has none"),
    ("收到申请12件。予以公开6件（含部分公开1件）。", "what was granted in part is within"),
    ("收到申请12件。公开6件，其中全部公开5件、部分公开1件。", "what was granted in part is within"),
    ("收到申请12件。公开信息的6件（部分公开1件包括在内）。", "what was granted in part is within"),
    ("收到申请12件。不予公开、无法提供两类3件。", "kinds counted with their names"),
    ("收到申请12件。其余两类（无法提供、不予处理）合并为2件。", "kinds counted with their names"),
    ("收到申请12件（不含上年结转1件）。", "those carried in are left aside"),
    ("上年转入1件，加上本年新收的12件，待办申请13件。", "all there was to do"),
    ("从去年接过来没有办完的申请1件，今年收到12件。", "what last year did not finish"),
    ("回应群众关切47次，包括热线答疑30次、网上信箱回复15次、发布会答问2次。", "the items make up the head"),
    ("公众号推送信息70条，其中28篇社区活动报道、24则办事提醒、18期政策问答。", "measure words of their own"),
    ("发布信息120条，其中每日通报60条、提示40条、政策20条。", "每日 is a part of the item's name"),
    ("收到申请12件。不掌握的1件，已指引申请人向区住建局等单位申请。", "offices that the applicant was sent to"),
    ("收到申请12件。从承办主体看，住建、资源和街镇三类单位合计占到七成。", "offices that handled them"),
    ("公示名单统一隐去身份证号后6位和银行账号中间8位。", "no list"),
    ("收到申请12件，其中信访类1件作不予处理答复。", "信访 is such a reason"),
    ("制发规范性文件3件，已公开2件，另1件于12月31日印发、次年1月公开。", "one of them, by its date"),
    ("收到申请12件。第三方评估显示最高的白杨镇得92.5分，最低的仅61.3分。", "what is ranked follows the rank"),
    ("收到申请12件。结转下年度2件。转入下年的1件已延期。", "one of the two before it"),
    ("收到申请12件。12件申请由自然人提出10件、商业企业提出2件。", "the words between two figures name the second"),
    ("收到申请12件。2022年结转1件至2023年，2023年结转1件至本年。", "what was carried over between other years"),
    ("行政复议3件，维持2件、纠正1件；行政诉讼2件，均维持。合起来维持了4件。", "a result of several rows"),
    ("行政复议3件，两维持一纠正。", "figures of one character side by side"),
    ("收到申请12件，自然人、企业各来了6件。", "each, with a verb"),
    ("收到申请12件。群众诉求283件，办结280件，其余9件为跨年度的维修事项。", "left of figures that are none of the tables"),
    ("收到申请12件，小程序收集诉求23件，办结14件，其余9件跨年办理。", "what is left of the two figures before it"),
    ("办结11件。其余各县部门收到申请21件，分别在各自年度报告中反映。", "other bodies report them"),
    ("收到申请12件。排名靠前的为征收、社保、土地，分别为21件、3件、1件。", "dealt out to other names"),
    ("收到申请12件。办结的41件网民留言中，当场答复3件，电话答复14件，书面答复24件。", "one figure is the sum of the others"),
    ("收到申请12件，摊到每月，我镇大约要答复1件申请。", "a rate"),
    ("收到申请12件。未发生因征地引发的行政复议。", "another cause"),
    ("拆违引出的行政诉讼6件还在一审，确权引出的复议9件已审结，都不是为信息公开打的。", "another cause behind"),
    ("围绕补偿协议，本镇被诉7件、被申请复议9件，争的是房屋面积。", "another cause behind"),
    ("收到申请12件。没有因答复不及时引发的行政复议和行政诉讼。", "some of them"),
    ("收到申请12件。办结11件，有2件曾通知补正。", "a part of them"),
    ("收到申请12件。局长信箱来信40封，9件转入2024年继续办理。", "other business is carried over too"),
    ("收到申请12件，增长20%（2022年为10件）。从申请人看，自然人10件，企业2件。", "this year's figure is divided"),
    ("1件由上年转入，已予以公开；本年新收申请12件，其中予以公开4件，部分公开3件，不予公开5件。", "results of what was new"),
    ("收到申请12件。办结11件，公开5件，其余7件按规定作出不予公开、无法提供等答复。", "等 leaves open what else they were"),
    ("收到申请12件。制发规范性文件3件，比上年多制发1件。", "a change with its verb"),
    ("收到申请12件，其中征地5件、补偿4件、社保3件。片区补偿、物业选聘、占道处罚三类合计9件。", "three kinds by name"),
    ("收到申请12件（上年8件）。按申请人分，自然人10件，企业2件。", "this year's figure is divided"),
    ("收到申请12件。解答行政许可咨询46件，行政处罚投诉3件。", "what was asked about an act is none"),
    ("收到申请12件。行政许可25件，行政许可咨询46件。", "what was asked about an act is none"),
    ("收到申请12件。8件约占办结总数的七成。", "the words behind the figure name the base of its share"),
    ("收到申请12件。重复申请1件，其余不予处理2件。", "left of what its reason leaves"),
    ("收到申请12件。甲类1件，乙类1件不予公开。", "the row up to the figure makes up its cell"),
    ("自然人提出的10件，予以公开4件，不予公开1件。", "outcomes of one kind of applicants"),
    ("收到申请12件。其中最快的1件当日答复。", "words single out one of them"),
    ("收到申请12件。办理时间最长的2件予以公开。", "words single out some of them"),
    ("收到申请12件，最早的3件申请1月办结。", "words single out some of them"),
    ("收到申请12件，结转下年度2件（上年收到8件、年末结转1件）。", "all in the bracket is of the year that opens it"),
    ("收到申请12件（2023年共收到8件、办结7件，年底结转1件）。", "all in the bracket is of the year that opens it"),
    ("收到申请12件。较上一年度（行政复议1件、行政诉讼0件）明显增多。", "the bracket is of the year that is compared with"),
    ("收到申请12件。不予公开中，属于第三方合法权益的1件，占五成。", "the share is of the topic"),
    ("收到申请12件。不予公开的申请中，内部事务信息1件，占50%。", "the share is of the topic"),
    ("收到申请12件。申请人中自然人10件，企业2件。其中网络7件，信函3件，当面2件。", "其中 divides all kinds together"),
    ("收到申请12件，自然人10件、企业2件。其中线上申请7件、线下申请5件。", "其中 divides all kinds together"),
    ("收到公开申请13件，其中上年结转1件。", "what came in with those carried in"),
    ("收到公开申请13件（上年结转1件）。", "what came in with those carried in"),
    ("培训2次，参训163人次；会议3次，参训402人次；派员4次，参训17人次，以上各类参训共计582人次。", "the sum of its sentence"),
    ("政策解读8篇，通知公告51条，工作动态174条，以上合计233条。", "the sum of several units"),
    ("培训2次，参训163人次；派员4次，参训17人次，以上各类参训共计600人次。", "far from the sum: of other things as well"),
    ("2024年通过网站公开188条，通过“清河发布”公众号推送信息305条。“清河发布”公众号由专人负责，全年推送信息305条。", "the same"),
    ("2024年通过网站公开188条，通过“清河发布”公众号推送信息305条。“清河党建”公众号由专人负责，全年推送信息350条。", "another"),
    ("2024年通过网站公开188条，通过公众号推送信息305条。公众号由专人负责，全年推送原创信息350条。", "some of them"),
    ("公开和部分公开6件，其中土地类5件，占45.5%。", "a share of all that were handled, behind a figure whose words are unknown"),
    ("2024年受理申请13件（含上年结转1件），比上年增加5件。", "the change of what the figure tells, with what was carried in"),
    ("除1件不予处理、1件作其他处理外，其余9件均依法作出实体答复。", "the rest that was answered is not all"),
    ("全年全镇共办理各类行政复议案件5件，其中涉及政府信息公开3件。", "cases of every kind"),
    ("各类申请326件，其中政府信息公开申请12件，社会救助申请314件。", "applications of every kind"),
    ("收到申请12件，所属7个事业单位未收到政府信息公开申请。", "denied of other bodies"),
    ("收到申请12件，全部按时办结或依规结转。", "finished or carried over"),
    ("收到信件申请4件，电子邮件申请1件，在线申请7件，合计12件。", "the first is a part of the sum behind"),
    ("1件部分公开，2件不予公开，3件其他，其余均予以公开，其中居民4件、企业1件。", "what the rest is divided into"),
]
SEVERITIES = [
    ("error", "全年收到申请15件。", "sure words, a near miss, told nowhere else"),
    ("warning", "全年收到申请12件。回顾全年，新收申请15件。", "the cell is told rightly elsewhere"),
    ("warning", "全年办理申请14件。", "words that may mean another row"),
    ("warning", "因渡口村改造引发行政复议3件，纠正2件。", "another cell has the value, in free words"),
    ("warning", "收到申请12件，自然人10件，企业2件，办结11件，予以公开8件。", "the sentence speaks of kinds of applicants"),
]


# near misses of the explanations
CONTRADICTIONS = [
    ("text-outcome", "收到申请12件。属于第三方合法权益的情形，征求意见后依法作出决定，全年为3件。"),
    ("text-carried", "收到申请12件。年末有3件要到2025年才能答复。"),
    ("text-carried", "收到申请12件。2023年没有走完程序的3件接着办理。"),
    ("text-handled", "收到申请12件。办结11件，其中自然人8件。"),
    ("text-new", "收到申请12件，其中自然人8件。"),
    ("list-does-not-add-up", "新增公开指南11条，其中网站6条、公众号2条、微博4条。"),
    ("list-does-not-add-up", "新增公开指南12条，其中网站31条。"),
    ("list-does-not-add-up", "新增公开指南12条，其中网站30条、公众号20条。"),
    ("text-none", "收到申请12件。此外，没有发生行政复议。"),
    ("text-none", "收到申请12件。行政诉讼一件都没有。"),
    ("text-disputes", "收到申请12件。行政复议3件，维持3件。"),
    ("text-carried", "收到申请12件，三件未办结结转下年。"),
    ("text-outcome", "收到申请12件，五件不予公开。"),
    ("text-outcome", "收到申请12件。两件公开，一件不予公开。"),
    ("text-none", "收到申请12件。再次强调，没有发生行政复议。"),
    ("list-does-not-add-up", "收到申请12件，网上的8件，信函的2件，当面的1件。"),
    ("text-carried", "去年底留下的3件都办了。"),
    ("text-none", "收到申请12件。再次说明没有发生行政复议。"),
    ("text-new", "12件，另有15件新收申请"),
    ("text-outcome", "1件由上年转入，已予以公开；本年新收申请12件，其中予以公开4件，部分公开3件，不予公开4件。"),
    ("text-carried", "收到申请12件。办结11件，剩下9件留待2024年办理。"),
    ("list-does-not-add-up", "公开指南120条，增长20%（2022年为100条）。从渠道看，网站80条，公众号30条。"),
    ("text-article20", "收到申请12件。行政许可24件，行政许可咨询46件。"),
    ("text-handled", "收到申请12件。办结14件，约占办结总数的七成。"),
    ("text-outcome", "收到申请12件。不予公开3件，其中甲类1件。"),
    ("text-outcome", "自然人提出的10件，予以公开3件，不予公开1件。"),
    ("text-percentage", "公开信息386条。网站230条，占69.6%；公众号156条，占40.4%。"),
    ("text-handled", "收到申请12件。办结最快，共办结14件。"),
    ("text-outcome", "收到申请12件，最快1天答复，予以公开7件。"),
    ("text-carried", "收到申请12件（上年8件），年末结转3件。"),
    ("text-carried", "办结11件（2024年收到12件、年末结转3件）。"),
    ("growth-misquoted", "收到申请12件（上年收到7件、年底结转1件）。"),
    ("growth-misquoted", "收到申请12件。较上一年度（行政复议5件）明显增多。"),
    ("text-percentage", "收到申请12件。不予公开中，属于第三方合法权益的1件，占七成。"),
    ("text-percentage", "收到申请12件。不予公开的申请中，内部事务信息1件，占40%。"),
    ("text-percentage", "收到申请12件。不予公开2件中，内部事务信息1件，占40%。"),
    ("list-does-not-add-up", "收到申请12件，自然人10件、企业2件。其中网络申请7件，信函申请3件，当面申请3件。"),
    ("text-new", "收到公开申请13件，上年结转1件。"),
    ("list-does-not-add-up", "培训2次，参训163人次；会议3次，参训402人次；派员4次，参训17人次，以上各类参训共计592人次。"),
    ("list-does-not-add-up", "宣讲2场，听众163人；会议3场，参会402人；走访4次，座谈17人，上述活动共计528人。"),
    ("figure-twice", "2024年通过网站公开188条，通过公众号推送信息305条。公众号运维有专人，全年推送信息350条。"),
    (
        "figure-twice",
        "2024年通过网站公开188条，通过“清河发布”公众号推送信息305条。“清河发布”公众号由专人负责，全年推送信息350条。",
    ),
    ("text-carried", "2023年跨年的3件申请已在法定期限内答复。"),
    ("text-article20", "规范性文件制发、废止、现行有效数分别为3件、2件、8件。"),
    ("text-none", "本机关及所属单位未收到政府信息公开申请。"),
    ("text-outcome", "收到申请12件，办结11件。公开信息的7件（含部分公开1件），无法提供的1件。"),
    ("text-outcome", "收到申请12件。予以公开8件，其中全部公开5件、部分公开1件。"),
    ("text-outcome", "收到申请12件。不予公开、无法提供两类5件。"),
    ("text-outcome", "收到申请12件。其余两类（无法提供、不予处理）合并为5件。"),
    ("text-new", "收到申请13件，不包括上年结转的1件。"),
    ("text-carried", "从去年接过来没有办完的申请5件，今年收到12件。"),
    ("list-does-not-add-up", "回应群众关切54次，包括热线答疑30次、网上信箱回复15次、发布会答问2次。"),
    ("list-does-not-add-up", "公众号推送信息60条，其中28篇社区活动报道、24则办事提醒、18期政策问答。"),
    ("text-outcome-group", "收到申请12件，其中信访类1件作不予公开答复。"),
    ("text-disputes", "因行政处罚引发行政复议9件；行政复议8件。"),
    ("figure-twice", "全年开展培训12场。全年组织培训40场。全年组织培训45场。"),
    ("list-does-not-add-up", "网站发布734条，公众号发布291条。网站、公众号两项合起来1015条。"),
    ("text-new", "撇开电话咨询，真正编了号、走法定流程的申请，满打满算21件。"),
    ("text-new", "申请方面，网上点来、窗口递来、邮局寄来的，一年下来共计21件。"),
    ("text-article20", "行政处罚一项，一本本案卷累加上去，最后停在14件。"),
    ("text-carried", "收到申请12件，去年未了的4件并入一块儿办。"),
    ("text-none", "未发生因不服政府信息公开申请答复、处理决定而申请行政复议的案件。"),
    ("figure-twice", "局微信公众号全年推送图文318篇。公众号这块阵地由专人值守，一年下来与读者见面的图文计381篇。"),
    ("list-does-not-add-up", "公开专栏更新216条，分作四类，分别是98条工作动态、64条通知公告、37条惠农政策和12条财务公示。"),
    ("text-outcome-group", "收到申请12件。不予公开的有两种情形，一是涉及第三方合法权益的1件，二是实际上属于举报投诉的1件。"),
]
_POLICE, _COUNTY = Organ(name="箬山市公安局", level="city_department"), Organ(name="云水县人民政府办公室", level="county")
BODIES = [
    (_POLICE, "全市公安机关接收公开申请15件。", ["text-new"], "its own name for itself"),
    (_POLICE, "全市公安机关新收申请12件，上年结转3件。", ["text-carried"], "its own name for itself"),
    (_POLICE, "全市公安机关接收公开申请305件，其中市局12件。", [], "with those below it"),
    (_POLICE, "全市公安机关共作出行政处罚4305件。", [], "with those below it"),
    (_POLICE, "全市教育机关接收公开申请15件。", [], "others"),
    (_COUNTY, "全县受理公开申请12件。县政府办本级收到申请4件，其余8件分布于14个部门。", [], "a part of the county"),
    (_COUNTY, "全县受理公开申请12件。县政府办公室本级收到3件，部门收到9件。", [], "a part of the county"),
    (_COUNTY, "全县受理公开申请15件。县政府办本级收到4件。", ["text-new"], "the county"),
    (_COUNTY, "县政府办公室受理公开申请15件。", ["text-new"], "the county's office compiles its report"),
    (_COUNTY, "县政府办本级收到申请15件。", ["text-new"], "no whole beside it"),
]


@pytest.mark.parametrize(("code", "text"), CONTRADICTIONS)
def test_a_contradiction_that_nothing_explains_is_found(code: str, text: str) -> None:
    assert code in [found for found, _ in codes_in(text)]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("text-carried", "收到申请12件。上一年压下来、今年才答复的有3件。"),
        ("text-carried", "收到申请12件。年底案头已清空，没有跨年的件。"),
        ("text-carried", "收到申请12件。上一年没有给今年留下尾巴。"),
        ("text-none", "收到申请12件。申请人里没有谁为公开的事去申请复议。"),
        ("text-none", "收到申请12件。为公开答复打官司的一个也没有。"),
    ],
)
def test_words_that_no_rule_knows_are_compared_with_what_the_text_states_nowhere(code: str, text: str) -> None:
    assert code in [found for found, _ in codes_in(text)]


@pytest.mark.parametrize(
    "text",
    [
        "没。", "收到申请12件。没有一件超过法定期限。", "收到申请12件。复议机关没有纠正本镇的答复。",
        "收到申请12件。上半年没有人申请复议。",
        "收到申请12件。办理信访件14件，都没有超期。",
    ],
)  # fmt: skip
def test_words_that_no_rule_knows_raise_no_alarm_where_they_are_of_other_matters(text: str) -> None:
    assert codes_in(text) == []


@pytest.mark.parametrize(("organ", "text", "codes", "why"), BODIES)
def test_a_part_and_a_field_are_not_the_organ(organ: Organ, text: str, codes: list[str], why: str) -> None:
    assert [code for code, _ in codes_in(text, organ=organ)] == codes, why


@pytest.mark.parametrize(("text", "why"), EXPLAINED)
def test_an_explained_figure_is_no_finding(text: str, why: str) -> None:
    assert codes_in(text) == [], why


@pytest.mark.parametrize(("severity", "text", "why"), SEVERITIES)
def test_the_degree_decides_how_grave_a_difference_is(severity: str, text: str, why: str) -> None:
    found = [item for item in found_in(report_saying(text), last_year()) if item.code != "figure-twice"]
    assert [item.severity for item in found] == [severity], why


def test_what_words_may_mean_does_not_depend_on_the_tables() -> None:
    report = report_saying("全年收到申请15件，办结11件。")
    changed = report.with_value(Address("applications", "new", "natural_person"), 13)
    assert meanings_of(report, "narrative.overview") is meanings_of(changed, "narrative.overview")


def test_every_meaning_is_shown_and_what_lowered_the_degree() -> None:
    report = report_saying("全年收到申请12件。回顾全年，新收申请15件。")
    first, second = (item for item in explain_figures(report, last_year()) if item.where == "narrative.overview")
    assert first.candidates == ("表三 一、新收·总计（说法明确）", "表三 一、新收＋二、上年结转·总计（也说得通）")
    assert "这一格别处已写对（-30）" in second.reason


def test_a_denial_of_an_unknown_quantity_counts_where_the_text_reports_the_cell() -> None:
    assert codes_in("上年结转1件，结转下年度2件。无滞留件结转。") == []
    assert ("text-carried", "warning") in codes_in("收到申请12件。无滞留件结转。")


def test_a_sentence_is_read_again_only_when_it_or_what_is_before_it_changes() -> None:
    text = "全年收到申请12件，上年结转1件。办结11件，结转下年度2件。"
    meanings_of(report_saying("本镇重视公开。" + text), "narrative.overview")
    before = _read_sentence.cache_info()
    _, meanings = meanings_of(report_saying("本镇很重视公开。" + text.replace("全年", "全年共")), "narrative.overview")
    after = _read_sentence.cache_info()
    assert (after.hits - before.hits, after.misses - before.misses, len(meanings)) == (1, 1, 4)
    assert codes_in("本镇重视公开。" + text.replace("结转下年度2件", "结转下年度3件"))
