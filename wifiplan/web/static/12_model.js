// The document of the editor: immutable snapshots with named commands, undo and redo, and a journal of patches.
"use strict";
(() => {
  const wp = (window.wp ??= {});

  const MOST_STEPS = 300; // more than a person takes back one by one
  const JOURNAL_CHARS = 3000000; // the browser keeps about 5 million a site; the server takes 8 MB

  // ---- patches: what changed between two snapshots that share all that did not change ----

  const plain = (x) => x !== null && typeof x === "object" && !Array.isArray(x);

  function diff(a, b) {
    if (a === b) return null;
    if (plain(a) && plain(b)) return diffObject(a, b);
    if (Array.isArray(a) && Array.isArray(b)) return diffArray(a, b);
    return { "=": b };
  }

  function diffObject(a, b) {
    const set = {};
    const gone = Object.keys(a).filter((key) => !(key in b));
    for (const key of Object.keys(b)) {
      const patch = key in a ? diff(a[key], b[key]) : { "=": b[key] };
      if (patch) set[key] = patch;
    }
    if (!gone.length && !Object.keys(set).length) return null;
    return gone.length ? { o: set, gone } : { o: set };
  }

  function diffArray(a, b) {
    let start = 0;
    while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
    let end = 0;
    while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
    const [n, m] = [a.length - start - end, b.length - start - end];
    if (n === 0 && m === 0) return null;
    if (n !== m) return { a: start, n, put: b.slice(start, start + m) };
    const at = {};
    for (let i = start; i < start + n; i += 1) {
      const patch = diff(a[i], b[i]);
      if (patch) at[i] = patch;
    }
    return Object.keys(at).length ? { i: at } : null;
  }

  function patched(a, patch) {
    if (!patch) return a;
    if ("=" in patch) return patch["="];
    if ("o" in patch) {
      const made = { ...a };
      for (const key of patch.gone || []) delete made[key];
      for (const [key, inner] of Object.entries(patch.o)) made[key] = patched(a[key], inner);
      return made;
    }
    if ("a" in patch) return [...a.slice(0, patch.a), ...patch.put, ...a.slice(patch.a + patch.n)];
    const made = a.slice();
    for (const [k, inner] of Object.entries(patch.i)) made[k] = patched(a[k], inner);
    return made;
  }

  // JSON that keeps all shared parts shared is not needed for the site itself: two equal sites are compared by text.
  const text = (site) => JSON.stringify(site);

  // ---- the document ----

  class Doc {
    // state: {site, hand}; saved: the site as the file holds it, with its revision
    constructor(site, revision = null, hand = {}) {
      this.state = { site, hand };
      this.undoable = []; // {name, fields, state}: the state BEFORE the command
      this.redoable = [];
      this.saved = site;
      this.savedText = text(site);
      this.revision = revision;
      this.watchers = [];
      this.home = {}; // where access points of the plan hung before a hand first moved them: what undo goes back to
      this.open = null; // a command that is still being made (a drag): its end states replace one another
    }

    get site() {
      return this.state.site;
    }

    get hand() {
      return this.state.hand;
    }

    get dirty() {
      if (this.state.site === this.saved) return false;
      if (this.compared?.site !== this.state.site || this.compared.saved !== this.savedText) {
        const differs = text(this.state.site) !== this.savedText;
        this.compared = { site: this.state.site, saved: this.savedText, differs };
      }
      return this.compared.differs;
    }

    // Places of all access points that a hand has ever moved, where they are now.
    get places() {
      return { ...this.home, ...this.state.hand };
    }

    // A new plan: its access points have other ids, and what was locked by hand is in the site.
    forgetHand() {
      this.home = {};
      this.state = { ...this.state, hand: {} };
      for (const step of [...this.undoable, ...this.redoable]) step.state = { ...step.state, hand: {} };
      this.open = null;
      this.tell("hand");
    }

    watch(fn) {
      this.watchers.push(fn);
    }

    tell(why) {
      for (const fn of this.watchers) fn(why, this);
    }

    // Do a named command. `change` gives the parts of the state that change. With a `group`, further commands of the
    // same group (the moves of one drag, the letters of one name) become one step.
    do(name, change, { fields = {}, group = null } = {}) {
      const state = { ...this.state, ...change };
      if (!diff(this.state, state)) return false;
      if (!(group && this.open === group && this.undoable.length)) {
        this.undoable.push({ name, fields, state: this.state });
        if (this.undoable.length > MOST_STEPS) this.undoable.shift();
      }
      this.open = group;
      this.redoable = [];
      this.state = state;
      this.tell("do");
      return true;
    }

    endGroup() {
      this.open = null;
    }

    undo() {
      return this.step(this.undoable, this.redoable, "undo");
    }

    redo() {
      return this.step(this.redoable, this.undoable, "redo");
    }

    step(from, to, why) {
      const last = from.pop();
      if (!last) return null;
      to.push({ name: last.name, fields: last.fields, state: this.state });
      this.state = last.state;
      this.open = null;
      this.tell(why);
      return last;
    }

    markSaved(site, revision) {
      this.saved = site;
      this.savedText = text(site);
      this.revision = revision;
      this.tell("saved");
    }

    // Another site altogether (imported, or the file's own after a conflict): one step that can be undone.
    replace(name, site, { fields = {} } = {}) {
      return this.do(name, { site, hand: {} }, { fields });
    }

    // ---- the journal ----

    // What is written while working: the state, and the way back and forth as patches, newest first, as far as they fit.
    journal(now = Date.now()) {
      let left = JOURNAL_CHARS - text(this.state).length;
      const chain = (stack) => {
        const steps = [];
        let state = this.state;
        for (let k = stack.length - 1; k >= 0; k -= 1) {
          const step = { name: stack[k].name, fields: stack[k].fields, patch: diff(state, stack[k].state) };
          left -= text(step).length;
          if (left < 0) break;
          steps.push(step);
          state = stack[k].state;
        }
        return steps;
      };
      const undo = chain(this.undoable);
      const redo = chain(this.redoable);
      return { format: 1, at: now, dirty: this.dirty, site: this.site, hand: this.hand, home: this.home, undo, redo };
    }

    // Take over a journal. Its steps come back too; a journal of an unsaved state leaves the document dirty.
    adopt(journal, revision = this.revision) {
      const steps = (list, from) => {
        const made = [];
        let state = from;
        for (const step of list) {
          state = patched(state, step.patch);
          made.push({ name: step.name, fields: step.fields || {}, state });
        }
        return made.reverse();
      };
      const state = { site: journal.site, hand: journal.hand || {} };
      const undoable = steps(journal.undo || [], state);
      const redoable = steps(journal.redo || [], state);
      this.state = state;
      this.undoable = undoable;
      this.redoable = redoable;
      this.home = journal.home || {};
      this.open = null;
      this.revision = revision;
      if (!journal.dirty) this.saved = this.state.site;
      if (!journal.dirty) this.savedText = text(this.state.site);
      this.tell("adopt");
    }
  }

  // A journal is only taken if it is sound: it comes from a disk that others can write.
  function soundJournal(journal) {
    return Boolean(
      plain(journal) && journal.format === 1 && plain(journal.site) && Array.isArray(journal.site.floors) &&
        Array.isArray(journal.undo) && Array.isArray(journal.redo) && Number.isFinite(journal.at),
    );
  }

  // Which of the journals (server's, browser's) to take over: the newest sound one. "offer" where it holds unsaved work
  // (`stale`: the file was written since), "take" where it only brings the steps back, null where it says nothing new.
  function recovery(doc, drafts) {
    const sound = drafts.filter((draft) => draft && soundJournal(draft.doc));
    if (!sound.length) return null;
    const newest = sound.reduce((best, draft) => (draft.doc.at > best.doc.at ? draft : best));
    const stale = (newest.revision ?? null) !== (doc.revision ?? null);
    if (newest.doc.dirty && text(newest.doc.site) !== doc.savedText) return { ...newest, stale, how: "offer" };
    return stale ? null : { ...newest, doc: { ...newest.doc, dirty: false }, stale, how: "take" };
  }

  wp.model = { Doc, diff, patched, recovery, soundJournal };
})();
