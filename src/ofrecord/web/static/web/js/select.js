// form[data-select]: [data-select-all] ticks every box, [data-select-count] says how many are ticked,
// and Shift extends from the last one ticked.
let last = null;

const boxes = (form) => [...form.querySelectorAll("input[type=checkbox][data-select-one]")];

function refresh(form) {
  const all = boxes(form);
  const ticked = all.filter((box) => box.checked).length;
  for (const box of form.querySelectorAll("[data-select-all]")) {
    box.hidden = false;
    box.checked = ticked > 0 && ticked === all.length;
    box.indeterminate = ticked > 0 && ticked < all.length;
  }
  for (const words of form.querySelectorAll("[data-select-count]")) {
    words.textContent = ticked ? words.dataset.some.replace("{count}", ticked) : words.dataset.none;
  }
  for (const part of form.querySelectorAll("[data-select-bar]")) part.hidden = ticked === 0;
}

function extend(form, box) {
  const all = boxes(form);
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
  if (from >= 0) for (const other of all.slice(from, to + 1)) other.checked = box.checked;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("form[data-select] [data-select-one]");
  if (!box) return;
  if (event.shiftKey && last?.form === box.form) extend(box.form, box);
  last = box;
  refresh(box.form);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-select]");
  if (!form) return;
  if (event.target.matches("[data-select-all]")) {
    for (const box of boxes(form)) box.checked = event.target.checked;
  }
  refresh(form);
});

const refreshAll = () => document.querySelectorAll("form[data-select]").forEach(refresh);
refreshAll();
document.addEventListener("htmx:after:swap", refreshAll);
addEventListener("pageshow", refreshAll);
