/* The tablet's side of a class test. It measures and reports; all figures are computed by the controller.
   Only the page's own monotonic clock is used: the tablet's date may be wrong. No build step, no library. */
"use strict";
(function () {
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const $ = (id) => document.getElementById(id);
  const now = () => performance.now();
  const PING_MS = 250, LOG_MS = 400, BIN_MS = 40, LOST_MS = 5000, TICK_MS = 50, HELD_MS = 30;
  const loaded = now();
  const able = typeof fetch === "function" && typeof AbortController === "function" &&
    typeof Response === "function" && "body" in Response.prototype && typeof ReadableStream === "function";

  let socket = null, joined = false, over = false, tries = 0;
  let seat = null, device = null, code = "";
  let pingNumber = 0;
  const flying = new Map();           // pings without an answer: number -> {at, held}
  let step = null;                    // the step that is on, or about to begin
  let wakeLock = null;
  let lastTick = now();
  let hiddenSince = document.hidden ? now() : null;

  const stored = {
    get(name) { try { return sessionStorage.getItem("wifiplan-" + name); } catch (e) { return null; } },
    set(name, value) { try { sessionStorage.setItem("wifiplan-" + name, value); } catch (e) { /* private mode */ } },
    drop() { try { sessionStorage.clear(); } catch (e) { /* private mode */ } },
  };

  function show(name) {
    $("status").textContent = texts.tablet[name];
    $("status-sub").textContent = texts.tablet[name + "_sub"];
    document.body.dataset.state = name;
  }

  function form(visible, refusal) {
    $("form-side").hidden = !visible;
    $("test-side").hidden = visible;
    $("refusal").textContent = refusal || "";
  }

  /* ---- the connection ---- */

  function connect() {
    if (over) return;
    const url = (location.protocol === "https:" ? "wss://" : "ws://") + location.host + "/ws";
    let mine;
    try { mine = new WebSocket(url); } catch (e) { setTimeout(connect, 1000); return; }
    socket = mine;
    const deadline = setTimeout(() => { if (mine.readyState !== 1) mine.close(); }, 5000);
    mine.onopen = () => {
      clearTimeout(deadline);
      const hello = { type: "hello", code: code, seat: seat, kind: "tablet", flows: 1,
        visible: !document.hidden, page_ms: Math.round(now() - loaded), wake: Boolean(wakeLock) };
      if (device) hello.resume = device;
      mine.send(JSON.stringify(hello));
    };
    mine.onmessage = (event) => { if (socket === mine) hear(event.data); };
    mine.onclose = () => {
      clearTimeout(deadline);
      if (socket !== mine || over) return;
      socket = null;
      lose();
      if (!joined && tries > 20) { form(true, texts.refused.late); return; }
      tries += 1;
      if (joined) show("lost");
      setTimeout(connect, Math.min(200 * tries, 2000));
    };
  }

  function say(message) {
    if (socket && socket.readyState === 1) { socket.send(JSON.stringify(message)); return true; }
    return false;
  }

  function hear(text) {
    let message;
    try { message = JSON.parse(text); } catch (e) { return; }
    if (message.type === "pong") pong(message);
    else if (message.type === "welcome") welcome(message);
    else if (message.type === "refused") refused(message.why);
    else if (message.type === "step") begin(message);
    else if (message.type === "stop") stop(message.why);
    else if (message.type === "done") done();
  }

  function welcome(message) {
    joined = true; tries = 0;
    seat = message.seat; device = message.device;
    stored.set("seat", seat); stored.set("device", device); stored.set("code", code);
    $("seat-shown").textContent = seat;
    $("room-shown").textContent = message.room || "";
    form(false);
    if (!step) show("ready");
    ping();
  }

  function refused(why) {
    if (joined && why !== "closed") { replaced(); return; }
    over = false; joined = false;
    if (socket) { const old = socket; socket = null; old.close(); }
    if (why === "code" || why === "closed") { stored.drop(); device = null; }
    form(true, texts.refused[why] || why);
  }

  function replaced() {
    over = true;
    halt();
    stored.drop();
    show("replaced");
    if (socket) socket.close();
  }

  /* ---- signs of life ---- */

  function ping() {
    pingNumber += 1;
    const n = pingNumber, at = now();
    if (say({ type: "ping", n: n, t_ms: Math.round(at * 1000) / 1000, visible: !document.hidden })) {
      flying.set(n, { at: at, held: false });
    }
    for (const [number, one] of flying) {
      if (at - one.at > LOST_MS) { flying.delete(number); note(one.at, null); }
    }
  }

  function pong(message) {
    const one = flying.get(message.n), at = now();
    flying.delete(message.n);
    /* while this page's own thread was held up, the delay would be the tablet's and not the network's */
    if (!one || one.held || at - lastTick > TICK_MS + HELD_MS) return;
    note(one.at, at - one.at);
  }

  function lose() {
    for (const one of flying.values()) note(one.at, null);
    flying.clear();
  }

  function note(at, rtt) {
    if (step && step.began) {
      step.rtt.push([Math.round(at - step.start), rtt === null ? null : Math.round(rtt * 100) / 100]);
    }
  }

  setInterval(() => { if (joined && !over) ping(); }, PING_MS);
  setInterval(() => {
    const at = now(), late = at - lastTick - TICK_MS;
    lastTick = at;
    if (late > HELD_MS) for (const one of flying.values()) one.held = true;
    if (step && step.began && late > 10) step.heldMs += late;
    if (step && step.began) draw(at);
  }, TICK_MS);

  /* ---- steps ---- */

  function begin(order) {
    halt();
    const mine = { order: order, start: now() + order.in_ms, began: false, ended: false, bins: [], rtt: [],
      bytes: 0, lastBin: -1, hiddenMs: 0, heldMs: 0, fault: "", stopper: null, timers: [],
      played: 0, drawn: 0, started: false, stands: false };
    step = mine;
    if (!document.hidden) show(order.step === 0 ? "quiet" : "soon");
    mine.timers.push(setTimeout(() => run(mine), order.in_ms));
  }

  function run(mine) {
    mine.began = true;
    mine.drawn = now();
    if (hiddenSince !== null) hiddenSince = Math.max(hiddenSince, mine.start);
    mine.timers.push(setInterval(() => log(mine, false), LOG_MS));
    mine.timers.push(setTimeout(() => finish(mine), mine.start + mine.order.duration_s * 1000 - now()));
    if (mine.order.play && mine.order.url) {
      $("film").hidden = false;
      if (!document.hidden) show("playing");
      if (able) stream(mine); else mine.fault = "no_readable_stream";
    } else if (!document.hidden) show(mine.order.step === 0 ? "quiet" : "resting");
  }

  async function stream(mine) {
    const order = mine.order;
    const name = location.hostname.indexOf(":") >= 0 && location.hostname[0] !== "[" ? "[" + location.hostname + "]" : location.hostname;
    const url = location.protocol + "//" + name + ":" + order.port + order.url;
    for (let n = 0; !mine.ended; n += 1) {
      mine.stopper = new AbortController();
      try {
        const answer = await fetch(url, { cache: "no-store", credentials: "omit", mode: "cors", signal: mine.stopper.signal });
        if (!answer.ok) { mine.fault = "stream_refused"; return; }
        const reader = answer.body.getReader();
        for (;;) {
          const part = await reader.read();
          if (part.done) break;
          take(mine, part.value.length);
        }
      } catch (error) {
        if (mine.ended) return;
      }
      if (mine.ended || now() > mine.start + order.duration_s * 1000 - 200) return;
      if (!mine.bytes && n > 8) { mine.fault = "stream_unreachable"; return; }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  function take(mine, bytes) {
    if (mine.ended) return;
    const at = now() - mine.start;
    mine.bytes += bytes;
    const last = mine.bins[mine.bins.length - 1];
    if (last && mine.lastBin >= 0 && at - mine.lastBin < BIN_MS) { last[0] = Math.round(at * 10) / 10; last[1] = mine.bytes; return; }
    mine.lastBin = at;
    mine.bins.push([Math.round(at * 10) / 10, mine.bytes]);
  }

  function hiddenMs(mine) {
    return Math.round(mine.hiddenMs + (hiddenSince === null ? 0 : now() - hiddenSince));
  }

  function log(mine, end) {
    if (!mine.began || (mine.ended && !end)) return;
    const at = Math.max(now() - mine.start, 0.1);
    /* the last row says how far the log reaches, also where nothing came */
    const bins = mine.bins.splice(0);
    mine.lastBin = -1;
    if (mine.order.play) bins.push([Math.round(at * 10) / 10, mine.bytes]);
    const rtt = mine.rtt.splice(0);
    const sent = say({ type: "log", step: mine.order.step, bins: bins.slice(-1000), rtt: rtt.slice(-200), visible: !document.hidden,
      hidden_ms: hiddenMs(mine), busy_share: Math.min(Math.round(mine.heldMs / at * 1000) / 1000, 1),
      fault: mine.fault, end: end });
    if (!sent) { mine.bins = bins.concat(mine.bins); mine.rtt = rtt.concat(mine.rtt); }
  }

  function finish(mine) {
    if (mine.ended) return;
    log(mine, true);
    mine.ended = true;
    mine.timers.forEach((timer) => { clearTimeout(timer); clearInterval(timer); });
    if (mine.stopper) mine.stopper.abort();
    $("film").hidden = true;
    if (step === mine) step = null;
    if (!document.hidden && !over) show("resting");
  }

  function halt() { if (step) { if (!step.began) { step.timers.forEach(clearTimeout); step = null; } else finish(step); } }

  function stop(why) {
    halt();
    if (why === "replaced") replaced();
    else if (why !== "end") show("stopped");
  }

  function done() {
    halt();
    over = true;
    stored.drop();
    show("done");
    if (wakeLock) wakeLock.release().catch(() => undefined);
    if (socket) socket.close();
  }

  /* ---- the film: what a viewer would see ---- */

  function draw(at) {
    const mine = step, order = mine.order;
    if (!order.play || document.hidden) return;
    const passed = (at - mine.drawn) / 1000, media = mine.bytes * 8 / (order.rate_mbps * 1e6);
    mine.drawn = at;
    if (!mine.started) { mine.started = media >= 1; return; }
    if (mine.stands && media - mine.played >= 0.5) { mine.stands = false; show("playing"); }
    if (!mine.stands) {
      mine.played += Math.min(passed, Math.max(media - mine.played, 0));
      if (media - mine.played <= 0) { mine.stands = true; show("stalled"); }
    }
    $("film-done").style.width = Math.min(mine.played / order.duration_s * 100, 100) + "%";
    $("film-strip").style.backgroundPositionX = -Math.round(mine.played * 60) + "px";
  }

  /* ---- screen and sight ---- */

  document.addEventListener("visibilitychange", () => {
    const at = now();
    if (document.hidden) hiddenSince = at;
    else {
      if (step && step.began && hiddenSince !== null) step.hiddenMs += at - Math.max(hiddenSince, step.start);
      hiddenSince = null;
      keepAwake();
      if (joined && !over) show(step ? (step.hiddenMs > 0 ? "hidden" : "soon") : "ready");
    }
    if (joined && !over) ping();
  });

  async function keepAwake() {
    if (!("wakeLock" in navigator) || !window.isSecureContext) { tip(); return; }
    try {
      wakeLock = await navigator.wakeLock.request("screen");
      $("wake").textContent = texts.tablet.wake;
    } catch (e) { tip(); }
  }

  function tip() { $("wake").textContent = texts.tablet.no_wake; }

  /* ---- joining ---- */

  $("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    code = $("code").value.toUpperCase().replace(/[^0-9A-Z]/g, "").slice(0, 16);
    const number = $("seat").value.trim();
    if (!code) return;
    if (stored.get("seat") !== number.padStart(2, "0") || stored.get("code") !== code) device = null;
    seat = /^[0-9]{1,2}$/.test(number) && Number(number) > 0 ? number.padStart(2, "0") : null;
    joined = false; over = false; tries = 0;
    form(false);
    show("connecting");
    await Promise.race([keepAwake(), new Promise((resolve) => setTimeout(resolve, 300))]);
    connect();
  });

  if (!able) { form(true, texts.join.old); }
  if (!window.isSecureContext) $("lock-tip").hidden = false;
  $("code").value = document.body.dataset.code || stored.get("code") || "";
  if (document.body.dataset.code) $("seat").focus(); else $("code").focus();
  /* a page that was reloaded takes its seat again by itself */
  if (stored.get("device") && stored.get("seat") && (!document.body.dataset.code || document.body.dataset.code === stored.get("code"))) {
    code = stored.get("code") || ""; seat = stored.get("seat"); device = stored.get("device");
    if (code) { form(false); show("connecting"); keepAwake(); connect(); }
  }
})();
