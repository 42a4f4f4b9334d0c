"""Go templates: each row is a template and what it makes of one container."""

from __future__ import annotations

import pytest

from composer.views.gotemplate import Struct, Template, TemplateError

PORTS = [
    Struct({"URL": "0.0.0.0", "PublishedPort": 8080}),
    Struct({"URL": "::", "PublishedPort": 8081}),
]
WEB = Struct(
    {"Name": "shop-web-1", "State": "running", "Health": "", "ExitCode": 0, "Publishers": PORTS, "Note": 'a"<b>'},
    {"Label": {"com.example.team": "core"}.get},
)
TAGS = {"b": 2, "a": 1}


def made(text: str, dot: object = WEB) -> str:
    return Template.parse(text).render(dot)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("{{.Name}}\t{{.State}}", "shop-web-1\trunning"),
        ("{{ .Name }}!", "shop-web-1!"),
        ("a {{- .Name -}} b", "ashop-web-1b"),
        ("a {{/* a remark */}}b", "a b"),
        ("a {{- /* a remark */ -}} b", "ab"),
        ('{{"a b"}} {{`c"d`}} {{\'x\'}} {{3}} {{-4}} {{1.5}} {{true}}', 'a b c"d 120 3 -4 1.5 true'),
        ("{{.Publishers}}", "[{0.0.0.0 8080} {:: 8081}]"),
        ('{{.Label "com.example.team"}}', "core"),
        ("{{(index .Publishers 1).PublishedPort}}", "8081"),
    ],
)
def test_text_fields_and_values(text: str, expected: str) -> None:
    assert made(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{if .Health}}well{{else}}unknown{{end}}", "unknown"),
        ('{{if .Health}}a{{else if eq .State "running"}}b{{else}}c{{end}}', "b"),
        ("{{with .Name}}<{{.}}>{{end}}", "<shop-web-1>"),
        ("{{with .Health}}x{{else}}none{{end}}", "none"),
        ("{{range .Publishers}}{{.PublishedPort}} {{end}}", "8080 8081 "),
        ("{{range $i, $port := .Publishers}}{{$i}}={{$port.URL}} {{end}}", "0=0.0.0.0 1=:: "),
        ('{{range split "" ","}}{{.}}{{else}}nothing{{end}}', ""),
        ("{{range .Publishers}}{{break}}x{{end}}", ""),
        ("{{range .Publishers}}{{if eq .PublishedPort 8080}}{{continue}}{{end}}{{.PublishedPort}}{{end}}", "8081"),
        ("{{$x := .Name}}{{range .Publishers}}{{$x}}{{end}}", "shop-web-1shop-web-1"),
        ("{{$last := 0}}{{range .Publishers}}{{$last = .PublishedPort}}{{end}}{{$last}}", "8081"),
        ("{{$x := 1}}{{if true}}{{$x := 2}}{{end}}{{$x}}", "1"),
        ("{{range .Publishers}}{{$.Name}} {{end}}", "shop-web-1 shop-web-1 "),
    ],
)
def test_blocks_and_variables(text: str, expected: str) -> None:
    assert made(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{json .Name}} {{json .Note}}", '"shop-web-1" "a\\"\\u003cb\\u003e"'),
        ("{{json .Publishers}}", '[{"URL":"0.0.0.0","PublishedPort":8080},{"URL":"::","PublishedPort":8081}]'),
        ("{{.Name | upper}} {{lower .Name}} {{title .State}}", "SHOP-WEB-1 shop-web-1 Running"),
        ('{{.Name | upper | printf "%-12s|"}}', "SHOP-WEB-1  |"),
        ('{{index (split .Name "-") 1}} {{join (split .Name "-") "+"}}', "web shop+web+1"),
        ("{{len .Name}} {{len .Publishers}} {{slice .Name 0 4}}", "10 2 shop"),
        ("{{pad .State 1 2}}|{{pad .Health 1 2}}|{{truncate .Name 4}}", " running  ||shop"),
        ("{{println .Name .ExitCode}}", "shop-web-1 0\n"),
        ('{{print 1 2 "x" 3}}', "1 2x3"),
        ("{{not .Health}} {{and .Name .State}} {{or .Health .ExitCode .Name}}", "true running shop-web-1"),
        (
            "{{eq .ExitCode 1 0}} {{ne 1 2}} {{lt 1 2}} {{le 2 2}} {{gt 1 2}} {{ge 1 2}}",
            "true true true true false false",
        ),
        ("{{html .Note}} {{urlquery .Note}}", "a&#34;&lt;b&gt; a%22%3Cb%3E"),
    ],
)
def test_functions(text: str, expected: str) -> None:
    assert made(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{{printf "%s|%10s|%-5s|%.2s" "ab" "ab" "ab" "abc"}}', "ab|        ab|ab   |ab"),
        ('{{printf "%d|%5d|%05d|%+d|%x|%o" 5 5 5 5 255 8}}', "5|    5|00005|+5|ff|10"),
        ('{{printf "%q %v %t %%" "a" .Publishers true}}', '"a" [{0.0.0.0 8080} {:: 8081}] true %'),
        ('{{printf "%.1f %c" 1.25 65}}', "1.2 A"),
        ('{{printf "%*d" 4 7}}', "   7"),
        ('{{printf "%d" "web"}}', "%!d(string=web)"),
        ('{{printf "%s"}}', "%!s(MISSING)"),
        ('{{printf "" 1}}', "%!(EXTRA int=1)"),
    ],
)
def test_printf(text: str, expected: str) -> None:
    assert made(text) == expected


