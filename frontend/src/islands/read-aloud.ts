// 听一听: reads the marked text; where the device has no voice, the button stays hidden.
export function readAloud(root: Document): void {
  if (!("speechSynthesis" in window)) return;
  for (const button of root.querySelectorAll<HTMLButtonElement>("[data-speak]")) {
    button.hidden = false;
    button.addEventListener("click", () => speak(button));
  }
}

function speak(button: HTMLButtonElement): void {
  if (speechSynthesis.speaking) return speechSynthesis.cancel();
  const text = document.getElementById(button.dataset.speak ?? "")?.textContent ?? "";
  const words = new SpeechSynthesisUtterance(text.replace(/\s+/g, " "));
  words.lang = "zh-CN";
  words.rate = 0.9; // a little slower than conversation, for older ears
  speechSynthesis.speak(words);
}
