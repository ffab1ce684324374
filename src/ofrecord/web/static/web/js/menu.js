// [data-menu]: arrow keys, Home and End move among the entries of an open popover menu; down on its
// button opens it. Escape and a click elsewhere close it without any script.
const entries = (menu) =>
  [...menu.querySelectorAll("a[href], button, [tabindex='0'], input, select")].filter(
    (entry) => !entry.disabled && entry.offsetParent !== null,
  );

const step = { ArrowDown: 1, ArrowUp: -1 };

function move(menu, key) {
  const all = entries(menu);
  const at = all.indexOf(document.activeElement);
  const next =
    key === "Home" ? 0
    : key === "End" ? all.length - 1
    : at < 0 ? (key === "ArrowUp" ? all.length - 1 : 0)
    : (at + step[key] + all.length) % all.length;
  all[next]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (!(event.key in step) && event.key !== "Home" && event.key !== "End") return;
  const button = event.target.closest("[data-menu-button]");
  const menu = event.target.closest("[data-menu]") ?? document.getElementById(button?.getAttribute("popovertarget"));
  if (!menu || event.target.matches("input, select, textarea")) return;
  if (!menu.matches(":popover-open")) {
    if (event.key !== "ArrowDown") return;
    menu.showPopover({ source: button });
  }
  event.preventDefault();
  move(menu, event.key);
});

// A click on an entry that leads away closes the menu, so that going back shows it closed.
document.addEventListener("click", (event) => {
  event.target.closest("[data-menu] a[href]")?.closest("[data-menu]").hidePopover();
});
