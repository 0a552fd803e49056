// Keeps the figures of a running import moving; stops when it has ended, then shows the final page.
const job = document.querySelector("[data-progress]");

async function look() {
  const answer = await fetch(job.dataset.progress, { headers: { accept: "application/json" } });
  if (!answer.headers.get("content-type")?.includes("json")) return;
  const figures = await answer.json();
  for (const [name, value] of Object.entries(figures)) {
    const place = job.querySelector(`[data-figure="${name}"]`);
    if (place && value !== null) place.textContent = value;
  }
  const bar = job.querySelector("progress");
  if (figures.rows) {
    bar.max = figures.rows;
    bar.value = figures.done;
  }
  if (figures.state === "queued" || figures.state === "running") setTimeout(look, 1000);
  else location.reload();
}

if (job && ["queued", "running"].includes(job.dataset.state)) setTimeout(look, 500);
