// 回访: the digits answer the question that is open, and then the next. Keys are moved, not doubled: shortcuts.ts presses
// whatever carries data-key, so only the radios of one question carry digits at a time.
const DISPLEASED = new Set(["unsatisfied", "very_unsatisfied"]);

export function askInTurn(root: Document): void {
  const place = root.querySelector<HTMLElement>("[data-ask]");
  if (!place) return;
  const questions = [...place.querySelectorAll<HTMLFieldSetElement>("fieldset.question")];
  const open = (question: HTMLFieldSetElement | undefined) => {
    for (const each of questions) giveDigits(each, each === question);
  };
  place.addEventListener("change", (event) => {
    const question = questionOf(event.target);
    if (question) open(next(questions, questions.indexOf(question), isDispleased(place)));
  });
  place.addEventListener("focusin", (event) => {
    const question = questionOf(event.target);
    // A digit presses and then focuses the same radio: that question is answered, the next stays open.
    if (question && !question.querySelector(":checked")) open(question);
  });
  // Going back: Backspace opens the question before, so that a slip of the finger is mended without a mouse.
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Backspace" || (event.target as HTMLElement).matches("textarea, input:not([type=radio])")) return;
    const at = questions.findIndex((each) => each.hasAttribute("data-open"));
    const before = questions[(at < 0 ? questions.length : at) - 1];
    if (!before) return;
    event.preventDefault();
    open(before);
  });
  open(next(questions, -1, isDispleased(place)));
}

function giveDigits(question: HTMLFieldSetElement, isOpen: boolean): void {
  question.toggleAttribute("data-open", isOpen);
  for (const radio of question.querySelectorAll<HTMLInputElement>("input[data-digit]")) {
    if (isOpen) {
      radio.dataset.key = `Digit${radio.dataset.digit}`;
      radio.dataset.keyName = radio.parentElement?.querySelector("b")?.textContent ?? "";
    } else {
      delete radio.dataset.key;
      delete radio.dataset.keyName;
    }
  }
}

/** The first question after this one that nobody has answered; the reason only where somebody is displeased. */
function next(questions: HTMLFieldSetElement[], at: number, displeased: boolean): HTMLFieldSetElement | undefined {
  const isAsked = (each: HTMLFieldSetElement) => displeased || !each.hasAttribute("data-if-displeased");
  return questions.find((each, place) => place > at && isAsked(each) && !each.querySelector(":checked"));
}

function isDispleased(place: HTMLElement): boolean {
  return [...place.querySelectorAll<HTMLInputElement>("[name=satisfaction]:checked, [name=attitude]:checked")].some((radio) =>
    DISPLEASED.has(radio.value),
  );
}

function questionOf(target: EventTarget | null): HTMLFieldSetElement | null {
  return target instanceof HTMLInputElement && target.type === "radio" ? target.closest("fieldset") : null;
}
