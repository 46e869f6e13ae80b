"use strict";
/* county.html: tiles, a map of the roster's coordinates (or tiles by town where it has none), and all schools. */
(() => {
  const wp = (window.wp ??= {});
  const { el } = wp;
  if (wp.data.kind !== "county") return;
  const { county } = wp.data;
  const SIGNS = { all: "\u2713", some: "\u25b3", none: "\u00d7", failed: "!" };
  const STANDINGS = ["all", "some", "none", "failed"];
  const NO_TOWN = "";

  const chip = (school) => el("span", { class: `wp-chip wp-stand wp-stand-${school.standing}` }, `${SIGNS[school.standing]} ${wp.t(`page.county.${school.standing}`)}`);

  /* Only reports beside this page are linked: a relative path made of stage and code. */
  for (const school of county.schools) if (!/^schools\/[\w-]+\/report\.html$/.test(school.report ?? "")) school.report = null;
  const linked = (school, text) => (school.report ? el("a", { href: school.report, text }) : el("span", { text }));

  const served = (done, all) => (wp.known(all) ? `${wp.num(done) || 0} / ${wp.num(all) || 0}` : "");
  const share = (done, all) => (wp.known(all) && all > 0 ? done / all : null);

  const columns = [
    { key: "name", name: wp.t("page.county.school"), head: true, cell: (s) => linked(s, s.name) },
    { key: "stage_text", name: wp.t("page.county.stage") },
    { key: "code", name: wp.t("page.county.code") },
    { key: "town", name: wp.t("page.county.town") },
    { key: "standing", name: wp.t("room.verdict"), value: (s) => STANDINGS.indexOf(s.standing), cell: chip, descending: true },
    { key: "n_classes", name: wp.t("page.county.classes"), number: true },
    { key: "served", name: wp.t("page.county.rooms"), number: true, value: (s) => share(s.n_classrooms_served, s.n_classrooms), cell: (s) => served(s.n_classrooms_served, s.n_classrooms) },
    { key: "special", name: wp.t("page.county.specialist"), number: true, value: (s) => share(s.n_specialist_served, s.n_specialist), cell: (s) => served(s.n_specialist_served, s.n_specialist) },
    { key: "n_aps_allotted", name: wp.t("page.county.allotted"), number: true },
    { key: "n_aps_placed", name: wp.t("page.county.placed"), number: true },
    { key: "n_aps_needed", name: wp.t("page.county.needed"), number: true },
    { key: "evidence_text", name: wp.t("evidence.kind") },
    { key: "result", name: wp.t("page.county.result"), class: "wp-wide", cell: (s) => [s.result, s.funded ? "" : ` (${wp.t("page.county.unfunded")})`] },
  ]; // prettier-ignore

  const all = [wp.t("page.all"), () => true];
  const towns = [...new Set(county.schools.map((s) => s.town))].filter(Boolean).sort((a, b) => a.localeCompare(b, "zh-TW"));
  const choices = [
    { name: wp.t("room.verdict"), options: [all, ...STANDINGS.map((k) => [`${SIGNS[k]} ${wp.t(`page.county.${k}`)}`, (s) => s.standing === k])] },
    { name: wp.t("page.county.stage"), options: [all, ...[...new Map(county.schools.map((s) => [s.stage, s.stage_text]))].map(([stage, text]) => [text, (s) => s.stage === stage])] },
    { name: wp.t("evidence.kind"), options: [all, ...[...new Map(county.schools.filter((s) => s.evidence).map((s) => [s.evidence, s.evidence_text]))].map(([kind, text]) => [text, (s) => s.evidence === kind])] },
    ...(towns.length > 1 ? [{ name: wp.t("page.county.town"), options: [all, ...towns.map((town) => [town, (s) => s.town === town])] }] : []),
  ]; // prettier-ignore

  const table = wp.table({
    caption: wp.t("page.county.table"),
    columns,
    rows: county.schools,
    searched: (s) => [s.name, s.code, s.town, s.result].join(" "),
    rowAttrs: (s) => ({ "data-school": `${s.stage}-${s.code}`, class: s.standing === "all" ? null : "wp-row-fail" }),
    choices,
  });

  const about = (s) => `${s.name} · ${SIGNS[s.standing]} ${wp.t(`page.county.${s.standing}`)} · ${wp.t("page.county.rooms")} ${served(s.n_classrooms_served, s.n_classrooms)}`;

  /* Shapes tell the standing, so that grey print does too. */
  const SHAPES = {
    all: (r) => wp.svg("circle", { r }),
    some: (r) => wp.svg("path", { d: `M0 ${-1.25 * r}L${1.15 * r} ${0.8 * r}H${-1.15 * r}Z` }),
    none: (r) => wp.svg("path", { d: `M${-r} ${-r}L${r} ${r}M${-r} ${r}L${r} ${-r}` }),
    failed: (r) => wp.svg("rect", { x: -r, y: -r, width: 2 * r, height: 2 * r }),
  };
  const sized = (s) => wp.clamp(3 + Math.sqrt(s.n_classes ?? 0), 4, 13);

  /* Equal distances east and north at the middle latitude: a county is small enough. */
  const map = (schools) => {
    const middle = (schools.reduce((sum, s) => sum + s.latitude, 0) / schools.length / 180) * Math.PI;
    const points = schools.map((s) => [s.longitude * Math.cos(middle), -s.latitude]);
    const [x0, y0, x1, y1] = [Math.min, Math.max].flatMap((of) => [0, 1].map((k) => of(...points.map((p) => p[k]))));
    const scale = Math.min(900 / Math.max(x1 - x0, 1e-3), 560 / Math.max(y1 - y0, 1e-3));
    const [width, height] = [(x1 - x0) * scale + 60, (y1 - y0) * scale + 60];
    const nodes = schools
      .map((s, k) => [s, points[k]])
      // what needs looking at lies on top, then the small ones
      .sort(([a], [b]) => STANDINGS.indexOf(a.standing) - STANDINGS.indexOf(b.standing) || b.n_classes - a.n_classes)
      .map(([s, [x, y]]) => {
        const shape = wp.svg("g", { class: `wp-dot wp-stand-${s.standing}`, "data-school": `${s.stage}-${s.code}`, transform: `translate(${((x - x0) * scale + 30).toFixed(1)} ${((y - y0) * scale + 30).toFixed(1)})` }, wp.svg("title", { text: about(s) }), SHAPES[s.standing](sized(s)));
        return s.report ? wp.svg("a", { href: s.report, "aria-label": about(s) }, shape) : shape;
      });
    const km = 111.32 / scale; // a degree of latitude is 111.32 km on the sphere of equal area
    const bar = [1, 2, 5, 10, 20, 50].find((n) => n / km > 60) ?? 50;
    const ruler = wp.svg("g", { class: "wp-ruler", transform: `translate(12 ${height - 10})` }, wp.svg("path", { d: `M0 -6V0H${bar / km}V-6` }), wp.svg("text", { x: bar / km + 6, y: 0, text: `${bar} km` }));
    return wp.svg("svg", { class: "wp-map-svg", viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": wp.t("page.county.map") }, ...nodes, ruler);
  };

  /* Schools as tiles by town, the largest first: no place is made up for what has none. */
  const tilesByTown = (schools) => {
    const groups = new Map();
    for (const s of schools) {
      if (!groups.has(s.town || NO_TOWN)) groups.set(s.town || NO_TOWN, []);
      groups.get(s.town || NO_TOWN).push(s);
    }
    const ordered = [...groups].sort(([a, x], [b, y]) => y.length - x.length || a.localeCompare(b, "zh-TW"));
    const tile = (s) =>
      el(s.report ? "a" : "span", { href: s.report, class: `wp-school wp-stand-${s.standing}`, "data-school": `${s.stage}-${s.code}`, title: about(s), "aria-label": about(s), style: { fontSize: `${(0.75 + Math.sqrt(s.n_classes ?? 0) * 0.06).toFixed(2)}rem` }, text: SIGNS[s.standing] });
    return el("div", { class: "wp-towns" }, ...ordered.map(([town, some]) =>
      el("section", { class: "wp-town" }, el("h3", { text: `${town || wp.t("page.county.no_town")} (${some.length})` }), el("div", { class: "wp-school-tiles" }, ...[...some].sort((a, b) => b.n_classes - a.n_classes).map(tile))))); // prettier-ignore
  };

  const legend = el("ul", { class: "wp-county-legend" }, ...STANDINGS.filter((k) => county.schools.some((s) => s.standing === k)).map((k) =>
    el("li", {}, wp.svg("svg", { class: "wp-sample", viewBox: "-14 -14 28 28", "aria-hidden": "true" }, wp.svg("g", { class: `wp-dot wp-stand-${k}` }, SHAPES[k](8))), el("span", { text: `${SIGNS[k]} ${wp.t(`page.county.${k}`)}: ${county.schools.filter((s) => s.standing === k).length}` })))); // prettier-ignore

  const isPlaced = (s) => wp.known(s.latitude) && wp.known(s.longitude);
  const placed = county.schools.filter(isPlaced);
  const others = county.schools.filter((s) => !isPlaced(s));
  const chart = el("section", { class: "wp-chart" },
    el("h2", { text: wp.t(placed.length > 0 ? "page.county.map" : "page.county.by_town") }),
    legend,
    placed.length > 0 ? map(placed) : null,
    others.length > 0 && placed.length > 0 ? el("p", { class: "wp-note", text: wp.t("page.county.unplaced", { n: others.length }) }) : null,
    placed.length === 0 ? el("p", { class: "wp-note", text: wp.t("page.county.no_places") }) : null,
    others.length > 0 ? tilesByTown(others) : null,
  ); // prettier-ignore

  document.body.append(
    el("main", { class: "wp-county" },
      el("header", { class: "wp-head" }, el("h1", { text: county.title }), el("p", { class: "wp-sub", text: county.subtitle })),
      wp.tiles(county.tiles),
      chart,
      table,
      el("p", { class: "wp-note", text: wp.t("page.county.note") }),
      el("footer", { class: "wp-foot", text: county.footer }),
    ),
  ); // prettier-ignore

  // what the filter leaves out of the table fades on the chart
  table.addEventListener("wp-filter", ({ detail }) => {
    const left = new Set(detail.map((s) => `${s.stage}-${s.code}`));
    for (const node of chart.querySelectorAll("[data-school]")) node.classList.toggle("wp-faded", !left.has(node.dataset.school));
  });
})();
