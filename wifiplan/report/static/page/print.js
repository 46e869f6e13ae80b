"use strict";
/* Sheets for printing, one floor a page with its legend, made when somebody prints. */
(() => {
  const wp = (window.wp ??= {});
  const { el } = wp;
  // what A4 leaves for a plan inside the margins of print.css, under its heading and above its legend, at 96 px an inch
  const UPRIGHT_PX = [684, 800], ON_ITS_SIDE_PX = [1012, 500];
  const MARGIN_PX = 48; // PlanView.fit leaves so much around a plan
  const MAX_SCALE = 40; // px a metre: a single room need not fill a page

  /* The way round that draws the floor larger, and how high it then is. */
  const sizeOf = ([x0, y0, x1, y1]) => {
    const [wide, high] = [Math.max(x1 - x0, 1), Math.max(y1 - y0, 1)];
    const scale = ([w, h]) => Math.min((w - MARGIN_PX) / wide, (h - MARGIN_PX) / high, MAX_SCALE);
    const upright = scale(UPRIGHT_PX) >= scale(ON_ITS_SIDE_PX);
    const box = upright ? UPRIGHT_PX : ON_ITS_SIDE_PX;
    return { upright, width: box[0], height: Math.min(box[1], Math.ceil(scale(box) * high + MARGIN_PX)) };
  };

  const sheet = (view, plan, floor, fields) => {
    const { upright, width, height } = sizeOf(floor.bounds);
    const place = el("div", { class: "wp-sheet-plan", style: { width: `${width}px`, height: `${height}px` } });
    const page = el("section", { class: upright ? "wp-sheet" : "wp-sheet wp-sheet-wide" }, el("h2", { text: wp.t("head.floor", { floor: floor.name }) }), el("p", { class: "wp-note", text: plan.title }), place);
    const copy = new wp.PlanView(place, { still: true });
    copy.size = () => ({ width, height });
    Object.assign(copy, { plan, band: view.band, layer: view.layer, level: floor.level, fields, pictureUrl: view.pictureUrl, pictureSize: view.pictureSize });
    copy.setSite(view.site);
    page.append(wp.legend(copy));
    return page;
  };

  /* Sheets stand in the page only while it is printed: a county's page would be heavy with them. */
  wp.printSheets = (view, plan, fieldsOf, main) => {
    const holder = el("div", { class: "wp-sheets" });
    main.append(holder);
    const make = () => holder.replaceChildren(...plan.floors.map((floor) => sheet(view, plan, floor, fieldsOf(floor.level))));
    window.addEventListener("beforeprint", make);
    window.addEventListener("afterprint", () => holder.replaceChildren());
    wp.makeSheets = make;
  };
})();
