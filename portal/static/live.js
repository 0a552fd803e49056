// Keeps the figures of an import moving while it runs; shows the final page when it has ended.
const job = document.querySelector("[data-events]");

function show(said) {
  const figures = JSON.parse(said.data);
  const written = new Intl.NumberFormat(document.documentElement.lang);
  for (const [name, value] of Object.entries(figures)) {
    const place = job.querySelector(`[data-figure="${name}"]`);
    if (place && typeof value === "number") place.textContent = written.format(value);
  }
  if (figures.state === "running") {
    document.querySelector(".head .chip > span:last-child").textContent = job.dataset.running;
  }
  const bar = job.querySelector("progress");
  if (figures.state === "receiving" || !figures.rows) return;
  bar.max = figures.rows;
  bar.value = figures.done;
}

if (job) {
  const source = new EventSource(job.dataset.events);
  source.addEventListener("progress", show);
  source.addEventListener("ended", () => {
    source.close();
    location.reload();
  });
}
