// Everything on a floor as a list: the way to things without a pointer; on an empty floor, where to begin.
"use strict";
(() => {
  const wp = (window.wp ??= {});
  const { walls: W } = wp;

  class List {
    constructor(editor) {
      this.editor = editor;
    }

    all() {
      const { editor } = this;
      const { floor } = editor;
      const groups = [
        ["rooms", (floor.rooms || []).map((room) => ({ kind: "room", id: room.id }))],
        ["aps", editor.accessPoints().map((ap) => ({ kind: "ap", id: ap.id }))],
        ["spots", editor.spots().map(({ k }) => ({ kind: "spot", id: k }))],
        ["cabinets", (floor.cabinets || []).map((cabinet) => ({ kind: "cabinet", id: cabinet.id }))],
      ].filter(([, items]) => items.length);
      const lists = groups.map(([name, items]) =>
        wp.el("div", { class: "ed-list" }, wp.el("h3", { text: wp.t(`edit.list.${name}`, { n: items.length }) }), ...items.map((item) => this.link(item))));
      return lists.length ? lists : [this.start()];
    }

    start() {
      const steps = [1, 2, 3, 4].map((n) => wp.el("li", { text: wp.t(`edit.start.${n}`) }));
      return wp.el("div", { class: "ed-start" }, wp.el("h2", { text: wp.t("edit.start.head") }), wp.el("ol", {}, ...steps));
    }

    link(item) {
      const { name, more } = this.called(item);
      const attrs = { type: "button", class: "ed-item", "data-test": `item-${item.kind}`, onclick: () => this.editor.select([item]) };
      return wp.el("button", attrs, wp.el("span", { text: name }), wp.el("small", { text: more }));
    }

    called({ kind, id }) {
      const { editor } = this;
      if (kind === "room") {
        const room = editor.floor.rooms.find((r) => r.id === id);
        return { name: room.name, more: wp.t(`edit.use.${room.use}`) };
      }
      if (kind === "cabinet") return { name: editor.floor.cabinets.find((c) => c.id === id).name || id, more: id };
      if (kind === "spot") return { name: wp.t(`edit.spot.${editor.site.spots[id].kind}`), more: editor.site.spots[id].note || "" };
      if (kind === "wall") {
        const opening = W.openingOf(editor.floor, id);
        return { name: wp.t(`edit.kind.${opening.kind}`), more: `${opening.width_m} m` };
      }
      const ap = editor.accessPoints().find((a) => a.id === id);
      return { name: ap.name || ap.id, more: wp.t(ap.planned ? "edit.planned" : "edit.existing") };
    }
  }

  wp.List = List;
})();
