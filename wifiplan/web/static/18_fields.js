// Form fields of the side panel: each tells its value when a person has finished it, as a number, a text or nothing.
"use strict";
(() => {
  const wp = (window.wp ??= {});

  const numberOf = (text) => {
    const value = Number(String(text).trim().replace(",", "."));
    return String(text).trim() === "" || !Number.isFinite(value) ? null : value;
  };

  // `change` is called with the new value; it answers false where that can't be, and the old one comes back.
  function input(name, value, change, { type = "text", min, max, step, unit, whole = false, required = false, placeholder, list } = {}) {
    const node = wp.el("input", {
      id: `field-${name}`, "data-test": `field-${name}`, type: type === "number" ? "text" : type, inputmode: type === "number" ? "decimal" : null,
      value: value ?? "", placeholder, list, autocomplete: "off", spellcheck: "false", maxlength: type === "number" ? 12 : 120,
    });
    let last = String(value ?? "");
    const done = () => {
      if (node.value === last) return;
      const next = type === "number" ? numberOf(node.value) : node.value.trim() || null;
      const empty = next === null && (required || node.value.trim() !== "");
      const outside = type === "number" && next !== null && ((min !== undefined && next < min) || (max !== undefined && next > max));
      const broken = whole && next !== null && !Number.isInteger(next);
      if (empty || outside || broken || change(next) === false) {
        node.classList.add("ed-bad");
        node.setAttribute("aria-invalid", "true");
        node.title = outside ? wp.t("edit.range", { min: min ?? "", max: max ?? "" }) : "";
        setTimeout(() => {
          node.value = last;
          node.classList.remove("ed-bad");
          node.removeAttribute("aria-invalid");
        }, 1200);
        return;
      }
      last = node.value;
    };
    node.addEventListener("change", done);
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter") done();
      if (event.key === "Escape") {
        node.value = last;
        node.blur();
      }
      const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (by && type === "number" && step && numberOf(node.value) !== null) {
        node.value = String(Math.round((numberOf(node.value) + by * step) * 1000) / 1000);
        event.preventDefault();
        done();
      }
    });
    return unit ? wp.el("span", { class: "ed-unit" }, node, wp.el("span", { text: unit })) : node;
  }

  function choice(name, value, options, change) {
    const node = wp.el("select", { id: `field-${name}`, "data-test": `field-${name}` });
    for (const option of options) node.append(wp.el("option", { value: option.value, text: option.label }));
    // several things that differ: nothing is chosen, and nothing can't be chosen
    if (!options.some((option) => option.value === value)) node.prepend(wp.el("option", { value: value ?? "", text: value ?? "—", disabled: true }));
    node.value = value ?? "";
    node.addEventListener("change", () => change(node.value || null));
    return node;
  }

  const row = (name, label, node) => wp.el("div", { class: "ed-row" }, wp.el("label", { for: `field-${name}`, text: label }), node);
  const field = (name, value, change, options = {}) => row(name, wp.t(`edit.field.${options.label || name}`), input(name, value, change, options));
  const select = (name, value, options, change, label = name) => row(name, wp.t(`edit.field.${label}`), choice(name, value, options, change));

  function button(test, label, onclick, { tone = "", title = null, disabled = false, icon = null } = {}) {
    const attrs = { type: "button", class: `ed-button ${tone}`, "data-test": test, title, disabled, onclick };
    return wp.el("button", attrs, icon ? wp.icon(icon) : null, wp.el("span", { text: label }));
  }

  // Icons are strokes on a 24-unit square.
  const ICONS = {
    select: "M5 3l6 16 2.2-6.6L20 10z",
    wall: "M3 7h18v10H3zM3 12h18M9 7v5M15 12v5",
    door: "M5 20h14M7 20V4h9v16M13 12h.5",
    window: "M4 5h16v14H4zM12 5v14M4 12h16",
    room: "M4 4h16v16H4zM4 13h7M11 4v4M11 11v9",
    cabinet: "M5 3h14v18H5zM5 9h14M5 15h14M8 6h2M8 12h2M8 18h2",
    ap: "M12 17h.01M8.5 13.5a5 5 0 017 0M5.5 10.5a9.2 9.2 0 0113 0",
    spot: "M12 21s-6-6.2-6-11a6 6 0 0112 0c0 4.800-6 11-6 11zM12 12a2 2 0 100-4 2 2 0 000 4z",
    scale: "M3 17L17 3l4 4L7 21zM7 13l2 2M10 10l2 2M13 7l2 2",
    undo: "M9 7H15a5 5 0 010 10H8M9 7l3-3M9 7l3 3",
    redo: "M15 7H9a5 5 0 000 10h7M15 7l-3-3M15 7l-3 3",
    save: "M5 4h11l3 3v13H5zM8 4v5h7V4M8 20v-6h8v6",
    delete: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
    plan: "M6 4l13 8-13 8z",
    fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
    print: "M7 8V3h10v5M7 17H4V9h16v8h-3M7 14h10v7H7z",
  };
  wp.icon = (name) =>
    wp.svg("svg", { class: "ed-icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, wp.svg("path", { d: ICONS[name] || "M4 12h16" }));

  // ---- the catalogue, as options ----

  const labelled = (item) => (typeof item === "string" ? { value: item, label: item } : { value: item.name, label: item.label || item.name });
  const catalogue = () => wp.data.catalogue || {};
  const options = {
    materials: () => (catalogue().materials || []).map(labelled),
    models: () => [{ value: "", label: wp.t("edit.unknown") }, ...(catalogue().models || []).map(labelled)],
    profiles: () => [{ value: "", label: wp.t("edit.usual") }, ...(catalogue().profiles || []).map(labelled)],
    uses: () => ["classroom", "specialist", "office", "corridor", "other"].map((value) => ({ value, label: wp.t(`edit.use.${value}`) })),
  };
  wp.materialThickness = (name) => (catalogue().materials || []).find((m) => m.name === name)?.thickness_m ?? null;
  wp.materialLabel = (name) => (catalogue().materials || []).find((m) => m.name === name)?.label ?? name;

  wp.fields = { button, choice, field, input, numberOf, options, row, select };
})();
