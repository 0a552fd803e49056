// Adds a row to a form in place; without this module the same button asks the server for one.
for (const rows of document.querySelectorAll("[data-rows]")) {
  const button = rows.querySelector("[data-more]");
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const last = [...rows.querySelectorAll("[data-row]")].at(-1);
    const added = last.cloneNode(true);
    const mark = crypto.randomUUID().slice(0, 8);
    added.querySelectorAll(".wrong").forEach((told) => told.remove());
    for (const input of added.querySelectorAll("input")) {
      const label = added.querySelector(`label[for="${input.id}"]`);
      input.id = `${input.id}-${mark}`;
      label.htmlFor = input.id;
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
      if (input.type !== "date") input.value = "";
    }
    last.after(added);
    added.querySelector("input").focus();
  });
}
