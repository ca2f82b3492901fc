"use strict";
{
  const all = (selector, root) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);

  /* The summary of errors takes the focus; its links lead to the field's label, not only to the field. */
  const summary = (root) => all(".es", root).forEach((box) => {
    if (!location.hash) box.focus();
    box.addEventListener("click", (event) => {
      const field = event.target.hash && one(event.target.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      (field.closest(".f") || field).scrollIntoView();
      field.focus({ preventScroll: true });
    });
  });

  const reveal = (root) => all("[data-reveal]", root).forEach((button) => {
    const input = one(button.dataset.reveal), said = one(input.id + "_shown");
    const show = (shown) => {
      input.type = shown ? "text" : "password";
      button.firstElementChild.textContent = shown ? button.dataset.hide : button.dataset.show;
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = input.type === "password";
      show(shown);
      said.textContent = shown ? said.dataset.on : said.dataset.off;
    });
    input.form?.addEventListener("submit", () => show(false));
  });

  const met = {
    length: (text, rule) => { const n = [...text].length; return n >= rule.min && n <= rule.max; },
    upper: (text) => /[A-Z]/.test(text),
    lower: (text) => /[a-z]/.test(text),
    digit: (text) => /[0-9]/.test(text),
  };
  const rules = (root) => all(".rules", root).forEach((list) => {
    const input = one(list.dataset.for);
    const tick = () => all("[data-rule]", list).forEach((line) => {
      const good = met[line.dataset.rule](input.value, line.dataset);
      line.classList.toggle("ok", good);
      line.firstElementChild.textContent = good ? list.dataset.met : list.dataset.open;
    });
    input.addEventListener("input", tick);
    tick();
  });

  const panels = (root) => all("[data-panel]", root).forEach((radio) => {
    const panel = one(radio.dataset.panel);
    const turn = () => { panel.hidden = !radio.checked; };
    radio.closest("fieldset").addEventListener("change", turn);
    turn();
  });

  const bulk = (root) => all(".bulk", root).forEach((bar) => {
    const form = bar.closest("form"), boxes = all(".pick", form);
    const every = form.querySelector(".pick-all"), number = form.querySelector(".picked");
    const count = () => {
      const picked = boxes.filter((box) => box.checked).length;
      boxes.forEach((box) => box.closest("tr").classList.toggle("sel", box.checked));
      if (every) {
        every.checked = picked > 0 && picked === boxes.length;
        every.indeterminate = picked > 0 && picked < boxes.length;
      }
      if (number) number.textContent = picked;
      all("button", bar).forEach((button) => { button.disabled = !picked; });
    };
    every?.addEventListener("change", () => boxes.forEach((box) => { box.checked = every.checked; }));
    form.addEventListener("change", count);
    count();
  });

  const copy = (root) => all("[data-copy]", root).forEach((button) => {
    if (!navigator.clipboard) return;
    const said = button.firstElementChild;
    said.setAttribute("role", "status");
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(one(button.dataset.copy).textContent.trim());
      said.textContent = button.dataset.done;
    });
  });

  const now = (root) => all("[data-now]", root).forEach((input) => {
    input.form.addEventListener("submit", () => { input.value = Date.now(); });
  });

  /* A second press sends nothing; the button stays enabled, since a disabled one is not sent. A download ends the wait. */
  const sent = new Map();
  const free = (form) => { sent.get(form)?.removeAttribute("aria-busy"); sent.delete(form); };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (sent.has(form)) { event.preventDefault(); return; }
    sent.set(form, event.submitter);
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(free, 10000, form);
  });
  addEventListener("pageshow", () => [...sent.keys()].forEach(free));

  /* What was typed survives a change of the language: this tab keeps it until the page is back, but no password. */
  const KEPT = "typed", apart = ["hidden", "password", "file", "submit"];
  const typed = () => all("main form[method=post] :is(input, select, textarea)", document)
    .filter((field) => field.name && !apart.includes(field.type));
  const chosen = (field) => field.type === "radio" || field.type === "checkbox";
  one("language")?.addEventListener("submit", () => sessionStorage.setItem(KEPT, JSON.stringify(
    [location.pathname, typed().map((field) => [field.name, field.value, field.checked])])));
  const [path, values] = JSON.parse(sessionStorage.getItem(KEPT) || "[]");
  sessionStorage.removeItem(KEPT);
  if (path === location.pathname) typed().forEach((field) => {
    const same = (entry) => entry[0] === field.name && (!chosen(field) || entry[1] === field.value);
    const place = values.findIndex(same);
    if (place < 0) return;
    const [, value, checked] = values.splice(place, 1)[0];
    if (chosen(field)) field.checked = checked; else field.value = value;
  });

  const begin = (root) => [summary, reveal, rules, panels, bulk, copy, now].forEach((part) => part(root));
  begin(document);
  document.addEventListener("htmx:afterSwap", (event) => event.target.querySelectorAll && begin(event.target));
}
