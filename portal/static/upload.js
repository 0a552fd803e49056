// Says that a file is too large before it is sent; without this module the server says it.
for (const input of document.querySelectorAll("input[type=file][data-most]")) {
  input.addEventListener("change", () => {
    const file = input.files[0];
    input.setCustomValidity(file && file.size > Number(input.dataset.most) ? input.dataset.tooLarge : "");
    input.reportValidity();
  });
}
