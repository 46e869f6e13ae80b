// What the server finds wrong with the drawing: listed, each leads to its thing, and looked at again while it is corrected.
"use strict";
(() => {
  const wp = (window.wp ??= {});

  const PAUSE_MS = 600;
  const MOST_SHOWN = 50;

  class Faults {
    constructor(editor, remote, host, { tools, tab }) {
      Object.assign(this, { editor, remote, host, tools, tab, timer: null });
      editor.on("change", () => this.lookAgain());
    }

    show(faults) {
      wp.clear(this.host).hidden = !faults.length;
      if (!faults.length) return;
      this.tab("draw");
      this.host.append(wp.el("h2", { text: wp.t("edit.faults", { n: faults.length }) }));
      for (const fault of faults.slice(0, MOST_SHOWN)) {
        this.host.append(wp.el("button", { type: "button", class: "ed-item", "data-test": "fault", onclick: () => this.goTo(fault.where) },
          wp.el("span", { text: fault.problem }), wp.el("small", { text: [fault.remedy, fault.where].filter(Boolean).join(" · ") })));
      }
      this.editor.say(wp.t("edit.faults", { n: faults.length }), "bad");
    }

    lookAgain() {
      clearTimeout(this.timer);
      if (!this.host.hidden) this.timer = setTimeout(() => this.look(), PAUSE_MS);
    }

    async look() {
      const { status, data } = await this.remote.ask("POST", "/api/check", { site: this.editor.site });
      if (status !== 200 || this.host.hidden) return;
      this.show(data.faults || []);
      if (!data.faults?.length) this.editor.say(wp.t("edit.faults_none"), "good");
    }

    // Places read "floors[0].rooms[2] …".
    goTo(where) {
      const { editor } = this;
      const item = wp.placeOf(editor.site, where);
      if (!item) return;
      editor.setFloor(item.floor);
      this.tools.use("select");
      editor.select(item.kind && editor.exists(item) ? [item] : []);
      if (editor.only) editor.view.show(...editor.middle(editor.only));
    }
  }

  wp.Faults = Faults;
})();
