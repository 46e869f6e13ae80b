// From pointers and keys to the active tool. A press that moves pans the view; two fingers belong to the view.
"use strict";
(() => {
  const wp = (window.wp ??= {});

  const TAP_PX = 6;
  const TWICE_MS = 350;

  class Pointers {
    constructor(editor, tools) {
      Object.assign(this, { editor, tools, down: null, fingers: new Set(), lastTap: null });
      const { root } = editor.view;
      // before the view's own listeners: what a tool takes, the view must not pan
      const on = (name, fn) => root.addEventListener(name, (event) => fn.call(this, event), { capture: true });
      on("pointerdown", this.pressed);
      on("pointermove", this.moved);
      on("pointerup", this.released);
      on("pointercancel", this.lost);
      on("dblclick", (event) => event.preventDefault());
      root.addEventListener("pointerleave", () => this.tools.active.leave?.());
      editor.view.on("change-view", () => editor.heard.emit("draw"));
    }

    at(event) {
      return this.editor.view.toMetres(event.clientX, event.clientY);
    }

    how(event) {
      return { shift: event.shiftKey, mouse: event.pointerType === "mouse" };
    }

    pressed(event) {
      const { editor, tools } = this;
      editor.reachPx = event.pointerType === "touch" ? wp.Editor.REACH_PX.touch : wp.Editor.REACH_PX.mouse;
      this.fingers.add(event.pointerId);
      if (this.fingers.size > 1) {
        this.down = null;
        tools.active.cancel?.();
        return;
      }
      if (event.button !== 0) return;
      const p = this.at(event);
      const taken = Boolean(tools.active.press?.(p, this.how(event)));
      this.down = { id: event.pointerId, x: event.clientX, y: event.clientY, taken, far: false };
      if (!taken) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      editor.view.root.focus({ preventScroll: true });
      try {
        editor.view.root.setPointerCapture(event.pointerId);
      } catch {
        // the pointer is gone already
      }
    }

    moved(event) {
      const { down, tools } = this;
      const p = this.at(event);
      if (down && event.pointerId === down.id) {
        down.far ||= Math.hypot(event.clientX - down.x, event.clientY - down.y) > TAP_PX;
        if (down.taken) {
          event.stopImmediatePropagation();
          if (down.far) tools.active.move(p, this.how(event));
          return;
        }
      }
      if (this.fingers.size < 2 && !(down && down.far)) tools.active.hover?.(p);
    }

    released(event) {
      const { down, tools } = this;
      this.fingers.delete(event.pointerId);
      if (!down || event.pointerId !== down.id) return;
      this.down = null;
      if (down.taken) {
        event.stopImmediatePropagation();
        if (tools.active.release()) return;
      }
      if (down.far) return;
      this.tapped(event);
    }

    tapped(event) {
      const { tools } = this;
      const last = this.lastTap;
      this.lastTap = { at: event.timeStamp, x: event.clientX, y: event.clientY };
      const twice = last && event.timeStamp - last.at < TWICE_MS && Math.hypot(event.clientX - last.x, event.clientY - last.y) <= TAP_PX;
      if (twice && tools.active.finish) {
        this.lastTap = null;
        tools.active.finish();
      } else tools.active.tap(this.at(event), this.how(event));
      // the view selects what its own markup holds under a tap; the editor's choice comes after it
      setTimeout(() => tools.heard.emit("tapped"), 0);
    }

    lost(event) {
      this.fingers.delete(event.pointerId);
      this.down = null;
      this.tools.active.cancel?.();
    }
  }

  // ---- keys ----

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  const writing = (node) => Boolean(node?.closest?.("input, textarea, select, dialog, [contenteditable]"));

  class Keys {
    // `commands`: names to functions ("undo", "save", "tool:wall" …)
    constructor(editor, tools, commands) {
      Object.assign(this, { editor, tools, commands, cursor: null });
      window.addEventListener("keydown", (event) => this.pressed(event), { capture: true });
    }

    pressed(event) {
      if (event.isComposing) return;
      const control = event.ctrlKey || event.metaKey;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const taken = control ? this.controlled(key, event) : !writing(event.target) && !event.altKey && this.plain(key, event);
      if (!taken) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    }

    controlled(key, event) {
      if (key === "s") return this.run("save");
      if (key === "p") return this.run("print");
      if (writing(event.target)) return false;
      if (key === "z" && !event.shiftKey) return this.tools.active.stepBack() || this.run("undo");
      if (key === "y" || key === "z") return this.run("redo");
      if (key === "a") return this.run("all");
      return false;
    }

    run(name) {
      const command = this.commands[name];
      command?.();
      return Boolean(command);
    }

    plain(key, event) {
      const { tools, editor } = this;
      const onPlan = event.target === editor.view.root || event.target === document.body;
      if (onPlan && this.drawn(event)) return true;
      if (onPlan && tools.active.key(event)) return true;
      if (key === "Escape") return this.run("tool:select");
      return Object.hasOwn(this.commands, `key:${key}`) && !event.shiftKey ? this.run(`key:${key}`) : false;
    }

    // Drawing without a pointer: arrows move a cursor (Shift: finely), Space puts a point.
    drawn(event) {
      const { tools, editor } = this;
      const arrow = ARROWS[event.key];
      if (tools.name === "select" || !(arrow || event.key === " ")) return false;
      const { width, height, left, top } = editor.view.root.getBoundingClientRect();
      this.cursor ??= tools.active.from || editor.view.toMetres(left + width / 2, top + height / 2).map(Math.round);
      const step = event.shiftKey ? 0.05 : 0.5;
      if (arrow) this.cursor = [this.cursor[0] + arrow[0] * step, this.cursor[1] + arrow[1] * step];
      else tools.active.tap(this.cursor);
      tools.active.hover(this.cursor);
      return true;
    }
  }

  wp.Pointers = Pointers;
  wp.Keys = Keys;
})();
