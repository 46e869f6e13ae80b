"use strict";
/* Sheets for printing, one floor a page with its legend, made when somebody prints. */
(() => {
  const wp = (window.wp ??= {});
  const { el } = wp;
  const SHEET_PX = [688, 760]; // what A4 upright leaves inside the margins of print.css, at 96 px an inch

  const sheet = (view, plan, floor, fields) => {
    const place = el("div", { class: "wp-sheet-plan" });
    const page = el("section", { class: "wp-sheet" }, el("h2", { text: wp.t("head.floor", { floor: floor.name }) }), el("p", { class: "wp-note", text: plan.title }), place);
    const copy = new wp.PlanView(place, { still: true });
    copy.size = () => ({ width: SHEET_PX[0], height: SHEET_PX[1] });
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
