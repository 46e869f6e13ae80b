"use strict";
/* report.html: the finished plan of one school; a view of the floors, what stands beside it, and the tables. */
(() => {
  const wp = (window.wp ??= {});
  const { el } = wp;
  if (wp.data.kind !== "report") return;
  const plan = wp.data.view;

  const fieldsOf = (level) => plan.floors.find((f) => f.level === level)?.fields ?? null;

  const tabs = (levels, name, pick) => {
    const buttons = levels.map((level) =>
      el("button", { type: "button", role: "tab", class: "wp-tab", "data-level": level, onclick: () => pick(level) }, name(level)));
    const bar = el("div", { class: "wp-tabs", role: "tablist", "aria-label": wp.t("page.floors") }, ...buttons);
    bar.mark = (level) => {
      for (const [k, button] of buttons.entries()) {
        button.setAttribute("aria-selected", String(levels[k] === level));
        button.tabIndex = levels[k] === level ? 0 : -1;
      }
    };
    bar.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const now = buttons.indexOf(document.activeElement);
      const next = (now + step + buttons.length) % buttons.length;
      pick(levels[next]);
      buttons[next].focus();
      event.preventDefault();
    });
    return bar;
  };

  const zoomButtons = (view) =>
    el("div", { class: "wp-zoom" }, ...[["+", "page.zoom_in", () => view.zoom(wp.PlanView.ZOOM_STEP)], ["\u2212", "page.zoom_out", () => view.zoom(1 / wp.PlanView.ZOOM_STEP)], ["\u25a1", "page.fit", () => view.fit()]].map(([text, key, go]) => el("button", { type: "button", text, title: wp.t(key), "aria-label": wp.t(key), onclick: go }))); // prettier-ignore

  const section = ({ title, lines, heads, rows }) =>
    el("section", { class: "wp-section" },
      el("h2", { text: title }),
      ...lines.map((text) => el("p", { text })),
      rows.length === 0 ? null : el("div", { class: "wp-scroll" }, el("table", { class: "wp-table" },
        heads.length > 0 ? el("thead", {}, el("tr", {}, ...heads.map((text) => el("th", { scope: "col", text })))) : null,
        el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((text, k) => el(k === 0 ? "th" : "td", { scope: k === 0 ? "row" : null, text }))))))),
    ); // prettier-ignore

  const main = el("main", { class: "wp-report" });
  const place = el("div", { class: "wp-place" });
  document.body.append(main);
  main.append(
    el("header", { class: "wp-head" }, el("p", { class: "wp-kicker", text: wp.t("doc.title") }), el("h1", { text: plan.title }), el("p", { class: "wp-sub", text: plan.subtitle })),
    plan.warning ? el("aside", { class: "wp-warning" }, el("strong", { text: plan.warning.title }), el("p", { text: plan.warning.text })) : "",
    el("div", { class: "wp-headline" }, ...plan.headline.map((text) => el("p", { text }))),
    wp.tiles(plan.tiles),
    place,
  ); // prettier-ignore

  const view = new wp.PlanView(place);
  const judged = (level) => plan.rooms.filter((r) => r.floor === level && r.verdict !== "not_required");
  const upwards = plan.floors.map((f) => f.level).sort((a, b) => a - b);
  const failing = (level) => judged(level).filter((r) => r.verdict === "fail").length;
  // where most is wrong; where nothing is, the lowest floor that has rooms to judge
  const first = upwards.reduce((a, b) => (failing(b) > failing(a) ? b : a), upwards.find((level) => judged(level).length > 0) ?? upwards[0] ?? 0);
  view.plan = plan;
  view.band = plan.band;
  view.level = first;
  view.fields = fieldsOf(view.level);
  view.layer = "verdict";
  view.setSite(plan.site);

  const legend = el("div", { class: "wp-legend-place" });
  const showLegend = () => legend.replaceChildren(wp.legend(view));
  const levels = plan.floors.map((f) => f.level);
  const named = new Map(plan.floors.map((f) => [f.level, f.name]));
  const bar = tabs(levels, (level) => named.get(level), (level) => setFloor(level)); // prettier-ignore
  const setFloor = (level) => {
    view.level = level;
    view.fitted = false;
    view.measure();
    view.setFields(fieldsOf(level));
    bar.mark(level);
    showLegend();
  };
  view.on("floor", setFloor);
  const anyFields = plan.floors.map((f) => f.fields).find(Boolean) ?? null;
  const choice = wp.layerSwitch(view, {
    layers: wp.layersOf(anyFields),
    bands: anyFields ? plan.bands.filter((b) => anyFields.bands[b]) : [plan.band],
    change: ({ layer, band }) => {
      view.setFields(view.fields, layer, band);
      showLegend();
    },
  });
  const inspector = wp.inspector(view);
  view.box.append(zoomButtons(view));
  place.append(
    el("div", { class: "wp-side" }, legend, inspector),
    el("div", { class: "wp-under" }, wp.readout(view), el("p", { class: "wp-keys wp-note", text: wp.t("page.keys") })),
  ); // prettier-ignore
  place.prepend(bar, choice);
  bar.mark(view.level);
  showLegend();

  main.append(
    wp.roomsTable(view, plan),
    el("p", { class: "wp-note", text: wp.t("room.note") }),
    wp.apsTable(view, plan),
    el("p", { class: "wp-note", text: wp.t("ap.note") }),
    ...(wp.data.sections ?? []).map(section),
    el("section", { class: "wp-basis" }, el("h2", { text: wp.t("head.basis") }), ...plan.basis.map((text) => el("p", { text }))),
    el("footer", { class: "wp-foot", text: plan.footer }),
  ); // prettier-ignore
  wp.view = view;
  wp.printSheets(view, plan, fieldsOf, main);
})();
