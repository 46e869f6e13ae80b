// The planner page: puts the parts together. Loaded last.
// Tests and helpers find things by data-test: tool-select|wall|door|window|room|cabinet|ap|spot; room-mode-fill|rect|polygon;
// undo, redo, save, delete, plan, plan-n, plan-run, plan-cancel, job, import, import-file, import-unit, import-go, account-take,
// export, export-FORMAT, report, survey, print, lang, fit, site-name, state, said, faults, fault, notice, replan, banner;
// floor-LEVEL, floor-add, floor-above, floor-below, floor-copy, floor-remove, rooms-find, underlay, underlay-file,
// underlay-scale, scale-value, scale-ok; lock, forbid, forbid-room, align-x, align-y; field-NAME; item-KIND (room, ap, spot,
// cabinet, wall); tab-draw, tab-results, changes, change; dialog-NAME, recover-yes, recover-no, conflict-mine|theirs|download|later.
// On the <svg>: data-live-ms (last drag to painted map), data-lives (answers so far). wp.app holds the parts.
"use strict";
(() => {
  const wp = (window.wp ??= {});
  if (wp.data?.kind !== "edit") return;
  const { dialogs, edits: E, exchange } = wp;
  const { button } = wp.fields;

  const { data } = wp;
  const t = (key, fields) => wp.t(key, fields);

  // ---- the document ----

  const fresh = !data.site.floors.length;
  const first = fresh ? E.newSite(data.site.name || data.name, data.lang) : data.site;
  const doc = new wp.model.Doc(first, data.revision);
  const remote = new wp.Remote(data.name);
  const resumed = `wp-resume-${data.name}`;
  const drafts = [data.draft, wp.Journal.read(data.name)]; // before this page writes its own

  // ---- the page ----

  const parts = {};
  const part = (name, tag, attrs, ...children) => (parts[name] = wp.el(tag, attrs, ...children));
  const tool = (name, icon, key) =>
    wp.el("button", { type: "button", class: "ed-tool", "data-test": `tool-${name}`, "aria-pressed": "false", title: `${t(`edit.tool.${name}`)} (${key.toUpperCase()})`, "aria-keyshortcuts": key, onclick: () => tools.use(name) },
      wp.icon(icon), wp.el("span", { text: t(`edit.tool.${name}`) }));
  const KEYS = { select: "v", wall: "w", door: "d", window: "n", room: "r", cabinet: "c", ap: "a", spot: "l" };

  part("top", "header", { class: "ed-top" },
    wp.el("a", { class: "ed-home", href: `/?lang=${encodeURIComponent(data.lang)}`, text: "‹", title: t("edit.home"), "aria-label": t("edit.home") }),
    part("name", "input", { class: "ed-name", "data-test": "site-name", "aria-label": t("edit.site_name"), maxlength: 80, value: doc.site.name }),
    part("state", "span", { class: "ed-state", "data-test": "state", role: "status" }),
    wp.el("span", { class: "ed-space" }),
    part("undo", "button", { type: "button", class: "ed-button quiet", "data-test": "undo", onclick: () => commands.undo() }, wp.icon("undo"), wp.el("span", { text: t("edit.undo") })),
    part("redo", "button", { type: "button", class: "ed-button quiet", "data-test": "redo", onclick: () => commands.redo() }, wp.icon("redo"), wp.el("span", { text: t("edit.redo") })),
    button("import", t("edit.import"), () => exchange.bring(editor, remote), { tone: "quiet" }),
    button("export", t("edit.export"), () => exchange.give(editor, remote, saved), { tone: "quiet" }),
    button("print", t("edit.print"), () => commands.print(), { tone: "quiet" }),
    button("lang", data.lang === "zh-TW" ? "English" : "中文", () => switchLang(), { tone: "quiet" }),
    button("save", t("edit.save"), () => save(), { icon: "save", title: "Ctrl+S" }),
    button("plan", t("edit.plan"), () => planDialog(), { tone: "main", icon: "plan" }));
  part("tools", "nav", { class: "ed-tools", "aria-label": t("edit.tools") },
    ...[["select", "select"], ["wall", "wall"], ["door", "door"], ["window", "window"], ["room", "room"], ["cabinet", "cabinet"], ["ap", "ap"], ["spot", "spot"]].map(([name, icon]) => tool(name, icon, KEYS[name])),
    wp.el("span", { class: "ed-space" }),
    wp.el("button", { type: "button", class: "ed-tool", "data-test": "fit", onclick: () => view.fit() }, wp.icon("fit"), wp.el("span", { text: t("edit.fit") })));
  part("floors", "div", { class: "ed-floors" });
  part("options", "div", { class: "ed-options", "data-test": "options" });
  part("layers", "div", { class: "ed-layers", hidden: true });
  part("notice", "div", { class: "ed-notice", "data-test": "notice", role: "status", hidden: true });
  part("banner", "div", { class: "ed-banner", "data-test": "banner", role: "alert", hidden: true, text: t("edit.gone") });
  part("job", "div", { class: "ed-job", "data-test": "job", role: "status", hidden: true });
  part("plan", "div", { class: "ed-plan" });
  part("said", "p", { class: "ed-said", "data-test": "said", role: "status", "aria-live": "polite" });
  part("tabDraw", "button", { type: "button", role: "tab", class: "ed-tab", "data-test": "tab-draw", onclick: () => tab("draw"), text: t("edit.tab.draw") });
  part("tabResults", "button", { type: "button", role: "tab", class: "ed-tab", "data-test": "tab-results", onclick: () => tab("results"), text: t("edit.tab.results") });
  part("faults", "div", { class: "ed-faults", "data-test": "faults", hidden: true });
  part("panel", "div", { class: "ed-panel" });
  part("results", "div", { class: "ed-results", hidden: true });
  part("why", "div", { class: "ed-why" });
  part("side", "aside", { class: "ed-side", "aria-label": t("edit.side") },
    wp.el("div", { class: "ed-tabs ed-side-tabs", role: "tablist" }, parts.tabDraw, parts.tabResults), parts.faults, parts.panel, parts.results, parts.why);
  document.body.append(wp.el("div", { class: "ed-app" }, parts.top, parts.banner, parts.tools,
    wp.el("main", { class: "ed-main" }, wp.el("div", { class: "ed-bar" }, parts.floors, parts.layers), parts.plan, wp.el("div", { class: "ed-foot" }, parts.options, parts.said)),
    parts.side));

  // ---- its parts ----

  parts.plan.append(wp.el("div", { class: "ed-over-plan" }, parts.notice, parts.job));
  const view = new wp.PlanView(parts.plan);
  view.draggable = false; // the editor moves access points itself, with undo
  const level = doc.site.floors[0].level;
  const editor = new wp.Editor({ doc, view, level });
  const overlay = new wp.Overlay(editor, parts.plan);
  const floors = new wp.Floors(editor, parts.floors, remote);
  const panel = new wp.Panel(editor, parts.panel);
  panel.floors = floors;
  panel.schools = new wp.School(editor);
  const results = new wp.Results(editor, remote, { layers: parts.layers, side: parts.results, notice: parts.notice });
  const survey = new wp.SurveyLayer(editor, remote);
  const tools = new wp.Toolbox(editor, overlay, { host: parts.options, bar: parts.tools, floors });
  const journal = new wp.Journal(doc, remote);
  const faults = new wp.Faults(editor, remote, parts.faults, { tools, tab });
  new wp.Pointers(editor, tools);
  const inspector = wp.inspector(view);
  parts.why.append(inspector);

  function say({ text, tone }) {
    parts.said.textContent = text || tools.hint();
    parts.said.dataset.tone = tone || "";
  }
  editor.on("say", say);
  tools.on("use", () => say({ text: "" }));
  editor.on("tool", (name) => tools.use(name));
  editor.on("survey", () => survey.toggle());
  editor.on("picture", (file) => floors.upload(file));
  editor.on("plan", () => planDialog());
  editor.on("goto", ({ kind, id, floor }) => {
    editor.setFloor(floor);
    tools.use("select");
    editor.select([{ kind, id }]);
  });
  view.on("floor", (wanted) => editor.setFloor(wanted));

  // The viewer's own selection follows the editor's: it is what the inspector explains.
  function follow() {
    const { only } = editor;
    const told = only && (only.kind === "ap" || only.kind === "room") ? only : null;
    if ((view.selected?.kind ?? null) !== (told?.kind ?? null) || view.selected?.id !== told?.id) view.select(told?.kind ?? null, told?.id);
    parts.why.hidden = !results.base || !told;
  }
  editor.on("select", follow);
  tools.on("tapped", follow);
  editor.on("judged", () => inspector.refresh());
  editor.on("save", async (told) => told(await saved()));

  function tab(name) {
    parts.panel.hidden = name !== "draw";
    parts.results.hidden = name !== "results";
    parts.tabDraw.setAttribute("aria-selected", String(name === "draw"));
    parts.tabResults.setAttribute("aria-selected", String(name === "results"));
    if (name === "draw") panel.show();
    else results.showSide();
  }

  function status() {
    const { undoable, redoable } = doc;
    parts.undo.disabled = !undoable.length;
    parts.redo.disabled = !redoable.length;
    const what = (list) => (list.length ? t(`edit.step.${list[list.length - 1].name}`, list[list.length - 1].fields) : "");
    parts.undo.title = `${t("edit.undo")} ${what(undoable)} (Ctrl+Z)`;
    parts.redo.title = `${t("edit.redo")} ${what(redoable)} (Ctrl+Y)`;
    parts.state.textContent = t(doc.dirty ? "edit.unsaved" : doc.revision === null ? "edit.new" : "edit.saved");
    parts.state.dataset.dirty = String(doc.dirty);
    document.title = `${doc.dirty ? "● " : ""}${doc.site.name} — ${t("web.title")}`;
    if (document.activeElement !== parts.name) parts.name.value = doc.site.name;
  }
  editor.on("change", () => {
    status();
    inspector.refresh?.();
    follow();
  });
  parts.name.addEventListener("change", () => {
    const name = parts.name.value.trim();
    if (name) editor.do("site_name", { ...doc.site, name });
    else parts.name.value = doc.site.name;
  });

  // ---- saving ----

  let saving = null;
  function save(options = {}) {
    saving ??= saveNow(options).finally(() => (saving = null));
    return saving;
  }

  async function saved() {
    return !doc.dirty && doc.revision !== null ? true : save();
  }

  async function saveNow({ force = false } = {}) {
    document.activeElement?.blur?.();
    const { site } = doc;
    const { status: code, data: answer } = await remote.ask("PUT", remote.path("site"), { site, revision: doc.revision, hand: results.places(), force });
    if (code === 200) {
      doc.markSaved(site, answer.revision);
      showFaults([]);
      editor.say(t("edit.saved_now"), "good");
      return true;
    }
    if (code === 409) return conflict(answer);
    if (code === 422 || code === 413) showFaults(answer.faults?.length ? answer.faults : [{ where: answer.where || "", problem: answer.problem, remedy: answer.remedy }]);
    else editor.say(code === 0 ? t("edit.gone_save") : code === 403 ? t("edit.stranger") : answer.problem || t("edit.save_failed", { code }), "bad");
    return false;
  }

  async function conflict(theirs) {
    const answer = await dialogs.conflict(doc.site, theirs.site);
    if (answer === "mine") return saveNow({ force: true });
    if (answer === "download") exchange.save(`${data.name}.mine.json`, new Blob([JSON.stringify(doc.site, null, 1)], { type: "application/json" }));
    if (answer === "theirs") {
      doc.markSaved(theirs.site, theirs.revision);
      doc.replace("theirs", theirs.site);
    }
    return false;
  }

  const showFaults = (found) => faults.show(found);

  // ---- plans ----

  async function planDialog() {
    const told = await wp.planning.ask(doc.site, results, parts.job);
    if (!told) return;
    if (told.faults?.length) showFaults(told.faults);
    else if (told.problem) editor.say(told.problem, "bad");
    else if (told.cancelled) editor.say(t("edit.plan.cancelled"));
    else {
      showFaults([]);
      tab("results");
      tools.use("select"); // the next press is at an access point, and must not draw
      editor.say(t("edit.plan.done", { seconds: Math.round(told.seconds) }), "good");
    }
    status();
  }

  // ---- commands and keys ----

  const commands = {
    undo: () => editor.undo(),
    redo: () => editor.redo(),
    save: () => save(),
    print: () => window.print(),
    all: () => editor.select([...(editor.floor.walls || []).map((_w, id) => ({ kind: "wall", id })), ...(editor.floor.rooms || []).map((room) => ({ kind: "room", id: room.id }))]),
    "tool:select": () => tools.use("select"),
    ...Object.fromEntries(Object.entries(KEYS).map(([name, key]) => [`key:${key}`, () => tools.use(name)])),
    "key:f": () => view.fit(),
    "key:Enter": () => {
      const first = editor.only && parts.panel.querySelector("input, select");
      first?.focus();
      first?.select?.();
    },
  };
  new wp.Keys(editor, tools, commands);

  wp.printSheets?.(view, results.printed(), (wanted) => results.fieldsOf(wanted), document.body);

  function switchLang() {
    journal.flush();
    sessionStorage.setItem(resumed, "yes"); // a person changes the language, not their mind: nothing is asked
    location.search = `?lang=${data.lang === "zh-TW" ? "en" : "zh-TW"}`;
  }

  const banner = (key) => {
    parts.banner.hidden = !key;
    if (key) parts.banner.textContent = t(key);
  };
  remote.on("gone", () => banner("edit.gone"));
  remote.on("back", () => banner(null));
  remote.on("stranger", () => setTimeout(() => banner("edit.stranger"), 0));
  addEventListener("beforeunload", (event) => {
    journal.local();
    if (doc.dirty && !journal.kept) event.preventDefault();
  });

  // ---- the beginning ----

  async function recover() {
    const found = wp.model.recovery(doc, drafts);
    journal.onServer = Boolean(data.draft);
    if (!found) return;
    // a browser's journal of a file that is gone would bring back what someone removed: it is offered, like all unsaved work
    const goesOn = sessionStorage.getItem(resumed) === "yes";
    sessionStorage.removeItem(resumed);
    if (found.how === "offer" && goesOn) {
      doc.adopt(found.doc, found.revision ?? null);
      return;
    }
    if (found.how === "take") {
      doc.adopt(found.doc);
      // the same drawing as the file's, but for defaults that the server leaves out
      if (data.view && !data.stale) results.planned = wp.Results.drawing(doc.site);
      return;
    }
    const when = new Date(found.doc.at).toLocaleString(data.lang);
    const text = t(found.stale ? "edit.recover.stale" : "edit.recover.text", { when, size: dialogs.said(found.doc.site) });
    const answer = await dialogs.dialog("recover", t("edit.recover.head"), [dialogs.note(text)], [
      { value: false, label: t("edit.recover.no"), test: "recover-no" },
      { value: true, label: t("edit.recover.yes"), tone: "main", test: "recover-yes" },
    ]);
    doc.adopt(found.doc, found.revision ?? null);
    if (answer !== true) {
      // not lost even then: one undo brings it back
      doc.revision = data.revision;
      doc.replace("discard", first);
    }
  }

  function imported() {
    const key = `wp-import-${data.name}`;
    const text = sessionStorage.getItem(key);
    sessionStorage.removeItem(key);
    if (!text) return;
    const found = JSON.parse(text);
    doc.replace("import", found.site, { fields: { name: data.name } });
    view.fit();
    floors.look();
    if (found.tool) tools.use(found.tool);
    else dialogs.tell("account", t("edit.import"), [dialogs.note(t("edit.account.head", { name: data.name, size: dialogs.said(found.site) })), ...dialogs.accountNodes(found.account)]);
  }

  editor.show();
  tools.use("select", { focus: false });
  if (data.view) results.take(data.view, data.site, { stale: Boolean(data.stale) });
  else results.beside();
  tab("draw");
  follow();
  floors.show();
  view.fit(); // once more: the bars above the plan have their heights now
  if (fresh) view.look({ x: -4, y: 24, scale: Math.min(parts.plan.clientWidth / 44, parts.plan.clientHeight / 30) });
  floors.look();
  status();
  if (data.faults?.length) showFaults(data.faults);
  recover().then(() => {
    journal.begin();
    imported();
    status();
  });

  wp.app = { doc, editor, view, tools, results, remote, journal, overlay, commands, save, showFaults };
})();
