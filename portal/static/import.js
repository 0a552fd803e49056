// Keeps the figures of a running job moving; stops when it has ended, then shows the final page.
const job = document.querySelector("[data-progress]");
const MOVING = ["queued", "waiting", "running"];

async function look() {
  const answer = await fetch(job.dataset.progress, { headers: { accept: "application/json" } });
  if (!answer.headers.get("content-type")?.includes("json")) return;
  const figures = await answer.json();
  for (const [name, value] of Object.entries(figures)) {
    const place = job.querySelector(`[data-figure="${name}"]`);
    if (place && value !== null) place.textContent = value;
  }
  const bar = job.querySelector("progress");
  const all = figures.rows ?? figures.total;
  if (all) {
    bar.max = all;
    bar.value = figures.done;
  }
  if (MOVING.includes(figures.state)) setTimeout(look, 1000);
  else location.reload();
}

if (job && MOVING.includes(job.dataset.state)) setTimeout(look, 500);