def test_maps_have_any_key_and_are_walked_in_order() -> None:
    assert made("{{.a}} {{.z}} {{.}}", TAGS) == "1 <no value> map[a:1 b:2]"
    assert made("{{range $key, $one := .}}{{$key}}{{$one}} {{end}}", TAGS) == "a1 b2 "


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{{.Name", "at column 7: the action is not closed with '}}'"),
        ("{{}}", "at column 1: something is missing here"),
        ("ab{{.Name | }}", "at column 11: something is missing here"),
        ("{{.Name ~}}", "at column 9: this is not understood"),
        ("{{foo .Name}}", "at column 3: there is no function 'foo'"),
        ("{{if .Name}}{{bar}}{{end}}", "at column 15: there is no function 'bar'"),
        ("{{if .Name}}", "at column 1: 'if' has no end"),
        ("{{end}}", "at column 1: 'end' belongs to no block"),
        ("{{break}}", "at column 1: 'break' belongs to no range"),
        ('{{template "x"}}', "at column 3: 'template' is not supported"),
        ('{{"x" | 3}}', "at column 9: a pipe leads into a function"),
        ("{{(.Name}}", "at column 3: the bracket is not closed"),
        ("{{$i, $x := .Name}}", "at column 5: only range gives two values"),
        ('{{"\\q"}}', '"\\q" is no value'),
    ],
)
def test_what_is_no_template_is_refused_before_anything_is_made(text: str, problem: str) -> None:
    with pytest.raises(TemplateError) as refused:
        Template.parse(text)
    assert problem in refused.value.message


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("\n {{.Nam}}", "at line 2, column 4: there is no '.Nam' here"),
        ("{{.Name.First}}", "at column 8: string has no field 'First'"),
        ('{{.Name "x"}}', "at column 3: '.Name' takes no arguments"),
        ('{{"x" 3}}', "at column 3: this is no function and takes no arguments"),
        ("{{$x}}", "at column 3: the variable '$x' is not defined"),
        ("{{$x = 3}}", "the variable '$x' is not defined"),
        ("{{upper}}", "at column 3: upper: wrong number of arguments: 0"),
        ("{{upper 3}}", "at column 3: upper: a string is wanted, not int"),
        ('{{eq .ExitCode "0"}}', "at column 3: eq: int and string cannot be compared"),
        ("{{index .Publishers 2}}", "at column 3: index: there is no item 2: there are 2"),
        ("{{range .Name}}x{{end}}", "string has no items to range over"),
        ("{{slice .Name 20}}", "slice: these are no ends within 10 items"),
        ("{{len 3}}", "len: int has no length"),
    ],
)
def test_what_a_template_cannot_do_with_a_row_is_told(text: str, problem: str) -> None:
    with pytest.raises(TemplateError) as refused:
        made(text)
    assert problem in refused.value.message


def test_a_wrong_field_is_answered_with_those_there_are() -> None:
    with pytest.raises(TemplateError) as refused:
        made("{{.Nam}}")
    assert refused.value.hint == "There is .Name, .State, .Health, .ExitCode, .Publishers, .Note, .Label."
