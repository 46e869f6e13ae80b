"use strict";
/* Tiles of figures, and a table that sorts by its heads and filters by words and choices. */
(() => {
  const wp = (window.wp ??= {});
  const { el } = wp;

  wp.verdictChip = (verdict) => el("span", { class: `wp-chip wp-chip-${verdict}` }, wp.t(`verdict.${verdict}`));

  wp.tiles = (tiles) =>
    el("div", { class: "wp-tiles" }, ...(tiles ?? []).map((tile) =>
      el("div", { class: "wp-tile" },
        el("div", { class: "wp-tile-name", text: tile.name }),
        el("div", { class: "wp-tile-value", text: tile.value }),
        wp.known(tile.share) ? el("div", { class: "wp-tile-bar", "aria-hidden": "true" }, el("div", { style: { width: `${100 * tile.share}%` } })) : null,
        el("div", { class: "wp-tile-note", text: tile.note }),
      ))); // prettier-ignore

  const compare = (a, b) => {
    const empty = (v) => v === null || v === undefined || v === "";
    if (empty(a) || empty(b)) return Number(empty(a)) - Number(empty(b));
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), wp.data.lang ?? "zh-TW", { numeric: true });
  };

  /* So many rows are laid out at once; the next ones come when the last is scrolled to, or all of them for printing. */
  const ROWS_AT_ONCE = 400;

  /* columns: [{key, name, number?, value?(row), cell?(row)}], rows; choices: [{name, options: [[text, test(row)]]}].
     Answers the element; `.shown()` are the rows that the filter leaves. */
  wp.table = ({ caption, columns, rows, choices = [], rowAttrs = () => ({}), searched }) => {
    const value = (column, row) => (column.value ? column.value(row) : row[column.key]);
    const state = { by: null, down: false, word: "", picked: choices.map(() => 0) };
    const body = el("tbody", {});
    const count = el("span", { class: "wp-count", role: "status" });
    const made = new Map();

    const cellOf = (column, row) => {
      const shown = column.cell ? column.cell(row) : wp.num(value(column, row), column.digits ?? 0) || value(column, row);
      return el(column.head ? "th" : "td", { class: column.number ? "wp-number" : column.class ?? null, scope: column.head ? "row" : null }, shown ?? ""); // prettier-ignore
    };
    const rowOf = (row) => {
      if (!made.has(row)) made.set(row, el("tr", rowAttrs(row), ...columns.map((column) => cellOf(column, row))));
      return made.get(row);
    };

    const shown = () => {
      const found = rows.filter((row) => (state.word === "" || searched(row).toLowerCase().includes(state.word)) && choices.every((choice, k) => choice.options[state.picked[k]][1](row))); // prettier-ignore
      if (state.by === null) return found;
      const sign = state.down ? -1 : 1;
      const empty = (row) => [null, undefined, ""].includes(value(state.by, row));
      // what is not known stays at the end, whichever way the rest is sorted
      return [...found].sort((a, b) => (empty(a) || empty(b) ? 1 : sign) * compare(value(state.by, a), value(state.by, b)));
    };
    let left = [];
    const seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && more(ROWS_AT_ONCE), { rootMargin: "1200px" });
    const more = (n) => {
      seen.disconnect();
      body.append(...left.slice(body.children.length, body.children.length + n).map(rowOf));
      if (body.children.length < left.length) seen.observe(body.lastElementChild);
    };
    addEventListener("beforeprint", () => more(left.length));
    const fill = () => {
      left = shown();
      body.replaceChildren();
      more(ROWS_AT_ONCE);
      count.textContent = wp.t("page.count", { shown: wp.num(left.length) || "0", all: wp.num(rows.length) || "0" });
      root.dispatchEvent(new CustomEvent("wp-filter", { detail: left }));
    };
    const heads = columns.map((column) => {
      const button = el("button", { type: "button", class: "wp-sort", onclick: () => {
        state.down = state.by === column ? !state.down : Boolean(column.descending);
        state.by = column;
        for (const [k, head] of heads.entries()) head.setAttribute("aria-sort", columns[k] === column ? (state.down ? "descending" : "ascending") : "none");
        fill();
      } }, column.name); // prettier-ignore
      return el("th", { scope: "col", "aria-sort": "none", class: column.number ? "wp-number" : null }, button, el("span", { class: "wp-head-text", "aria-hidden": "true", text: column.name }));
    });
    const search = el("input", { type: "search", class: "wp-search", placeholder: wp.t("page.search"), "aria-label": wp.t("page.search"), oninput: (event) => { state.word = event.target.value.trim().toLowerCase(); fill(); } }); // prettier-ignore
    const selects = choices.map((choice, k) =>
      el("select", { "aria-label": choice.name, onchange: (event) => { state.picked[k] = event.target.selectedIndex; fill(); } }, ...choice.options.map(([text], n) => el("option", { text: n === 0 ? wp.t("page.all_of", { name: choice.name, all: text }) : text })))); // prettier-ignore
    const table = el("table", { class: "wp-table" }, caption ? el("caption", { text: caption }) : null, el("thead", {}, el("tr", {}, ...heads)), body);
    const root = el("div", { class: "wp-table-box" }, el("div", { class: "wp-filters" }, search, ...selects, count), el("div", { class: "wp-scroll", tabindex: "0", role: "region", "aria-label": caption ?? wp.t("page.table") }, table));
    root.shown = shown;
    root.choose = (k, n) => {
      selects[k].selectedIndex = state.picked[k] = n;
      fill();
    };
    fill();
    return root;
  };

  const short = (ap, plan) => plan.access_points.find((p) => p.id === ap)?.name || ap;

  /* The rooms that need a whole class on line; a row leads to its room on the plan. */
  wp.roomsTable = (view, plan) => {
    const floors = new Map(view.site.floors.map((f) => [f.level, wp.floorName(f)]));
    const columns = [
      { key: "name", name: wp.t("room.name"), head: true, cell: (r) => el("button", { type: "button", class: "wp-link", text: r.name, onclick: () => wp.goTo(view, "room", r.room_id) }) },
      { key: "floor", class: "wp-short", name: wp.t("room.floor"), cell: (r) => floors.get(r.floor) ?? r.floor },
      { key: "use_text", name: wp.t("room.use"), class: "wp-short" },
      { key: "verdict", name: wp.t("room.verdict"), cell: (r) => wp.verdictChip(r.verdict) },
      { key: "n_devices", name: wp.t("room.devices"), number: true },
      { key: "demand_mbps", name: wp.t("room.mbps"), number: true, digits: 1 },
      { key: "serving_ap", name: wp.t("room.ap"), cell: (r) => [r.serving_ap, ...r.sharing_aps].filter(Boolean).map((id) => short(id, plan)).join(" + ") },
      { key: "received_dbm", name: wp.t("room.dbm"), number: true },
      { key: "snr_db", name: wp.t("room.snr"), number: true },
      { key: "seats_share", name: wp.t("room.seats"), number: true, cell: (r) => wp.share(r.seats_share) },
      { key: "airtime_share", name: wp.t("room.airtime"), number: true, cell: (r) => wp.share(r.airtime_share) },
      { key: "channel_share", name: wp.t("page.room.channel_share"), number: true, cell: (r) => wp.share(r.channel_share) },
      { key: "reason", name: wp.t("room.reason"), class: "wp-wide", value: (r) => (r.verdict === "fail" ? [r.reason, r.remedy].filter(Boolean).join(" → ") : "") },
    ]; // prettier-ignore
    const rows = plan.rooms.filter((r) => r.verdict !== "not_required");
    const all = [wp.t("page.all"), () => true];
    return wp.table({
      caption: wp.t("head.rooms"),
      columns,
      rows,
      searched: (r) => [r.name, r.use_text, r.reason, r.serving_ap ?? ""].join(" "),
      rowAttrs: (r) => ({ "data-room": r.room_id, class: r.verdict === "fail" ? "wp-row-fail" : null }),
      choices: [
        { name: wp.t("room.verdict"), options: [all, ...["fail", "pass"].map((v) => [wp.t(`verdict.${v}`), (r) => r.verdict === v])] },
        { name: wp.t("room.floor"), options: [all, ...[...floors].map(([level, name]) => [name, (r) => r.floor === level])] },
      ],
    });
  };

  /* What hangs there after the plan; a row leads to its access point on the plan. */
  wp.apsTable = (view, plan) => {
    const floors = new Map(view.site.floors.map((f) => [f.level, wp.floorName(f)]));
    const radio = (p) => p.radios.find((r) => r.band === plan.band) ?? p.radios[0];
    const columns = [
      { key: "name", name: wp.t("ap.id"), head: true, value: (p) => p.name || p.id, cell: (p) => el("button", { type: "button", class: "wp-link", text: p.name || p.id, onclick: () => wp.goTo(view, "ap", p.id) }) },
      { key: "floor", class: "wp-short", name: wp.t("room.floor"), cell: (p) => floors.get(p.floor) ?? p.floor },
      { key: "room_name", name: wp.t("ap.place") },
      { key: "action_text", class: "wp-short", name: wp.t("ap.action") },
      { key: "model", name: wp.t("ap.model") },
      { key: "channel", name: wp.t("ap.channel"), number: true, value: (p) => radio(p)?.channel },
      { key: "width", name: wp.t("ap.width"), number: true, value: (p) => radio(p)?.width_mhz },
      { key: "eirp", name: wp.t("ap.power"), number: true, digits: 1, value: (p) => radio(p)?.eirp_dbm },
      { key: "load_share", name: wp.t("ap.load"), number: true, cell: (p) => (p.serves.length > 0 ? wp.share(p.load_share) : "") },
      { key: "cable_m", name: wp.t("ap.cable"), number: true },
      { key: "reason", name: wp.t("ap.reason"), class: "wp-wide" },
    ]; // prettier-ignore
    return wp.table({
      caption: wp.t("head.aps"),
      columns,
      rows: plan.access_points,
      searched: (p) => [p.id, p.name, p.room_name ?? "", p.action_text, p.model ?? "", p.reason].join(" "),
      rowAttrs: (p) => ({ "data-ap": p.id }),
    });
  };

  wp.floorName = (floor) => floor.name || (floor.level >= 0 ? wp.t("floor.name", { n: floor.level + 1 }) : wp.t("floor.basement", { n: -floor.level }));
})();
