// 转接: the list comes into its dialog with this script, which is fetched then and not before.
const dialog = document.querySelector<HTMLDialogElement>("#transfer")!;

/** Beside the key that opened it, which may have moved since; on a narrow screen the sheet of styles places it. */
function open(): void {
  const key = document.querySelector("#key-transfer")?.getBoundingClientRect();
  if (key) {
    dialog.style.setProperty("--below", `${key.bottom + 8}px`);
    dialog.style.setProperty("--aside", `${document.documentElement.clientWidth - key.right}px`);
  }
  if (!dialog.open) dialog.showModal();
  dialog.querySelector<HTMLElement>("[autofocus]")?.focus();
}

dialog.addEventListener("htmx:afterSwap", (event) => event.target === dialog && open());
// A refusal is an answer too (htmx.ts), and stays beside what was typed.
dialog.addEventListener("htmx:afterRequest", (event) => {
  const { requestConfig, xhr } = (event as CustomEvent<{ requestConfig: { verb: string }; xhr: XMLHttpRequest }>).detail;
  if (requestConfig.verb === "post" && xhr.status === 200) dialog.close();
});
dialog.addEventListener("click", (event) => {
  const pressed = event.target as HTMLElement;
  if (pressed === dialog || pressed.closest("[data-close]")) dialog.close();
});
open();
