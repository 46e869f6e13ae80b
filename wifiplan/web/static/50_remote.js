// The server: requests with the page's token, whether it is there, and the journal of unsaved work on both sides.
"use strict";
(() => {
  const wp = (window.wp ??= {});

  const BACK_MS = 3000; // how often a server that is gone is asked for
  const QUIET_MS = 800; // a pause in the work after which the journal goes to the server

  class Remote {
    constructor(name) {
      Object.assign(this, { name, there: true, heard: wp.emitter() });
    }

    on(event, fn) {
      return this.heard.on(event, fn);
    }

    path(kind, more = "") {
      return `/api/${kind}/${encodeURIComponent(this.name)}${more}`;
    }

    // Answers {status, data}; status 0 where nobody answers.
    async ask(method, path, body, { raw = false, signal, keepalive = false } = {}) {
      const headers = { "X-Wifiplan-Token": wp.data.token };
      if (body !== undefined && !raw) headers["Content-Type"] = "application/json";
      const query = path.includes("?") ? "&" : "?";
      const lang = `${query}lang=${encodeURIComponent(wp.data.lang || "zh-TW")}`;
      try {
        const content = body === undefined || raw ? body : JSON.stringify(body);
        const answer = await fetch(path + lang, { method, headers, body: content, signal, keepalive });
        // a server that was started anew has another token: this page can't talk to it, but loses nothing
        if (answer.status === 403) this.heard.emit("stranger");
        this.found(true);
        const text = await answer.text();
        return { status: answer.status, data: parsed(text) };
      } catch (error) {
        if (error.name === "AbortError") return { status: -1, data: {} };
        this.found(false);
        return { status: 0, data: {} };
      }
    }

    found(there) {
      if (there === this.there) return;
      this.there = there;
      this.heard.emit(there ? "back" : "gone");
      if (!there) this.timer = setTimeout(() => this.again(), BACK_MS);
    }

    async again() {
      clearTimeout(this.timer);
      const { status } = await this.ask("GET", this.path("site"));
      if (status === 0) this.timer = setTimeout(() => this.again(), BACK_MS);
    }
  }

  function parsed(text) {
    if (!text) return {};
    try {
      return JSON.parse(text);
    } catch {
      return { problem: text.slice(0, 300) };
    }
  }

  // ---- the journal ----

  class Journal {
    constructor(doc, remote) {
      Object.assign(this, { doc, remote, key: `wp-draft-${remote.name}`, timer: null, sending: false, waiting: false, kept: true, onServer: false, asleep: true });
      doc.watch((why) => this.changed(why));
      remote.on("back", () => this.send());
      addEventListener("pagehide", () => this.local());
      addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.flush());
    }

    // Nothing is written before a person has decided about the journal that was found: it would be written over.
    begin() {
      this.asleep = false;
      this.changed("begin");
    }

    changed(why) {
      if (this.asleep) return;
      // a drag makes many states: they wait for a breath, all else is written at once
      clearTimeout(this.localTimer);
      if (this.doc.open && why === "do") this.localTimer = setTimeout(() => this.local(), 200);
      else this.local();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), QUIET_MS);
    }

    entry() {
      return { doc: this.doc.journal(), revision: this.doc.revision };
    }

    local() {
      if (this.asleep) return;
      const entry = this.entry();
      for (const doc of [entry.doc, { ...entry.doc, undo: [], redo: [] }]) {
        try {
          localStorage.setItem(this.key, JSON.stringify({ ...entry, doc }));
          this.kept = true;
          return;
        } catch {
          // full or forbidden: try without the steps, then leave it to the server
        }
      }
      this.kept = false;
    }

    flush() {
      clearTimeout(this.timer);
      this.local();
      this.send();
    }

    // Only the newest journal travels. What is saved needs none on the server.
    async send() {
      if (this.asleep) return;
      if (this.sending) {
        this.waiting = true;
        return;
      }
      this.sending = true;
      const { dirty } = this.doc;
      const state = this.doc.state;
      if (dirty) {
        const { status } = await this.remote.ask("PUT", this.remote.path("draft"), this.entry());
        if (status >= 200 && status < 300) Object.assign(this, { onServer: true, kept: true });
      } else if (this.onServer) {
        const { status } = await this.remote.ask("DELETE", this.remote.path("draft"));
        if (status >= 200 && status < 300) this.onServer = false;
      }
      this.sending = false;
      if (this.waiting || this.doc.state !== state) {
        this.waiting = false;
        this.timer = setTimeout(() => this.send(), QUIET_MS);
      }
    }

    static read(name) {
      try {
        return JSON.parse(localStorage.getItem(`wp-draft-${name}`) || "null");
      } catch {
        return null;
      }
    }
  }

  wp.Remote = Remote;
  wp.Journal = Journal;
})();
