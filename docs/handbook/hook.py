"""What MkDocs calls while it builds: pages made from the program, two languages, formulas."""

import posixpath
import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from docs.handbook.formulas import as_mathml
from docs.handbook.languages import CHINESE_TITLES, counterpart, joined, language
from docs.handbook.made import MADE

_NAMED = re.compile(r"(?<![\[`])`docs/(?P<path>[\w./-]+\.(?:md|json))`(?!`)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made."""
    for path, page in MADE.items():
        files.append(File.generated(config, path, content=page()))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Make links of the documents that a page names as files, `docs/laws.md` say."""
    start = posixpath.dirname(page.file.src_uri) or "."

    def link(found: re.Match[str]) -> str:
        target = files.get_file_from_path(found["path"])
        return f"[{found[0]}]({posixpath.relpath(target.src_uri, start)})" if target else found[0]

    return _NAMED.sub(link, markdown)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Draw the formulas of a page, and close the gaps in its Chinese."""
    return joined(as_mathml(html))


def on_page_context(context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation) -> TemplateContext:
    """Give a page the words of its language, and a way to its counterpart.

    MkDocs renders one page after the other, so what is set here holds for this page alone.
    """
    path = page.file.src_uri
    pages = {file.src_uri: file for file in context["pages"]}
    spoken = language(path)
    other = pages[counterpart(path, pages)]
    here = {True: page.file, False: other}
    config.theme["language"] = spoken
    for entry in config.extra["alternate"]:
        entry["link"] = here[entry["lang"] == spoken].url
    titles = CHINESE_TITLES if spoken == "zh-TW" else {chinese: english for english, chinese in CHINESE_TITLES.items()}
    for section in nav.items:
        if isinstance(section, Section):
            section.title = titles.get(section.title, section.title)
    return context
