// Dialogs: questions with words and large buttons. Each answers a promise; Escape is "no".
"use strict";
(() => {
  const wp = (window.wp ??= {});
  const { button } = wp.fields;

  // choices: [{value, label, tone, test}]; content: nodes above them. Answers the value chosen, null on Escape.
  function dialog(test, title, content, choices, { wide = false } = {}) {
    const node = wp.el("dialog", { class: `ed-dialog${wide ? " ed-wide" : ""}`, "data-test": `dialog-${test}`, "aria-label": title });
    return new Promise((resolve) => {
      const end = (value) => {
        node.close();
        node.remove();
        resolve(value);
      };
      const buttons = choices.map(({ value, label, tone, test: name, check }) =>
        button(name, label, () => {
          if (!check || check()) end(value);
        }, { tone }));
      node.append(wp.el("h2", { text: title }), ...content, wp.el("div", { class: "ed-buttons ed-ends" }, ...buttons));
      node.addEventListener("cancel", (event) => {
        event.preventDefault();
        end(null);
      });
      document.body.append(node);
      node.showModal();
      if (!node.querySelector("[autofocus]")) (node.querySelector(".ed-ends .main") || node.querySelector(".ed-ends button"))?.focus();
    });
  }

  const note = (text, tone = "") => wp.el("p", { class: `ed-note ${tone}`, text });

  const tell = (test, title, content) => dialog(test, title, content, [{ value: true, label: wp.t("edit.close"), tone: "main", test: `${test}-close` }], { wide: true });

  async function sure(test, title, text, label) {
    const answer = await dialog(test, title, [note(text)], [
      { value: false, label: wp.t("edit.cancel"), test: `${test}-no` },
      { value: true, label, tone: "main", test: `${test}-yes` },
    ]);
    return Boolean(answer);
  }

  async function askNumber(test, title, text, { unit, value = "", min, max }) {
    const field = wp.el("input", { type: "text", inputmode: "decimal", "data-test": `${test}-value`, value, "aria-label": title, autofocus: true, autocomplete: "off" });
    const read = () => {
      const number = wp.fields.numberOf(field.value);
      const sound = number !== null && number >= min && number <= max;
      field.classList.toggle("ed-bad", !sound);
      return sound;
    };
    const ok = { value: true, label: wp.t("edit.ok"), tone: "main", test: `${test}-ok`, check: read };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") field.closest("dialog").querySelector(".main").click();
    });
    const answer = await dialog(test, title, [note(text), wp.el("span", { class: "ed-unit" }, field, wp.el("span", { text: unit }))], [{ value: null, label: wp.t("edit.cancel"), test: `${test}-no` }, ok]);
    return answer ? wp.fields.numberOf(field.value) : null;
  }

  async function askText(test, title, value = "") {
    const field = wp.el("input", { type: "text", maxlength: 80, "data-test": `${test}-value`, value, "aria-label": title, autofocus: true });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") field.closest("dialog").querySelector(".main").click();
    });
    const ok = { value: true, label: wp.t("edit.ok"), tone: "main", test: `${test}-ok`, check: () => field.value.trim() !== "" };
    const answer = await dialog(test, title, [field], [{ value: null, label: wp.t("edit.cancel"), test: `${test}-no` }, ok]);
    return answer ? field.value.trim() : null;
  }

  // ---- a file that changed on disk ----

  const said = (site) => wp.t("edit.site_size", {
    floors: site.floors.length,
    rooms: site.floors.reduce((n, floor) => n + (floor.rooms || []).length, 0),
    walls: site.floors.reduce((n, floor) => n + (floor.walls || []).length, 0),
    aps: (site.access_points || []).length,
  });

  // Both sides, with what differs, room by room.
  function conflict(mine, theirs) {
    const both = wp.el("div", { class: "ed-both" },
      wp.el("div", {}, wp.el("h3", { text: wp.t("edit.conflict.mine") }), note(said(mine))),
      wp.el("div", {}, wp.el("h3", { text: wp.t("edit.conflict.theirs") }), note(said(theirs))));
    const lines = differences(mine, theirs).slice(0, 12).map((text) => wp.el("li", { text }));
    return dialog("conflict", wp.t("edit.conflict.head"), [note(wp.t("edit.conflict.text")), both, wp.el("ul", { class: "ed-lines" }, ...lines)], [
      { value: null, label: wp.t("edit.conflict.later"), test: "conflict-later" },
      { value: "download", label: wp.t("edit.conflict.download"), test: "conflict-download" },
      { value: "theirs", label: wp.t("edit.conflict.take"), test: "conflict-theirs" },
      { value: "mine", label: wp.t("edit.conflict.keep"), tone: "main", test: "conflict-mine" },
    ], { wide: true });
  }

  function differences(mine, theirs) {
    const rooms = (site) => new Map(site.floors.flatMap((floor) => (floor.rooms || []).map((room) => [room.id, room])));
    const [a, b] = [rooms(mine), rooms(theirs)];
    const lines = [];
    for (const [id, room] of a) if (!b.has(id)) lines.push(wp.t("edit.conflict.only_mine", { name: room.name }));
    for (const [id, room] of b) if (!a.has(id)) lines.push(wp.t("edit.conflict.only_theirs", { name: room.name }));
    for (const [id, room] of a) {
      const other = b.get(id);
      const fields = ["name", "use", "class_size", "devices"].filter((key) => other && (room[key] ?? null) !== (other[key] ?? null));
      if (fields.length) lines.push(wp.t("edit.conflict.differs", { name: room.name, fields: fields.map((key) => wp.t(`edit.field.${key}`)).join(wp.t("edit.comma")) }));
    }
    if (!lines.length) lines.push(wp.t("edit.conflict.walls"));
    return lines;
  }

  // ---- what an importer took, guessed and left ----

  function accountNodes(account) {
    const parts = ["took", "guessed", "left"].map((part) => {
      const notes = account?.[part] || [];
      const list = notes.map(({ what, count, text }) => wp.el("li", { text: text || `${what} × ${count}` }));
      const open = part !== "took" || notes.length < 8;
      return wp.el("details", { open, class: `ed-account ed-account-${part}`, "data-test": `account-${part}` },
        wp.el("summary", { text: wp.t(`edit.account.${part}`, { n: notes.length }) }),
        list.length ? wp.el("ul", { class: "ed-lines" }, ...list) : note(wp.t("edit.account.none")));
    });
    return parts;
  }

  wp.dialogs = { accountNodes, askNumber, askText, conflict, dialog, note, said, sure, tell };
})();
