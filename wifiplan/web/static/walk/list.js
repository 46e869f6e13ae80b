"use strict";
/* Beside the plan: what the colours mean, the point that is selected, progress by room, and all points as a list. */
(() => {
  const wp = (window.wp ??= {});
  const { el, t } = wp;
  const BANDS = ["2.4", "5", "6"];

  const options = (select, pairs, value) => {
    select.replaceChildren(...pairs.map(([key, text]) => el("option", { value: key, selected: key === value }, text)));
    select.value = value;
  };

  /* Which network and band the colours show. */
  wp.walkChoice = (state) => {
    const band = el("select", { "data-test": "band", onchange: () => state.choose({ band: band.value }) });
    const network = el("select", { "data-test": "network", onchange: () => state.choose({ network: network.value }) });
    const scale = wp.walkScale();
    const legend = el("ul", { class: "wk-legend" }, ...scale.colours.map((_, k) => el("li", {}, el("span", { class: "wp-swatch", style: { background: scale.css(k) } }), `${scale.label(k)} dBm`)), el("li", {}, el("span", { class: "wk-sign" }, "\u2013"), t("walk.legend.none")), el("li", {}, el("span", { class: "wk-sign wk-sign-box" }, "?"), t("walk.legend.cached")));
    const show = () => {
      const names = state.names();
      const bssids = state.now.networks.filter(([, ssid]) => state.network() === "*" || `s:${ssid}` === state.network() || state.network().startsWith("b:"));
      const named = new Map((wp.data.site.access_points ?? []).map((ap) => [ap.id, ap.name || ap.id]));
      const of = ([bssid, ssid, , channel, ap]) => [`b:${bssid}`, [named.get(ap) ?? "", bssid, channel ? t("page.channel", { channel }) : "", ssid].filter(Boolean).join(" · ")];
      options(band, [["", t("walk.band.all")], ...BANDS.map((one) => [one, `${one} GHz`])], state.choice.band);
      options(network, [["", names[0] ? t("walk.network.auto", { name: names[0] }) : t("walk.network.none")], ["*", t("walk.network.all")], ...names.map((name) => [`s:${name}`, name]), ...new Map(bssids.map(of)).entries()], state.choice.network);
    };
    state.on("change", show);
    show();
    return el("section", { class: "wk-choice" }, el("label", {}, t("walk.network"), network), el("label", {}, t("walk.band"), band), legend);
  };

  /* The item that is selected: what was heard, note, photos, and what can be done with it. */
  wp.walkDetails = (state, { moving, drop }) => {
    const box = el("section", { class: "wk-details", "data-test": "details", hidden: true });
    let shown = null;
    const button = (test, text, fn, kind = "") => el("button", { type: "button", class: `wk-button ${kind}`, "data-test": test, onclick: fn }, text);
    const photos = (item) => item.photos.map((name) => el("figure", {}, el("img", { src: `/photo/${encodeURIComponent(name)}`, alt: t("walk.photo_of", { place: wp.walkPlace(state, item) }) }), button("drop-photo", t("walk.photo_drop"), () => state.step("drop_photo", { id: item.id, photo: name }), "wk-small")));
    const heard = (item) => {
      const scan = state.scanOf(item);
      const rows = (scan?.heard ?? []).map(([k, dbm]) => [...state.now.networks[k].slice(0, 4), dbm]).sort((a, b) => (b[4] ?? -999) - (a[4] ?? -999));
      const cells = ([bssid, ssid, band, channel, dbm]) => el("tr", {}, el("td", {}, ssid || t("walk.hidden"), el("br"), el("small", {}, bssid)), el("td", { class: "wp-number" }, band ?? "", channel ? ` / ${channel}` : ""), el("td", { class: "wp-number" }, wp.num(dbm)));
      return el("details", {}, el("summary", {}, t("walk.heard", { n: rows.length })), el("table", { class: "wk-heard" }, el("thead", {}, el("tr", {}, ...["walk.col.network", "walk.col.channel", "walk.col.dbm"].map((key) => el("th", { scope: "col" }, t(key))))), el("tbody", {}, ...rows.map(cells))));
    };
    const linked = (scan) => (scan && wp.known(scan.loss_share) ? el("p", { class: "wk-said" }, t(wp.known(scan.delay_s) ? "walk.link" : "walk.link_lost", { ms: wp.num(1000 * (scan.delay_s ?? 0), 1), loss: wp.share(scan.loss_share) })) : null);
    const show = (id) => {
      shown = id;
      const item = id === null ? null : state.item(id);
      box.hidden = !item;
      if (!item) return;
      const note = el("input", { type: "text", maxlength: "500", value: item.note, "data-test": "note", placeholder: t("walk.note"), "aria-label": t("walk.note"), onchange: () => state.step("note", { id, note: note.value }) });
      const camera = el("input", { type: "file", accept: "image/*", capture: "environment", "data-test": "photo", onchange: () => camera.files[0] && state.photo(id, camera.files[0]) });
      const actions = [];
      if (item.open) actions.push(el("p", { class: "wk-warn" }, item.scans.length ? t("walk.broken") : t("walk.broken_empty")));
      if (item.cached && item.kind === "walk") actions.push(el("p", { class: "wk-warn" }, t("walk.cached_walk")));
      else if (item.cached) actions.push(el("p", { class: "wk-warn" }, t("walk.cached")), button("accept", t("walk.accept"), () => state.step("accept", { id, accepted: true })));
      if (item.kind === "point") actions.push(button("repeat", t("walk.repeat"), () => state.step("repeat", { id })));
      actions.push(el("label", { class: "wk-button" }, t("walk.photo"), camera));
      if (!item.open) actions.push(button("move", t(item.kind === "walk" ? "walk.move_start" : "walk.move"), () => moving({ id, end: false })));
      if (item.kind === "walk" && !item.open) actions.push(button("move-end", t("walk.move_end"), () => moving({ id, end: true })));
      actions.push(button("delete", t("walk.delete"), () => drop(id), "wk-danger"));
      box.replaceChildren(...[el("h2", {}, `${item.id} · ${wp.walkPlace(state, item)}`), el("p", { class: "wk-said" }, wp.walkSaid(state, item)), linked(state.scanOf(item)), el("div", { class: "wk-actions" }, ...actions), note, ...photos(item), ...(item.kind === "point" ? [heard(item)] : [])].filter(Boolean));
    };
    state.on("change", () => {
      // a field that somebody is typing into stays as it is
      if (!box.contains(document.activeElement) || document.activeElement.tagName !== "INPUT" || !state.item(shown)) show(shown);
    });
    return { box, show };
  };

  /* Rooms with their points; classrooms without any come first. */
  wp.walkProgress = (state, { go }) => {
    const list = el("ul", { class: "wk-rooms" });
    const head = el("summary", {});
    const box = el("details", { class: "wk-progress", open: matchMedia("(min-width: 901px)").matches, "data-test": "progress" }, head, list);
    const show = () => {
      const rooms = new Map(wp.data.site.floors.flatMap((floor) => (floor.rooms ?? []).map((room) => [`${floor.level}/${room.id}`, { room, floor }])));
      const all = state.now.rooms.map((one) => ({ ...one, ...rooms.get(`${one.floor}/${one.id}`) })).filter((one) => one.room);
      const done = all.filter((one) => one.measured >= one.needed).length;
      box.hidden = all.length === 0;
      head.textContent = t("walk.progress", { done, n: all.length });
      const order = (one) => [one.measured >= one.needed, one.room.use !== "classroom", one.floor].map(Number);
      all.sort((a, b) => order(a).map((v, k) => v - order(b)[k]).find((v) => v) ?? 0);
      list.replaceChildren(...all.map((one) => el("li", { class: one.measured >= one.needed ? "wk-done" : "" }, el("button", { type: "button", class: "wp-link", onclick: () => go(one.floor.level, wp.middleOf(one.room.polygon)) }, one.room.name || one.id), el("span", { class: "wk-bar", "aria-hidden": "true" }, el("span", { style: { width: `${Math.min(100, (100 * one.measured) / one.needed)}%` } })), el("span", { class: "wp-number" }, `${one.measured >= one.needed ? "\u2713 " : ""}${one.measured} / ${one.needed}`))));
    };
    state.on("change", show);
    show();
    return box;
  };

  /* The advice as a list in walking order; nothing until somebody has asked. */
  wp.walkNext = (state, { go }) => {
    const list = el("ol", { class: "wk-items", "data-test": "next-list" });
    const box = el("section", { class: "wk-next" }, el("h2", {}, t("walk.next_title")), list);
    const floors = wp.data.site.floors;
    const show = () => {
      const left = floors.flatMap((floor) => wp.walkHints(state, floor.level)).filter((one) => one.order).sort((a, b) => a.order - b.order);
      box.hidden = !state.now.advice.places;
      list.replaceChildren(...left.map((one) => el("li", { value: one.order }, el("button", { type: "button", class: "wp-link", onclick: () => go(one.floor, { x: one.x_m, y: one.y_m }) }, `${wp.floorName(floors.find((floor) => floor.level === one.floor))} ${one.room}`))));
      if (!left.length) list.replaceChildren(el("li", { class: "wp-note" }, t("walk.next_none")));
    };
    state.on("change", show);
    show();
    return box;
  };

  wp.walkList = (state, { select }) => {
    const list = el("ol", { class: "wk-items", "data-test": "items", reversed: true });
    const head = el("summary", {});
    const floors = wp.data.site.floors;
    const show = () => {
      head.textContent = t("walk.items", { n: state.now.items.length });
      list.replaceChildren(...[...state.now.items].reverse().map((item) => el("li", { value: item.id, class: item.cached || item.open ? "wk-open" : "" }, el("button", { type: "button", class: "wp-link", "data-test": `item-${item.id}`, onclick: () => select(item.id) }, floors.length > 1 ? `${wp.floorName(floors.find((one) => one.level === item.floor) ?? { level: item.floor })} ` : "", wp.walkSaid(state, item), item.note ? ` · ${item.note}` : "", item.photos.length ? ` · ${t("walk.photos", { n: item.photos.length })}` : ""))));
    };
    state.on("change", show);
    show();
    return el("details", { class: "wk-list", open: true }, head, list);
  };
})();
