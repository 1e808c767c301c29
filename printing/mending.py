"""What WeasyPrint 70 leaves undone for PDF/UA, corrected on its own objects just before they are written.

TH scopes, the IDTree, running heads and repeated headings as artifacts, and the PDF/UA mark in the metadata. What later parts of
a long paper have is named apart from that of the parts before.
"""

from typing import Any

from printing.joining import font_of
from printing.structure import Dropped, Tree

# The mark of PDF/UA-1, and the description that PDF/A asks of every schema it does not know.
_UA_MARK = b"""<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Part of PDF/UA</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""


def mend(part: int, document: Any, pdf: Any) -> None:
    """What WeasyPrint leaves undone, on its objects, just before they are written."""
    metadata = _object(pdf, pdf.catalog["Metadata"])
    metadata.stream = [written.replace(b"</rdf:RDF>", _UA_MARK) for written in metadata.stream]
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = pdf.catalog["AF"][:1]  # the CSV stands there twice
    metadata.compress = False  # PDF/A wants it readable as it stands
    if part > 1:
        _tell_apart(pdf, part)
    structure = Tree(pdf)
    structure.tidy(document.pages, part)
    tree = _object(pdf, pdf.catalog["StructTreeRoot"])
    _name_headers(pdf, tree)
    _make_artifacts(pdf, tree, structure.dropped)


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _tell_apart(pdf: Any, part: int) -> None:
    """Other names for the header cells and fonts of a later part than those of the parts before."""
    for item in pdf.objects:
        if isinstance(item, dict):
            if "ID" in item:
                item["ID"].string = f"part-{part:03}-{item['ID'].string}"
            for name in ("BaseFont", "FontName"):
                if name in item:
                    item[name] = font_of(part, item[name])


def _name_headers(pdf: Any, tree: Any) -> None:
    """A scope for each header cell, and all of them by name in the IDTree."""
    import pydyf

    names: list[tuple[bytes, Any]] = []
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("S") == "/TH":
            group = _object(pdf, _object(pdf, item["P"])["P"])
            item["A"]["Scope"] = "/Column" if group["S"] == "/THead" else "/Row"
            names.append((item["ID"].data, item))
    if not names:
        return
    names.sort(key=lambda name: name[0])
    flat = [part for _, item in names for part in (item["ID"], item.reference)]
    limits = [names[0][1]["ID"], names[-1][1]["ID"]]
    leaf = pydyf.Dictionary({"Names": pydyf.Array(flat), "Limits": pydyf.Array(limits)})
    pdf.add_object(leaf)
    tree["IDTree"] = pydyf.Dictionary({"Kids": pydyf.Array([leaf.reference])})


def _make_artifacts(pdf: Any, tree: Any, dropped: Dropped) -> None:
    """Running heads and page numbers are tagged, yet hang on no tree: they become artifacts, which no reader reads out."""
    document = _object(pdf, tree["K"][0])
    linked = set(document["K"])
    numbers = _object(pdf, tree["ParentTree"])["Nums"]
    for number, page_reference in enumerate(pdf.page_references):
        stream = _object(pdf, pdf.objects[int(page_reference.split()[0])]["Contents"]).stream
        owners = numbers[2 * number + 1]
        margin = dropped.get(number, set())
        for marked in margin:
            owners[marked] = "null"
        for marked, owner in enumerate(owners):
            if owner == "null":
                continue
            element, top = _object(pdf, owner), owner
            while element["P"] != document.reference:
                top = element["P"]
                element = _object(pdf, top)
            if top not in linked:
                margin.add(marked)
                owners[marked] = "null"
        for index, part in enumerate(stream):
            if isinstance(part, dict) and part.get("MCID") in margin:
                stream[index - 1] = b"/Artifact"
                del part["MCID"]
                part["Type"] = "/Pagination"
