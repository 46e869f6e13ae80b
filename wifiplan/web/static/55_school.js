// What a plan has to know of the school itself: its stage, classes, link to the outside, and devices it had before.
"use strict";
(() => {
  const wp = (window.wp ??= {});
  const { edits: E } = wp;
  const { field, select } = wp.fields;

  const EMPTY = { stage: "elementary", code: "" };

  class School {
    constructor(editor) {
      this.editor = editor;
    }

    section() {
      const { editor } = this;
      const { site } = editor;
      const { school } = site;
      const change = (changes) => editor.do("school", E.put(site, changes));
      const of = (changes) => change({ school: E.put({ ...EMPTY, ...school }, changes) });
      const stages = ["", "elementary", "junior"].map((value) => ({ value, label: wp.t(`edit.stage.${value || "none"}`) }));
      const yes = ["", "yes"].map((value) => ({ value, label: wp.t(`edit.remote.${value || "no"}`) }));
      const count = (name, max) => field(name, site[name], (value) => change({ [name]: value }), { type: "number", min: 0, max, step: 1, whole: true });
      const own = school
        ? [
            field("code", school.code, (code) => of({ code: code ?? "" })),
            field("n_classes", school.n_classes, (n_classes) => of({ n_classes }), { type: "number", min: 0, max: 500, step: 1, whole: true }),
            select("remote", school.remote ? "yes" : "", yes, (value) => of({ remote: value ? true : null })),
          ]
        : [];
      return wp.el("details", { class: "ed-more", open: this.open, ontoggle: (event) => (this.open = event.target.open), "data-test": "school-section" },
        wp.el("summary", { text: wp.t("edit.school") }),
        select("stage", school?.stage ?? "", stages, (stage) => (stage ? of({ stage }) : change({ school: null }))),
        ...own,
        field("uplink_mbps", site.uplink_mbps, (uplink_mbps) => change({ uplink_mbps }), { type: "number", min: 1, max: 1e6, unit: "Mbit/s" }),
        count("existing_devices", 20000),
        count("byod_devices", 20000));
    }
  }

  wp.School = School;
})();
