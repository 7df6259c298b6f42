"""Markup for one cell of a Word file: ``{n}`` is the figure, ``{d}`` another one that is not to be taken for it."""

from __future__ import annotations

from tests.importing.word_shapes import paragraph, run

STYLES = (
    '<w:style w:type="character" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="GoneToo"><w:basedOn w:val="Gone"/></w:style>'
    '<w:style w:type="character" w:styleId="Out"><w:rPr><w:strike/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Note"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="GoneLine"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Pale"><w:rPr><w:color w:val="FFFFFF"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="LowLine"><w:pPr><w:spacing w:line="20" w:lineRule="exact"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Framed"><w:pPr><w:framePr w:w="900" w:hAnchor="page" w:x="9000"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Away"><w:pPr><w:ind w:left="-9000"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Dark"><w:pPr><w:shd w:val="clear" w:fill="000000"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:rPr><w:sz w:val="21"/></w:rPr></w:style>'
)
DRAWN = '<w:drawing><wp:inline><wp:docPr id="1" name="p" descr="7"/><a:graphic/></wp:inline></w:drawing>'
FLOAT = '<w:drawing><wp:anchor><wp:docPr id="1" name="p"/><a:graphic/></wp:anchor></w:drawing>'


def box(content: str) -> str:
    """A text box as Word writes it: once for new and once for old versions."""
    inside = f"<w:txbxContent><w:p>{content}</w:p></w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><wp:docPr id="2" name="t"/><a:graphic>'
        "<a:graphicData>"
        f"<wps:wsp><wps:txbx>{inside}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def field(code: str, result: str = "", data: str = "") -> str:
    """A field of characters: begin, code, result, end."""
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("separate", "end")]
    begin = f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>'
    return begin + f"<w:r><w:instrText>{code}</w:instrText></w:r>" + (marks[0] + run(result) if result else "") + marks[1]


def drop_down(chosen: str) -> str:
    entries = "".join(f'<w:listEntry w:val="{number}"/>' for number in ("3", "4", "{n}"))
    return field(" FORMDROPDOWN ", data=f"<w:ffData><w:ddList>{chosen}{entries}</w:ddList></w:ffData>")


def choice(first: str, fallback: str) -> str:
    """The same for new and for old versions of Word."""
    branches = f'<mc:Choice Requires="w14">{first}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback>'
    return f"<mc:AlternateContent>{branches}</mc:AlternateContent>"


def old_and_new(properties: str) -> str:
    return run("{d}", properties) + run("{n}")


