"use strict";
/* What stands beside a plan: verdict tiles, layer switch, legend, inspector; each keeps itself up to date with a view. */
(() => {
  const wp = (window.wp ??= {});
  const { el } = wp;
  wp.LAYERS = ["verdict", "signal", "second", "snr", "overlap", "channel", "airtime", "seats"];
  const BY_BAND = ["signal", "second", "snr", "overlap", "channel"];

  /* Which layers can be shown: maps where the floor has them, channels of the rooms always. */
  wp.layersOf = (fields) => wp.LAYERS.filter((layer) => ["verdict", "airtime", "seats", "channel"].includes(layer) || Object.values(fields?.bands ?? {}).some((maps) => maps[layer]));

  /* Radio buttons of layers and bands; change({layer, band}) is told. */
  wp.layerSwitch = (view, { layers, bands, change }) => {
    const name = `wp-layer-${view.id}`;
    const state = { layer: view.layer, band: view.band };
    const bandBox = el("span", { class: "wp-bands", role: "radiogroup", "aria-label": wp.t("page.band") });
    const option = (group, value, label, key) =>
      el("label", { class: "wp-option" }, el("input", { type: "radio", name: group, value, checked: state[key] === value, onchange: () => { state[key] = value; show(); change({ ...state }); } }), el("span", { text: label })); // prettier-ignore
    const show = () => bandBox.classList.toggle("wp-hidden", bands.length < 2 || !BY_BAND.includes(state.layer));
    bandBox.append(...bands.map((band) => option(`${name}-band`, band, wp.t("page.ghz", { band }), "band")));
    show();
    return el("div", { class: "wp-layers" }, el("span", { class: "wp-layer-group", role: "radiogroup", "aria-label": wp.t("page.layer") }, ...layers.map((layer) => option(name, layer, wp.t(`page.layer.${layer}`), "layer"))), bandBox);
  };

  const swatch = (style, className = "") => el("span", { class: `wp-swatch ${className}`, style, "aria-hidden": "true" });

  const sample = (...shapes) => wp.svg("svg", { class: "wp-sample", viewBox: "-18 -18 36 36", "aria-hidden": "true" }, ...shapes);

  const hatchedSample = (style) => {
    const strokes = { "/": "M-14 8L8 -14M-4 14L14 -4", "\\": "M-14 -8L8 14M-4 -14L14 4", "-": "M-14 -5H14M-14 5H14", "|": "M-5 -14V14M5 -14V14", x: "M-14 -14L14 14M-14 14L14 -14", "+": "M-14 0H14M0 -14V14", ".": "M-6 -6h3M4 -6h3M-6 5h3M4 5h3" }; // prettier-ignore
    return sample(wp.svg("rect", { x: -15, y: -15, width: 30, height: 30, style: { fill: style.tint, stroke: "#555" } }), wp.svg("path", { d: strokes[style.hatch] ?? "", class: "wp-hatch" }));
  };

  const entry = (mark, text) => el("li", {}, mark, el("span", { text }));

  const channelEntries = (view) => {
    const all = (view.plan?.access_points ?? []).map((p) => wp.channelOf(view, p.id));
    const grid = wp.gridOf(view.fields, "strongest", view.band);
    const seen = new Set(grid ? [...new Set(grid)].map((k) => all[k]) : all);
    return [...wp.channelStyle(all)].filter(([channel]) => seen.has(channel)).map(([channel, style]) => entry(hatchedSample(style), wp.t("page.channel", { channel })));
  };

  const scaleEntries = (view) => {
    const scale = wp.scaleOf(view.layer, view.plan);
    const entries = scale.colours.map((_, k) => entry(swatch({ background: scale.css(k) }), scale.label(k)));
    const need = wp.known(scale.need) && scale.layer !== "overlap" ? [entry(el("span", { class: "wp-need-line", "aria-hidden": "true" }), wp.t(`page.need.${view.layer}`, { value: scale.number(scale.need), unit: scale.unit }))] : [];
    return [...entries.reverse(), ...need];
  };

  const roomEntries = () => ["pass", "fail", "not_required"].map((verdict) => entry(verdict === "fail" ? hatchedSample({ tint: "#fbe3df", hatch: "x" }) : swatch({}, `wp-swatch-${verdict}`), wp.t(`page.verdict.${verdict}`)));

  const markEntries = (view) => {
    const marks = new Map((view.plan?.access_points ?? []).filter((p) => p.floor === view.level).map((p) => [p.mark ?? p.action, p.action_text]));
    return [...marks].map(([mark, text]) => entry(sample(...wp.markerShape(mark)), text));
  };

  /* The legend of what a view shows now, with its unit. */
  wp.legend = (view) => {
    const title = view.layer === "verdict" ? wp.t("page.layer.verdict") : wp.t(`page.title.${view.layer}`, { band: view.band });
    const mapped = ["signal", "second", "snr", "overlap", "airtime", "seats"].includes(view.layer);
    const note = mapped && !["airtime", "seats"].includes(view.layer) && !view.fields ? el("p", { class: "wp-note", text: wp.t(view.awaited ? "page.map_comes" : "page.no_map") }) : null;
    const own = view.layer === "verdict" ? roomEntries() : view.layer === "channel" ? channelEntries(view) : scaleEntries(view);
    return el("div", { class: "wp-legend" }, el("h3", { text: title }), note, el("ul", {}, ...own), el("ul", { class: "wp-legend-marks" }, ["verdict", "channel"].includes(view.layer) ? [] : roomEntries()[1], ...markEntries(view)));
  };

  const facts = (pairs) =>
    el("dl", { class: "wp-facts" }, ...pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined && value !== false).flatMap(([name, value]) => [el("dt", { text: name }), el("dd", {}, value)])); // prettier-ignore

  const unit = (value, name, digits = 0) => (wp.known(value) ? `${wp.num(value, digits)} ${name}` : "");

  const link = (view, kind, id, text) => el("button", { type: "button", class: "wp-link", text, onclick: () => wp.goTo(view, kind, id) });

  const roomLinks = (view, ids) => {
    const names = new Map((view.plan?.rooms ?? []).map((r) => [r.room_id, r.name]));
    return ids.map((id) => link(view, "room", id, names.get(id) ?? id));
  };

  const apLinks = (view, ids) => ids.filter(Boolean).map((id) => {
    const ap = view.plan.access_points.find((p) => p.id === id);
    return link(view, "ap", id, ap ? ap.name || ap.id : id);
  });

  /* Select a thing wherever it is: its floor first, then into view. */
  wp.goTo = (view, kind, id) => {
    const ap = kind === "ap" ? view.plan.access_points.find((p) => p.id === id) : null;
    const floor = ap?.floor ?? (view.site.floors.find((f) => (f.rooms ?? []).some((r) => r.id === id)) ?? {}).level;
    if (floor !== undefined && floor !== view.level) view.emit("floor", floor);
    if (ap && wp.known(ap.x_m)) view.show(ap.x_m, ap.y_m);
    const room = kind === "room" ? (view.floor?.rooms ?? []).find((r) => r.id === id) : null;
    if (room) {
      const middle = wp.middleOf(room.polygon);
      view.show(middle.x, middle.y);
    }
    view.select(kind, id);
  };

  const radioText = (radio) =>
    [wp.t("page.ghz", { band: radio.band }), wp.known(radio.channel) ? wp.t("page.channel", { channel: radio.channel }) : "", unit(radio.width_mhz, "MHz"), unit(radio.eirp_dbm, "dBm", 1)].filter(Boolean).join(" · ");

  const apFacts = (view, ap) => [
    [wp.t("page.ap.why"), el("strong", { text: ap.reason })],
    [wp.t("page.ap.action"), ap.action_text],
    [wp.t("page.ap.place"), ap.place_text],
    [wp.t("page.ap.model"), ap.model],
    [wp.t("page.ap.radios"), ap.radios.length > 0 ? el("ul", {}, ...ap.radios.map((r) => el("li", { text: radioText(r) })), ...(ap.off_bands ?? []).map((band) => el("li", { text: wp.t("page.ap.off", { band }) }))) : ""],
    [wp.t("page.ap.backup"), ap.dfs ? (wp.known(ap.backup_channel) ? wp.t("page.ap.dfs", { channel: ap.backup_channel }) : "DFS") : ""],
    [wp.t("page.ap.serves"), ap.serves.length > 0 ? el("span", { class: "wp-links" }, ...roomLinks(view, ap.serves)) : ""],
    [wp.t("page.ap.load"), ap.serves.length > 0 ? wp.share(ap.load_share) : ""],
    [wp.t("page.ap.channel_share"), ap.serves.length > 0 ? wp.share(ap.channel_share) : ""],
    [wp.t("page.ap.cable"), wp.known(ap.cable_m) ? wp.t("page.ap.cable_to", { m: wp.num(ap.cable_m), cabinet: ap.cabinet ?? "" }) : ""],
  ]; // prettier-ignore

  const roomFacts = (view, room) => [
    [wp.t("page.room.verdict"), room.verdict === "not_required" ? wp.t("verdict.not_required") : wp.verdictChip(room.verdict)],
    [wp.t("page.room.why"), room.verdict === "fail" ? el("strong", { text: room.reason }) : room.reason],
    [wp.t("page.room.remedy"), room.remedy],
    [wp.t("page.room.need"), wp.known(room.n_devices) ? wp.t("page.room.need_text", { n: room.n_devices, mbps: wp.num(room.demand_mbps, 1), profile: room.profile }) : ""],
    [wp.t("page.room.ap"), room.serving_ap ? el("span", { class: "wp-links" }, ...apLinks(view, [room.serving_ap, ...room.sharing_aps])) : ""],
    [wp.t("room.dbm"), unit(room.received_dbm, "dBm")],
    [wp.t("page.room.second"), unit(room.second_dbm, "dBm")],
    [wp.t("room.snr"), unit(room.snr_db, "dB")],
    [wp.t("room.seats"), wp.share(room.seats_share)],
    [wp.t("room.airtime"), wp.share(room.airtime_share)],
    [wp.t("page.room.channel_share"), wp.share(room.channel_share)],
    [wp.t("page.room.today"), room.passes_today === true ? wp.t("page.yes") : room.passes_today === false ? wp.t("page.no") : ""],
    [wp.t("page.room.change"), room.change],
  ]; // prettier-ignore

  /* Why this access point, why this room: what is selected in a view. */
  wp.inspector = (view) => {
    const box = el("section", { class: "wp-inspector", "aria-live": "polite", "aria-label": wp.t("page.inspector") });
    const show = (selected) => {
      const ap = selected?.kind === "ap" ? view.plan?.access_points.find((p) => p.id === selected.id) : null;
      const room = selected?.kind === "room" ? view.plan?.rooms.find((r) => r.room_id === selected.id) : null;
      const head = ap ? wp.t("page.ap.title", { name: ap.name || ap.id }) : room?.name;
      if (!ap && !room) box.replaceChildren(el("p", { class: "wp-note", text: wp.t("page.inspector.empty") }));
      else box.replaceChildren(el("h3", { text: head }), facts(ap ? apFacts(view, ap) : [[wp.t("room.use"), room.use_text], ...roomFacts(view, room)]));
      box.classList.toggle("wp-filled", Boolean(ap || room));
    };
    view.on("select", show);
    show(view.selected);
    box.refresh = () => show(view.selected);
    return box;
  };

  /* What the map says under the pointer or the keyboard's cursor. */
  wp.readout = (view) => {
    const line = el("p", { class: "wp-readout", role: "status", text: wp.t("page.readout.empty") });
    view.on("hover", (place) => {
      if (!place) {
        line.textContent = wp.t("page.readout.empty");
        return;
      }
      const { x_m, y_m } = place;
      const at = (layer) => wp.valueAt(view.fields, layer, view.band, x_m, y_m);
      const thing = (view.floor?.rooms ?? []).find((r) => wp.inside(r.polygon, x_m, y_m));
      const strongest = at("strongest");
      const ap = strongest === null ? null : view.plan?.access_points[strongest];
      const parts = [thing?.name, wp.known(at("signal")) ? `${wp.num(at("signal"), 1)} dBm` : "", ap ? wp.t("page.readout.ap", { name: ap.name || ap.id }) : "", wp.known(at("second")) ? wp.t("page.readout.second", { dbm: wp.num(at("second"), 1) }) : "", wp.known(at("snr")) ? wp.t("page.readout.snr", { db: wp.num(at("snr"), 1) }) : "", wp.known(at("overlap")) ? wp.t("page.readout.overlap", { n: at("overlap") }) : ""]; // prettier-ignore
      line.textContent = [...parts.filter(Boolean), wp.t("page.readout.place", { x: wp.num(x_m, 1), y: wp.num(y_m, 1) })].join(" · ");
    });
    return line;
  };
})();
