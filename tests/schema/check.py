#!/usr/bin/env python3
"""usage: check.py sarif SCHEMA FILE...
       check.py gitlab SCHEMA FILE...
       check.py json-pieces INPUT FILE     the JSON array of INPUT's pieces, as test_report_writers makes it
       check.py xml-pieces INPUT FILE      the XML of them
       check.py html FILE...               no script, no request to anywhere, links lead to anchors that exist
       check.py markdown FILE...           HTML made of Markdown: no link, element, emphasis or mention that the trace brought in
       check.py github FILE...             every line is an annotation of known form, or plain text without command
Prints what is wrong and ends with status 1."""
import html.parser
import json
import re
import sys
import xml.etree.ElementTree as ElementTree

PIECE = 61
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def pieces(path):
    data = open(path, "rb").read()
    return [data[i:i + PIECE] for i in range(0, len(data), PIECE)]


def texts_of(value):
    """The texts of all messages in a SARIF log; snippets are no messages."""
    if isinstance(value, list):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "text" and isinstance(item, str):
                yield item
            elif key != "snippet":
                yield from texts_of(item)


def check_sarif(schema_path, *paths):
    import jsonschema
    schema = json.load(open(schema_path))
    schema.pop("$id", None)
    validator = jsonschema.validators.validator_for(schema)(schema)
    for path in paths:
        log = json.load(open(path))
        for error in validator.iter_errors(log):
            yield f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message}"
        for text in texts_of(log):
            if "](" in text:
                yield f"{path}: a link in {text}"
        for run in log["runs"]:
            rules = run["tool"]["driver"]["rules"]
            if len(run["results"]) > 25000:
                yield f"{path}: {len(run['results'])} results"
            for result in run["results"]:
                if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
                    yield f"{path}: ruleIndex {result['ruleIndex']} is not {result['ruleId']}"


def check_gitlab(schema_path, *paths):
    import jsonschema
    schema = json.load(open(schema_path))
    validator = jsonschema.validators.validator_for(schema)(schema)
    for path in paths:
        for error in validator.iter_errors(json.load(open(path))):
            yield f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message}"


def check_json_pieces(source, path):
    expected = [piece.decode("utf-8", "replace") for piece in pieces(source)]
    got = json.loads(open(path, "rb").read().decode("utf-8"))
    for number, (want, have) in enumerate(zip(expected, got)):
        if want != have:
            yield f"piece {number}: {want!r} became {have!r}"
    if len(expected) != len(got):
        yield f"{len(expected)} pieces became {len(got)}"


def check_xml_pieces(source, path):
    expected = pieces(source)
    got = list(ElementTree.parse(path).getroot())
    for number, (want, have) in enumerate(zip(expected, got)):
        text = have.text or ""
        if text != have.get("a"):
            yield f"piece {number}: text {text!r}, attribute {have.get('a')!r}"
        if UNSEEN.search(text):
            yield f"piece {number}: {text!r}"
        if all(0x20 <= byte < 0x7f for byte in want) and text != want.decode():
            yield f"piece {number}: {want!r} became {text!r}"
    if len(expected) != len(got):
        yield f"{len(expected)} pieces became {len(got)}"


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.faults, self.links, self.anchors = [], set(), set()

    def handle_starttag(self, tag, attributes):
        if tag in ("script", "iframe", "object", "embed", "form", "img", "link", "base", "audio", "video", "use", "image"):
            self.faults.append(f"element {tag}")
        for name, value in attributes:
            if name.startswith("on") or name in ("src", "style", "srcset", "action"):
                self.faults.append(f"attribute {name} of {tag}")
            if name.endswith("href"):
                self.links.add(value)
            if name == "id":
                self.anchors.add(value)


def check_html(*paths):
    for path in paths:
        page = Page()
        text = open(path, encoding="utf-8").read()
        page.feed(text)
        yield from (f"{path}: {fault}" for fault in page.faults)
        for link in page.links:
            if not link.startswith("#") or link[1:] not in page.anchors:
                yield f"{path}: link to {link}"
        style = re.search("<style>(.*?)</style>", text, re.S).group(1)
        if re.search(r"@import|&|url\((?!#)", style):
            yield f"{path}: style"


def check_markdown(*paths):
    for path in paths:
        text = re.sub("<pre>.*?</pre>", "", open(path, encoding="utf-8").read(), flags=re.S)
        for fault in re.findall(r"<(?:a|script|em|del|img)\b.*|<strong>x.*|@octocat.*|#1.*", text):
            yield f"{path}: {fault}"


ANNOTATION = re.compile(r"^::(error|warning|notice) file=[^:,]*,line=\d+,title=[^:,]*::(?:[^%]|%25|%0A)*$")


def check_github(*paths):
    for path in paths:
        for number, line in enumerate(open(path, encoding="utf-8", newline="\n"), 1):
            line = line.rstrip("\n")
            if not ANNOTATION.match(line) and ("::" in line or "##[" in line):
                yield f"{path}:{number}: {line}"


def main():
    checks = {"sarif": check_sarif, "gitlab": check_gitlab, "json-pieces": check_json_pieces, "xml-pieces": check_xml_pieces, "html": check_html,
              "markdown": check_markdown, "github": check_github}
    faults = list(checks[sys.argv[1]](*sys.argv[2:]))
    print("\n".join(faults[:20]))
    sys.exit(1 if faults else 0)


main()
