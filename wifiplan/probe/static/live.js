/* The technician's page: asks for the state twice a second and shows it; the buttons post what was pressed. */
"use strict";
(function () {
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const key = document.body.dataset.key, base = document.body.dataset.base;
  const $ = (id) => document.getElementById(id);
  const articles = new Map();
  let last = null;

  const fill = (text, values) => text.replace(/\{([a-z]+)\}/g, (all, name) => name in values ? values[name] : all);
  const at = (path) => path + "?key=" + encodeURIComponent(key);

  async function look() {
    try {
      const answer = await fetch(at("/live/state"), { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.status);
      show(await answer.json());
    } catch (error) {
      if (!last || last.phase !== "done") message(texts.live.offline);
    }
    setTimeout(look, 500);
  }

  async function act(what, room) {
    try { await fetch(at("/live/act") + "&do=" + what + (room ? "&room=" + room : ""), { method: "POST" }); }
    catch (error) { message(texts.live.offline); }
  }

  function message(text) { $("message").textContent = text; $("message").hidden = !text; }

  function show(state) {
    last = state;
    message(state.stopped ? texts.stopped[state.stopped] || state.stopped : state.phase === "done" ? texts.live.sheet : "");
    $("school").textContent = [state.school, texts.live.authorised + texts.live.colon + state.authorised_by,
      fill(texts.live.rate, { rate: state.rate_mbps })].join("　");
    $("phase").textContent = texts.phase[state.phase] || state.phase;
    $("where").textContent = where(state);
    const step = state.step;
    $("bar-done").style.width = step && !step.in_s ? (100 - step.left_s / step.length_s * 100) + "%" : "0";
    $("start").hidden = !(state.phase === "wait" || state.phase === "join");
    $("start").disabled = !state.rooms.some((room) => room.ready > 0);
    $("next").hidden = state.phase !== "between";
    $("stop").hidden = state.phase === "done";
    const seen = new Set();
    state.rooms.forEach((room) => { seen.add(room.code); showRoom(room, state); });
    for (const [code, article] of articles) if (!seen.has(code)) { article.remove(); articles.delete(code); }
    const guard = state.guard;
    $("guard").textContent = texts.live.guard + texts.live.colon + (guard ?
      [guard.gateway_rtt_ms !== null ? texts.live.gateway + " " + Math.round(guard.gateway_rtt_ms) + " ms" : "",
       guard.dns_ms !== null ? texts.live.dns + " " + Math.round(guard.dns_ms) + " ms" : ""].filter(Boolean).join(texts.live.comma) || texts.live.guard_off
      : texts.live.guard_off);
    $("earlier").textContent = state.earlier.length ? texts.live.earlier + texts.live.colon + state.earlier.map((run) => run.name).join(texts.live.comma) : "";
  }

  function where(state) {
    const parts = [];
    if (state.n_rounds > 1) parts.push(fill(texts.live.round, { n: state.round, of: state.n_rounds }));
    if (state.step) {
      if (state.step.number) parts.push(fill(texts.live.step, { n: state.ramp.indexOf(state.step.share) + 1, share: Math.round(state.step.share * 100) }));
      parts.push(state.step.in_s > 0 ? fill(texts.live.starts, { s: Math.ceil(state.step.in_s) }) : fill(texts.live.left, { s: Math.ceil(state.step.left_s) }));
    } else if (state.joining_s !== null) parts.push(fill(texts.live.joining, { s: Math.max(Math.ceil(state.join_limit_s - state.joining_s), 0) }));
    return parts.join("　");
  }

  function make(room) {
    const article = $("room").content.firstElementChild.cloneNode(true);
    article.querySelector(".qr").addEventListener("click", () => article.classList.toggle("large"));
    article.querySelector("aside").dataset.room = room.name;
    article.querySelector(".qr").title = texts.live.large;
    article.querySelector(".qr").src = "/qr/" + room.code + ".svg?key=" + encodeURIComponent(key);
    article.querySelector(".url").textContent = base;
    article.querySelector(".code").textContent = room.code;
    article.querySelector(".cart").addEventListener("click", () => act("cart", room.code));
    articles.set(room.code, article);
    $("rooms").append(article);
    return article;
  }

  function showRoom(room, state) {
    const article = articles.get(room.code) || make(room);
    const find = (name) => article.querySelector(name);
    find("h2").textContent = room.name === room.room_id ? room.name : fill(texts.live.bracket, { name: room.name, what: room.room_id });
    find(".n").textContent = room.ready;
    find(".of").textContent = " / " + room.expected;
    find(".word").textContent = room.verdict ? texts.live.good : texts.live.ready;
    find(".verdict").hidden = !room.verdict;
    if (room.verdict) {
      find(".verdict").textContent = texts.verdict[room.verdict];
      find(".verdict").className = "verdict " + room.verdict;
    }
    article.classList.toggle("over", Boolean(room.verdict));
    article.classList.toggle("complete", room.ready >= room.expected);
    const joining = state.phase === "wait" || state.phase === "join";
    article.classList.toggle("joining", joining);
    find(".cart").hidden = !joining || (room.cart_s !== null && room.seats.some((seat) => seat.state !== "empty"));
    find(".cart-note").hidden = find(".cart").hidden || room.cart_s !== null;
    find(".cart-time").hidden = room.cart_s === null;
    if (room.cart_s !== null) {
      const done = room.last_join_s !== null && (room.ready >= room.expected || !joining);
      find(".cart-time").textContent = done ? texts.live.last + texts.live.colon + room.last_join_s.toFixed(0) + " " + texts.live.seconds
        : texts.live.cart_running + " " + room.cart_s.toFixed(0) + " " + texts.live.seconds;
    }
    const rtts = room.seats.map((seat) => seat.rtt_ms).filter((rtt) => rtt !== null && rtt !== undefined).sort((a, b) => a - b);
    const stalls = room.seats.reduce((sum, seat) => sum + (seat.n_stalls || 0), 0);
    // once it is over, what flowed last says nothing
    find(".sums").textContent = room.verdict ? "" : [texts.live.total + " " + room.mbps.toFixed(1) + " Mbit/s",
      rtts.length ? texts.live.delay + " " + rtts[Math.floor(rtts.length / 2)].toFixed(0) + " ms" : "",
      stalls ? texts.live.stalls + " " + stalls : ""].filter(Boolean).join("　");
    seats(find(".seats"), room.seats);
    const lines = room.reasons.map((reason) => reason.n !== null && reason.n_of !== null
      ? fill(texts.live.bracket, { name: texts.finding[reason.code] || reason.code, what: reason.n + " / " + reason.n_of })
      : texts.finding[reason.code] || reason.code)
      .concat(room.hints.map((code) => texts.hint[code] || code));
    const hints = find(".hints"), wanted = lines.join("\n");
    if (hints.dataset.shown !== wanted) {
      hints.dataset.shown = wanted;
      hints.replaceChildren(...lines.map((line) => { const li = document.createElement("li"); li.textContent = line; return li; }));
    }
  }

  function seats(box, all) {
    while (box.children.length > all.length) box.lastChild.remove();
    all.forEach((seat, i) => {
      let cell = box.children[i];
      if (!cell) {
        cell = document.createElement("div");
        ["b", "span", "small"].forEach((tag) => cell.append(document.createElement(tag)));
        box.append(cell);
      }
      cell.className = "seat " + seat.state;
      cell.children[0].textContent = seat.seat;
      cell.children[1].textContent = texts.state[seat.state] || seat.state;
      cell.children[2].textContent = seat.state in texts.verdict ? "" : seat.mbps !== null && seat.mbps !== undefined && seat.state !== "ready" && seat.state !== "left"
        ? seat.mbps.toFixed(1) + "M " + (seat.rtt_ms === null ? "" : Math.round(seat.rtt_ms) + "ms")
        : seat.joined_s !== null && seat.joined_s !== undefined ? seat.joined_s.toFixed(0) + " " + texts.live.seconds : "";
    });
  }

  $("start").addEventListener("click", () => {
    const sum = (what) => last.rooms.reduce((all, room) => all + room[what], 0);
    const few = last && last.rooms.some((room) => room.ready < room.expected);
    if (!few || window.confirm(fill(texts.live.few_start, { n: sum("ready"), of: sum("expected") }))) act("start");
  });
  $("next").addEventListener("click", () => act("next"));
  $("stop").addEventListener("click", () => { if (window.confirm(texts.live.stop_sure)) act("stop"); });
  look();
})();
