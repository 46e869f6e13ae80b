// The list of a folder's sites: open one, begin a new one, or import a drawing.
"use strict";
(() => {
  const wp = (window.wp ??= {});
  if (wp.data.kind !== "index") return;
  const { el, t, data } = wp;
  const headers = { "X-Wifiplan-Token": data.token };
  const lang = encodeURIComponent(data.lang);
  const address = (name) => `/edit/${encodeURIComponent(name)}?lang=${lang}`;

  function row(site) {
    const state = site.problem
      ? el("span", { class: "index-problem" }, `⚠ ${site.problem}`)
      : el("span", {}, t("web.size", { floors: site.n_floors, rooms: site.n_rooms }));
    const marks = [];
    if (site.has_draft) marks.push(el("span", { class: "index-mark" }, t("web.unsaved")));
    if (site.has_plan) {
      marks.push(el("a", { href: `/report/${encodeURIComponent(site.name)}?lang=${lang}` }, t("web.report")));
    }
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, el("a", { href: address(site.name), "data-test": `open-${site.name}` }, site.title)),
      el("td", { class: "index-file" }, `${site.name}.json`),
      el("td", {}, state),
      el("td", {}, ...marks),
    );
  }

  function table() {
    if (!data.sites.length) return el("p", { class: "index-none" }, t("web.none"));
    const heads = ["web.site", "web.file", "web.holds", "web.answers"].map((key) => el("th", { scope: "col" }, t(key)));
    return el(
      "table",
      { class: "index-table", "data-test": "sites" },
      el("thead", {}, el("tr", {}, ...heads)),
      el("tbody", {}, ...data.sites.map(row)),
    );
  }

  function fresh() {
    const field = el("input", { type: "text", name: "name", required: "", maxlength: "80", "data-test": "new-name", "aria-label": t("web.new_name"), placeholder: t("web.new_name") });
    const form = el("form", { class: "index-new" }, field, el("button", { type: "submit", "data-test": "new-site" }, t("web.new")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      // the server says what a file may be called; characters that no system takes are left out here
      const name = field.value.replace(/[\\/:*?"<>|.]+/g, " ").trim();
      if (data.sites.some((site) => site.name === name)) message(t("web.exists", { name }));
      else if (name) location.href = address(name);
    });
    return form;
  }

  const said = el("p", { class: "index-said", role: "status", "aria-live": "polite" });
  function message(text) {
    said.textContent = text;
  }

  const PICTURE = /\.(png|jpe?g|svg|pdf)$/i;
  const FIRST_WIDTH_M = 60; // shown so wide until two taps in the planner give the picture its scale

  // A picture is no drawing: a new site with the picture under its only floor, to be scaled and traced.
  async function trace(file) {
    const stem = file.name.replace(/\.[^.]+$/, "").replace(/[^\p{L}\p{N} ()（）-]+/gu, " ").trim() || "plan";
    let name = stem;
    for (let n = 2; data.sites.some((site) => site.name === name); n += 1) name = `${stem} ${n}`;
    const query = new URLSearchParams({ file: file.name, lang: data.lang });
    const answer = await fetch(`/api/underlay/${encodeURIComponent(name)}?${query}`, { method: "POST", headers, body: file });
    const found = await answer.json();
    if (!answer.ok) {
      message([found.problem, found.remedy].filter(Boolean).join(" — "));
      return;
    }
    const underlay = { picture: found.picture, scale_m_per_px: FIRST_WIDTH_M / found.width_px };
    const floor = { level: 0, elevation_m: 0, height_m: 3.6, name: data.lang === "en" ? "Floor 1" : "一樓", rooms: [], walls: [], cabinets: [], underlay };
    sessionStorage.setItem(`wp-import-${name}`, JSON.stringify({ site: { format: 1, name, floors: [floor] }, tool: "scale" }));
    location.href = address(name);
  }

  async function take(file, unit) {
    message(t("web.importing", { name: file.name }));
    if (PICTURE.test(file.name)) {
      await trace(file);
      return;
    }
    const query = new URLSearchParams({ name: file.name, lang: data.lang });
    if (unit) query.set("unit_m", unit);
    const answer = await fetch(`/api/import?${query}`, { method: "POST", headers, body: file });
    const found = await answer.json();
    if (!answer.ok) {
      asked.hidden = found.ask !== "scale";
      message([found.problem, ...(found.faults ?? []).slice(0, 20).map((f) => `${f.where}: ${f.problem}`), found.remedy].filter(Boolean).join(" — "));
      return;
    }
    sessionStorage.setItem(`wp-import-${found.name}`, JSON.stringify({ site: found.site, account: found.account }));
    location.href = address(found.name);
  }

  const asked = el("label", { class: "index-unit", hidden: "" }, t("web.unit"));
  const unit = el("select", { "data-test": "import-unit" });
  for (const [name, metres] of [["mm", 0.001], ["cm", 0.01], ["m", 1], ["inch", 0.0254], ["ft", 0.3048]]) {
    unit.append(el("option", { value: String(metres) }, name));
  }
  asked.append(unit);

  function bring() {
    const field = el("input", { type: "file", "data-test": "import-file", accept: ".dxf,.ifc,.ifczip,.esx,.geojson,.json,.zip,.png,.jpg,.jpeg,.svg,.pdf" });
    const go = (metres) => {
      const file = field.files[0];
      if (file) take(file, metres).catch(() => message(t("web.gone")));
    };
    field.addEventListener("change", () => go(null));
    const again = el("button", { type: "button" }, t("web.again"));
    again.addEventListener("click", () => go(unit.value));
    asked.append(again);
    return el("div", { class: "index-import" }, el("label", {}, t("web.import"), field), asked);
  }

  const others = data.lang === "zh-TW" ? ["en", "English"] : ["zh-TW", "中文"];
  const links = [el("a", { href: `/?lang=${others[0]}` }, others[1])];
  if (data.county) links.unshift(el("a", { href: "/county", "data-test": "county" }, t("web.county")));
  document.body.append(
    el(
      "main",
      { class: "index" },
      el("header", { class: "index-head" }, el("h1", {}, t("web.title")), el("nav", {}, ...links)),
      el("p", { class: "index-folder" }, t("web.folder", { name: data.folder })),
      table(),
      el("section", { class: "index-begin" }, el("h2", {}, t("web.begin")), fresh(), bring(), said),
    ),
  );
})();
