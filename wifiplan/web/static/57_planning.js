// The question how many access points, and the bar that tells how far the plan is.
"use strict";
(() => {
  const wp = (window.wp ??= {});
  const { dialogs } = wp;
  const { button } = wp.fields;

  // Answers what `Results.start` tells, null where the question was given up.
  async function ask(site, results, host) {
    const t = wp.t;
    const many = wp.el("input", { type: "radio", name: "n", value: "", checked: true, id: "plan-many", "data-test": "plan-many" });
    const few = wp.el("input", { type: "radio", name: "n", value: "n", id: "plan-few", "data-test": "plan-few" });
    const n = wp.el("input", { type: "text", inputmode: "numeric", maxlength: 5, "data-test": "plan-n", "aria-label": t("edit.plan.number"), onfocus: () => (few.checked = true) });
    const locked = (site.spots || []).filter((spot) => spot.kind === "locked").length;
    const content = [
      wp.el("label", { class: "ed-choice" }, many, wp.el("span", { text: t("edit.plan.many") })),
      wp.el("label", { class: "ed-choice" }, few, wp.el("span", { text: t("edit.plan.few") }), n),
      locked ? dialogs.note(t("edit.plan.keeps", { n: locked })) : "",
    ];
    const check = () => {
      const sound = !few.checked || /^\d+$/.test(n.value.trim());
      n.classList.toggle("ed-bad", !sound);
      return sound;
    };
    const answer = await dialogs.dialog("plan", t("edit.plan.head"), content, [
      { value: null, label: t("edit.cancel"), test: "plan-no" },
      { value: true, label: t("edit.plan.run"), tone: "main", test: "plan-run", check },
    ]);
    return answer ? run(few.checked ? Number(n.value.trim()) : null, results, host) : null;
  }

  async function run(n_aps, results, host) {
    const bar = wp.el("progress", { max: 1, "aria-label": wp.t("edit.plan.head") });
    const words = wp.el("span", { text: wp.t("edit.plan.starting") });
    wp.clear(host).append(words, bar, button("plan-cancel", wp.t("edit.cancel"), () => results.cancel()));
    host.hidden = false;
    try {
      return await results.start({ n_aps }, ({ stage, share, seconds }) => {
        words.textContent = wp.t("edit.plan.stage", { stage: stage || wp.t("edit.plan.starting"), seconds: Math.round(seconds) });
        bar.value = share;
      });
    } finally {
      host.hidden = true;
    }
  }

  wp.planning = { ask };
})();
