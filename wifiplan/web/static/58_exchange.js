// Drawings in and out, and what was measured on site beside what was predicted.
"use strict";
(() => {
  const wp = (window.wp ??= {});
  const { dialogs } = wp;

  const DRAWINGS = ".dxf,.ifc,.ifczip,.esx,.geojson,.json,.zip,.png,.jpg,.jpeg,.svg,.pdf";
  const FORMATS = ["esx", "dxf", "openintent", "geojson", "svg"];
  const UNITS = [["mm", 0.001], ["cm", 0.01], ["m", 1], ["inch", 0.0254], ["ft", 0.3048]];

  const PICTURE = /\.(png|jpe?g|svg|pdf)$/i;

  const told = (data) => [data.problem, ...(data.faults || []).slice(0, 12).map((f) => `${f.where}: ${f.problem}`), data.remedy].filter(Boolean);

  function save(name, content) {
    const href = URL.createObjectURL(content);
    const link = wp.el("a", { href, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(href), 10000);
  }

  // ---- in ----

  async function bring(editor, remote) {
    const file = wp.el("input", { type: "file", accept: DRAWINGS, "data-test": "import-file", "aria-label": wp.t("edit.import") });
    const unit = wp.el("select", { "data-test": "import-unit", id: "import-unit" }, wp.el("option", { value: "", text: wp.t("edit.import.by_file") }), ...UNITS.map(([name, metres]) => wp.el("option", { value: metres, text: name })));
    const content = [dialogs.note(wp.t("edit.import.text")), file, wp.fields.row("unit", wp.t("edit.import.unit"), unit)];
    for (let asked = null; ; ) {
      const parts = asked ? [...asked.map((text) => dialogs.note(text, "bad")), ...content.slice(1)] : content;
      const go = { value: true, label: wp.t("edit.import.read"), tone: "main", test: "import-go", check: () => file.files.length > 0 };
      const answer = await dialogs.dialog("import", wp.t("edit.import"), parts, [{ value: null, label: wp.t("edit.cancel"), test: "import-no" }, go], { wide: true });
      if (!answer) return;
      // a picture is no drawing: it goes under the floor that is open, and two taps give it its scale
      if (PICTURE.test(file.files[0].name)) {
        editor.heard.emit("picture", file.files[0]);
        return;
      }
      editor.say(wp.t("edit.import.reading", { name: file.files[0].name }));
      const query = new URLSearchParams({ name: file.files[0].name, site: remote.name, level: editor.level });
      if (unit.value) query.set("unit_m", unit.value);
      const { status, data } = await remote.ask("POST", `/api/import?${query}`, file.files[0], { raw: true });
      editor.say("");
      if (status === 200) {
        await arrived(editor, data, file.files[0].name);
        return;
      }
      asked = status === 0 ? [wp.t("edit.gone_short")] : told(data);
      if (data.ask === "scale") asked.push(wp.t("edit.import.scale"));
    }
  }

  // What was taken, guessed and left is shown before it becomes the drawing; one undo brings the old one back.
  async function arrived(editor, data, name) {
    const site = { ...data.site, name: editor.site.name || data.site.name };
    const content = [dialogs.note(wp.t("edit.account.head", { name, size: dialogs.said(site) })), ...dialogs.accountNodes(data.account)];
    const drawn = editor.site.floors.some((floor) => !wp.merge.isEmpty(floor));
    const take = { value: "all", label: wp.t(drawn ? "edit.import.replace" : "edit.import.take"), tone: drawn ? "" : "main", test: "account-take" };
    const add = { value: "add", label: wp.t("edit.import.add"), tone: "main", test: "account-add" };
    const answer = await dialogs.dialog("account", wp.t("edit.import"), content, [
      { value: null, label: wp.t("edit.cancel"), test: "account-no" },
      take,
      ...(drawn ? [add] : []),
    ], { wide: true });
    if (answer === "add") {
      const made = wp.merge.withFloorsTaken(editor.site, data.site, editor.level);
      editor.do("import", made.site, { fields: { name } });
      editor.setFloor(made.level);
    } else if (answer) editor.doc.replace("import", site, { fields: { name } });
    if (answer) editor.view.fit();
  }

  // ---- out ----

  async function give(editor, remote, saved) {
    const choices = FORMATS.map((value) => ({ value, label: wp.t(`edit.export.${value}`), test: `export-${value}` }));
    const answer = await dialogs.dialog("export", wp.t("edit.export"), [dialogs.note(wp.t("edit.export.text"))], [
      { value: null, label: wp.t("edit.cancel"), test: "export-no" },
      { value: "json", label: wp.t("edit.export.json"), test: "export-json" },
      ...choices,
    ]);
    if (!answer) return;
    if (answer === "json") {
      save(`${remote.name}.json`, new Blob([JSON.stringify(editor.site, null, 1)], { type: "application/json" }));
      return;
    }
    // other formats are written by the server from the file: what is drawn must be in it
    if (!(await saved())) return;
    let answered;
    try {
      answered = await fetch(`${remote.path("export")}?format=${answer}&lang=${encodeURIComponent(wp.data.lang)}`, { headers: { "X-Wifiplan-Token": wp.data.token } });
    } catch {
      editor.refuse("edit.gone_short");
      return;
    }
    if (!answered.ok) {
      const data = await answered.json().catch(() => ({ problem: answered.statusText }));
      editor.say(told(data).join(" — "), "bad");
      return;
    }
    save(fileName(answered) || `${remote.name}.${answer}`, await answered.blob());
    editor.say(wp.t("edit.export.done"));
  }

  function fileName(answer) {
    const found = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("content-disposition") || "");
    return found ? decodeURIComponent(found[1]) : null;
  }

  // ---- measured beside predicted ----

  class SurveyLayer {
    constructor(editor, remote) {
      Object.assign(this, { editor, remote, found: null });
      for (const event of ["floor", "change", "layer"]) editor.on(event, () => this.draw());
      editor.view.on("change-view", () => this.found && this.thin());
    }

    async toggle() {
      if (this.found) {
        this.found = null;
        this.draw();
        return;
      }
      const { status, data } = await this.remote.ask("GET", this.remote.path("survey"));
      const lines = data.summary || [];
      if (status === 0) this.editor.refuse("edit.gone_short");
      else if (status !== 200 || !(data.points || []).length) this.editor.say([wp.t("edit.survey_none"), ...lines, ...told(data)].join(" "), "bad");
      else {
        this.found = data;
        this.draw();
        this.editor.say([wp.t("edit.survey_shown", { n: data.points.length }), ...lines].join(" "));
      }
    }

    // A place shows how far the strongest reading there lies from what was predicted: number and shape, not colour alone.
    draw() {
      const { editor } = this;
      const layer = wp.clear(editor.view.layers.survey);
      editor.view.root.toggleAttribute("data-survey", Boolean(this.found));
      const places = new Map();
      for (const point of this.found?.points || []) {
        if (point.floor !== editor.level || point.band !== editor.view.band || !wp.known(point.x_m) || !wp.known(point.y_m)) continue;
        const key = `${point.x_m.toFixed(2)},${point.y_m.toFixed(2)}`;
        if (!places.has(key) || places.get(key).rssi_dbm < point.rssi_dbm) places.set(key, point);
      }
      for (const point of places.values()) layer.append(this.mark(point));
      this.thin();
    }

    // Numbers that would lie over one another are left out until the plan is larger.
    thin() {
      const { view } = this.editor;
      const kept = [];
      for (const node of view.layers.survey.children) {
        const at = [node.dataset.x, node.dataset.y].map((m) => Number(m) * view.seen.scale);
        const free = kept.every((q) => Math.abs(q[0] - at[0]) > 26 || Math.abs(q[1] - at[1]) > 13);
        node.querySelector("text").style.display = free ? "" : "none";
        if (free) kept.push(at);
      }
    }

    mark(point) {
      const by = wp.known(point.predicted_dbm) ? point.rssi_dbm - point.predicted_dbm : null;
      const kind = by === null ? "unknown" : Math.abs(by) <= 5 ? "good" : by < 0 ? "weaker" : "stronger";
      const shapes = { good: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0", weaker: "M-6 -5H6L0 6z", stronger: "M-6 5H6L0 -6z", unknown: "M-4 -4H4V4H-4z" };
      const text = by === null ? wp.num(point.rssi_dbm) : `${by > 0 ? "+" : ""}${wp.num(by)}`;
      const title = wp.t("edit.survey_point", { ap: point.ap || "", band: point.band, measured: wp.num(point.rssi_dbm), predicted: wp.known(point.predicted_dbm) ? wp.num(point.predicted_dbm) : "—" });
      const node = wp.pinned(this.editor.view, point.x_m, point.y_m, wp.svg("title", { text: title }), wp.svg("path", { d: shapes[kind], class: `ed-survey ed-survey-${kind}` }), wp.svg("text", { y: -9, class: "ed-survey-text", text }));
      Object.assign(node.dataset, { kind: "survey", x: point.x_m, y: point.y_m });
      return node;
    }
  }

  wp.exchange = { bring, give, save, told };
  wp.SurveyLayer = SurveyLayer;
})();
