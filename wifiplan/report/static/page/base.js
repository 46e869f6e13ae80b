"use strict";
/* What every page starts from: its data, its words, elements made without markup, numbers as people read them. */
(() => {
  const wp = (window.wp ??= {});
  const SVG = "http://www.w3.org/2000/svg";
  const MINUS = "\u2212";

  const source = document.getElementById("wp-data");
  wp.data = source ? JSON.parse(source.textContent) : {};

  /* A sentence by its key, with {fields} as Python's str.format fills them; an unknown key shows itself. */
  wp.t = (key, fields = {}) => {
    const words = wp.data.words ?? {};
    const text = Object.hasOwn(words, key) ? words[key] : key;
    return text.replace(/\{\{|\}\}|\{(\w+)\}/g, (found, name) => {
      if (name === undefined) return found[0];
      return Object.hasOwn(fields, name) ? String(fields[name]) : found;
    });
  };

  const fill = (node, attrs, children) => {
    for (const [name, value] of Object.entries(attrs ?? {})) {
      if (value === null || value === undefined || value === false) continue;
      if (typeof value === "function") node.addEventListener(name.replace(/^on/, ""), value);
      else if (name === "text") node.textContent = String(value);
      else if (name === "style") Object.assign(node.style, value);
      else if (name === "value") node.value = value;
      else node.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children.flat(Infinity)) {
      if (child === null || child === undefined || child === false) continue;
      node.append(child instanceof Node ? child : String(child));
    }
    return node;
  };

  /* el("button", {class: "go", onclick: fn, text: "…"}, child, "text"): names and texts are never read as markup. */
  wp.el = (tag, attrs, ...children) => fill(document.createElement(tag), attrs, children);
  wp.svg = (tag, attrs, ...children) => fill(document.createElementNS(SVG, tag), attrs, children);
  wp.clear = (node) => {
    node.replaceChildren();
    return node;
  };

  wp.known = (value) => value !== null && value !== undefined && Number.isFinite(value);

  /* A number with so many digits, without needless zeros, with thousands commas and a real minus. */
  wp.num = (value, digits = 0) => {
    if (!wp.known(value)) return "";
    const text = Math.abs(value).toLocaleString("en-US", { maximumFractionDigits: digits });
    return value < 0 && text !== "0" ? MINUS + text : text;
  };

  /* A share from 0 to 1 as a percentage; an edge is never rounded away. */
  wp.share = (value) => {
    if (!wp.known(value)) return "";
    const percent = 100 * value;
    const nearEdge =
      (percent > 0 && percent < 1) || (percent > 99 && percent < 100) || (percent > 100 && percent < 101);
    return `${percent.toFixed(nearEdge ? 1 : 0)} %`;
  };

  wp.clamp = (value, low, high) => Math.min(high, Math.max(low, value));

  /* Listeners by name: on(name, fn) answers how to stop listening. */
  wp.emitter = () => {
    const heard = new Map();
    return {
      on: (name, fn) => {
        if (!heard.has(name)) heard.set(name, new Set());
        heard.get(name).add(fn);
        return () => heard.get(name).delete(fn);
      },
      emit: (name, detail) => [...(heard.get(name) ?? [])].forEach((fn) => fn(detail)),
    };
  };
})();
