"use strict";
/* The survey as the server keeps it: asked for again and again, changed by one step at a time, and what it means. */
(() => {
  const wp = (window.wp ??= {});
  const BUSY_MS = 250, QUIET_MS = 3000;
  // the server is on this machine: one that is silent for longer hangs, or its laptop slept; photos are large
  const PATIENCE_MS = 5000, PHOTO_MS = 60000, LATE_MS = 400;

  class WalkState {
    constructor() {
      Object.assign(this, wp.emitter(), { now: wp.data.state, choice: { band: "", network: "" }, gone: false, asked: false, seen: 0 });
      this.headers = { "X-Wifiplan-Token": wp.data.token };
    }

    /* Ask for the state until the page is closed; often while the server listens. */
    async watch() {
      try {
        const found = await this.fetched(`/api/state?since=${this.now.revision}&${this.lang}`, {});
        this.take(found.data.items ? found.data : { ...this.now, ...found.data });
      } catch {
        this.lost();
      }
      this.timer = setTimeout(() => this.watch(), this.now.busy ? BUSY_MS : QUIET_MS);
    }

    soon() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.watch(), BUSY_MS);
    }

    get lang() {
      return `lang=${encodeURIComponent(wp.data.lang)}`;
    }

    async fetched(path, options, patience_ms = PATIENCE_MS) {
      const answer = await fetch(path, { ...options, headers: this.headers, signal: AbortSignal.timeout(patience_ms) });
      return { ok: answer.ok, data: await answer.json() };
    }

    /* One step; what the server refuses is told in its words. */
    async step(what, fields = {}) {
      return this.sent(`/api/do?${this.lang}`, JSON.stringify({ do: what, ...fields }));
    }

    async photo(id, file) {
      return this.sent(`/api/photo/${id}?${this.lang}`, file, PHOTO_MS);
    }

    async sent(path, body, patience_ms) {
      const late = setTimeout(() => this.waiting(true), LATE_MS);
      try {
        const { ok, data } = await this.fetched(path, { method: "POST", body }, patience_ms);
        this.back();
        this.emit(ok ? "agreed" : "refused", data);
        if (ok) this.take(data);
        this.soon();
        return ok;
      } catch {
        this.lost();
        return false;
      } finally {
        clearTimeout(late);
        this.waiting(false);
      }
    }

    waiting(asked) {
      if (this.asked === asked) return;
      this.asked = asked;
      this.emit("asked");
    }

    take(data) {
      if (data.revision < this.now.revision) return;
      const before = this.now;
      this.now = data;
      this.back();
      this.emit("change", before);
    }

    lost() {
      if (!this.gone) {
        this.gone = true;
        this.emit("gone");
      }
    }

    back() {
      if (this.gone) {
        this.gone = false;
        this.emit("change", this.now);
      }
    }

    item(id) {
      return this.now.items.find((item) => item.id === id) ?? null;
    }

    /* Names of networks, the one heard most often first: the school's own is on every access point of it. */
    names() {
      const times = new Map();
      for (const item of this.now.items) {
        for (const scan of item.scans) {
          for (const [number] of scan.heard) {
            const name = this.now.networks[number][1];
            if (name) times.set(name, (times.get(name) ?? 0) + 1);
          }
        }
      }
      return [...times.entries()].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
    }

    /* The network whose levels colour the points: chosen, else the one heard most. "*" is every network. */
    network() {
      return this.choice.network || `s:${this.names()[0] ?? ""}`;
    }

    counts(number) {
      const [bssid, ssid, band] = this.now.networks[number];
      if (this.choice.band && band !== this.choice.band) return false;
      const chosen = this.network();
      return chosen === "*" || (chosen.startsWith("s:") ? chosen === "s:" || ssid === chosen.slice(2) : bssid === chosen.slice(2));
    }

    /* The strongest level of the chosen network in a scan, null where it was not heard: {dbm, number}. */
    strongest(scan) {
      let best = null;
      for (const [number, dbm] of scan.heard) {
        if (wp.known(dbm) && this.counts(number) && (best === null || dbm > best.dbm)) best = { dbm, number };
      }
      return best;
    }

    /* The scan that stands for a point: its last. */
    scanOf(item) {
      return item.scans.at(-1) ?? null;
    }

    choose(fields) {
      Object.assign(this.choice, fields);
      this.emit("change", this.now);
    }
  }

  wp.WalkState = WalkState;
})();
