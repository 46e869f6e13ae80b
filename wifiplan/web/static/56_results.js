// The plan of the site: made with progress, shown with the viewer's layers, followed while a hand moves access points.
"use strict";
(() => {
  const wp = (window.wp ??= {});
  const { button } = wp.fields;

  const ASK_MS = 400; // how often a plan in the making is asked how far it is

  const SAME_PLACE_M = 0.05;

  const SIGNS = { pass: "✓", fail: "×", not_required: "–" };

  // What a plan rests on, as text: all that is drawn, but not the picture under it.
  const drawing = (site) => JSON.stringify([site.floors, site.school, site.also_serves, site.country], (key, value) => (key === "underlay" ? undefined : value));

  class Results {
    constructor(editor, remote, { layers, side, notice }) {
      Object.assign(this, { editor, remote, layersHost: layers, side, notice });
      Object.assign(this, { base: null, now: null, fields: new Map(), drag: null, busy: false, again: false, job: null, planned: null });
      editor.on("apdrag", (place) => this.follow(place));
      editor.on("apdrop", () => this.follow(null));
      editor.on("change", (why) => this.changed(why));
      editor.on("floor", () => this.beside());
      editor.on("dress", () => this.dress());
    }

    // A plan arrives: with the page (`stale`: of another drawing), or made just now.
    take(view, site, { stale = false } = {}) {
      this.base = view;
      this.now = { rooms: view.rooms, access_points: view.access_points, headline: view.headline };
      this.fields = new Map();
      this.planned = stale ? null : drawing(site);
      this.wishesPlanned = this.wished;
      this.editor.plan = view;
      const { view: shown } = this.editor;
      if (!view.bands?.includes(shown.band)) shown.band = view.band;
      this.showLayers();
      this.paint();
    }

    get stale() {
      const { floors } = this.editor.site;
      if (this.known?.floors !== floors || this.known.planned !== this.planned) this.known = { floors, planned: this.planned, stale: drawing(this.editor.site) !== this.planned };
      return this.known.stale;
    }

    get moved() {
      const planned = new Map((this.base?.access_points || []).map((ap) => [ap.id, ap]));
      return Object.entries(this.places()).some(([id, place]) => ["x_m", "y_m", "floor"].some((key) => planned.get(id)[key] !== place[key]));
    }

    // Places by access point, for the server: all that were ever moved, and the one that is being dragged.
    places() {
      const known = new Set((this.base?.access_points || []).map((ap) => ap.id));
      const places = { ...this.editor.doc.places };
      if (this.drag) places[this.drag.id] = { x_m: this.drag.x_m, y_m: this.drag.y_m, floor: this.drag.floor };
      return Object.fromEntries(Object.entries(places).filter(([id]) => known.has(id)));
    }

    changed(why) {
      this.beside();
      if (this.base && ["do", "undo", "redo", "adopt"].includes(why) && JSON.stringify(this.places()) !== this.asked) this.follow(null);
    }

    // ---- following a hand ----

    follow(place) {
      this.drag = place;
      if (!this.base) return;
      if (this.busy) this.again = true;
      else this.request();
    }

    // One request at a time, always with the newest places: what was overtaken is never asked.
    async request() {
      const { editor } = this;
      this.busy = true;
      this.again = false;
      const places = this.places();
      const started = performance.now();
      const { level } = editor;
      const { band } = editor.view;
      this.asked = JSON.stringify(places);
      editor.view.awaited = true;
      const { status, data } = await this.remote.ask("POST", this.remote.path("live"), { hand: places, floor: level, bands: [band], cell_m: null });
      this.busy = editor.view.awaited = false;
      if (status === 200) this.answered(data, { level, band, started, same: this.asked === JSON.stringify(this.places()) });
      else this.showSide();
      // the page asks in order: what is refused is a place outside the building
      if (status === 422) editor.refuse("edit.outside");
      else if (status > 0 && status !== 200 && status !== 403) editor.say([data.problem, data.remedy].filter(Boolean).join(" — "), "bad");
      if (this.again) this.request();
    }

    answered(data, { level, band, started, same }) {
      const { editor } = this;
      this.now = { rooms: data.rooms, access_points: data.access_points, headline: data.headline };
      if (!same) this.fields.clear();
      else for (const key of [...this.fields.keys()]) if (this.fields.get(key).asked !== this.asked) this.fields.delete(key);
      this.fields.set(level, { fields: data.fields, asked: this.asked, band });
      this.paint();
      editor.heard.emit("judged");
      if (this.moved) this.editor.say(this.sentence(), this.turned().some(([room]) => room.verdict === "fail") ? "bad" : "");
      requestAnimationFrame(() => {
        const { dataset } = this.editor.view.root;
        dataset.liveMs = String(Math.round(performance.now() - started));
        dataset.serverMs = String(data.ms ?? "");
        dataset.lives = String(Number(dataset.lives || 0) + 1);
      });
    }

    fieldsOf(level) {
      const made = this.fields.get(level);
      if (made) return made.fields;
      return this.moved ? null : (this.base?.floors || []).find((floor) => floor.level === level)?.fields || null;
    }

    // ---- showing ----

    // The plan as the view shows it: access points where they are now, those drawn since then beside them.
    merged() {
      const places = this.places();
      const points = this.now.access_points.map((ap) => ({ ...ap, ...places[ap.id] }));
      const known = new Set(points.map((ap) => ap.id));
      const others = (this.editor.site.access_points || []).filter((point) => !known.has(point.id) && point.x_m != null);
      return { ...this.base, ...this.now, access_points: [...points, ...others.map((point) => ({ serves: [], radios: [], reason: "", action: "kept", action_text: "", floor: 0, ...point }))] };
    }

    // Give the view the plan and the map of the floor that it is about to draw.
    dress() {
      const { view } = this.editor;
      if (!this.base) return;
      view.plan = this.merged();
      view.fields = this.fieldsOf(this.editor.level);
    }

    paint() {
      this.dress();
      this.editor.view.redraw();
      this.beside();
    }

    // What stands beside the plan; and a map is asked for where one is wanted and not there.
    beside() {
      const { view } = this.editor;
      const wanted = !["verdict", "airtime", "seats"].includes(view.layer);
      if (this.base && wanted && !view.fields?.bands?.[view.band] && this.remote.there && !this.busy) this.request();
      this.showSide();
      this.showNotice();
    }

    showLayers() {
      const { editor } = this;
      const change = ({ layer, band }) => {
        Object.assign(editor.view, { layer, band });
        this.paint();
        editor.heard.emit("layer");
      };
      wp.clear(this.layersHost).append(wp.layerSwitch(editor.view, { layers: wp.LAYERS, bands: this.base.bands || [this.base.band], change }));
      this.layersHost.hidden = false;
    }

    showSide() {
      if (this.side.hidden) return;
      const { base } = this;
      wp.clear(this.side);
      if (!base) {
        this.side.append(wp.dialogs.note(wp.t("edit.no_plan")));
        return;
      }
      this.side.append(
        wp.el("div", { class: "ed-headline" }, ...(this.now.headline || []).map((text) => wp.el("p", { text }))),
        this.changes(),
        wp.tiles(this.moved ? [] : base.tiles),
        wp.legend(this.editor.view),
        wp.el("div", { class: "ed-buttons" },
          wp.el("a", { class: "ed-button", "data-test": "report", onclick: (event) => this.openReport(event), target: "_blank", rel: "noopener", href: `/report/${encodeURIComponent(this.remote.name)}?lang=${encodeURIComponent(wp.data.lang)}`, text: wp.t("edit.report") }),
          button("survey", wp.t("edit.survey"), () => this.editor.heard.emit("survey"))),
      );
    }

    // The report is of what the disk holds: what is not saved yet is saved first, as for every export.
    openReport(event) {
      if (!this.editor.doc.dirty) return;
      event.preventDefault();
      const page = window.open("", "_blank"); // now, as a page that opens later counts as one that nobody asked for
      this.editor.heard.emit("save", (done) => {
        if (done) page.location = event.target.href;
        else page.close();
      });
    }

    // Rooms whose verdict is another one since the plan was made or loaded: [room now, room before].
    turned() {
      const before = new Map(this.base.rooms.map((room) => [room.room_id, room]));
      return this.now.rooms.map((room) => [room, before.get(room.room_id)]).filter(([room, old]) => old && old.verdict !== room.verdict);
    }

    // The same in a sentence, for who looks at the plan and not at the panel.
    sentence() {
      const changed = this.turned();
      const names = changed.slice(0, 4).map(([room]) => `${room.name} ${SIGNS[room.verdict] ?? SIGNS.not_required}`);
      const more = changed.length > 4 ? " …" : "";
      return changed.length ? `${wp.t("edit.changes", { n: changed.length })}${wp.t("edit.colon")}${names.join(wp.t("edit.comma"))}${more}` : wp.t("edit.changes_none");
    }

    changes() {
      const changed = this.turned();
      const box = wp.el("div", { class: "ed-changes", "data-test": "changes", "aria-live": "polite" });
      if (!this.moved) return box;
      box.append(wp.el("h3", { text: wp.t(changed.length ? "edit.changes" : "edit.changes_none", { n: changed.length }) }));
      for (const [room, old] of changed) {
        const show = () => this.editor.heard.emit("goto", { kind: "room", id: room.room_id, floor: room.floor });
        box.append(wp.el("button", { type: "button", class: "ed-item", onclick: show, "data-test": "change" },
          wp.el("span", { text: room.name }),
          wp.el("small", {}, wp.verdictChip(old.verdict), " → ", wp.verdictChip(room.verdict))));
      }
      return box;
    }

    // Spots that the plan does not know: all but those that a hand's moves have made.
    get wished() {
      const wishes = (this.editor.site.spots || []).filter((spot) => !(spot.kind === "locked" && this.now?.access_points.some((ap) => this.hangsAt(ap, spot))));
      return JSON.stringify(wishes);
    }

    hangsAt(ap, spot) {
      const { x_m, y_m, floor } = { ...ap, ...this.places()[ap.id] };
      return floor === (spot.floor ?? 0) && Math.hypot(x_m - spot.x_m, y_m - spot.y_m) < SAME_PLACE_M;
    }

    showNotice() {
      const key = !this.base ? null : this.stale ? "edit.stale" : this.wished !== this.wishesPlanned ? "edit.spots_changed" : null;
      this.notice.hidden = !key;
      if (!key || this.notice.dataset.key === key) return;
      this.notice.dataset.key = key;
      wp.clear(this.notice).append(wp.el("span", { text: wp.t(key) }), button("replan", wp.t("edit.replan"), () => this.editor.heard.emit("plan"), { tone: "main" }));
    }

    // What the printed sheets draw, asked for when somebody prints: the plan as it stands, or the drawing alone.
    printed() {
      const { editor } = this;
      const name = (floor) => floor.name || wp.edits.floorName(floor.level, wp.data.lang);
      const floors = () => editor.site.floors.map((floor) => {
        const points = wp.geo.pointsOf(floor);
        return { level: floor.level, name: name(floor), bounds: points.length ? wp.geo.bounds(points) : [0, 0, 40, 25] };
      });
      return new Proxy({}, {
        get: (_target, key) => {
          if (key === "floors") return floors();
          return key === "title" ? editor.site.name : this.base ? this.merged()[key] : undefined;
        },
      });
    }

    // ---- making a plan ----

    async start({ n_aps, settings = {} }, bar) {
      const { site } = this.editor;
      const { status, data } = await this.remote.ask("POST", this.remote.path("plan"), { site, n_aps, settings });
      if (status === 0) return { problem: wp.t("edit.gone_short") };
      if (status !== 202 && status !== 200) return { problem: [data.problem, data.remedy].filter(Boolean).join(" — "), faults: data.faults || [] };
      this.job = data.job;
      return this.watch(site, bar);
    }

    async watch(site, bar) {
      const { job } = this;
      for (;;) {
        const { status, data } = await this.remote.ask("GET", `/api/job/${encodeURIComponent(job)}`);
        if (this.job !== job) return { cancelled: true };
        if (status === 404) return { problem: data.problem };
        if (status === 200) {
          bar(data);
          if (data.state === "done") {
            this.job = null;
            this.editor.doc.forgetHand();
            this.take(data.view, site);
            return { done: true, seconds: data.seconds };
          }
          if (data.state !== "running") {
            this.job = null;
            return data.state === "cancelled" ? { cancelled: true } : { problem: data.problem };
          }
        }
        await new Promise((resolve) => setTimeout(resolve, ASK_MS));
      }
    }

    async cancel() {
      const { job } = this;
      this.job = null;
      if (job) await this.remote.ask("DELETE", `/api/job/${encodeURIComponent(job)}`);
    }
  }

  Results.drawing = drawing;
  wp.Results = Results;
})();
