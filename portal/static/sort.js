// Sorts a table in place; without this module the same links ask the server.
const table = document.querySelector("table[data-sortable]");

function rank(row, index) {
  return row.cells[index].dataset.value ?? row.cells[index].textContent.trim();
}

function compare(one, other, numbers) {
  const [first, second] = [Number(one), Number(other)];
  if (numbers && !Number.isNaN(first) && !Number.isNaN(second)) return first - second;
  if (numbers && Number.isNaN(first) !== Number.isNaN(second)) return Number.isNaN(first) ? 1 : -1;
  return one.localeCompare(other, undefined, { numeric: true });
}

function sort(header, descending) {
  const index = header.cellIndex;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const empty = rows.filter((row) => rank(row, index) === "");
  empty.sort((one, other) => one.dataset.rank - other.dataset.rank);
  const full = rows.filter((row) => rank(row, index) !== "");
  full.sort((one, other) => {
    const order = compare(rank(one, index), rank(other, index), header.hasAttribute("data-number"));
    return (descending ? -order : order) || one.dataset.rank - other.dataset.rank;
  });
  body.append(...full, ...empty);
  for (const each of table.tHead.rows[0].cells) {
    each.setAttribute("aria-sort", each === header ? (descending ? "descending" : "ascending") : "none");
    const link = each.querySelector("a.sort");
    const target = new URL(link.href);
    const next = each === header && !descending ? "desc" : "asc";
    target.searchParams.set("order", next);
    link.href = target.pathname + target.search;
  }
}

table?.tHead.addEventListener("click", (event) => {
  const link = event.target.closest("a.sort");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const asked = new URL(link.href);
  sort(link.closest("th"), asked.searchParams.get("order") === "desc");
  history.replaceState(null, "", asked.pathname + asked.search);
});
