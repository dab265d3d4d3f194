// Chromium's last `input` of a composition says isComposing and nothing follows compositionend, while each pinyin
// letter fires its own `input`. So pages listen to one event of ours, `settled`, that only carries finished text.
export function settle(root: Document | HTMLElement): void {
  root.addEventListener("input", (event) => {
    if (!(event as InputEvent).isComposing) tell(event.target);
  });
  root.addEventListener("compositionend", (event) => tell(event.target));
}

function tell(field: EventTarget | null): void {
  field?.dispatchEvent(new CustomEvent("settled", { bubbles: true }));
}