HIDDEN = [
    old_and_new("<w:strike/>"),
    old_and_new("<w:dstrike/>"),
    old_and_new('<w:strike w:val="true"/>'),
    old_and_new("<w:vanish/>"),
    old_and_new('<w:rStyle w:val="Gone"/>'),
    old_and_new('<w:rStyle w:val="GoneToo"/>'),
    old_and_new('<w:rStyle w:val="Out"/>'),
    old_and_new('<w:color w:val="FFFFFF"/>'),
    old_and_new('<w:color w:val="FEFEFE"/>'),
    old_and_new('<w:color w:val="auto" w:themeColor="background1"/>'),
    old_and_new('<w:sz w:val="2"/>'),
    old_and_new('<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>'),
    old_and_new('<w:color w:val="DDDDDD"/><w:shd w:fill="DDDDDD"/>'),
    f"<w:del>{run('{d}')}</w:del>{run('{n}')}",
    f"<w:moveFrom>{run('{d}')}</w:moveFrom>{run('{n}')}",
    f"<w:del><w:r><w:delText>{{d}}</w:delText></w:r></w:del><w:ins>{run('{n}')}</w:ins>",
    f"<w:ins><w:del>{run('{d}')}</w:del></w:ins>{run('{n}')}",
    f"<w:smartTag><w:del>{run('{d}')}</w:del></w:smartTag>{run('{n}')}",
    paragraph(run("{d}"), '<w:pStyle w:val="GoneLine"/>') + paragraph(run("{n}")),
    paragraph(run("{d}"), '<w:pStyle w:val="Pale"/>') + paragraph(run("{n}")),
    f"<w:sdt><w:sdtContent>{run('{d}', '<w:vanish/>')}</w:sdtContent></w:sdt>{run('{n}')}",
    f"<w:hyperlink>{run('{d}', '<w:strike/>')}{run('{n}')}</w:hyperlink>",
    run("{n}") + '<w:r><w:rPr><w:rStyle w:val="Note"/></w:rPr><w:footnoteReference w:id="2"/></w:r>',
    old_and_new("<w:specVanish/>"),
    '<w:r><w:drawing><wp:anchor><wp:docPr id="1" name="p" hidden="1"/></wp:anchor></w:drawing></w:r>' + run("{n}"),
]
SHOWN = [
    run("{n}", '<w:fitText w:val="420" w:id="1"/>'),
    run("{n}"),
    run("{n}", '<w:vanish w:val="0"/>'),
    run("{n}", '<w:strike w:val="false"/>'),
    run("{n}", '<w:rStyle w:val="Gone"/><w:vanish w:val="0"/>'),
    paragraph(run("{n}", '<w:rStyle w:val="Gone"/>'), '<w:pStyle w:val="GoneLine"/>'),  # two toggles undo each other
    f"<w:ins>{run('{n}')}</w:ins>",
    f"<w:moveTo>{run('{n}')}</w:moveTo>",
    f"<w:smartTag>{run('{n}')}</w:smartTag>",
    f"<w:customXml>{run('{n}')}</w:customXml>",
    f"<w:sdt><w:sdtPr/><w:sdtContent>{run('{n}')}</w:sdtContent></w:sdt>",
    f"<w:sdt><w:sdtContent><w:p>{run('{n}')}</w:p></w:sdtContent></w:sdt>",
    box(run("{n}")),
    f"<w:fldSimple w:instr=' =SUM(LEFT) '>{run('{n}')}</w:fldSimple>",
    field(" =SUM(LEFT) ", "{n}"),
    field(" =SUM(LEFT) ", "{n}").replace('"begin"', '"begin" w:dirty="false"'),
    field(" FORMTEXT ", "{n}"),
    field(" IF " + "3=3", "{n}"),
    drop_down('<w:result w:val="2"/>'),
    drop_down('<w:default w:val="2"/>'),
    field(" XE '5' ") + run("{n}"),
    "<m:oMath><m:r><m:t>{n}</m:t></m:r></m:oMath>",
    "<m:oMathPara><m:oMath><m:r><w:rPr/><m:t>{n}</m:t></m:r></m:oMath></m:oMathPara>",
    "{symbols}",
    run("{private}", '<w:rFonts w:ascii="Symbol"/>'),
    run("{n}", '<w:vertAlign w:val="superscript"/>'),
    run("{n}", '<w:position w:val="4"/>'),
    run("{n}", '<w:sz w:val="12"/>'),
    run("{n}", '<w:color w:val="FFFFFF"/><w:shd w:fill="1F3864"/>'),
    run("{n}") + "<w:r><w:br/></w:r>",
    "<w:p/>" + paragraph(run("{n}")) + "<w:p/>",
    run("{n}", '<w:color w:val="FF0000"/>'),
    f"<w:proofErr/>{run('{n}')}<w:bookmarkStart w:id='1'/><w:bookmarkEnd w:id='1'/>",
    "<w:tbl><w:tr><w:tc><w:p>" + run("{n}") + "</w:p></w:tc></w:tr></w:tbl><w:p/>",
    run("{n}") + run(" "),
    run("{n}件"),
    choice(run("{n}"), run("{n}")),
    choice("", run("{n}")).replace('"w14"', '"x99"'),
    choice(run("{d}"), run("{n}")).replace('"w14"', '"wps x99"'),
    run("{n}") + f"<w:r>{FLOAT}</w:r>",  # a seal over the table
    run("{n}", '<w:color w:val="FFFFFF" w:themeColor="text1"/>'),  # the theme is stronger
    run("{n}", '<w:lang w:val="zh-CN"/><w:kern w:val="2"/><w:u w:val="single"/><w:rFonts w:cs="Wingdings"/>'),
]
UNSURE = [
    run("{n}", '<w:fitText w:val="20" w:id="1"/>'),
    choice("", run("{n}")),
    run("{n}", "<w:strike/>"),
    run("{n}", "<w:vanish/>"),
    run("{n}", '<w:color w:val="FFFFFF"/>'),
    paragraph(run("{n}")) + paragraph(run("{d}")),
    run("{n}") + "<w:r><w:br/></w:r>" + run("{d}"),
    run("{n}") + "<w:r><w:tab/></w:r>" + run("{d}"),
    run("{n} {d}"),
    run("3 120"),
    run("1386,275"),
    run("{n}") + "<w:r><w:cr/></w:r>" + run("{d}"),
    box(run("{n}")) + run("{d}"),
    "<w:tbl><w:tr><w:tc><w:p>" + run("{n}") + "</w:p></w:tc><w:tc><w:p>" + run("{d}") + "</w:p></w:tc></w:tr></w:tbl><w:p/>",
    run("{n}") + run("2", '<w:vertAlign w:val="superscript"/>'),
    run("{n}") + run("2", '<w:vertAlign w:val="subscript"/>'),
    run("{n}") + run("2", '<w:position w:val="6"/>'),
    run("{n}") + run("2", '<w:rStyle w:val="Note"/>'),
    run("{n}") + run("2", '<w:sz w:val="12"/>'),
    run("{n}")
    + '<w:r><w:rPr><w:rStyle w:val="Note"/></w:rPr><w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>2</w:t></w:r>',
    f"<w:r><w:ruby><w:rt>{run('2')}</w:rt><w:rubyBase>{run('75')}</w:rubyBase></w:ruby></w:r>",
    f"<w:r>{DRAWN}</w:r>",
    run("2") + f"<w:r>{DRAWN}</w:r>" + run("{n}"),
    "<w:r><w:object/></w:r>",
    f"<w:r>{FLOAT}</w:r>",
    '<w:r><w:pict><v:shape><v:imagedata r:id="x"/></v:shape></w:pict></w:r>',
    '<w:r><w:pict><v:shape><v:textpath string="275"/></v:shape></w:pict></w:r>',
    "<m:oMath><m:sSup><m:e><m:r><m:t>2</m:t></m:r></m:e><m:sup><m:r><m:t>{n}</m:t></m:r></m:sup></m:sSup></m:oMath>",
    "<m:oMath><m:f><m:num><m:r><m:t>2</m:t></m:r></m:num><m:den><m:r><m:t>{n}</m:t></m:r></m:den></m:f></m:oMath>",
    field(" =SUM(LEFT) "),
    field(r" EQ \o(2,7) "),
    field(" SYMBOL 53 "),
    '<w:r><w:sym w:font="Wingdings" w:char="F08C"/></w:r>',
    run("2") + '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>',
    run("{n}", '<w:rFonts w:ascii="Webdings"/>'),
    run("\uf035"),
    f'<w:bdo w:val="rtl">{run("572")}</w:bdo>',
    run("\u202e572"),
    old_and_new('<w:color w:val="E8E8E8"/>'),
    old_and_new('<w:sz w:val="6"/>'),
    old_and_new("<w14:textFill><w14:noFill/></w14:textFill>"),
    old_and_new('<w:w w:val="5"/>'),
    run("5②"),
    run("{n}", "") + run("[1]"),
    choice(f"<w:r>{DRAWN}</w:r>", run("{n}")),
    old_and_new('<w:color w:val="000000" w:themeColor="background2"/>'),
    old_and_new('<w:color w:val="000000" w:themeColor="text1" w:themeTint="00"/>'),
    run("{n}", '<w:position w:val="-400"/>'),
    run("{n}", '<w:fitText w:val="5000"/>'),
    run("{n}", "<w:newProperty/>"),
    run("{n}", '<w:rFonts w:ascii="Code39"/>'),
    run("{n}", '<w:rFonts w:ascii="Bookshelf Symbol 7"/>'),
    run("2") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + run("{n}"),
    run("2") + "<w:r><w:separator/></w:r>" + run("{n}"),
    "<w:r><w:t>2&#x85;{n}</w:t></w:r>",
    "<w:r><w:t>2&#x2028;{n}</w:t></w:r>",
    run("2\u3164{n}"),
    f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('0')}</w:sdtContent></w:sdt>",
    field(" PAGE ", "{n}"),
    field(" =SUM(LEFT) ", "{n}").replace('"begin"', '"begin" w:dirty="true"'),
    f"<w:fldSimple w:instr=' =SUM(LEFT) ' w:dirty='1'>{run('{n}')}</w:fldSimple>",
    field(" NUMPAGES ", "{n}"),
    f"<w:fldSimple w:instr=' DATE '>{run('{n}')}</w:fldSimple>",
    run("2") + field(r" ADVANCE \r 40 ") + run("{n}"),
    paragraph(run("{n}"), '<w:framePr w:hRule="exact" w:h="1"/>'),
    paragraph(run("{n}"), '<w:spacing w:line="20" w:lineRule="exact"/>'),
    paragraph(run("{n}"), '<w:ind w:left="-9000"/>'),
    paragraph(run("{n}"), '<w:ind w:firstLine="20000"/>'),
    '<w:altChunk r:id="x"/>' + paragraph(run("{n}")),
    run("") + paragraph(run("{n}")),  # a paragraph in a paragraph
    '<m:oMath><m:r><w:rPr><w:rStyle w:val="Gone"/></w:rPr><m:t>8</m:t></m:r></m:oMath>' + run("{n}"),
    '<m:oMath><m:r><w:rPr><w:highlight w:val="black"/></w:rPr><m:t>8</m:t></m:r></m:oMath>' + run("{n}"),
    run("2") + "<m:oMathPara><m:oMath><m:r><m:t>{n}</m:t></m:r></m:oMath></m:oMathPara>",
    paragraph("<m:oMath><m:r><m:t>{n}</m:t></m:r></m:oMath>", '<w:pStyle w:val="GoneLine"/>'),
]


def filled_in(markup: str, figure: str, other: str = "8") -> str:
    """The markup with its figures; the digits of the font Symbol as Word stores them."""
    symbols = "".join(f'<w:r><w:sym w:font="Symbol" w:char="F0{ord(digit):X}"/></w:r>' for digit in figure if digit.isascii())
    private = "".join(chr(0xF000 + ord(digit)) for digit in figure)
    for name, text in {"n": figure, "d": other, "symbols": symbols, "private": private}.items():
        markup = markup.replace("{" + name + "}", text)
    return markup
