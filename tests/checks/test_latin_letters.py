"""Letters that an input method left are noticed; units, names, accounts and labels are left alone."""

from __future__ import annotations

import pytest

from tests.checks.wordings import report_saying
from toolkit.checks import Case, run_case


def letters(sentence: str) -> list[str]:
    return [finding.found for finding in run_case(Case(report_saying(sentence))) if finding.code == "latin-letters"]


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("公开gon公开xin信息。", ["gon", "xin"]),
        ("及时j公开。", ["j"]),
        ("xian全年公开信息。", ["xian"]),
        ("群众满意度提高bu'gou。", ["bu'gou"]),
        ("公开ｇｏｎ信息。", ["ｇｏｎ"]),
        ("通过APP和zhengfu网站公开。", ["zhengfu"]),
        ("共公开13jian信息。", ["jian"]),
        ("ABCDEFGHIJk6789", ["ABCDEFGHIJk"]),
        ("按规定h公开，加qiang管理。", ["h", "qiang"]),
        ("受理x12条，办结3j件，公开12g件。", ["x", "j", "g"]),
        ("w、完善制度", ["w"]),
        ("通过APPgon公开，安装LEDping三块，加QQhao咨询，GDPzeng长。", ["APPgon", "LEDping", "QQhao", "GDPzeng"]),
        ("政府xinxi gongkai工作，行政su'song0件。", ["xinxi gongkai", "su'song"]),
        ("'zf信息公开，县z府网站和信息gk工作。", ["zf", "z", "gk"]),
        ("对照ml公开，公开了zd领域和m目录。", ["ml", "zd", "m"]),
        ("HP LaserJet打印机gon公开。", ["gon"]),
        ("主动Gongkai信息，及时Xinxi公开，XINXI公开。", ["Gongkai", "Xinxi", "XINXI"]),
        ("依Shen请公开，公Kai信息，各单Wei。", ["Shen", "Kai", "Wei"]),
        ("信息公开（xinxi）和“gongkai zhinan”（Mulu）。", ["xinxi", "gongkai zhinan", "Mulu"]),
        ("编制2m目录，公开3x信息。", ["m", "x"]),
        ("主动Gong kai信息，Xin xi目录。", ["Gong kai", "Xin xi"]),
        ("ZF信息公开工作，县ZF网站，ZF采购。登录yunxi网查询。", ["ZF", "ZF", "ZF", "yunxi"]),
        ("信息GK工作，主动GK，kai通平台，zhengwu通平台。", ["GK", "GK", "kai", "zhengwu"]),
    ],
)
def test_letters_that_an_input_method_left(sentence: str, left: list[str]) -> None:
    assert letters(sentence) == left


@pytest.mark.parametrize(
    "sentence",
    [
        "通过APP、PDF、LED屏、H5、VR和12345热线公开。",
        "建成5G基站3座，修路10km，占地2.5ha，采购4K设备1台，打印A4纸。",
        "开通WeChat、iOS客户端和DeepSeek问答，升级WiFi、wifi和Internet。",
        "网址为http://www.yunxi.gov.example/zwgk/index.html，邮箱zwgk@yunxi.gov.example。",
        "登录yunxi.gov.cn查询，附件为公开指南.pdf。",
        "推进“e网通办”、e政务和i云溪建设。",
        "数据开放（open data）、“one thing”改革和《Open Government》。",
        "分为A类、B类和C级，见附件a.docx。",
        "开展vlog、logo征集。",
        "a）主动公开\nb. 依申请公开\n",
        "政府信息公开。",
        "废水COD为35mg/L，PM2.5均值28μg/m³，流量3m3/s，单价5元/kWh、3元/m3，含盐0.5μmol/L，排放12tCO2e。",
        "采购HP LaserJet M1136打印机、ThinkPad X1 Carbon、iPhone15Pro和DH-IPC-HFW2433T摄像机。",
        "土地12.5hm2，管径DN300，电压10kV，功率7.5kW，带宽100Mbps，频率50Hz，压强0.4MPa，噪声55dB(A)，照度300lx。",
        "使用AutoCAD、CorelDRAW、ChatGPT、Vue.js和VOCs监测，pH值合格，IPhone、UKey、WLan可用。",
        "附件1-a、附件1-b，方案分a、b、c三种，比率为n/a，分为b类和c级。",
        "微信号：yunxi_fabu，公众号ID：yxzwgk2024，微博@yunxifabu。",
        "公开皖A12345、沪AD00001两车处罚，住8号A栋2单元，编号YX-2024-001，标准GB/T 19001—2016。",
        "参观C919总装，公开K12招生、A级景区、Ⅱ类医院、e站、GDP、VPN、OCR、AI、QQ和12345。",
        "安装.apk和.ipa文件，x轴为时间，其中n=12、p<0.05，用电3600kW·h，G56高速K0+300至K5+120段，C#和Beta版。",
        "开放时间10:00am，采购a4纸12包，k12学校、mp4视频和h5页面。",
        "开通yunxi通客户端、yunxi通APP和“yunxi码”，ZWGK栏目、GK级标准。",
        "Huawei、Haier、Weixin、Douyin、Taobao、云溪Fabu、Men、Beta和Hangzhou，Wang Wei、Xu Ke。",
        "道路2m宽、水深3m，7d答复，3s审查，绿篱2m高，（yunxi）号、“yunxi fabu”，10g样品，zwgk.yunxi.gov.example/xinxi/gongkai。",
        "采购ZF变速箱，ZF信息技术公司，ZF100型，ZFB支付，AZF网站，Wang Kai和Li Gong参会，yunxi网客户端。",
        "微信号：xinxigongkai，邮箱xinxi@yunxi.gov.example，@gongkai。",
    ],
)
def test_letters_that_are_meant(sentence: str) -> None:
    assert letters(sentence) == []


def test_a_text_in_letters_ends_after_some() -> None:
    assert len(letters("公开xin，" * 400)) == 10
