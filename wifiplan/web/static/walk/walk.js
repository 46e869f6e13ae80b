"use strict";
/* The survey page: tap where you stand, or the ends of a straight walk; everything is saved as it comes. */
(() => {
  const wp = (window.wp ??= {});
  if (wp.data.kind !== "walk") return;
  const { el, t, data } = wp;

  const state = new wp.WalkState();
  const floors = [...data.site.floors].sort((a, b) => a.level - b.level);
  let mode = "point", moving = null, hints = true, told = null;

  const plan = el("div", { class: "wk-plan" });
  const button = (test, text, fn, more = {}) => el("button", { type: "button", class: "wk-button", "data-test": test, onclick: fn, ...more }, text);

  const tabs = el("div", { class: "wp-tabs", role: "tablist" });
  const said = el("p", { class: "wk-state", role: "status", "aria-live": "polite", "data-test": "state" });
  const more = el("p", { class: "wk-state-more", "data-test": "state-more" });
  const remark = el("p", { class: "wk-remark", "data-test": "remark" });
  const cancel = button("cancel", t("walk.cancel"), () => state.step("cancel"));
  const again = button("again", t("walk.again"), () => wanted(state.now.failed.wanted));
  const status = el("div", { class: "wk-status", "data-test": "status" }, el("div", {}, said, more, remark), cancel, again);
  const modes = ["point", "walk"].map((name) => button(`mode-${name}`, t(`walk.mode.${name}`), () => turn(name), { "aria-pressed": "false" }));
  const undo = button("undo", t("walk.undo"), () => state.step("undo"));
  const redo = button("redo", t("walk.redo"), () => state.step("redo"));
  const next = button("next", t("walk.next"), () => state.step("next"));
  const hinted = el("input", { type: "checkbox", checked: true, "data-test": "hints", onchange: () => { hints = hinted.checked; draw(); } });

  const device = el("input", { type: "text", maxlength: "120", "data-test": "device", value: state.now.device, placeholder: t("walk.device_hint"), onchange: () => named() });
  const surveyor = el("input", { type: "text", maxlength: "120", "data-test": "surveyor", value: state.now.surveyor, onchange: () => named() });
  const named = () => state.step("name", { device: device.value, surveyor: surveyor.value });

  const other = data.lang === "zh-TW" ? ["en", "English"] : ["zh-TW", "中文"];
  const head = el("header", { class: "wk-head" }, el("div", {}, el("p", { class: "wp-kicker" }, t("walk.title")), el("h1", {}, data.site.name)), el("div", { class: "wk-who" }, el("label", {}, t("walk.device"), device), el("label", {}, t("walk.surveyor"), surveyor)), el("nav", {}, el("a", { href: `/?lang=${other[0]}`, "data-test": "lang" }, other[1])));
  const bar = el("div", { class: "wk-bar-tools", role: "toolbar" }, ...modes, undo, redo, button("fit", t("walk.fit"), () => view.fit()), next, el("label", { class: "wk-check" }, hinted, t("walk.hints")));

  const side = el("aside", { class: "wk-side" });
  document.body.classList.add("wk");
  document.body.append(el("main", { class: "wk-main" }, head, el("div", { class: "wk-left" }, tabs, bar, plan, status), side));

  const view = new wp.PlanView(plan);
  view.selectedItem = null;
  // rooms are no choice here: a tap on one means a place
  view.select = () => {};
  wp.walk = { state, view };
  const sizes = new Map();
  view.pictureUrl = (name) => `/picture/${encodeURIComponent(name)}`;
  view.pictureSize = (name) => {
    if (!sizes.has(name)) {
      sizes.set(name, null);
      const image = new Image();
      image.addEventListener("load", () => {
        sizes.set(name, [image.naturalWidth, image.naturalHeight]);
        turnFloor(view.level);
      });
      image.src = view.pictureUrl(name);
    }
    return sizes.get(name);
  };

  /* A floor that is nothing but a picture is as large as the picture. */
  const measure = view.measure.bind(view);
  view.measure = () => {
    measure();
    const { floor } = view;
    const size = floor?.underlay && sizes.get(floor.underlay.picture);
    if (!size || floor.rooms?.length || floor.walls?.length) return;
    const [width, height] = size.map((px) => px * floor.underlay.scale_m_per_px);
    const [x, y] = [floor.underlay.x_m ?? 0, floor.underlay.y_m ?? 0];
    view.ground = [x, y, x + width, y + height];
  };

  const details = wp.walkDetails(state, {
    moving: (what) => { moving = what; tell(); },
    drop: (id) => { choose(null); state.step("delete", { id }); },
  });
  const notes = el("p", { class: "wp-note", "data-test": "file" });
  const go = (level, { x, y }) => { turnFloor(level); view.show(x, y); };
  side.append(details.box, wp.walkNext(state, { go }), wp.walkChoice(state), wp.walkProgress(state, { go }), wp.walkList(state, { select: (id) => choose(id, true) }), notes);

  const draw = () => wp.walkDraw(view, state, { hints });

  const choose = (id, show = false) => {
    view.selectedItem = id;
    const item = id === null ? null : state.item(id);
    if (item && item.floor !== view.level) turnFloor(item.floor);
    if (item && show) view.show(item.x_m, item.y_m);
    details.show(id);
    draw();
  };

  const turn = (name) => {
    mode = name;
    moving = null;
    tell();
  };

  const turnFloor = (level) => {
    view.setFloor(level);
    view.fit();
    for (const tab of tabs.children) tab.setAttribute("aria-selected", String(Number(tab.dataset.level) === level));
    draw();
  };

  /* What to do next, what is done, or what went wrong: always one sentence, and a second one with the remedy. */
  const tell = () => {
    const { busy, failed } = state.now;
    const openWalk = state.now.items.find((item) => item.open);
    let [text, rest, kind] = [t(`walk.todo.${mode}`), "", "ready"];
    if (state.gone) [text, rest, kind] = [t("walk.gone"), t("walk.gone_more"), "failed"];
    else if (state.asked) [text, kind] = [t("walk.asked"), "scanning"];
    else if (busy?.doing === "walk") [text, rest, kind] = [t("walk.walking", { n: openWalk?.scans.length ?? 0, s: wp.num(busy.seconds) }), t("walk.walking_more"), "scanning"];
    else if (busy?.doing === "ending") [text, rest, kind] = [t("walk.ending"), "", "scanning"];
    else if (busy) [text, rest, kind] = [t("walk.scanning", { s: wp.num(busy.seconds) }), t("walk.scanning_more"), "scanning"];
    else if (moving) [text, kind] = [t("walk.moving"), "ready"];
    else if (told) [text, rest, kind] = [told.problem, told.remedy, "failed"];
    else if (failed) [text, rest, kind] = [t("walk.failed", { problem: failed.problem }), failed.remedy, "failed"];
    else if (state.now.advice.failed && !state.now.advice.asking) [text, rest, kind] = [state.now.advice.failed.problem, state.now.advice.failed.remedy, "failed"];
    else if (state.now.unwritten) [text, rest, kind] = [t("walk.unwritten", { file: state.now.file, problem: state.now.unwritten.problem }), `${state.now.unwritten.remedy} ${t("walk.unwritten_more")}`, "failed"];
    else if (openWalk) [text, rest, kind] = [t("walk.broken_todo"), t("walk.broken"), "failed"];
    else if (state.fresh) {
      const item = state.item(state.fresh);
      const cached = item?.cached;
      if (item) [text, rest, kind] = [cached ? t("walk.saved_cached") : t("walk.saved", { id: item.id }), cached ? t(item.kind === "walk" ? "walk.cached_walk" : "walk.cached") : wp.walkSaid(state, item), cached ? "failed" : "saved"];
    }
    said.textContent = text;
    more.textContent = rest;
    remark.textContent = kind === "saved" && state.now.remark ? t(`walk.remark.${state.now.remark}`) : "";
    status.dataset.kind = kind;
    cancel.hidden = !busy || state.gone;
    again.hidden = !(failed && !busy && failed.wanted.doing !== "ending" && kind === "failed" && !told);
    modes.forEach((one, k) => one.setAttribute("aria-pressed", String(mode === ["point", "walk"][k])));
    modes.forEach((one) => { one.disabled = Boolean(busy); });
    next.disabled = state.now.advice.asking;
    next.textContent = t(state.now.advice.asking ? "walk.next_asking" : "walk.next");
    undo.disabled = !state.now.can_undo || Boolean(busy);
    redo.disabled = !state.now.can_redo || Boolean(busy);
    notes.textContent = t("walk.file", { file: state.now.file, scanner: state.now.scanner });
  };

  const wanted = (busy) => {
    if (busy.doing === "repeat") state.step("repeat", { id: busy.id });
    else state.step(busy.doing === "walk" ? "walk" : "point", { floor: busy.floor, x_m: busy.x_m, y_m: busy.y_m });
  };

  /* A tap on the plan: a place to move to, a walk's end, a point that is there, or where somebody stands. */
  const tapped = (thing, x_m, y_m) => {
    const place = { floor: view.level, x_m, y_m };
    const { busy } = state.now;
    told = null;
    if (busy?.doing === "walk") state.step("end", place);
    else if (busy) return;
    else if (moving) {
      state.step("move", { ...place, id: moving.id, end: moving.end });
      moving = null;
    } else if (thing?.kind === "item") choose(Number(thing.id));
    else if (state.now.items.some((item) => item.open && item.scans.length)) state.step("end", place);
    else {
      choose(null);
      state.step(mode, place);
    }
    tell();
  };

  const hintNear = (x, y) => {
    const places = hints ? wp.walkHints(state, view.level).map((one) => [one.x_m, one.y_m]) : [];
    return places.find(([a, b]) => Math.hypot(a - x, b - y) * view.seen.scale < wp.walkHintPx * 1.5) ?? null;
  };

  /* Own taps: the view tells what was tapped, not where. A press that moves pans; two fingers zoom. */
  const fingers = new Set();
  let press = null;
  view.root.addEventListener("pointerdown", (event) => {
    fingers.add(event.pointerId);
    const node = event.target.closest?.(".wk-mark");
    press = fingers.size === 1 && event.button === 0 ? { x: event.clientX, y: event.clientY, thing: node ? { kind: node.dataset.kind, id: node.dataset.id } : null } : null;
  }, { capture: true });
  view.root.addEventListener("pointercancel", (event) => { fingers.delete(event.pointerId); press = null; });
  view.root.addEventListener("pointerup", (event) => {
    fingers.delete(event.pointerId);
    if (!press || Math.hypot(event.clientX - press.x, event.clientY - press.y) > wp.PlanView.TAP_PX) return;
    const [x, y] = view.toMetres(event.clientX, event.clientY);
    const { thing } = press;
    press = null;
    tapped(thing, ...(thing?.kind === "hint" ? hintNear(x, y) ?? [x, y] : [x, y]));
  });
  view.root.addEventListener("keydown", (event) => {
    if (event.key !== " " || !view.cursor) return;
    event.preventDefault();
    tapped(null, ...(hintNear(...view.cursor) ?? view.cursor));
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.tagName === "INPUT") return;
    const step = event.key === "z" && !event.shiftKey ? "undo" : event.key === "y" || event.key === "Z" ? "redo" : null;
    if (!step) return;
    event.preventDefault();
    state.step(step);
  });

  state.on("change", (before) => {
    const known = new Set(before.items.map((item) => item.id));
    const fresh = state.now.items.filter((item) => !known.has(item.id)).at(-1);
    if (fresh || (before.busy && !state.now.busy)) told = null;
    if (fresh) state.fresh = fresh.id;
    else if (before.busy && !state.now.busy && before.busy.id) state.fresh = before.busy.id;
    if (!state.item(view.selectedItem)) view.selectedItem = null;
    draw();
    tell();
  });
  state.on("gone", tell);
  state.on("asked", tell);
  // what was refused before is of no interest once something else went well
  state.on("agreed", () => { told = null; });
  state.on("refused", (answer) => {
    told = answer;
    tell();
  });
  view.on("change-view", () => wp.walkFit(view));

  tabs.append(...floors.map((floor) => el("button", { type: "button", class: "wp-tab", role: "tab", "data-level": floor.level, "data-test": `floor-${floor.level}`, onclick: () => turnFloor(floor.level) }, wp.floorName(floor))));
  view.setSite(data.site);
  turnFloor(state.now.items.at(-1)?.floor ?? floors.find((floor) => floor.level === 0)?.level ?? floors[0].level);
  tell();
  state.watch();
})();
