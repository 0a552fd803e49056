// Adds a "copy" button beside a link that is already there to be copied by hand.
for (const share of document.querySelectorAll("[data-copy]")) {
  const field = share.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button plain small";
  button.textContent = share.dataset.copy;
  const said = document.createElement("span");
  said.className = "sr";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select();
      document.execCommand("copy");
    }
    said.textContent = share.dataset.copied;
    button.textContent = share.dataset.copied;
    setTimeout(() => {
      button.textContent = share.dataset.copy;
      said.textContent = "";
    }, 2500);
  });
  field.addEventListener("focus", () => field.select());
  share.append(button, said);
}
